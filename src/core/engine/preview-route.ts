/** Where an incident of one alert would go at a given time, and why: nothing is placed, nothing is kept. */
import { decideBinding } from '../bind.ts'
import { type Facts, holds } from '../facts.ts'
import type { Labels, Severity } from '../model.ts'
import { decidePriority, type Priority } from '../priority.ts'
import { type Asked, clockOf, explainRoute, type Route } from '../route.ts'
import type { RoutePack } from '../route-rules.ts'
import type { State } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { bindingBy } from './context.ts'
import { factsOf } from './facts.ts'
import { routingBy } from './route.ts'
import { serviceOf } from './service.ts'

export interface RouteQuestion {
  readonly at: EpochMs
  readonly labels: Labels
  readonly severity: Severity
  readonly source: string
  /** Instead of the one that the priority pack gives it. */
  readonly priority?: Priority['priority'] | undefined
  /** Instead of the one in force. */
  readonly pack?: RoutePack | undefined
}

export interface RoutePreview {
  /** The CI that the alert would be bound to. */
  readonly ci: string | null
  readonly priority: number
  readonly route: Route
  /** Rules that were asked, in their order. */
  readonly asked: readonly Asked[]
}

/** O(rules) */
export function previewRoute(state: State, question: RouteQuestion): RoutePreview {
  const { at, labels, severity, source, pack = state.rules.route } = question
  const bound = decideBinding({ labels, at }, bindingBy(state))
  const binding = bound.action === 'bind' ? bound.binding : null
  const name = labels['alertname'] ?? ''
  const facts = factsOf(state, { labels, source, severity, rule: name, title: name, binding })
  const routing = routingBy(pack.rules, facts)
  const priority = question.priority ?? priorityOf(state, question, facts)
  const { route, asked } = explainRoute(
    {
      priority,
      held: (rule) => {
        const own = routing.filter((one) => one.rule === rule)
        const teams = own.flatMap(({ team }) => team ?? [])
        return { extent: own.length === 0 ? 'none' : 'all', teams }
      },
      head: routing,
      before: null,
      clock: clockOf(pack.hours, at),
    },
    { pack, version: state.rulesVersion },
  )
  return { ci: binding?.ci ?? null, priority, route, asked }
}

function priorityOf(
  { rules, topology }: State,
  { labels, severity }: RouteQuestion,
  facts: Facts,
): Priority['priority'] {
  const ci = facts.ci?.id ?? null
  const service = serviceOf({ ci, labels }, topology)
  const known = [ci, service].flatMap((id) => topology.items.get(id ?? '')?.criticality ?? [])
  const fits = rules.priority.rules.filter(({ when }) => holds(when, facts))
  return decidePriority(
    {
      ...{ severity, services: service === null ? 0 : 1 },
      criticality: known.length === 0 ? null : Math.min(...known),
      holds: (rule) => (fits.some(({ name }) => name === rule) ? 'all' : 'none'),
    },
    rules.priority,
  ).priority
}
