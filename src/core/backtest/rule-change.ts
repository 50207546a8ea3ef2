/** A change of the rule packs that is to be tried: whole packs, single settings, rules of their own. */
import { AppError } from '../errors.ts'
import type { WeightChange } from '../learn/weights.ts'
import { parseRules } from '../rules.ts'

/** Packs as they were written, by name, before defaults. */
export type Packs = Readonly<Record<string, unknown>>

export interface AddedRule {
  readonly pack: string
  readonly rule: Readonly<Record<string, unknown>> & { readonly name: string }
}

export interface RuleChange {
  /** `recorded`: what is not given stays as it was at each time. `none`: it has its defaults. */
  readonly base: 'recorded' | 'none'
  /** Each stands for the whole pack of its name. */
  readonly packs: Packs
  /** Single settings, e.g. `correlate.gap`: `15m`. They come last. */
  readonly set: Readonly<Record<string, unknown>>
  /** Each stands first among the rules of its pack; one of its name there gives way. */
  readonly rules?: readonly AddedRule[]
  /** Weights of one scope, as if they had been accepted when the range begins. */
  readonly weights?: { readonly scope: string; readonly changes: readonly WeightChange[] }
}

/** Whether it tries weights: those that people accepted do not count beside them. */
export function triesWeights({ packs, set, weights }: RuleChange): boolean {
  const isSet = Object.keys(set).some((path) => `${path}.`.startsWith('correlate.weights.'))
  return isSet || weights !== undefined || packs['correlate'] !== undefined
}

/**
 * The packs as they would have been.
 *
 * @throws AppError `payload_invalid` with every fault, each naming its field
 */
export function changeRules(recorded: Packs, { base, packs, set, rules = [] }: RuleChange): Packs {
  const given: Packs = { ...(base === 'recorded' ? recorded : {}), ...packs }
  const whole = rules.reduce(withRule, given)
  const changed = Object.entries(set).reduce<Packs>(
    (into, [path, value]) => withValue(into, path.split('.'), value),
    whole,
  )
  const read = parseRules(changed)
  if (read.ok) return changed
  throw new AppError('payload_invalid', `the changed rules: ${read.faults.join('; ')}`)
}

function withRule(packs: Packs, { pack, rule }: AddedRule): Packs {
  const known = asMap(packs[pack])
  const rules: readonly unknown[] = Array.isArray(known['rules']) ? known['rules'] : []
  const others = rules.filter((one) => asMap(one)['name'] !== rule.name)
  return { ...packs, [pack]: { ...known, rules: [rule, ...others] } }
}

function asMap(value: unknown): Packs {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function withValue(into: unknown, [key = '', ...rest]: readonly string[], value: unknown): Packs {
  const known = asMap(into)
  const has = Object.hasOwn(known, key)
  const inner = rest.length === 0 ? value : withValue(has ? known[key] : {}, rest, value)
  return Object.fromEntries([
    ...Object.entries(known).filter(([name]) => name !== key),
    [key, inner],
  ])
}
