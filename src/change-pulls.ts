/**
 * Changes of service desks, read by the clock: told to the engine as reports of the source `change`, so
 * that a webhook of the desk that gives the same id is of the same change. What it knows already is not
 * told again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_CHANGE_CIS, MAX_PLANNED_AHEAD } from '../ingest/change.ts'
import { MAX_AGE, NOTE_ANNOTATION } from '../ingest/fields.ts'
import { SOURCES } from '../ingest/index.ts'
import type { BadRow } from './cmdb/importer.ts'
import { trusting } from './cmdb/pull/authority.ts'
import type { ChangesAsked, NamedCi, PulledChange } from './cmdb/pull/changes/change.ts'
import { CHANGE_IMPORTERS } from './cmdb/pull/changes/index.ts'
import { createPullHttp, type PullHttp } from './cmdb/pull/http.ts'
import { type Config, credential } from './config.ts'
import { plannedOf, plannedWindow, statusOf } from './core/calendar.ts'
import { recordId } from './core/cmdb/model.ts'
import { bindChange, canBind, KEEP_CHANGES_MS } from './core/engine/changes.ts'
import { AppError } from './core/errors.ts'
import type { Change, ChangeEvent } from './core/model.ts'
import type { State } from './core/state.ts'
import { type EpochMs, toRfc3339 } from './core/time.ts'
import { compare } from './core/topology.ts'
import { untilStopped } from './import-steps.ts'
import { createPulls } from './jobs/pulls.ts'
import type { Journey } from './journey.ts'
import { type Clock, systemClock } from './notify/clock.ts'
import type { ChangeSource } from './pulled-sources.ts'
import type { ChangePull, ChangePulls } from './server/deps.ts'
import { listChanges } from './store/changes.ts'
import type { Store } from './store/client.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface ChangePullsDeps {
  readonly sources: readonly ChangeSource[]
  readonly journey: Journey
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly http: PullHttp
  readonly store: Store
}

export interface RunningChangePulls extends ChangePulls {
  start(): void
  stop(): Promise<void>
}

/** The source that all of them are told by. */
const SOURCE = 'change'
/** Changes of one body. */
const BATCH = 200
const MAX_BAD = 20
/** The status of a change that its desk lists no more. */
const GONE = 'gone'

/** A change as the source `change` reads it (docs/ingest.md). */
interface Item extends Pick<PulledChange, 'id' | 'title' | 'kind' | 'url' | 'actor'> {
  readonly ci: readonly string[]
  readonly startsAt: string
  readonly endsAt?: string
  readonly labels: Readonly<Record<string, string>>
}

/** What was told of a change last. */
interface Told {
  /** The item, as JSON. */
  readonly text: string
  /** Why it was not taken. */
  readonly refused?: string
}

/** Begins to read by the clock, until the stop. */
export function openChanges({
  config,
  ends,
  ...parts
}: Pick<ChangePullsDeps, 'journey' | 'metrics' | 'log' | 'store'> & {
  readonly config: Pick<Config, 'changeSources'>
  readonly ends: { add(close: () => Promise<void>): void }
}): RunningChangePulls {
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false })
  const http = createPullHttp({ env: credential, wait, now: () => performance.now() })
  const sources = config.changeSources
  const pulls = createChangePulls({ ...parts, sources, http, clock: systemClock })
  pulls.start()
  ends.add(() => pulls.stop())
  return pulls
}

