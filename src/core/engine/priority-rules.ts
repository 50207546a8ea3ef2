/** Which priority rules hold for a member: worked out as it joins, so that its incident need not ask again. */
import { holds } from '../facts.ts'
import type { Seen } from '../roster.ts'
import type { State } from '../state.ts'
import { factsOfMember } from './facts.ts'

const NONE: readonly string[] = []

/** Names, in the order of the pack. O(rules) */
export function priorityRulesOf(
  { rules, topology, alerts }: Pick<State, 'rules' | 'topology' | 'alerts'>,
  member: Seen,
): readonly string[] {
  const all = rules.priority.rules
  if (all.length === 0) return NONE
  const facts = factsOfMember({ topology, alerts }, member)
  return all.filter(({ when }) => holds(when, facts)).map(({ name }) => name)
}
