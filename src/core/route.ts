/**
 * Routes: which team an incident goes to and which channels are told of it, by the rules of the route
 * pack. Rules are asked in their order; the first one that holds ends the search unless it says
 * `continue`, and those below it are asked likewise, as in Alertmanager's routing tree. Where none names a
 * team or channels, the defaults do.
 */
import { clockText, type Hours, isWithin } from './hours.ts'
import { type RoutePack, type RouteRule, routeRules } from './route-rules.ts'
import type { EpochMs } from './time.ts'

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
  /** What the clock says of hours by their name; absent: the rules have none. */
  readonly clock?:
    | ((hours: string) => { readonly isWithin: boolean; readonly text: string })
    | undefined
}

export interface RouteRules {
  readonly pack: RoutePack
  readonly version: string
}

/** A rule that was asked. */
export interface Asked {
  readonly rule: string
  /** How many rules it is below. */
  readonly depth: number
  readonly holds: boolean
  /** Why it holds or does not, in words. */
  readonly why: string
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
  /** The time by which its hours were judged; absent where the rules have none. */
  readonly judgedAt?: EpochMs
}

/** Rules that hold, one below the other, down to the last one: none below it holds. */
interface Path {
  readonly rules: readonly RouteRule[]
  readonly last: RouteRule
}

/** Works out the route. O(rules) */
export function decideRoute(input: RouteInput, by: RouteRules): Route {
  return routeBy(input, by, () => undefined)
}

/** The same, with every rule that was asked. */
export function explainRoute(
  input: RouteInput,
  by: RouteRules,
): { readonly route: Route; readonly asked: readonly Asked[] } {
  const asked: Asked[] = []
  return { route: routeBy(input, by, (one) => asked.push(one)), asked }
}

function routeBy(
  input: RouteInput,
  { pack, version }: RouteRules,
  note: (asked: Asked) => void,
): Route {
  const paths = pathsOf(input, pack.rules, { above: [], note })
  const found = paths.map((path) => ({ path, naming: namingOf(path), teams: teamsOf(path, input) }))
  const first = found.find(({ naming, teams }) => naming !== null && teams.length > 0)
  const team = first === undefined ? (pack.team ?? null) : teamOf(first, input)
  const channels = channelsOf(paths, pack)
  const rules = [...new Set(paths.flatMap((path) => path.rules))]
  return {
    ...{ team, channels, version },
    teamRule: first?.naming?.name ?? null,
    rules: rules.map(({ name }) => name),
    text: textOf({ team, channels }, rules, input),
  }
}

/**
 * The rules that hold, up to the first one that does not say `continue`; of each, those below it. As in
 * Alertmanager's routing tree, one below which nothing holds decides by itself.
 */
function pathsOf(
  input: RouteInput,
  rules: readonly RouteRule[],
  { above, note }: { readonly above: readonly RouteRule[]; readonly note: (asked: Asked) => void },
): Path[] {
  const paths: Path[] = []
  for (const rule of rules) {
    const why = misfitOf(input, rule)
    note({
      rule: rule.name,
      depth: above.length,
      holds: why === null,
      why: why ?? whyText(rule, input),
    })
    if (why !== null) continue
    const own = [...above, rule]
    const below = pathsOf(input, rule.routes, { above: own, note })
    paths.push(...(below.length === 0 ? [{ rules: own, last: rule }] : below))
    if (!rule.continue) break
  }
  return paths
}

/** What the clock says of hours at a time, each worked out once. */
export function clockOf(
  all: readonly Hours[],
  at: EpochMs,
): (name: string) => { readonly isWithin: boolean; readonly text: string } {
  const known = new Map<string, { readonly isWithin: boolean; readonly text: string }>()
  return (name) => {
    const hours = all.find((one) => one.name === name)
    const found = known.get(name) ?? {
      isWithin: hours !== undefined && isWithin(hours, at),
      text: hours === undefined ? '' : clockText(hours, at),
    }
    known.set(name, found)
    return found
  }
}