/** Nothing is read by the clock before `start`. */
export function createChangePulls(deps: ChangePullsDeps): RunningChangePulls {
  const ending = new AbortController()
  const last = new Map<string, ChangePull>()
  /** What was told, by source and id: the engine forgets changes that are long over. */
  const told = new Map<string, Told>()
  let tail: Promise<unknown> = Promise.resolve()
  const pull = (source: ChangeSource, by: string) => {
    const show = (change: Partial<ChangePull>): void => {
      const before = last.get(source.source)
      if (before !== undefined) last.set(source.source, { ...before, ...change })
    }
    const begun = { by, at: deps.clock.now(), endedAt: null, read: 0, told: 0, passedOver: 0 }
    last.set(source.source, { ...begun, bad: [], badCount: 0 })
    const ended = read(deps, source, { told, show, signal: ending.signal }).then(
      () => ({ failure: null }),
      (cause: unknown) => {
        deps.log.error({ err: cause, source: source.source }, 'changes could not be read')
        deps.metrics.changePulls.inc({ result: 'failed' })
        show({ endedAt: deps.clock.now() })
        return { failure: cause instanceof AppError ? cause.message : 'it failed within' }
      },
    )
    tail = Promise.all([tail, ended])
    return { begun: source.source, ended }
  }
  const onError = (cause: unknown): void => deps.log.error({ err: cause }, 'changes were not read')
  const pulls = createPulls({ sources: deps.sources, pull, clock: deps.clock, onError })
  const list: ChangePulls['list'] = () =>
    pulls.list().map((one) => ({ ...one, last: last.get(one.source) ?? null }))
  return {
    list,
    now: (name, by) => {
      pulls.now(name, by)
      const found = list().find(({ source }) => source === name)
      if (found === undefined) throw new AppError('not_found', 'no source of this name is pulled')
      return found
    },
    start: () => pulls.start(),
    stop: async () => {
      ending.abort()
      pulls.stop()
      await tail
    },
  }
}

interface Reading {
  readonly told: Map<string, Told>
  readonly show: (change: Partial<ChangePull>) => void
  readonly signal: AbortSignal
}

async function read(
  { journey, metrics, clock, http, store }: ChangePullsDeps,
  source: ChangeSource,
  { told, show, signal }: Reading,
): Promise<void> {
  const importer = CHANGE_IMPORTERS.get(source.from)
  if (importer === undefined)
    throw new AppError('payload_invalid', `there is no API ${source.from}`)
  const trusted = await trusting(http, source.caFile)
  const asked: ChangesAsked = { now: clock.now(), progress: (count) => show({ read: count }) }
  const found = await untilStopped(importer.pull(source.settings, trusted, asked), signal)
  const { state } = journey.engine
  const near = found.changes.filter((change) => isNear(change, clock.now()))
  const items = near.map((change) => toItem(change, source, state))
  const at = clock.now()
  const recorded = await recordedOf(unknownOf(items, source, { state, told }), { store, at })
  const fresh = items.filter((item) => {
    const record = recorded.get(engineId(item.id))
    if (record !== undefined) return !isRecorded(item, record, { state, at })
    return !isTold(item, told.get(keyOf(source, item))?.text, { state, at })
  })
  const missing = missingOf(told, source, items)
  // Of a row that could not be read nobody knows which change it is.
  const isWhole = importer.listsAllToCome && found.bad.length === 0
  const gone = isWhole ? missing.flatMap((id) => toGone(id, { state, at })) : []
  const said = [...fresh, ...gone]
  let refused = 0
  for (let from = 0; from < said.length; from += BATCH) {
    const batch = said.slice(from, from + BATCH)
    const answers = await tell(batch, journey)
    for (const [index, item] of batch.entries()) {
      const answer = answers[index] ?? {}
      told.set(keyOf(source, item), { text: JSON.stringify(item), ...answer })
      if (answer.refused !== undefined) refused += 1
    }
  }
  for (const item of items)
    if (!told.has(keyOf(source, item)))
      told.set(keyOf(source, item), { text: JSON.stringify(item) })
  metrics.changePulls.inc({ result: said.length === 0 ? 'unchanged' : 'told' })
  const passedOver = found.unplanned + found.changes.length - near.length
  const count = found.changes.length + found.unplanned + found.bad.length
  show({ endedAt: clock.now(), read: count, told: said.length - refused, passedOver })
  const bad = [...found.bad.map(badRow), ...refusedOf([...items, ...gone], source, told)]
  show({ bad: bad.slice(0, MAX_BAD), badCount: bad.length })
  const over = importer.listsAllToCome
    ? [...missing.filter((id) => !state.changes.has(engineId(id))), ...gone.map(({ id }) => id)]
    : missing
  for (const id of over) told.delete(keyOf(source, { id }))
}

