/** What rules may ask about an alert, as the state has it. */
import type { Facts } from '../facts.ts'
import type { Seen } from '../roster.ts'
import type { AlertState, State } from '../state.ts'
import { serviceOf } from './service.ts'

type About = Readonly<
  Pick<AlertState, 'labels' | 'source' | 'severity' | 'rule' | 'title' | 'binding'>
>

export function factsOf({ topology }: Pick<State, 'topology'>, alert: About): Facts {
  const { labels, source, severity, rule, title, binding } = alert
  const ci = topology.items.get(binding?.ci ?? '') ?? null
  return {
    ...{ labels, source, severity, title, ci, name: rule },
    service: () => {
      const service = serviceOf({ ci: ci?.id ?? null, labels }, topology)
      return topology.items.get(service ?? '')?.name ?? service
    },
  }
}

/** The same of a member of an incident. */
export function factsOfMember(
  { topology, alerts }: Pick<State, 'topology' | 'alerts'>,
  member: Seen,
): Facts {
  const { labels, severity, title, rule } = member
  const ci = topology.items.get(member.ci ?? '') ?? null
  return {
    ...{ labels, severity, title, name: rule, ci },
    source: alerts.get(member.identity)?.source ?? '',
    service: () => {
      const service = serviceOf(member, topology)
      return topology.items.get(service ?? '')?.name ?? service
    },
  }
}
