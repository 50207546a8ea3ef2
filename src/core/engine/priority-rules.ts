/** Which priority rules hold for a member: worked out as it joins, so that its incident need not ask again. */
import { type Facts, holds } from '../facts.ts'
import type { Seen } from '../roster.ts'
import type { State } from '../state.ts'
import { serviceOf } from './service.ts'

const NONE: readonly string[] = []

/** Names, in the order of the pack. O(rules) */
export function priorityRulesOf(
  { rules, topology, alerts }: Pick<State, 'rules' | 'topology' | 'alerts'>,
  member: Seen,
): readonly string[] {
  const all = rules.priority.rules
  if (all.length === 0) return NONE
  const { labels, severity, title, rule } = member
  const ci = topology.items.get(member.ci ?? '') ?? null
  const facts: Facts = {
    ...{ labels, severity, title, name: rule, ci },
    source: alerts.get(member.identity)?.source ?? '',
    service: () => {
      const service = serviceOf(member, topology)
      return topology.items.get(service ?? '')?.name ?? service
    },
  }
  return all.filter(({ when }) => holds(when, facts)).map(({ name }) => name)
}
