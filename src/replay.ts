/**
 * `faultline replay`: the same engine on a recorded stream, in virtual time. Reads no clock and no
 * network; two runs give identical files (docs/replay.md has the format).
 */
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import { BURST_MS } from './core/correlate/link.ts'
import type { ItemOutcome } from './core/engine/answers.ts'
import { Engine } from './core/engine/engine.ts'
import { survivorOf } from './core/engine/survivor.ts'
import type { Entry, ReceivedEntry } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import { readLedger } from './core/ledger.ts'
import type { IncidentRecord, ProblemRecord } from './core/record.ts'
import { type EpochMs, parseRfc3339, toRfc3339 } from './core/time.ts'
import { decode, sourceOf } from './journey.ts'

export interface ReplayInput {
  /** Entries before the stream: rules, topology, articles. Their time is the stream's first. */
  readonly setUp: readonly ((at: EpochMs) => Entry)[]
  readonly out: string
}

const Line = z.object({
  at: z.string(),
  source: z.string(),
  payload: z.unknown(),
  id: z.string().optional(),
})

interface AlertLine {
  readonly line: number
  readonly index: number
  readonly id: string | undefined
  readonly item: ItemOutcome
  readonly fingerprint: string | null
}

/** What is kept while the stream runs, to be completed at its end. */
interface Recorded {
  readonly lines: AlertLine[]
  /** Episode → incident when people were told. */
  readonly told: Map<string, string>
  /** Episodes that joined an incident people knew of, and when. */
  readonly joining: Map<string, EpochMs>
  readonly incidents: Map<string, IncidentRecord>
  readonly problems: Map<string, ProblemRecord>
  /** Incident → its problem, where it has one. */
  readonly problemOf: Map<string, string | null>
  readonly mergedInto: Map<string, string>
  /** Episode → where it is now. */
  readonly homes: Map<string, string>
}

/** Replays an event stream (NDJSON) and writes the four result files into `out`. */
export async function replayEvents(file: string, { setUp, out }: ReplayInput): Promise<void> {
  const engine = new Engine()
  const recorded = emptyRecord()
  let offset = 0
  let number = 0
  const feed = (entry: Entry, line?: { readonly number: number; readonly id?: string }): void => {
    offset += 1
    const items = decode(entry, engine.state.rules)
    const applied = engine.apply({ offset, entry }, items)
    note(recorded, applied, engine.state.now)
    if (line === undefined) return
    applied.outcomes.forEach((item, index) => {
      const read = items[index]
      const fingerprint = read?.kind === 'alert' ? read.fingerprint : null
      recorded.lines.push({ line: line.number, index, id: line.id, item, fingerprint })
    })
  }
  for await (const text of createInterface({ input: createReadStream(file, 'utf8') })) {
    number += 1
    if (text.trim() === '') continue
    const { entry, id } = readLine(text, number)
    if (offset === 0) for (const make of setUp) feed(make(entry.at))
    if (sourceOf(entry.source, engine.state.rules) === undefined)
      throw new AppError('payload_invalid', `line ${number}: unknown source ${entry.source}`, {
        line: number,
      })
    feed(entry, id === undefined ? { number } : { number, id })
  }
  drain(engine, feed)
  await write(out, engine, recorded)
}

/** Folds an exported journal as it is and writes the same four files. */
export async function replayJournal(
  entries: AsyncIterable<{ readonly offset: number; readonly entry: Entry }>,
  out: string,
): Promise<void> {
  const engine = new Engine()
  const recorded = emptyRecord()
  for await (const record of entries) {
    const items = decode(record.entry, engine.state.rules)
    const applied = engine.apply(record, items)
    note(recorded, applied, engine.state.now)
    applied.outcomes.forEach((item, index) => {
      const read = items[index]
      const fingerprint = read?.kind === 'alert' ? read.fingerprint : null
      recorded.lines.push({ line: record.offset, index, id: undefined, item, fingerprint })
    })
  }
  await write(out, engine, recorded)
}

function emptyRecord(): Recorded {
  return {
    lines: [],
    told: new Map(),
    joining: new Map(),
    incidents: new Map(),
    problems: new Map(),
    problemOf: new Map(),
    mergedInto: new Map(),
    homes: new Map(),
  }
}

