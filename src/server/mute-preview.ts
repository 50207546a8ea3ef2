/** What a silence or a window would mute if it began now, without making it. */
import { setImmediate } from 'node:timers/promises'
import { matches, matchesAll } from '../core/matcher.ts'
import { type Labels, type Matcher, SEVERITIES, type Silence } from '../core/model.ts'
import type { AlertState, State } from '../core/state.ts'
import { covers, type Suppressible } from '../core/suppress.ts'
import { compare } from '../core/topology.ts'

type About = Pick<Silence, 'kind' | 'matchers' | 'cis'>

export interface MutePreview {
  /** Firing alerts it is about, those that something mutes already among them. */
  readonly matched: number
  readonly alreadyMuted: number
  readonly firing: number
  /** Firing alerts that each matcher lets through by itself. */
  readonly byMatcher: readonly number[]
  /** The worst first, then the newest; at most {@link MAX_SHOWN}. */
  readonly alerts: readonly AlertState[]
  /** Open incidents whose firing alerts would all be muted. */
  readonly quietIncidents: readonly string[]
  /** The matchers hold for an alert without these labels too: then it is not taken. */
  readonly matchesEverything: boolean
}

/** Alerts that are listed one by one. */
export const MAX_SHOWN = 50

/** Works so long before others have their turn. */
const TURN_MS = 10

/** O(firing alerts × matchers), in turns: a storm is decided meanwhile. */
export async function previewMute(state: State, about: About): Promise<MutePreview> {
  const firing = [...state.alerts.values()].filter(({ status }) => status === 'firing')
  const tally: Tally = {
    byMatcher: about.matchers.map(() => 0),
    found: [],
    loud: new Set(),
    holds: about.matchers.map(remembered),
  }
  let turn = performance.now()
  for (const alert of firing) {
    judge(state, about, { alert, tally })
    if (performance.now() - turn < TURN_MS) continue
    await setImmediate()
    turn = performance.now()
  }
  const { byMatcher, found, loud } = tally
  const touched = new Set(found.flatMap(({ incident }) => incident ?? []))
  return {
    matched: found.length,
    alreadyMuted: found.filter(({ suppressedBy }) => suppressedBy !== null).length,
    firing: firing.length,
    byMatcher,
    alerts: found.sort(byUrgency).slice(0, MAX_SHOWN),
    quietIncidents: [...touched].filter((id) => !loud.has(id)).sort(compare),
    matchesEverything: about.kind === 'silence' && matchesAll(about.matchers, {}),
  }
}

interface Tally {
  readonly byMatcher: number[]
  readonly found: AlertState[]
  /** Incidents with a firing alert that would stay unmuted. */
  readonly loud: Set<string>
  readonly holds: readonly ((labels: Labels) => boolean)[]
}

function judge(
  { topology }: State,
  { kind, cis, matchers }: About,
  { alert, tally }: { readonly alert: AlertState; readonly tally: Tally },
): void {
  const { byMatcher, found, loud, holds } = tally
  let all = true
  for (const [at, hold] of holds.entries()) {
    if (hold(alert.labels)) byMatcher[at] = (byMatcher[at] ?? 0) + 1
    else all = false
  }
  const isAbout =
    kind === 'silence' || cis.length === 0
      ? matchers.length > 0
      : covers({ ...NEVER, kind, cis, matchers: [] }, toSuppressible(alert), topology)
  if (all && isAbout) found.push(alert)
  else if (alert.suppressedBy === null && alert.incident !== null) loud.add(alert.incident)
}

/** Values that many alerts share are matched once. */
function remembered(matcher: Matcher): (labels: Labels) => boolean {
  const known = new Map<string, boolean>()
  return (labels) => {
    const value = labels[matcher.name] ?? ''
    const before = known.get(value)
    if (before !== undefined) return before
    const holds = matches(matcher, labels)
    known.set(value, holds)
    return holds
  }
}

/** What is not asked for when it is judged by what it is about only. */
const NEVER = { id: '', startsAt: 0, endsAt: 0, createdBy: '', comment: '', updatedAt: 0 }

function toSuppressible({ labels, binding }: AlertState): Suppressible {
  return { labels, ci: binding?.ci ?? null }
}

function byUrgency(a: AlertState, b: AlertState): number {
  const worse = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  return worse || b.startsAt - a.startsAt || compare(a.id, b.id)
}

/** Firing alerts that each silence or window mutes now, by its id. O(alerts) */
export function mutedNow({ alerts }: Pick<State, 'alerts'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { status, suppressedBy } of alerts.values()) {
    if (status !== 'firing' || suppressedBy === null || suppressedBy.kind === 'rule') continue
    counts.set(suppressedBy.id, (counts.get(suppressedBy.id) ?? 0) + 1)
  }
  return counts
}
