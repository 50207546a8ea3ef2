/** What the maps of the topology show, as it stands in their address. */
import { type PastSearch, readPast } from '../past/search.ts'
import { kept, textIn, textsIn } from '../ui/search-params.ts'

export interface TopologySearch extends PastSearch {
  /** Everything; services only unless given. */
  readonly all?: true
  readonly environment?: readonly string[]
  readonly class?: readonly string[]
  /** Only what alerts, or runs on what does. */
  readonly firing?: true
  /** The CI that is picked. */
  readonly ci?: string
  /** What a fault of it can hurt stands out. */
  readonly blast?: true
}

export function readTopologySearch(given: Record<string, unknown>): TopologySearch {
  const flag = (name: string): true | undefined =>
    given[name] === true || given[name] === 'true' ? true : undefined
  const ci = textIn(given, 'ci')
  return kept({
    ...readPast(given),
    all: flag('all'),
    environment: textsIn(given, 'environment'),
    class: textsIn(given, 'class'),
    firing: flag('firing'),
    ci,
    blast: ci === undefined ? undefined : flag('blast'),
  })
}
