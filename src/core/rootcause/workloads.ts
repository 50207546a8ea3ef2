/**
 * A service and the workload that runs it. CMDBs mostly say that the one depends on the other, like
 * on any other service; but they are one thing seen from two sides, and a fault of it is one fault.
 */
import type { Edge, Topology } from '../topology.ts'

const SERVICES: ReadonlySet<string> = new Set(['service', 'kubernetes_service'])
/** What runs the processes of a service, by the names that Kubernetes has for them. */
const WORKLOADS: ReadonlySet<string> = new Set([
  ...['deployment', 'statefulset', 'stateful_set', 'daemonset', 'daemon_set'],
  ...['replicaset', 'replica_set', 'workload', 'pod'],
])

/** The topology with workloads as instances of the services that depend on them. */
export function withWorkloads(topology: Topology): Topology {
  const known = new Map<string, readonly Edge[]>()
  const is = (ci: string, classes: ReadonlySet<string>): boolean =>
    classes.has(topology.items.get(ci)?.class.toLowerCase() ?? '')
  const turned = (ci: string): readonly Edge[] => {
    const edges = topology.edges(ci)
    const service = is(ci, SERVICES)
    if (!service && !is(ci, WORKLOADS)) return edges
    const towards = service ? 'down' : 'up'
    return edges.map((edge) =>
      edge.kind === 'call' &&
      edge.towards === towards &&
      is(edge.ci, service ? WORKLOADS : SERVICES)
        ? { ...edge, kind: 'member', towards: service ? 'up' : 'down' }
        : edge,
    )
  }
  const edges = (ci: string): readonly Edge[] => {
    const found = known.get(ci) ?? turned(ci)
    known.set(ci, found)
    return found
  }
  return { ...topology, edges }
}
