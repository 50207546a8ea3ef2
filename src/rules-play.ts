/**
 * Plays the cases of rule packs: a case is a short recorded stream, and each report takes the whole
 * path of a live one, from the body over its source to the engine. Pure.
 */
import type { ItemOutcome } from './core/engine/answers.ts'
import { Engine } from './core/engine/engine.ts'
import type { Entry } from './core/entry.ts'
import type { IngestItem, Silence } from './core/model.ts'
import type { AlertRecord, Changes, IncidentRecord } from './core/record.ts'
import type { RulePacks } from './core/rules.ts'
import { DAY, type EpochMs, parseRfc3339, toRfc3339 } from './core/time.ts'
import { toCi } from './inputs.ts'
import { decode } from './journey.ts'
import type { CaseAlert, RuleCase } from './rules-case.ts'

/** For a case that does not say when it begins. */
const CASE_START: EpochMs = 1_767_225_600_000

function startOf({ begins }: Pick<RuleCase, 'begins'>): EpochMs {
  return parseRfc3339(begins ?? '') ?? CASE_START
}

/** What the engine made of a case. */
export interface Seen {
  /** When the case began. */
  readonly startedAt: EpochMs
  /** Case's name of an alert → the engine's id of it. */
  readonly ids: Map<string, string>
  /** Newest record of each episode, by `<alert id>.<start>`. */
  readonly episodes: Map<string, AlertRecord>
  readonly incidents: Map<string, IncidentRecord>
  /** Ids of alerts that were found flapping. */
  readonly flapping: Set<string>
  /** Id of an alert → what muted it last. */
  readonly muted: Map<string, string>
  /** Reports that could not be read, as sentences. */
  readonly rejected: string[]
}

/**
 * Plays a case to an engine of its own.
 *
 * @param packs valid documents, by pack name; a missing one has its defaults
 */
export function playCase(test: RuleCase, packs: Readonly<Record<string, unknown>>): Seen {
  const engine = new Engine()
  const seen: Seen = {
    startedAt: startOf(test),
    ids: new Map(),
    episodes: new Map(),
    incidents: new Map(),
    flapping: new Set(),
    muted: new Map(),
    rejected: [],
  }
  let offset = 0
  const play = ({ entry, alert }: Step): void => {
    offset += 1
    const items = decode(entry, engine.state.rules)
    const applied = engine.apply({ offset, entry }, items)
    noteChanges(seen, applied)
    const [outcome] = applied.outcomes
    if (alert !== undefined && outcome !== undefined)
      noteReport(seen, alert, { outcome, item: items[0] })
  }
  for (const step of [...setUp(test, packs), ...reports(test)]) play(step)
  play(end(test, engine.state.rules))
  return seen
}

function noteChanges(seen: Seen, { alerts, incidents, decisions }: Changes): void {
  for (const record of alerts) {
    seen.episodes.set(`${record.id}.${record.episode}`, record)
    const { suppressedBy } = record
    if (suppressedBy !== null) seen.muted.set(record.id, `${suppressedBy.kind}:${suppressedBy.id}`)
  }
  for (const incident of incidents) seen.incidents.set(incident.id, incident)
  for (const { action, alert } of decisions)
    if (action === 'alert.flapping' && alert !== undefined) seen.flapping.add(alertOf(alert))
}

/** The alert of an episode, `<alert id>.<start>`. */
function alertOf(episode: string): string {
  return episode.slice(0, episode.lastIndexOf('.'))
}

interface Step {
  readonly entry: Entry
  /** Case's name of the alert that the entry reports. */
  readonly alert?: string
}

const SCOPE = 'default'
const VERSION = 'case'

function setUp(test: RuleCase, packs: unknown): Step[] {
  const at = startOf(test)
  const entries: Entry[] = [{ kind: 'rules', at, scope: SCOPE, version: VERSION, packs }]
  if (test.cmdb !== undefined)
    entries.push({
      kind: 'topology',
      at,
      scope: SCOPE,
      version: VERSION,
      mode: 'replace',
      items: test.cmdb.items.map(toCi),
      relations: test.cmdb.relations,
    })
  for (const silence of test.silences)
    entries.push({
      kind: 'silence',
      at,
      scope: SCOPE,
      actor: 'case',
      silence: toSilence(silence, at),
    })
  return entries.map((entry) => ({ entry }))
}