/** Why a rule does not hold, or `null`. */
function misfitOf({ priority, held, head, clock }: RouteInput, rule: RouteRule): string | null {
  const { extent } = held(rule.name)
  if (extent === 'none') return 'no alert fits'
  if (rule.for === 'head' && !head.some((one) => one.rule === rule.name))
    return 'the alert that names the incident does not fit'
  if (rule.for === 'all' && extent !== 'all') return 'not all alerts fit'
  if (rule.priorities.length > 0 && !rule.priorities.includes(priority))
    return `P${priority} is not one of ${rule.priorities.map((one) => `P${one}`).join(', ')}`
  const { during, outside } = rule
  const within = outside.find((name) => clock?.(name).isWithin === true)
  if (within !== undefined) return `${clock?.(within).text} is within ${within}`
  if (during.length === 0 || during.some((name) => clock?.(name).isWithin === true)) return null
  const [first = ''] = during
  return `${clock?.(first).text} is not within ${during.join(' or ')}`
}

/** The lowest rule of a path that names a team. */
function namingOf({ rules }: Path): RouteRule | null {
  return rules.findLast(({ team, team_from: from }) => (team ?? from) !== undefined) ?? null
}

function teamsOf({ last: rule }: Path, { held, head }: RouteInput): readonly string[] {
  if (rule.for !== 'head') return held(rule.name).teams
  const team = head.find((one) => one.rule === rule.name)?.team ?? null
  return team === null ? [] : [team]
}

interface Naming {
  readonly path: Path
  readonly naming: RouteRule | null
  readonly teams: readonly string[]
}

/** The team it has by the same rule, else that of the alert which names it, else of the first alert. */
function teamOf({ path, naming, teams }: Naming, { before, head }: RouteInput): string | null {
  const stays = before?.team ?? null
  if (before?.teamRule === naming?.name && stays !== null && teams.includes(stays)) return stays
  return head.find((one) => one.rule === path.last.name)?.team ?? teams[0] ?? null
}

/** Of each path those of the lowest rule that names any. */
function channelsOf(paths: readonly Path[], pack: RoutePack): Channels {
  const named = paths.flatMap(({ rules }) => {
    const naming = rules.findLast(({ channels }) => channels !== undefined)
    return naming?.channels === undefined ? [] : [naming.channels]
  })
  if (named.length === 0) return pack.channels ?? null
  return [...new Set(named.flat())]
}

function textOf(
  { team, channels }: Pick<Route, 'team' | 'channels'>,
  rules: readonly RouteRule[],
  input: RouteInput,
): string {
  const where = team === null ? 'Goes to no team' : `Goes to ${team}`
  const why = rules.map((rule) => `rule ${rule.name} (${whyText(rule, input)})`).join(', ')
  return `${where}, ${channelsText(channels)}: ${why === '' ? 'no route rule holds' : why}`
}

/** The reason that people gave, and the hours that decided. */
function whyText({ reason, during, outside }: RouteRule, { clock }: RouteInput): string {
  const within = during.filter((name) => clock?.(name).isWithin === true).slice(0, 1)
  const hours = [
    ...within.map((name) => `${clock?.(name).text} is within ${name}`),
    ...outside.map((name) => `${clock?.(name).text} is outside ${name}`),
  ]
  return [reason, ...hours].join('; ')
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
export function strangeChannels(pack: RoutePack, known: readonly string[]): string[] {
  const places = [
    { at: 'channels', names: pack.channels ?? [] },
    ...routeRules(pack.rules).map(({ name, channels }) => ({
      at: `${name}: channels`,
      names: channels ?? [],
    })),
  ]
  const there = known.length === 0 ? 'the settings have none' : `there are ${known.join(', ')}`
  return places.flatMap(({ at, names }) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => `${at}: there is no channel ${name}: ${there}`),
  )
}
