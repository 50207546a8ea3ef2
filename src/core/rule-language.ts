/** The words that rule packs are written in: durations, conditions on alerts, names of labels and fields. */
import { z } from 'zod'
import { fieldFault, isField } from './facts.ts'
import { Hours } from './hours.ts'
import { parseMatcher, regexFault } from './matcher.ts'
import type { Matcher } from './model.ts'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `30s`, `5m`, `1h`, `24h`, `7d`, `250ms` → milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a duration like 30s, 5m or 24h')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '')
    return Number(text.slice(0, -unit.length)) * (UNITS[unit] ?? 0)
  })

export const Regex = z
  .string()
  .refine((text) => regexFault(text) === null, 'not an RE2 regular expression')

/** One matcher as Alertmanager writes it, e.g. `severity=~"critical|error"`. */
export const MatcherText = z.string().transform((text, ctx): Matcher => {
  const matcher = parseMatcher(text)
  if (!('error' in matcher)) return matcher
  ctx.addIssue({ code: 'custom', message: matcher.error })
  return z.NEVER
})

const Glob = z.union([z.string(), z.number()])
const Globs = z.union([Glob, z.array(Glob).min(1)])
/** A matcher, or globs by label or field, of which each must fit. */
const Condition = z.union([z.string(), z.record(z.string().min(1), Globs)])

/** The matchers of one condition, or why it is none. */
function readCondition(condition: z.output<typeof Condition>): Matcher[] | string {
  if (typeof condition === 'string') {
    const matcher = parseMatcher(condition)
    return 'error' in matcher ? matcher.error : [matcher]
  }
  const globs = Object.entries(condition)
  return globs.length === 0 ? 'it says nothing' : globs.map(([name, one]) => toMatcher(name, one))
}

function toMatcher(name: string, globs: z.output<typeof Globs>): Matcher {
  const [first = '', ...more] = (Array.isArray(globs) ? globs : [globs]).map(String)
  const isPlain = more.length === 0 && !/[*?]/.test(first)
  const value = isPlain ? first : [first, ...more].map(toRegex).join('|')
  return { name, value, isRegex: !isPlain, isEqual: true }
}

/** `*` stands for any text, `?` for one character, everything else for itself. */
function toRegex(glob: string): string {
  return glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
}

function conditions(faultOf: (name: string) => string | null) {
  return z.array(Condition).transform((list, ctx): Matcher[] =>
    list.flatMap((condition, index) => {
      const matchers = readCondition(condition)
      const fault =
        typeof matchers === 'string'
          ? matchers
          : (matchers.map(({ name }) => faultOf(name)).find((found) => found !== null) ?? null)
      if (fault !== null) ctx.addIssue({ code: 'custom', message: fault, path: [index] })
      return typeof matchers === 'string' ? [] : matchers
    }),
  )
}

/** What must hold of an alert, its labels and fields. */
export const When = conditions(fieldFault)

/** What must hold of an alert that is bound to nothing yet: labels only. */
export const LabelWhen = conditions((name) =>
  isField(name) ? `${name} is not known before an alert is bound: labels only` : null,
)

export const NEEDS_ONE = 'needs at least one condition'

/** The same, of at least one thing. */
export const SomeWhen = When.refine((when) => when.length > 0, NEEDS_ONE)

/** Of an incident: 1, the most urgent, to 5. */
export const PriorityLevel = z.number().int().min(1).max(5)

/** Higher ones first, equal ones in the order in which they are written. */
export function byPriority<Rule extends { readonly priority: number }>(
  rules: readonly Rule[],
): Rule[] {
  return [...rules].sort((a, b) => b.priority - a.priority)
}

/** Name of a label, which is known before an alert is bound. */
export const LabelName = z
  .string()
  .min(1)
  .refine((name) => !isField(name), { error: 'is a field: labels only' })

/** Name of a label or of a field. */
export const Named = z
  .string()
  .min(1)
  .refine((name) => fieldFault(name) === null, { error: 'there is no such field' })

/** Times with names, for `during` and `outside` of rules. */
export const HoursList = z.array(Hours).max(50).default([])

/** `during`: only within one of them, none: at any time; `outside`: within none of them. */
export const HoursNames = z.array(z.string().min(1)).max(50).default([])

/** Hours that rules name and nobody has said, and those that were said twice. */
export function hoursFaults(
  hours: readonly Hours[],
  rules: readonly {
    readonly name: string
    readonly during: readonly string[]
    readonly outside: readonly string[]
  }[],
): string[] {
  const names = hours.map(({ name }) => name)
  const twice = names.filter((name, at) => names.indexOf(name) !== at)
  return [
    ...twice.map((name) => `hours ${name} are there twice`),
    ...rules.flatMap(({ name, during, outside }) =>
      [...during, ...outside]
        .filter((named) => !names.includes(named))
        .map((named) => `rule ${name}: there are no hours ${named}`),
    ),
  ]
}
