/** A change of the rule packs that is to be tried: whole packs, single settings, or both. */
import { AppError } from '../errors.ts'
import { parseRules } from '../rules.ts'

/** Packs as they were written, by name, before defaults. */
export type Packs = Readonly<Record<string, unknown>>

export interface RuleChange {
  /** `recorded`: what is not given stays as it was at each time. `none`: it has its defaults. */
  readonly base: 'recorded' | 'none'
  /** Each stands for the whole pack of its name. */
  readonly packs: Packs
  /** Single settings, e.g. `correlate.gap`: `15m`. They come last. */
  readonly set: Readonly<Record<string, unknown>>
}

/**
 * The packs as they would have been.
 *
 * @throws AppError `payload_invalid` with every fault, each naming its field
 */
export function changeRules(recorded: Packs, { base, packs, set }: RuleChange): Packs {
  const whole: Packs = { ...(base === 'recorded' ? recorded : {}), ...packs }
  const changed = Object.entries(set).reduce<Packs>(
    (into, [path, value]) => withValue(into, path.split('.'), value),
    whole,
  )
  const read = parseRules(changed)
  if (read.ok) return changed
  throw new AppError('payload_invalid', `the changed rules: ${read.faults.join('; ')}`)
}

function withValue(into: unknown, [key = '', ...rest]: readonly string[], value: unknown): Packs {
  const known: Readonly<Record<string, unknown>> =
    typeof into === 'object' && into !== null && !Array.isArray(into) ? { ...into } : {}
  const has = Object.hasOwn(known, key)
  const inner = rest.length === 0 ? value : withValue(has ? known[key] : {}, rest, value)
  return Object.fromEntries([
    ...Object.entries(known).filter(([name]) => name !== key),
    [key, inner],
  ])
}
