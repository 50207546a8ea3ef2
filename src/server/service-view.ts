/** A service with what it needs and what needs it, for a map of its own. */
import { blastRadiusOf } from '../core/blast-radius.ts'
import type { Engine } from '../core/engine/engine.ts'
import { MAX_NEEDS, needsOf } from '../core/service-map.ts'
import type { Topology } from '../core/topology.ts'
import { type CiLive, NOTHING_LIVE } from './ci-live.ts'
import { marked } from './observed-relations.ts'
import { relationsAmong } from './routes/incident-graph.ts'
import type { ServiceView } from './schemas/topology-map.ts'

type ByCi = ReadonlyMap<string, CiLive>
type Around = Pick<ServiceView, 'needs' | 'neededBy' | 'relations' | 'truncated'>

interface Distant {
  readonly ci: string
  readonly hops: number
}

/** O(CIs × degree) of what is reached; at most {@link MAX_NEEDS} CIs either way. */
export function aroundService(engine: Engine, service: string, live: ByCi): Around {
  const { topology } = engine.state
  const { needs, cut } = needsOf(service, topology)
  const hurt = blastRadiusOf(service, topology)
  const below = new Set(needs.map(({ ci }) => ci))
  // in a circle of services one is both: it is shown once, as what is needed
  const above = (hurt?.hurt ?? []).filter(({ ci }) => !below.has(ci))
  const shown = above.slice(0, MAX_NEEDS)
  const cis = [service, ...below, ...shown.map(({ ci }) => ci)]
  return {
    needs: needs.map((one) => viewOf(one, topology, live)),
    neededBy: shown.map((one) => viewOf(one, topology, live)),
    relations: marked(engine, relationsAmong(cis, topology)),
    truncated: cut || hurt?.cut === true || above.length > shown.length,
  }
}

function viewOf({ ci, hops }: Distant, { items }: Topology, live: ByCi) {
  const item = items.get(ci)
  return {
    ...{ ci, name: item?.name ?? ci, class: item?.class ?? '', status: item?.status ?? '' },
    criticality: item?.criticality ?? null,
    owner: item?.owner ?? null,
    hops,
    live: live.get(ci) ?? NOTHING_LIVE,
  }
}
