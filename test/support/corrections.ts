/** Corrections as the engine keeps them, to be given to what proposes rules. */
import type { CorrectionState, Sample, Statement } from '../../src/core/learn/corrections.ts'
import { type Proposal, proposalsOf } from '../../src/core/learn/proposals.ts'
import { DAY } from '../../src/core/time.ts'

export const NOW = 400 * DAY

/** An alert on a CI of its class and name, as `name@class:ci`; without a class it is unbound. */
export function sample(what: string, more: Partial<Sample> = {}): Sample {
  const [name = '', place = ''] = what.split('@')
  const [ciClass = '', ci = ''] = place.split(':')
  const bound = ciClass === '' ? {} : { 'ci.id': ci }
  return {
    ...{ name, ciClass: ciClass === '' ? null : ciClass, severity: 'warning', startsAt: 0 },
    ...more,
    facts: { ...bound, ...more.facts },
  }
}

/** The n-th correction, of incidents of its own unless given. */
export function correction(
  n: number,
  said: Statement | readonly Statement[],
  more: Partial<CorrectionState> = {},
): CorrectionState {
  return {
    ...{ snap: 0, id: `INC-${n}/0`, number: n, scope: 'default', kind: 'merge', by: 'ada' },
    ...{ at: NOW - 100 + n, incident: `INC-${n}`, other: `INC-${n + 1000}` },
    ...more,
    said: 'relation' in said ? [said] : said,
    links: more.links ?? [],
  }
}

export function propose(
  corrections: readonly CorrectionState[],
  declined: Parameters<typeof proposalsOf>[0]['declined'] = () => undefined,
  scopeLabels: readonly string[] = [],
): Proposal[] {
  return proposalsOf({ corrections, declined, now: NOW, scopeLabels })
}
