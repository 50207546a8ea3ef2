/**
 * Changes of service desks, read by the clock: told to the engine as reports of the source `change`, so
 * that a webhook of the desk that gives the same id is of the same change. What it knows already is not
 * told again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_PLANNED_AHEAD } from '../ingest/change.ts'
import { MAX_AGE } from '../ingest/fields.ts'
import { SOURCES } from '../ingest/index.ts'
import { trusting } from './cmdb/pull/authority.ts'
import type { ChangesAsked, NamedCi, PulledChange } from './cmdb/pull/changes/change.ts'
import { CHANGE_IMPORTERS } from './cmdb/pull/changes/index.ts'
import { createPullHttp, type PullHttp } from './cmdb/pull/http.ts'
import { type Config, credential } from './config.ts'
import { recordId } from './core/cmdb/model.ts'
import { canBind } from './core/engine/changes.ts'
import { AppError } from './core/errors.ts'
import type { Change, ChangeEvent } from './core/model.ts'
import type { ChangeState, State } from './core/state.ts'
import { type EpochMs, toRfc3339 } from './core/time.ts'
import { compare } from './core/topology.ts'
import { untilStopped } from './import-steps.ts'
import { createPulls } from './jobs/pulls.ts'
import type { Journey } from './journey.ts'
import { type Clock, systemClock } from './notify/clock.ts'
import type { ChangeSource } from './pulled-sources.ts'
import type { ChangePull, ChangePulls } from './server/deps.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface ChangePullsDeps {
  readonly sources: readonly ChangeSource[]
  readonly journey: Journey
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly http: PullHttp
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

/** A change as the source `change` reads it (docs/ingest.md). */
interface Item extends Pick<PulledChange, 'id' | 'title' | 'kind' | 'url' | 'actor'> {
  readonly ci: readonly string[]
  readonly startsAt: string
  readonly endsAt?: string
  readonly labels: Readonly<Record<string, string>>
}

/** Begins to read by the clock, until the stop. */
export function openChanges({
  config,
  ends,
  ...parts
}: Pick<ChangePullsDeps, 'journey' | 'metrics' | 'log'> & {
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
  const told = new Map<string, string>()
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
  readonly told: Map<string, string>
  readonly show: (change: Partial<ChangePull>) => void
  readonly signal: AbortSignal
}

async function read(
  { journey, metrics, clock, http }: ChangePullsDeps,
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
  const fresh = near
    .map((change) => toItem(change, source, state))
    .filter((item) => !isTold(item, told.get(keyOf(source, item)), { state, at: clock.now() }))
  const bad = found.bad.map(({ where, field, error }) => ({
    where,
    error: field === undefined ? error : `${field} ${error}`,
  }))
  forgetOthers(told, source, near)
  let refused = 0
  for (let at = 0; at < fresh.length; at += BATCH) {
    const batch = fresh.slice(at, at + BATCH)
    const { items } = await journey.receive(SOURCE, { body: JSON.stringify(batch) })
    for (const [index, item] of batch.entries()) {
      told.set(keyOf(source, item), JSON.stringify(item))
      const answer = items[index]
      if (answer?.kind !== 'rejected') continue
      refused += 1
      bad.push({ where: item.id, error: answer.reason })
    }
  }
  metrics.changePulls.inc({ result: fresh.length === 0 ? 'unchanged' : 'told' })
  const passedOver = found.unplanned + found.changes.length - near.length
  const count = found.changes.length + found.unplanned + found.bad.length
  show({ endedAt: clock.now(), read: count, told: fresh.length - refused, passedOver })
  show({ bad: bad.slice(0, MAX_BAD), badCount: bad.length })
}

function keyOf({ source }: ChangeSource, { id }: Pick<Item, 'id'>): string {
  return `${source}\0${id}`
}

function forgetOthers(
  told: Map<string, string>,
  source: ChangeSource,
  near: readonly PulledChange[],
): void {
  const kept = new Set(near.map((change) => keyOf(source, change)))
  for (const key of told.keys())
    if (key.startsWith(`${source.source}\0`) && !kept.has(key)) told.delete(key)
}

/** What the source `change` would refuse for its time alone comes in when it is nearer, or not at all. */
function isNear({ startsAt, endsAt }: PulledChange, now: EpochMs): boolean {
  return startsAt <= now + MAX_PLANNED_AHEAD && (endsAt ?? startsAt) >= now - MAX_AGE
}

function toItem(change: PulledChange, { cmdb, labels }: ChangeSource, state: State): Item {
  const { id, title, kind, url, actor, startsAt, endsAt } = change
  const said = Object.entries({ ...change.labels, ...labels }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  )
  return {
    ...{ id, title, kind, startsAt: toRfc3339(startsAt) },
    ci: [...new Set(change.cis.flatMap((ci) => nameOf(ci, cmdb, state) ?? []))],
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

/** Whether the engine would learn nothing from it, given what was told of it last. */
function isTold(
  item: Item,
  before: string | undefined,
  { state, at }: { readonly state: State; readonly at: EpochMs },
): boolean {
  const known = state.changes.get(`${SOURCE}:${item.id}`)
  if (known === undefined || before !== undefined) {
    if (before !== JSON.stringify(item)) return false
    if (known === undefined) return true
  }
  const [event] = SOURCES.get(SOURCE)?.read([item], { at }) ?? []
  if (event?.kind !== 'change') return before !== undefined
  if (before === undefined && !isSame(sorted(event.cis), known.planned)) return false
  return saysTheSame(event, known, at) && !canBind({ state }, known.change)
}

/** Somebody else, such as a webhook, may have told of it meanwhile. */
function saysTheSame(
  event: ChangeEvent,
  { change }: Pick<ChangeState, 'change'>,
  at: EpochMs,
): boolean {
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