export function readLine(
  text: string,
  number: number,
): { readonly entry: ReceivedEntry; readonly id?: string } {
  const bad = (why: string): AppError =>
    new AppError('payload_invalid', `line ${number}: ${why}`, { line: number })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw bad('not JSON')
  }
  const parsed = Line.safeParse(value)
  if (!parsed.success) throw bad(`${parsed.error.issues[0]?.path.join('.')} is missing or wrong`)
  const { at: atText, source, payload, id } = parsed.data
  const at = parseRfc3339(atText)
  if (at === undefined || at === null) throw bad('at is not an RFC 3339 time')
  const body = JSON.stringify(payload)
  if (body === undefined) throw bad('payload is missing')
  const receipt = `line-${number}`
  const entry: ReceivedEntry = { kind: 'received', at, scope: 'default', source, receipt, body }
  return id === undefined ? { entry } : { entry, id }
}

/** Time goes on by the longest wait and the longest hold after the last entry, and stops. */
function drain(engine: Engine, feed: (entry: Entry) => void): void {
  const { lifecycle } = engine.state.rules
  const wait = Math.max(lifecycle.open_wait, lifecycle.group_wait)
  const at = engine.state.now + wait + lifecycle.resolve_hold
  feed({ kind: 'time', at, scope: engine.state.scope })
}

type Applied = ReturnType<Engine['apply']>

function note(recorded: Recorded, applied: Applied, now: number): void {
  settleJoined(recorded, now)
  for (const incident of applied.incidents) {
    recorded.incidents.set(incident.id, incident)
    if (incident.mergedInto !== null) recorded.mergedInto.set(incident.id, incident.mergedInto)
  }
  for (const problem of applied.problems) recorded.problems.set(problem.id, problem)
  for (const { incident, problem } of applied.problemLinks)
    recorded.problemOf.set(incident, problem)
  for (const alert of applied.alerts) {
    const key = `${alert.id}.${alert.episode}`
    if (alert.incident === null) continue
    recorded.homes.set(key, alert.incident)
    const home = applied.incidents.find(({ id }) => id === alert.incident)
    const known = home ?? recorded.incidents.get(alert.incident)
    const isTold = recorded.told.has(key) || recorded.joining.has(key)
    if (known?.notifiedAt != null && !isTold) recorded.joining.set(key, now)
  }
  for (const { action, incident } of applied.decisions) {
    if (action !== 'incident.notified' || incident === undefined) continue
    for (const [key, home] of recorded.homes)
      if (home === incident && !recorded.told.has(key)) recorded.told.set(key, incident)
  }
}

/** What joined an incident that people knew of counts as told once its burst is over. */
function settleJoined({ joining, told, homes }: Recorded, now: number): void {
  for (const [key, at] of joining) {
    if (now <= at + BURST_MS) break
    joining.delete(key)
    const home = homes.get(key)
    if (home !== undefined && !told.has(key)) told.set(key, home)
  }
}

