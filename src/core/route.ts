/**
 * Routes: which team an incident goes to and which channels are told of it, by the rules of the route
 * pack. Rules are asked in their order; the first one that holds ends the search unless it says
 * `continue`, as in Alertmanager's routing tree. Where none names a team or channels, the defaults do.
 */
import type { RouteRule, RulePacks } from './rules.ts'

/** Ids of channels in the settings; `null`: every channel there is. */
export type Channels = readonly string[] | null

/** A route rule that holds for an alert, and the team that it names for it. */
export interface Routing {
  readonly rule: string
  readonly team: string | null
}

/** For how many unmuted alerts of an incident a route rule holds, and the teams that it names for them. */
export interface Held {
  readonly extent: 'none' | 'some' | 'all'
  readonly teams: readonly string[]
}

export interface RouteInput {
  readonly priority: number
  readonly held: (rule: string) => Held
  /** What holds for the alert that names the incident. */
  readonly head: readonly Routing[]
  /** The route so far: a team that would do as well stays. */
  readonly before: Route | null
}

/** Where an incident goes, and why. */
export interface Route {
  readonly team: string | null
  /** Rule that names the team; `null`: the default, or nobody does. */
  readonly teamRule: string | null
  readonly channels: Channels
  /** Names of the rules that hold, in the order in which they were asked. */
  readonly rules: readonly string[]
  /** Version of the rules. */
  readonly version: string
  /** Why, in one sentence. */
  readonly text: string
}

interface Hit {
  readonly rule: RouteRule
  readonly teams: readonly string[]
}

/** Works out the route. O(rules) */
export function decideRoute(
  input: RouteInput,
  { pack, version }: { readonly pack: RulePacks['route']; readonly version: string },
): Route {
  const hits = hitsOf(input, pack.rules)
  const first = hits.find(({ teams }) => teams.length > 0)
  const team = first === undefined ? (pack.team ?? null) : teamOf(first, input)
  const channels = channelsOf(hits, pack)
  return {
    ...{ team, channels, version },
    teamRule: first?.rule.name ?? null,
    rules: hits.map(({ rule }) => rule.name),
    text: textOf({ team, channels }, hits),
  }
}

/** The rules that hold, up to the first one that does not say `continue`. */
function hitsOf(input: RouteInput, rules: readonly RouteRule[]): readonly Hit[] {
  const hits: Hit[] = []
  for (const rule of rules) {
    const hit = hitOf(input, rule)
    if (hit === null) continue
    hits.push(hit)
    if (!rule.continue) break
  }
  return hits
}

function hitOf({ priority, held, head }: RouteInput, rule: RouteRule): Hit | null {
  if (rule.priorities.length > 0 && !rule.priorities.includes(priority)) return null
  const { extent, teams } = held(rule.name)
  const own = head.find((one) => one.rule === rule.name)
  if (rule.for === 'head') {
    if (own === undefined) return null
    return { rule, teams: own.team === null ? [] : [own.team] }
  }
  if (extent === 'none' || (rule.for === 'all' && extent !== 'all')) return null
  return { rule, teams }
}

/** The team it has by the same rule, else that of the alert which names it, else of the first alert. */
function teamOf({ rule, teams }: Hit, { before, head }: RouteInput): string | null {
  const stays = before?.team ?? null
  if (before?.teamRule === rule.name && stays !== null && teams.includes(stays)) return stays
  return head.find((one) => one.rule === rule.name)?.team ?? teams[0] ?? null
}

function channelsOf(hits: readonly Hit[], pack: RulePacks['route']): Channels {
  const named = hits.flatMap(({ rule }) => (rule.channels === undefined ? [] : [rule.channels]))
  if (named.length === 0) return pack.channels ?? null
  return [...new Set(named.flat())]
}

function textOf(
  { team, channels }: Pick<Route, 'team' | 'channels'>,
  hits: readonly Hit[],
): string {
  const where = team === null ? 'Goes to no team' : `Goes to ${team}`
  const why = hits.map(({ rule }) => `rule ${rule.name} (${rule.reason})`).join(', ')
  return `${where}, ${channelsText(channels)}: ${why === '' ? 'no route rule holds' : why}`
}

function channelsText(channels: Channels): string {
  if (channels === null) return 'all channels are told'
  return channels.length === 0 ? 'no channel is told' : `told on ${channels.join(', ')}`
}

/** Whether both say the same, whatever the reasons. */
export function isSameRoute(a: Route, b: Route): boolean {
  const key = ({ team, channels, rules }: Route): string => JSON.stringify([team, channels, rules])
  return key(a) === key(b)
}

/** All channels of both. */
export function joinChannels(a: Channels, b: Channels): Channels {
  return a === null || b === null ? null : [...new Set([...a, ...b])]
}

/** Whether `a` has channels that `b` lacks. */
export function hasMore(a: Channels, b: Channels): boolean {
  if (b === null) return false
  return a === null || a.some((channel) => !b.includes(channel))
}

/** Where route rules name channels that there are not; one sentence each, which begins with the field. */
export function strangeChannels(pack: RulePacks['route'], known: readonly string[]): string[] {
  const places = [
    { at: 'channels', names: pack.channels ?? [] },
    ...pack.rules.map(({ name, channels }) => ({ at: `${name}: channels`, names: channels ?? [] })),
  ]
  const there = known.length === 0 ? 'the settings have none' : `there are ${known.join(', ')}`
  return places.flatMap(({ at, names }) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => `${at}: there is no channel ${name}: ${there}`),
  )
}