function toSilence(
  { id, matchers, cis, from, until, recurs }: RuleCase['silences'][number],
  start: EpochMs,
): Silence {
  return {
    id,
    kind: cis.length === 0 ? 'silence' : 'maintenance',
    matchers,
    cis,
    startsAt: start + from,
    endsAt: start + until,
    createdBy: 'case',
    comment: id,
    updatedAt: start,
    ...(recurs === undefined ? {} : { recurs }),
  }
}

interface Report {
  readonly alert: CaseAlert
  readonly at: EpochMs
  readonly startsAt: EpochMs
  readonly firing: boolean
}

/** Every report as a body of its own, in the order of their times, then as they are listed. */
function reports(test: RuleCase): Step[] {
  const start = startOf(test)
  return test.alerts
    .flatMap((alert) => reportsOf(alert, start))
    .sort((a, b) => a.at - b.at)
    .map((report, index) => ({
      alert: report.alert.id,
      entry: {
        kind: 'received',
        at: report.at,
        scope: SCOPE,
        source: report.alert.source,
        receipt: `report-${index + 1}`,
        body: JSON.stringify(BODIES[report.alert.source](report)),
      },
    }))
}

function reportsOf(alert: CaseAlert, start: EpochMs): Report[] {
  const report = (at: number, since: number, firing: boolean): Report => ({
    ...{ alert, firing, at: start + at, startsAt: start + (alert.startsAt ?? since) },
  })
  const starts = alert.at.map((at) => report(at, at, true))
  const ends = alert.resolvedAt.map((at) =>
    report(at, alert.at.filter((other) => other <= at).at(-1) ?? at, false),
  )
  return [...starts, ...ends]
}

/** A firing report of a source that gives ends lapses far beyond any case unless it says when. */
const NEVER = 300 * DAY

const BODIES: Readonly<Record<CaseAlert['source'], (report: Report) => object>> = {
  prometheus: ({ alert, at, startsAt, firing }) => [
    {
      ...familyAlert(alert, startsAt),
      endsAt: toRfc3339(at + (firing ? (alert.lapses ?? NEVER) : 0)),
    },
  ],
  alertmanager: ({ alert, at, startsAt, firing }) => ({
    version: '4',
    alerts: [
      {
        ...familyAlert(alert, startsAt),
        status: firing ? 'firing' : 'resolved',
        ...(firing ? {} : { endsAt: toRfc3339(at) }),
      },
    ],
  }),
  generic: ({ alert, at, startsAt, firing }) => ({
    title: alert.labels['alertname'] ?? alert.id,
    status: firing ? 'firing' : 'resolved',
    severity: alert.severity,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: toRfc3339(startsAt),
    ...(firing && alert.lapses === undefined
      ? {}
      : { endsAt: toRfc3339(firing ? at + (alert.lapses ?? 0) : at) }),
  }),
}

function familyAlert({ labels, severity, annotations }: CaseAlert, startsAt: number): object {
  return {
    labels: severity === undefined ? labels : { ...labels, severity },
    annotations,
    startsAt: toRfc3339(startsAt),
  }
}

/** Time goes on as at the end of `replay`: by the longest wait and the hold, and no further. */
function end(test: RuleCase, { lifecycle }: RulePacks): Step {
  const { alerts, until } = test
  const last = alerts
    .flatMap(({ at, resolvedAt }) => [...at, ...resolvedAt])
    .reduce((a, b) => Math.max(a, b), 0)
  const wait = Math.max(lifecycle.open_wait, lifecycle.group_wait)
  const at = startOf(test) + Math.max(until, last + wait + lifecycle.resolve_hold)
  return { entry: { kind: 'time', at, scope: SCOPE } }
}

function noteReport(
  seen: Seen,
  name: string,
  { outcome, item }: { readonly outcome: ItemOutcome; readonly item: IngestItem | undefined },
): void {
  if (item?.kind === 'rejected') seen.rejected.push(`${name}: ${item.reason}`)
  if (outcome.alert === null) return
  seen.ids.set(name, alertOf(outcome.alert))
}
