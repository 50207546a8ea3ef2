/** Where incidents go: worked out with what they show, said when it changes, kept where a person decided. */
import { type Facts, fieldValue, holds } from '../facts.ts'
import type { Seen } from '../roster.ts'
import {
  clockOf,
  decideRoute,
  hasMore,
  isSameRoute,
  joinChannels,
  type RouteInput,
  type Routing,
} from '../route.ts'
import type { RouteRule } from '../route-rules.ts'
import type { IncidentState, State } from '../state.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import { type Ctx, decide } from './context.ts'
import { factsOfMember } from './facts.ts'

const NONE: readonly Routing[] = []

/** The route rules that hold for a member, in the order in which they are asked. O(rules) */
export function routingOf(
  { rules, topology, alerts }: Pick<State, 'rules' | 'topology' | 'alerts'>,
  member: Seen,
): readonly Routing[] {
  const all = rules.route.rules
  if (all.length === 0) return NONE
  return routingBy(all, factsOfMember({ topology, alerts }, member))
}

/** Rules that hold for an alert with those below them that do; what a rule does not name is from the one above. */
export function routingBy(
  rules: readonly RouteRule[],
  facts: Facts,
  above: string | null = null,
): readonly Routing[] {
  return rules.flatMap(({ name, when, team, team_from: from, routes }) => {
    if (!holds(when, facts)) return []
    const named = from === undefined ? (team ?? above) : fieldValue(facts, from)
    if (named === '') return []
    return [{ rule: name, team: named }, ...routingBy(routes, facts, named)]
  })
}

/** What the clock says of the hours of the rules at a time; each is worked out once a minute. */
function clockAt({ state, ix }: Ctx, at: EpochMs): RouteInput['clock'] {
  const { hours } = state.rules.route
  const minute = Math.floor(at / MINUTE)
  if (ix.clock?.hours !== hours || ix.clock.minute !== minute)
    ix.clock = { hours, minute, read: clockOf(hours, at) }
  return ix.clock.read
}

/**
 * Lets the route follow what the incident has become; nothing is said of it yet. Its hours are judged by
 * the time at which it is told or changes: that rules or the CMDB are other ones is no news of it. O(rules)
 */
export function findRoute(ctx: Ctx, incident: IncidentState, isNews = true): void {
  const { state } = ctx
  const { members, priority, told, route } = incident
  // once people know the team, one that would do as well stays
  const before = told === null ? null : route
  // with nothing left that is loud nobody else need be asked
  if (route !== null && members.size === members.suppressedCount) return
  const hasHours = state.rules.route.hours.length > 0
  const judgedAt = isNews || told === null ? state.now : (route?.judgedAt ?? state.now)
  const found = decideRoute(
    {
      ...{ priority, before },
      ...(hasHours ? { clock: clockAt(ctx, judgedAt) } : {}),
      held: (rule) => members.routedBy(rule),
      head: members.head()?.routing ?? NONE,
    },
    { pack: state.rules.route, version: state.rulesVersion },
  )
  if (route === null || !isSameRoute(route, found))
    incident.route = hasHours ? { ...found, judgedAt } : found
  else if (hasHours && route.judgedAt !== judgedAt) incident.route = { ...route, judgedAt }
  if (incident.teamBy === null) incident.team = found.team
}

/** Whether the route is another one than was said last. */
export function isRoutedAnew({ route, routed }: Readonly<IncidentState>): boolean {
  return route !== null && (routed === null || !isSameRoute(route, routed))
}

/**
 * Says where the incident goes, where that has changed. Channels that come along after people were told
 * are told of the whole incident; those that were told stay with it to its end.
 */
export function sayRoute(ctx: Ctx, incident: IncidentState): void {
  const { route, routed, told } = incident
  if (route === null || !isRoutedAnew(incident)) return
  incident.routed = route
  // without any rule there is nothing to say that people do not know
  if (routed === null && route.rules.length === 0 && route.team === null && route.channels === null)
    return
  const grows = told !== null && hasMore(route.channels, told.channels ?? null)
  if (told !== null) told.channels = joinChannels(told.channels ?? null, route.channels)
  decide(ctx, {
    action: 'incident.routed',
    reason: grows ? 'more_channels' : route.rules.length > 0 ? 'rule' : 'default',
    text:
      incident.teamBy === null
        ? route.text
        : `${route.text}; ${incident.teamBy} gave it to ${incident.team ?? 'no team'}`,
    incident: incident.id,
    ...(grows ? { channels: route.channels } : {}),
  })
}

/** The channels that hear what follows: all that were told of the incident. */
export function toldChannels({ told }: Readonly<IncidentState>): readonly string[] | null {
  return told?.channels ?? null
}
