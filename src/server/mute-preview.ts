/** What a silence or a window would mute if it began now, without making it. */
import { matchesAll } from '../core/matcher.ts'
import { type Matcher, SEVERITIES, type Silence } from '../core/model.ts'
import type { AlertState, State } from '../core/state.ts'
import { covers, type Suppressible } from '../core/suppress.ts'
import { compare } from '../core/topology.ts'

type About = Pick<Silence, 'kind' | 'matchers' | 'cis'> & { readonly services?: readonly string[] }

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

/** O(firing alerts × matchers) */
export function previewMute({ alerts, topology }: State, about: About): MutePreview {
  const silence: Silence = { ...about, ...NEVER }
  const byMatcher = about.matchers.map(() => 0)
  const found: AlertState[] = []
  const loud = new Set<string>()
  let firing = 0
  for (const alert of alerts.values()) {
    if (alert.status !== 'firing') continue
    firing += 1
    countMatchers(about.matchers, alert, byMatcher)
    if (covers(silence, toSuppressible(alert), topology)) found.push(alert)
    else if (alert.suppressedBy === null && alert.incident !== null) loud.add(alert.incident)
  }
  const touched = new Set(found.flatMap(({ incident }) => incident ?? []))
  return {
    matched: found.length,
    alreadyMuted: found.filter(({ suppressedBy }) => suppressedBy !== null).length,
    firing,
    byMatcher,
    alerts: found.sort(byUrgency).slice(0, MAX_SHOWN),
    quietIncidents: [...touched].filter((id) => !loud.has(id)).sort(compare),
    matchesEverything: !isAboutCis(about) && matchesAll(about.matchers, {}),
  }
}

function isAboutCis({ kind, cis, services = [] }: About): boolean {
  return kind === 'maintenance' && cis.length + services.length > 0
}

/** What is not asked for when it is judged by what it is about only. */
const NEVER = { id: '', startsAt: 0, endsAt: 0, createdBy: '', comment: '', updatedAt: 0 }

function toSuppressible({ labels, binding }: AlertState): Suppressible {
  return { labels, ci: binding?.ci ?? null }
}

function countMatchers(
  matchers: readonly Matcher[],
  { labels }: AlertState,
  counts: number[],
): void {
  for (const [at, matcher] of matchers.entries())
    if (matchesAll([matcher], labels)) counts[at] = (counts[at] ?? 0) + 1
}

function byUrgency(a: AlertState, b: AlertState): number {
  const worse = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  return worse || b.startsAt - a.startsAt || compare(a.id, b.id)
}

const IS_SILENCE: ReadonlySet<string> = new Set(['silence', 'maintenance'])

/** Firing alerts that each silence or window mutes now, by its id. O(alerts) */
export function mutedNow({ alerts }: Pick<State, 'alerts'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { status, suppressedBy } of alerts.values()) {
    if (status !== 'firing' || suppressedBy === null || !IS_SILENCE.has(suppressedBy.kind)) continue
    counts.set(suppressedBy.id, (counts.get(suppressedBy.id) ?? 0) + 1)
  }
  return counts
}
