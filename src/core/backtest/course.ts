/**
 * The course of one run of a backtest: where each alert episode went, and what became of each
 * incident. Kept small: a run may see hundreds of thousands of episodes.
 */
import type { Applied } from '../engine/engine.ts'
import type { AlertRecord, IncidentRecord } from '../record.ts'
import type { State } from '../state.ts'
import type { EpochMs } from '../time.ts'

export interface Episode {
  /** `<fingerprint>@<start>`: what it is found by in the other run, whose ids may be others. */
  readonly key: string
  /** `<alert id>.<start>` in its own run. */
  readonly alert: string
  readonly title: string
  readonly startsAt: EpochMs
  /** Where it is; `null`: in no incident. */
  incident: string | null
  /** Where the engine put it by itself: what people did afterwards does not count. */
  placed: string | null
  /** A person has moved it. */
  moved: boolean
  /** What muted it last, `<kind>:<id>`; `null`: nothing ever did. */
  mutedBy: string | null
}

/** Where an incident went: its team, its channels (`null`: every one) and the rules that said so. */
export interface RouteRef {
  readonly team: string | null
  readonly channels: readonly string[] | null
  readonly rules: readonly string[]
}

type Facts = 'id' | 'title' | 'priority' | 'openedAt' | 'notifiedAt' | 'resolvedAt' | 'mergedInto'

export type Told = Pick<IncidentRecord, Facts> & { readonly goes: RouteRef }

export interface Course {
  /** By `<alert id>.<start>`. */
  readonly episodes: Map<string, Episode>
  readonly byKey: Map<string, Episode>
  readonly incidents: Map<string, Told>
}

/** A course that begins with what the engine knows already. */
export function beginCourse({ alerts, members, incidents }: State): Course {
  const course: Course = { episodes: new Map(), byKey: new Map(), incidents: new Map() }
  for (const { key, fingerprint, startsAt, title, incident, past } of members.values())
    add(course, { key, fingerprint, startsAt, title, incident, mutedBy: mutedBy(past) })
  for (const alert of alerts.values()) {
    if (alert.status !== 'firing' && alert.incident === null) continue
    const { id, fingerprint, startsAt, title, incident } = alert
    const key = `${id}.${startsAt}`
    const known = course.episodes.get(key)
    if (known === undefined)
      add(course, { key, fingerprint, startsAt, title, incident, mutedBy: mutedBy(alert) })
    else known.mutedBy = mutedBy(alert) ?? known.mutedBy
  }
  for (const incident of incidents.values()) course.incidents.set(incident.id, told(incident))
  return course
}

/** Takes down what an entry changed. `byPerson`: the entry is a person's command. */
export function follow(course: Course, applied: Applied, byPerson: boolean): void {
  for (const incident of applied.incidents) course.incidents.set(incident.id, told(incident))
  for (const record of applied.alerts) followAlert(course, record, byPerson)
}

function followAlert(course: Course, record: AlertRecord, byPerson: boolean): void {
  const { id, episode, fingerprint, title, incident } = record
  const key = `${id}.${episode}`
  const muted = mutedBy(record)
  const known = course.episodes.get(key)
  if (known === undefined) {
    add(course, { key, fingerprint, startsAt: episode, title, incident, mutedBy: muted })
    return
  }
  known.mutedBy = muted ?? known.mutedBy
  if (known.incident === incident) return
  known.incident = incident
  if (byPerson && incident !== null) known.moved = true
  else if (!known.moved) known.placed = incident
}

interface Added {
  readonly key: string
  readonly fingerprint: string
  readonly startsAt: EpochMs
  readonly title: string
  readonly incident: string | null
  readonly mutedBy: string | null
}

function add(course: Course, { key: alert, fingerprint, startsAt, ...rest }: Added): void {
  const plain = `${fingerprint}@${startsAt}`
  // two alerts of one fingerprint, of different families: the second is told apart by its id
  const key = course.byKey.has(plain) ? `${plain}/${alert}` : plain
  const episode: Episode = { key, alert, startsAt, ...rest, placed: rest.incident, moved: false }
  course.episodes.set(alert, episode)
  course.byKey.set(key, episode)
}

function mutedBy(record: Pick<AlertRecord, 'suppressedBy'> | null): string | null {
  const by = record?.suppressedBy ?? null
  return by === null ? null : `${by.kind}:${by.id}`
}

function told(incident: Pick<IncidentRecord, Facts | 'team' | 'route'>): Told {
  const { id, title, priority, openedAt, notifiedAt, resolvedAt, mergedInto } = incident
  const { team = null, route } = incident
  const goes = { team, channels: route?.channels ?? null, rules: route?.rules ?? [] }
  return { id, title, priority, openedAt, notifiedAt, resolvedAt, mergedInto, goes }
}