/** Why each of them was refused, where it was. */
async function tell(
  batch: readonly Item[],
  journey: Journey,
): Promise<readonly Pick<Told, 'refused'>[]> {
  const { items } = await journey.receive(SOURCE, { body: JSON.stringify(batch) })
  return items.map((answer) => (answer.kind === 'rejected' ? { refused: answer.reason } : {}))
}

type Bad = ChangePull['bad'][number]

function badRow({ where, field, error }: BadRow): Bad {
  return { where, error: field === undefined ? error : `${field} ${error}` }
}

/** What is refused stays so while the desk says the same of it, and is not told again. */
function refusedOf(
  items: readonly Item[],
  source: ChangeSource,
  told: ReadonlyMap<string, Told>,
): readonly Bad[] {
  return items.flatMap((item) => {
    const refused = told.get(keyOf(source, item))?.refused
    return refused === undefined ? [] : [{ where: item.id, error: refused }]
  })
}

function keyOf({ source }: ChangeSource, { id }: Pick<Item, 'id'>): string {
  return `${source}\0${id}`
}

/** As the engine calls it. */
function engineId(id: string): string {
  return `${SOURCE}:${id}`
}

/** Ids of what was told before and is not there now. */
function missingOf(
  told: ReadonlyMap<string, Told>,
  source: ChangeSource,
  items: readonly Item[],
): readonly string[] {
  const there = new Set(items.map((item) => keyOf(source, item)))
  const start = keyOf(source, { id: '' })
  return [...told.keys()].flatMap((key) =>
    key.startsWith(start) && !there.has(key) ? [key.slice(start.length)] : [],
  )
}

/** A change that its desk lists no more, told so that it is no window any more; nothing where it is none. */
function toGone(
  id: string,
  { state, at }: { readonly state: State; readonly at: EpochMs },
): readonly Item[] {
  const known = state.changes.get(engineId(id))
  if (known === undefined || statusOf(known.change) === GONE) return []
  const pack = { ...state.rules.suppress.changes, mode: 'mute' } as const
  const { window } = plannedWindow(plannedOf(known), pack)
  if (window === null || window.endsAt <= at) return []
  const { title, changeKind: kind, unbound, labels, url, actor } = known.change
  return [
    {
      ...{ id, title, kind, url: url ?? undefined, actor: actor ?? undefined },
      ...{ startsAt: toRfc3339(window.startsAt), endsAt: toRfc3339(window.endsAt) },
      ci: [...known.planned, ...unbound].slice(0, MAX_CHANGE_CIS),
      labels: { ...labels, status: GONE },
    },
  ]
}

/** What the source `change` would refuse for its time alone comes in when it is nearer, or not at all. */
function isNear({ startsAt, endsAt }: PulledChange, now: EpochMs): boolean {
  return startsAt <= now + MAX_PLANNED_AHEAD && (endsAt ?? startsAt) >= now - MAX_AGE
}

function toItem(change: PulledChange, source: ChangeSource, state: State): Item {
  const { cmdb, labels, idPrefix = '' } = source
  const { title, kind, url, actor, startsAt, endsAt } = change
  const cis = [...new Set(change.cis.flatMap((ci) => nameOf(ci, cmdb, state) ?? []))]
  const note =
    cis.length > MAX_CHANGE_CIS
      ? `CIs left out: ${cis.length - MAX_CHANGE_CIS} of ${cis.length}.`
      : undefined
  const all = { ...change.labels, ...labels, [NOTE_ANNOTATION]: note }
  const said = Object.entries(all).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  )
  return {
    ...{ id: `${idPrefix}${change.id}`, title, kind, startsAt: toRfc3339(startsAt) },
    ci: cis.slice(0, MAX_CHANGE_CIS),
    // Begun after it was to end: when it ends nobody knows.
    ...(endsAt === undefined || endsAt < startsAt ? {} : { endsAt: toRfc3339(endsAt) }),
    labels: Object.fromEntries(said),
    ...(url === undefined ? {} : { url }),
    ...(actor === undefined ? {} : { actor }),
  }
}

