/** What an incident hurts, as the engine worked it out, with names as the CMDB has them now. */
import type { HurtService } from '../../core/impact.ts'
import type { IncidentRecord } from '../../core/record.ts'
import type { State } from '../../core/state.ts'
import type { IncidentImpact } from '../schemas/impact.ts'

const UNKNOWN: IncidentImpact = {
  known: false,
  now: [],
  downstream: [],
  nowCount: 0,
  downstreamCount: 0,
  owners: [],
  environments: [],
  cut: false,
}

/** O(services + members of the incident) */
export function viewOfImpact(
  { id, hurts, confirmedCause }: IncidentRecord,
  { incidents, topology }: Pick<State, 'incidents' | 'topology'>,
): IncidentImpact {
  if (hurts == null) return UNKNOWN
  const atFault = new Set(confirmedCause === null ? [] : [confirmedCause])
  const members = incidents.get(id)?.members.values() ?? []
  for (const { firing, suppressed, ci, service } of members)
    if (firing && !suppressed) for (const one of [ci, service]) if (one !== null) atFault.add(one)
  const isOver = incidents.get(id)?.firingCount === 0 || !incidents.has(id)
  const service = ({ path, ...one }: HurtService): IncidentImpact['now'][number] => ({
    ...one,
    inCmdb: topology.items.has(one.ci),
    hops: path.length - 1,
    path: path.map((ci) => ({ ci, name: topology.items.get(ci)?.name ?? ci })),
    recovered: isOver || !(atFault.has(path[0] ?? one.ci) || atFault.has(one.ci)),
  })
  return {
    ...hurts,
    known: true,
    now: hurts.now.map(service),
    downstream: hurts.downstream.map(service),
  }
}
