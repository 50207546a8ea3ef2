/**
 * The cases of a mapping, `rules/ingest/<source>.test.yaml`: a body as the tool posts it, and the
 * events that are expected of it. Run by `faultline rules check` and in the tests.
 */
import { z } from 'zod'
import { mappedSource } from '../ingest/mapped.ts'
import { readBody } from '../ingest/source.ts'
import type { IngestMapping } from './core/mapping.ts'
import { type IngestItem, SEVERITIES } from './core/model.ts'
import { parseRfc3339, toRfc3339 } from './core/time.ts'

const Texts = z.record(z.string(), z.string())

/** What is left out is not looked at; labels, annotations and identity name those that must be there. */
const Expected = z.union([
  z.strictObject({
    status: z.enum(['firing', 'resolved']).optional(),
    severity: z.enum(SEVERITIES).optional(),
    rule: z.string().optional(),
    title: z.string().optional(),
    labels: Texts.optional(),
    annotations: Texts.optional(),
    identity: Texts.optional(),
    startsAt: z.string().optional(),
    endsAt: z.string().optional(),
    url: z.string().optional(),
  }),
  /** A part of the reason for which the report cannot be read. */
  z.strictObject({ rejected: z.string() }),
])
type Expected = z.output<typeof Expected>

export const MappingCases = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** When it comes in, where that matters. */
        at: z.string().default('2026-03-01T10:00:00Z'),
        body: z.unknown(),
        expect: z.array(Expected),
      }),
    )
    .min(1),
})
export type MappingCase = z.output<typeof MappingCases>['cases'][number]

export interface Mismatch {
  readonly expected: string
  readonly got: string
}

/** What the mapping makes of the body other than is expected; empty: nothing. */
export function judgeMapping(
  source: string,
  mapping: IngestMapping,
  { at, body, expect }: MappingCase,
): readonly Mismatch[] {
  const arrival = parseRfc3339(at)
  if (typeof arrival !== 'number') return [{ expected: 'at: a time as RFC 3339 has it', got: at }]
  const items = readBody(mappedSource(source, mapping), {
    at: arrival,
    body: JSON.stringify(body) ?? '',
  })
  const count = [{ expected: `${expect.length} items`, got: `${items.length} items` }]
  return [
    ...(items.length === expect.length ? [] : count),
    ...expect.flatMap((wanted, index) => {
      const item = items[index]
      const name = `item ${index}`
      return item === undefined ? [] : compareItem(wanted, item, name)
    }),
  ]
}

function compareItem(wanted: Expected, item: IngestItem, name: string): Mismatch[] {
  if ('rejected' in wanted) {
    const got = item.kind === 'rejected' ? item.reason : `a ${item.kind}`
    const fits = item.kind === 'rejected' && got.includes(wanted.rejected)
    return fits ? [] : [{ expected: `${name}: rejected: ${wanted.rejected}`, got }]
  }
  if (item.kind !== 'alert') {
    const got = item.kind === 'rejected' ? `rejected: ${item.reason}` : `a ${item.kind}`
    return [{ expected: `${name}: an alert`, got }]
  }
  const { generatorUrl, endsAt, startsAt, ...rest } = item
  const shown: Readonly<Record<string, unknown>> = {
    ...rest,
    startsAt: toRfc3339(startsAt),
    endsAt: endsAt === undefined ? undefined : toRfc3339(endsAt),
    url: generatorUrl,
  }
  return Object.entries(wanted).flatMap(([field, value]) =>
    typeof value === 'string'
      ? compareText(`${name}: ${field}`, timeOf(field, value), shown[field])
      : Object.entries(value ?? {}).flatMap(([key, text]) => {
          const texts = shown[field]
          const got =
            typeof texts === 'object' && texts !== null ? Reflect.get(texts, key) : undefined
          return compareText(`${name}: ${field}.${key}`, text, got)
        }),
  )
}

/** Times are compared as instants. */
function timeOf(field: string, text: string): string {
  const at = /^(starts|ends)At$/.test(field) ? parseRfc3339(text) : undefined
  return typeof at === 'number' ? toRfc3339(at) : text
}

function compareText(what: string, wanted: string, got: unknown): Mismatch[] {
  if (got === wanted) return []
  return [{ expected: `${what} ${wanted}`, got: got === undefined ? 'nothing' : String(got) }]
}
