/** Where incidents go: worked out with what they show, said when it changes, kept where a person decided. */
import { fieldValue, holds } from '../facts.ts'
import type { Seen } from '../roster.ts'
import { decideRoute, hasMore, isSameRoute, joinChannels, type Routing } from '../route.ts'
import type { IncidentState, State } from '../state.ts'
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
  const facts = factsOfMember({ topology, alerts }, member)
  return all.flatMap(({ name, when, team, team_from: from }) => {
    if (!holds(when, facts)) return []
    const named = from === undefined ? (team ?? null) : fieldValue(facts, from)
    return named === '' ? [] : [{ rule: name, team: named }]
  })
}

/** Lets the route follow what the incident has become; nothing is said of it yet. O(rules) */
export function findRoute({ state }: Ctx, incident: IncidentState): void {
  const { members, priority, told, route } = incident
  // once people know the team, one that would do as well stays
  const before = told === null ? null : route
  // with nothing left that is loud nobody else need be asked
  if (route !== null && members.size === members.suppressedCount) return
  const found = decideRoute(
    {
      ...{ priority, before },
      held: (rule) => members.routedBy(rule),
      head: members.head()?.routing ?? NONE,
    },
    { pack: state.rules.route, version: state.rulesVersion },
  )
  if (route === null || !isSameRoute(route, found)) incident.route = found
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