/** The id of the CI that the desk's own CMDB calls so, else what it is called. */
function nameOf(
  { key, name }: NamedCi,
  cmdb: string | undefined,
  { sourceRecords }: State,
): string | undefined {
  const known =
    cmdb === undefined || key === undefined ? undefined : sourceRecords.get(recordId(cmdb, key))
  return known !== undefined && !known.retired ? known.ci : (name ?? key)
}

/** Those that neither the engine nor this run knows anything of. */
function unknownOf(
  items: readonly Item[],
  source: ChangeSource,
  { state, told }: { readonly state: State; readonly told: ReadonlyMap<string, Told> },
): readonly Item[] {
  return items.filter(
    (item) => !state.changes.has(engineId(item.id)) && !told.has(keyOf(source, item)),
  )
}

/** What is stored of those that are over for so long that the engine has forgotten them, by its ids. */
async function recordedOf(
  items: readonly Item[],
  { store, at }: { readonly store: Store; readonly at: EpochMs },
): Promise<ReadonlyMap<string, Change>> {
  // all of them are written alike, so that texts compare as times do
  const since = toRfc3339(at - KEEP_CHANGES_MS)
  const ids = items
    .filter(({ startsAt, endsAt = startsAt }) => endsAt < since)
    .map(({ id }) => engineId(id))
  const found = new Map<string, Change>()
  for (let from = 0; from < ids.length; from += BATCH) {
    const batch = ids.slice(from, from + BATCH)
    const page = await listChanges(store, { ids: batch, limit: BATCH })
    for (const change of page.items) found.set(change.id, change)
  }
  return found
}

/** Whether the record of a change that is long over says the same, and has the CIs that are known by now. */
function isRecorded(
  item: Item,
  record: Change,
  { state, at }: { readonly state: State; readonly at: EpochMs },
): boolean {
  const [event] = SOURCES.get(SOURCE)?.read([item], { at }) ?? []
  if (event?.kind !== 'change') return false
  const { bound } = bindChange({ state }, event)
  return saysTheSame(event, record, at) && bound.every((ci) => record.cis.includes(ci))
}

/** Whether the engine would learn nothing from it, given what was told of it last. */
function isTold(
  item: Item,
  before: string | undefined,
  { state, at }: { readonly state: State; readonly at: EpochMs },
): boolean {
  const known = state.changes.get(engineId(item.id))
  if (known === undefined || before !== undefined) {
    if (before !== JSON.stringify(item)) return false
    if (known === undefined) return true
  }
  const [event] = SOURCES.get(SOURCE)?.read([item], { at }) ?? []
  if (event?.kind !== 'change') return before !== undefined
  if (before === undefined && !isSame(sorted(event.cis), known.planned)) return false
  return saysTheSame(event, known.change, at) && !canBind({ state }, known.change)
}

/** Somebody else, such as a webhook, may have told of it meanwhile. */
function saysTheSame(event: ChangeEvent, change: Change, at: EpochMs): boolean {
  const { title, changeKind, labels, url = change.url, actor = change.actor } = event
  const of = (one: Change): readonly unknown[] => [
    ...[one.title, one.changeKind, one.url, one.actor, one.endsAt],
    Object.entries(one.labels).sort(([a], [b]) => compare(a, b)),
  ]
  const endsAt = event.endsAt ?? change.endsAt
  const now = { ...change, title, changeKind, labels, url, actor, endsAt }
  return isSame(of(now), of(change)) && startsTheSame(event, change, at)
}

/** Of one that has begun the first start that was told counts. */
function startsTheSame({ startsAt }: ChangeEvent, change: Change, at: EpochMs): boolean {
  if (startsAt === change.startsAt) return true
  return change.startsAt < startsAt && startsAt <= at
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function sorted(names: readonly string[]): readonly string[] {
  return [...names].sort(compare)
}