async function write(out: string, engine: Engine, recorded: Recorded): Promise<void> {
  mkdirSync(out, { recursive: true })
  settleJoined(recorded, Number.POSITIVE_INFINITY)
  const final = (id: string): string => survivorOf(recorded.mergedInto, id)
  await writeLines(
    join(out, 'alerts.ndjson'),
    recorded.lines.map((line) => alertLine(line, recorded, final)),
  )
  const incidents = [...recorded.incidents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const members = new Map<string, string[]>()
  const fingerprints = new Map(
    recorded.lines.map(({ item, fingerprint }) => [item.alert, fingerprint]),
  )
  for (const [key, home] of recorded.homes) {
    const fingerprint = fingerprints.get(key)
    if (fingerprint == null) continue
    const list = members.get(home) ?? []
    if (!list.includes(fingerprint)) list.push(fingerprint)
    members.set(home, list)
  }
  await writeLines(
    join(out, 'incidents.ndjson'),
    incidents.map((incident) => {
      const problem = recorded.problemOf.get(incident.id) ?? null
      return incidentLine({ ...incident, problem }, members.get(incident.id) ?? [])
    }),
  )
  await writeLines(join(out, 'problems.ndjson'), problemLines(recorded))
  await writeFile(
    join(out, 'summary.json'),
    `${JSON.stringify(summary(engine, recorded), null, 2)}\n`,
  )
}

function alertLine(
  { line, index, id, item, fingerprint }: AlertLine,
  recorded: Recorded,
  final: (id: string) => string,
): object {
  const key = item.alert
  const told = key === null ? undefined : recorded.told.get(key)
  const home = key === null ? undefined : recorded.homes.get(key)
  return {
    line,
    index,
    ...(id === undefined ? {} : { id }),
    fingerprint: fingerprint ?? item.fingerprint,
    startsAt: item.startsAt === null ? null : toRfc3339(item.startsAt),
    outcome: item.outcome,
    ...(item.ci === null ? {} : { ci: item.ci, ciConfidence: item.ciConfidence }),
    ...(item.incident === null ? {} : { incident: item.incident }),
    ...(told === undefined ? {} : { incidentAtNotification: told }),
    ...(home === undefined ? {} : { finalIncident: final(home) }),
  }
}

function incidentLine(incident: IncidentRecord, alerts: readonly string[]): object {
  const time = (name: 'provisionalAt' | 'openedAt' | 'notifiedAt' | 'resolvedAt'): object =>
    incident[name] === null ? {} : { [name]: toRfc3339(incident[name]) }
  const cause = incident.rootCause
  const abstained = cause === null || cause.abstained
  return {
    id: incident.id,
    status: incident.status,
    ...time('provisionalAt'),
    ...time('openedAt'),
    ...time('notifiedAt'),
    ...time('resolvedAt'),
    title: incident.title,
    priority: incident.priority,
    ...(incident.service === null ? {} : { service: incident.service }),
    ...(incident.mergedInto === null ? {} : { mergedInto: incident.mergedInto }),
    alerts,
    rootCauses: abstained
      ? []
      : cause.candidates.map(({ ci, score, factors }) => ({ ci, score, factors })),
    abstained,
    articles: incident.articles.map(({ id, score }) => ({ id, score })),
    similar: incident.similar.map(({ incident: id, score }) => ({ incident: id, score })),
    ...(incident.problem === null ? {} : { problem: incident.problem }),
    evidence: incident.priorityEvidence,
  }
}

/** Those that are problems still: what was merged away or dismissed is none. */
function problemLines({ problems, problemOf }: Recorded): readonly object[] {
  const incidents = new Map<string, string[]>()
  for (const [incident, problem] of problemOf) {
    if (problem === null) continue
    const list = incidents.get(problem)
    if (list === undefined) incidents.set(problem, [incident])
    else list.push(incident)
  }
  return [...problems.values()]
    .filter(({ status }) => status !== 'merged' && status !== 'dismissed')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, title, rootCi, figures, evidence }) => ({
      id,
      title,
      incidents: (incidents.get(id) ?? []).sort(),
      ...(rootCi === null ? {} : { rootCi }),
      monthlyCost: figures.monthlyCost,
      evidence,
    }))
}

function summary(engine: Engine, recorded: Recorded): object {
  const ledger = readLedger(engine.state.ledger)
  const told = [...recorded.incidents.values()].filter(({ notifiedAt }) => notifiedAt !== null)
  const opened = [...recorded.incidents.values()].filter(({ openedAt }) => openedAt !== null)
  const episodes = recorded.homes.size
  return {
    ledger,
    items: recorded.lines.length,
    episodes,
    incidents: {
      provisional: recorded.incidents.size,
      opened: opened.length,
      notified: told.length,
    },
    noiseReduction: episodes === 0 ? 0 : 1 - told.length / episodes,
    firstEntryAt: toRfc3339(engine.state.startedAt),
    lastTime: toRfc3339(engine.state.now),
  }
}

async function writeLines(file: string, rows: readonly object[]): Promise<void> {
  const stream = createWriteStream(file)
  for (const row of rows) stream.write(`${JSON.stringify(row)}\n`)
  stream.end()
  await finished(stream)
}
