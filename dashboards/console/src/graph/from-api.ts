/** What the API knows of CIs and their relations, as a picture. */
import type { IncidentGraph, Neighbourhood, Service } from '../api/schema.d.ts'
import { percent } from '../ui/figures.ts'
import type { GraphEdge, GraphNode, GraphPicture, NodeState } from './picture.ts'

type IncidentNode = IncidentGraph['nodes'][number]

/** A whole needs its parts, so it stands above them: their membership is drawn read backwards. */
function edgeOf<Relation extends GraphEdge>(relation: Relation): Relation {
  const { from, type, to } = relation
  return type === 'member_of' ? { ...relation, from: to, type: 'contains', to: from } : relation
}

function stateOf({ alerts, firing, muted, role, incidents }: IncidentNode): NodeState {
  if (firing > 0) return 'firing'
  if (alerts > 0) return muted === alerts ? 'muted' : 'resolved'
  return role === 'near' && incidents.length === 0 ? 'silent' : 'plain'
}

function markOf({ cause, confirmed }: IncidentNode): string | undefined {
  if (confirmed) return 'the cause'
  if (cause === null) return undefined
  const name = cause.rank === 1 ? 'likely cause' : `cause ${cause.rank}`
  return `${name} · ${percent(cause.weight)}`
}

function noteOf({ alerts, incidents, status }: IncidentNode): { readonly note?: string } {
  const notes = [
    ...(status === 'observed' ? ['observed'] : []),
    ...(alerts === 0 && incidents.length > 0 ? [`in ${incidents.join(', ')}`] : []),
  ]
  return notes.length === 0 ? {} : { note: notes.join(' · ') }
}

/** An incident on the topology; the paths that joined its alerts are the strong edges. */
export function pictureOfIncident({ nodes, relations, joins }: IncidentGraph): GraphPicture {
  const steps = new Set<string>()
  for (const { path } of joins)
    for (const [at, ci] of path.slice(1).entries()) {
      const before = path[at] ?? ci
      steps.add(JSON.stringify([before, ci])).add(JSON.stringify([ci, before]))
    }
  return {
    nodes: nodes.map((node): GraphNode => {
      const mark = markOf(node)
      const state = stateOf(node)
      return {
        id: node.ci,
        name: node.name,
        class: node.class,
        state,
        alerts: state === 'firing' ? node.firing : node.alerts,
        ...(mark === undefined ? {} : { mark }),
        ...noteOf(node),
      }
    }),
    edges: relations.map((relation) => ({
      ...edgeOf(relation),
      strong: steps.has(JSON.stringify([relation.from, relation.to])),
    })),
  }
}

/** The CIs around one, with what fires on them. */
export function pictureOfNeighbourhood({ center, nodes, relations }: Neighbourhood): GraphPicture {
  return {
    nodes: nodes.map(({ ci, name, class: kind, firing, suppressed, status }) => ({
      id: ci,
      name,
      class: kind,
      state: firing > 0 ? 'firing' : suppressed > 0 ? 'muted' : 'silent',
      alerts: firing > 0 ? firing : suppressed,
      ...(ci === center ? { mark: 'this one' } : {}),
      ...(status === 'observed' ? { note: 'observed' } : {}),
    })),
    edges: relations.map(edgeOf),
  }
}

/** A service with what it needs below it and what needs it above. */
export function pictureOfService(service: Service): GraphPicture {
  const { ci: center, needs, neededBy, relations } = service
  const own = { ...service, hops: 0, status: 'operational' }
  return {
    nodes: [own, ...needs, ...neededBy].map(({ ci, name, class: kind, live, status }) => ({
      id: ci,
      name,
      class: kind,
      state: live.firing > 0 ? 'firing' : live.suppressed > 0 ? 'muted' : 'silent',
      alerts: live.firing > 0 ? live.firing : live.suppressed,
      ...(ci === center ? { mark: 'this service' } : {}),
      ...(status === 'observed' ? { note: 'observed' } : {}),
    })),
    edges: relations.map(edgeOf),
  }
}
