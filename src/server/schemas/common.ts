/** Shapes that many answers share. Every time in the API is RFC 3339, UTC, with milliseconds. */
import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '../../core/model.ts'
import { type EpochMs, parseRfc3339, toRfc3339 } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { endOfMoment } from '../../store/moment.ts'
import { MAX_PAGE } from '../../store/page.ts'

export const Time = z.string().openapi({
  format: 'date-time',
  description: 'RFC 3339, UTC, with milliseconds',
  example: '2026-03-01T10:00:12.345Z',
})

/** The one place where times leave: `null` stays `null`. */
export function iso(at: EpochMs): string
export function iso(at: EpochMs | null): string | null
export function iso(at: EpochMs | null): string | null {
  return at === null ? null : toRfc3339(at)
}

/** A time in a request: any RFC 3339 offset and fraction; epoch milliseconds inside. */
export const TimeInput = z
  .string()
  .transform((text, ctx): EpochMs => {
    const at = parseRfc3339(text)
    if (typeof at === 'number') return at
    ctx.addIssue({ code: 'custom', message: 'must be a time as RFC 3339 has it' })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time', example: '2026-03-01T10:00:12Z' })

/** A moment of the past. */
export const At = TimeInput.transform(endOfMoment).optional().openapi({
  type: 'string',
  format: 'date-time',
  description: 'as it was known then, at the end of that quarter of a second; now unless given',
  example: '2026-03-01T10:00:12Z',
})

/** What a map with {@link At} is. */
export const THEN =
  'With `at`: what fired then and was muted, as it was known then, on the topology of now; severity, ' +
  'CI and incident of each alert are those that are known now.'

export const SeverityName = z.enum(SEVERITIES).openapi('Severity')

export const LabelSet = z
  .record(z.string(), z.string())
  .openapi({ example: { alertname: 'HighLatency', service: 'checkout' } })

/** One addend of a score: `x * w`. */
export const Term = z
  .strictObject({
    name: z.string(),
    x: z.number().openapi({ description: 'value of the feature' }),
    w: z.number().openapi({ description: 'weight; the term adds x * w' }),
    inputs: z.record(z.string(), z.union([z.number(), z.string()])).readonly(),
    note: z.string().openapi({ description: 'one sentence for people' }),
  })
  .openapi('Term')

export const Terms = z.array(Term).readonly()

/** The path parameter of one thing. */
export const IdParams = z.object({
  id: z
    .string()
    .min(1)
    .max(1024)
    .openapi({ param: { name: 'id', in: 'path' } }),
})

export const DEFAULT_PAGE = 100

/** `limit` and `cursor` of every list. */
export const PageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .openapi({ description: 'items of one page', example: 50 }),
  cursor: z
    .string()
    .max(4096)
    .optional()
    .openapi({ description: '`next` of the page before; the other parameters stay the same' }),
})

export const Search = z
  .string()
  .max(1000)
  .optional()
  .openapi({ description: 'words that must all occur; case is ignored', example: 'checkout' })

/** A page of a list; `next` is the cursor of the page after it, absent on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().optional() })
}

/** `a,b` as a list whose members are of a closed set. */
export function commaList<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(values)).max(50))
    .optional()
    .openapi({ type: 'string', description, example: values[0] })
}

/** A parameter that may be given several times: any of the values. */
export const AnyOf = z
  .union([
    z
      .string()
      .max(1024)
      .transform((one) => [one]),
    z.array(z.string().max(1024)).max(100),
  ])
  .optional()
  .openapi({
    type: 'array',
    items: { type: 'string' },
    description: 'any of these; may be given several times',
  })

type Defined<Values> = {
  [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name]
} & {
  [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: Exclude<
    Values[Name],
    undefined
  >
}

/** Leaves out what is `undefined`: an absent filter is no filter, an absent field no field. */
export function defined<Values extends object>(values: Values): Defined<Values> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined)
  // guarantee: every field that may not be undefined is there, and no other one is
  return Object.fromEntries(kept) as Defined<Values>
}

/** Most values of one condition. */
export const MOST = 100

/** Of an open set, whose members may hold commas: given several times. */
export function several(description: string, example: string) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat())
    .pipe(z.array(z.string().max(1024)).max(MOST))
    .optional()
    .openapi({ type: 'array', items: { type: 'string' }, description, example: [example] })
}

/** Correlation scopes and how many of a list each has, whatever its filter. */
export const ScopeCounts = z
  .array(z.strictObject({ scope: z.string(), count: z.int() }))
  .openapi({ description: 'correlation scopes and how many each has, whatever the filter' })

/** By name. */
export function countScopes(
  all: Iterable<{ readonly scope: string }>,
): z.output<typeof ScopeCounts> {
  const counts = new Map<string, number>()
  for (const { scope } of all) counts.set(scope, (counts.get(scope) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => compare(a, b)).map(([scope, count]) => ({ scope, count }))
}

/** Whether something is of any of the scopes; none are named: of any. */
export function isOfAny(
  scopes: readonly string[] | undefined,
  { scope }: { readonly scope: string },
): boolean {
  return scopes === undefined || scopes.length === 0 || scopes.includes(scope)
}

export const ScopeFilter = several('any of these correlation scopes', 'acme.prod')
