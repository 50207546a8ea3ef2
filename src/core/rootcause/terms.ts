/**
 * The terms of a cause's score, each with the inputs it is computed from and one sentence. A term's
 * `x` is always `termValue(name, inputs)`: what is shown is what was computed.
 */
import type { Term } from '../evidence.ts'
import { MINUTE } from '../time.ts'
import { round3 } from './observe.ts'
import type { CauseTermName } from './types.ts'

type Inputs = Readonly<Record<string, number | string>>

/** One alert kind as a candidate explains it. */
export interface Explained {
  /** For people: rule and CI. */
  readonly what: string
  readonly surprise: number
  readonly share: number
  /** That a fault of the candidate shows as this, three decimals. */
  readonly chance: number
}

/** Chance of an alert by itself is never taken as less than this: no single alert decides alone. */
const LEAK_FLOOR = 0.02
/** Symptoms of one fault are not independent: each further one adds this part of the one before. */
export const DIMINISH = 0.85
/** Terms count at most so many alert kinds, strongest first; the rest would add next to nothing. */
export const MAX_COUNTED = 12
/** Of a silent caller: the chance that it would have raised an alert if it were hurt. */
const WOULD_TELL = 0.5
const SILENCE_FLOOR = -4
/** First of many, or last: order alone is next to no evidence, but it parts equals. */
const ORDER_POINTS = 0.7
const CHANGE_POINTS = 1.5
const CHANGE_DECAY_MS = 30 * MINUTE

/** Weight of silence against a CI that shows a fault of its own: a small fault may hurt nobody. */
const SILENCE_OF_SEEN = 0.25
/**
 * Weights of what a better ranked cause explains already: more against a CI that shows alerts, which
 * are then a victim's, than against a silent one, which is another guess at the same fault.
 */
const SHARED_OF_SEEN = -0.65
const SHARED_OF_SILENT = -0.6

/** @param seen whether the CI shows alerts itself */
export function sharedWeight(seen: boolean): number {
  return seen ? SHARED_OF_SEEN : SHARED_OF_SILENT
}

/**
 * How much better an alert is explained with the cause than without, in nats, times its share:
 * `share * ln((1 - (1 - leak)(1 - chance)) / leak)`, leak = max(exp(-surprise), LEAK_FLOOR).
 */
export function gainOf(surprise: number, share: number, chance: number): number {
  const leak = Math.max(Math.exp(-surprise), LEAK_FLOOR)
  return share * Math.log((1 - (1 - leak) * (1 - chance)) / leak)
}

/** What two causes with these chances both explain of an alert: gain of each less gain of the two together. */
export function overlapOf(
  surprise: number,
  share: number,
  { one, other }: { readonly one: number; readonly other: number },
): number {
  const both = 1 - (1 - one) * (1 - other)
  return (
    gainOf(surprise, share, one) + gainOf(surprise, share, other) - gainOf(surprise, share, both)
  )
}

/** The value of a term, from its inputs alone. */
export function termValue(name: CauseTermName, inputs: Inputs): number {
  switch (name) {
    case 'own':
      return gainsOf(inputs).reduce((sum, gain) => sum + gain, 0)
    case 'rollup':
      return (
        gainsOf(inputs).reduce((sum, gain) => sum + gain, 0) / Math.sqrt(num(inputs, 'instances'))
      )
    case 'explains':
      return gainsOf(inputs).reduce((sum, gain, i) => sum + gain * DIMINISH ** i, 0)
    case 'shared':
      return overlapsOf(inputs).reduce((sum, overlap) => sum + overlap, 0)
    case 'silence':
      return Math.max(
        SILENCE_FLOOR,
        num(inputs, 'silent') * Math.log1p(-WOULD_TELL * num(inputs, 'chance')),
      )
    case 'unseen':
      return inputs['monitored'] === 'yes' ? -1 : -0.5
    case 'order':
      return (
        (ORDER_POINTS * (num(inputs, 'after') - num(inputs, 'before'))) /
        Math.max(2, num(inputs, 'others'))
      )
    case 'class':
      return -1.5
    case 'change':
      return (
        CHANGE_POINTS * num(inputs, 'factor') * Math.exp(-num(inputs, 'ageMs') / CHANGE_DECAY_MS)
      )
    case 'confirmed':
      return confirmedValue(inputs)
    default:
      return name satisfies never
  }
}

/** Dirichlet with one pseudo-count per candidate, against "any of them": ln(m (k + 1) / (n + m)). */
function confirmedValue(inputs: Inputs): number {
  const candidates = num(inputs, 'candidates')
  const share = (num(inputs, 'times') + 1) / (num(inputs, 'allTimes') + candidates)
  return Math.min(3, Math.max(-1.5, Math.log(candidates * share)))
}

function gainsOf(inputs: Inputs): readonly number[] {
  const gains: number[] = []
  for (let i = 1; i <= num(inputs, 'counted'); i++) {
    gains.push(
      gainOf(num(inputs, `surprise${i}`), num(inputs, `share${i}`), num(inputs, `chance${i}`)),
    )
  }
  return gains
}

function overlapsOf(inputs: Inputs): readonly number[] {
  const overlaps: number[] = []
  for (let i = 1; i <= num(inputs, 'counted'); i++) {
    const [surprise, share] = [num(inputs, `surprise${i}`), num(inputs, `share${i}`)]
    overlaps.push(
      overlapOf(surprise, share, {
        one: num(inputs, `chance${i}`),
        other: num(inputs, `other${i}`),
      }),
    )
  }
  return overlaps
}

function num(inputs: Inputs, key: string): number {
  const value = inputs[key]
  return typeof value === 'number' ? value : 0
}

export interface CauseTerm extends Term {
  readonly name: CauseTermName
}

/** Builds a term of weight `w` whose value follows from its inputs. */
export function termOf(name: CauseTermName, w: number, inputs: Inputs, note: string): CauseTerm {
  return { name, x: termValue(name, inputs), w, inputs, note }
}

/** Inputs of a term over alert kinds: `alert1`, `surprise1`, `share1`, `chance1`, `alert2` … */
export function inputsOf(counted: readonly Explained[]): Inputs {
  const inputs: Record<string, number | string> = { counted: counted.length }
  counted.forEach(({ what, surprise, share, chance }, i) => {
    inputs[`alert${i + 1}`] = what
    inputs[`surprise${i + 1}`] = surprise
    inputs[`share${i + 1}`] = share
    inputs[`chance${i + 1}`] = chance
  })
  return inputs
}

/** Callers that should be hurt and say nothing; weak where the cause shows a fault of its own. */
export function silenceTerm(silent: readonly string[], chance: number, seen: boolean): CauseTerm {
  const inputs = {
    silent: silent.length,
    chance: round3(chance),
    who: silent.slice(0, 5).join(', '),
  }
  const note = `${list(silent)} should be hurt by it and ${silent.length === 1 ? 'is' : 'are'} silent`
  return termOf('silence', seen ? SILENCE_OF_SEEN : 1, inputs, note)
}

/** What better causes explain of it: `other1` … are their chances for `alert1` … */
export function sharedTerm(
  counted: readonly (Explained & { readonly other: number })[],
  betters: readonly string[],
  seen: boolean,
): CauseTerm {
  const others = Object.fromEntries(counted.map(({ other }, i) => [`other${i + 1}`, other]))
  const note = `${list(betters)} explain${betters.length === 1 ? 's' : ''} part of this already`
  return termOf('shared', sharedWeight(seen), { ...inputsOf(counted), ...others }, note)
}

/** Names for a sentence: "a", "a and b", "a, b and 3 more". */
export function list(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}
