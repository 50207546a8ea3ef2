/**
 * Snapshots: the whole engine state in chunks, taken while the engine goes on. With the journal's
 * tail they are the only input of a restart: snapshot(O) + tail = full fold, for any O.
 */
import { byStart } from '../correlate/placements.ts'
import { settlesAt } from '../flapping.ts'
import { type Article, type Ci, isEqual, type Relation } from '../model.ts'
import { type Member, Roster } from '../roster.ts'
import { DEFAULT_SCOPE } from '../scope.ts'
import { emptyState, type IncidentState, type State } from '../state.ts'
import type { ChunkLimits } from '../table.ts'
import { buildTopology, compare } from '../topology.ts'
import { rebuildWindows } from './calendar.ts'
import { rebuildCmdb } from './cmdb.ts'
import { ENGINE_VERSION, ruledKey } from './context.ts'
import { Engine } from './engine.ts'
import { findFormer } from './former.ts'
import { indexBare } from './identify.ts'
import { indexConstraint, timerOf } from './learn.ts'
import { rebuildInhibitions, rebuildSilences } from './muting.ts'
import { rebuildProblems } from './problem-state.ts'
import { planHours } from './recurring.ts'

export interface Chunk {
  readonly kind: string
  readonly data: string
}

const TABLES = [
  'scopes',
  'arrivals',
  'alerts',
  'incidents',
  'members',
  'editParts',
  'silences',
  'changes',
  'rates',
  'votes',
  'articleMarks',
  'confirmed',
  'constraints',
  'corrections',
  'declined',
  'weights',
  'partners',
  'companions',
  'sources',
  'profiles',
  'raised',
  'past',
  'imported',
  'pastImports',
  'pastImportParts',
  'problems',
  'problemLinks',
  'sourceRecords',
  'links',
  'imports',
  'importParts',
  'aliases',
  'unbound',
  'observed',
  'regroupings',
] as const

/** What is no table and is written at once when the snapshot begins. */
const SCALARS = [
  'scope',
  'now',
  'startedAt',
  'offset',
  'seq',
  'constraintCounter',
  'correctionCounter',
  'aliasCounter',
  'unboundCounter',
  'observedCounter',
  'regroupingCounter',
  'observeAt',
  'engineVersion',
  'expiryGraceUntil',
  'rules',
  'rulesVersion',
  'articlesVersion',
  'ledger',
] as const

/** Of the chunks: a snapshot of another format is none. */
const FORMAT = 28

/** So much is written at a stretch: some milliseconds. */
const CHUNK: ChunkLimits = { records: 500, size: 256 * 1024 }

/**
 * A running snapshot of the state as it was when this was called. Call it between two entries, and
 * `next()` between entries until it answers `null`; each call takes some milliseconds. Not while an
 * import comes in: what its parts have made so far is in no snapshot.
 *
 * @param number rises with each snapshot of one engine, from 1
 */
export function beginSnapshot(
  engine: Engine,
  number: number,
): { readonly offset: number; readonly next: () => Chunk | null; readonly abort: () => void } {
  const { state } = engine
  const { topology, articles } = state
  const head = scalarsOf(state)
  for (const table of TABLES) state[table].beginSnapshot(number)
  const chunks = chunksOf(state, { head, topology, articles })
  return {
    offset: state.offset,
    next: () => {
      const step = chunks.next()
      return step.done === true ? null : step.value
    },
    abort: () => {
      for (const table of TABLES) state[table].abortSnapshot()
    },
  }
}

function scalarsOf(state: State): string {
  const scalars = Object.fromEntries(SCALARS.map((name) => [name, state[name]]))
  const topologyVersion = state.topology.version
  return JSON.stringify({ ...scalars, topologyVersion, engine: ENGINE_VERSION, format: FORMAT })
}

function* chunksOf(
  state: State,
  { head, topology, articles }: Pick<State, 'topology' | 'articles'> & { readonly head: string },
): Generator<Chunk, void> {
  yield { kind: 'state', data: head }
  yield* inParts('cis', topology.items.values())
  yield* inParts('relations', topology.relations)
  yield* inParts('articles', articles.values())
  for (const table of TABLES) {
    for (;;) {
      const lines = state[table].nextChunk(CHUNK)
      if (lines === null) break
      if (lines.length > 0) yield { kind: table, data: asList(lines) }
    }
  }
}

function* inParts(kind: string, all: Iterable<unknown>): Generator<Chunk, void> {
  let lines: string[] = []
  let size = 0
  for (const one of all) {
    const line = JSON.stringify(one)
    lines.push(line)
    size += line.length
    if (lines.length < CHUNK.records && size < CHUNK.size) continue
    yield { kind, data: asList(lines) }
    lines = []
    size = 0
  }
  if (lines.length > 0) yield { kind, data: asList(lines) }
}

/** Each line is JSON already. */
function asList(lines: readonly string[]): string {
  return `[${lines.join(',')}]`
}

/** Collects chunks, that of the scalars first; `finish` builds the engine from them. */
export function restoreEngine(): {
  readonly add: (chunk: Chunk) => void
  /** `null` where the chunks are of another format: then the journal has to be folded anew. */
  readonly finish: () => Engine | null
} {
  const state = emptyState('default')
  const cis: Ci[] = []
  const relations: Relation[] = []
  const articles: Article[] = []
  let topologyVersion = 'none'
  let isKnown = false
  return {
    add: ({ kind, data }) => {
      if (kind === 'state') {
        const read = asWritten<Head>(data)
        isKnown = read.format === FORMAT
        topologyVersion = read.topologyVersion
        for (const name of SCALARS) Object.assign(state, { [name]: read[name] })
      }
      if (!isKnown) return
      const table = TABLES.find((name) => name === kind)
      if (table !== undefined) restoreTable(state, table, data)
      else if (kind === 'cis') cis.push(...asWritten<Ci[]>(data))
      else if (kind === 'relations') relations.push(...asWritten<Relation[]>(data))
      else if (kind === 'articles') articles.push(...asWritten<Article[]>(data))
    },
    finish: () => {
      if (!isKnown) return null
      state.topology = buildTopology(topologyVersion, cis, relations)
      state.articles = new Map(articles.map((article) => [article.id, article]))
      const engine = new Engine(state.scope, state)
      rebuild(engine)
      return engine
    },
  }
}

/** Whether this is the first chunk of a snapshot in the format of this version. */
export function isReadable({ kind, data }: Chunk): boolean {
  return kind === 'state' && asWritten<Head>(data).format === FORMAT
}

type Head = Pick<State, (typeof SCALARS)[number]> & {
  readonly topologyVersion: string
  readonly format?: number
}

function restoreTable(state: State, table: (typeof TABLES)[number], data: string): void {
  if (table === 'members') {
    state.members.restore(asWritten<Member[]>(data).map((member) => shared(state, member)))
    return
  }
  if (table !== 'incidents') {
    state[table].restore(asWritten(data))
    return
  }
  const incidents = asWritten<Omit<IncidentState, 'members'>[]>(data)
  state.incidents.restore(incidents.map((one) => ({ ...one, members: new Roster() })))
}

/** Of an episode that goes on, the alert has what the member has: they keep it once. */
function shared({ alerts }: State, member: Member): Member {
  const alert = alerts.get(member.identity)
  if (alert === undefined || alert.startsAt !== member.startsAt) return member
  const { identity, fingerprint, signature, rule, labels } = alert
  return {
    ...member,
    ...{ identity, fingerprint, signature, rule, labels },
    title: alert.title === member.title ? alert.title : member.title,
    annotations: isEqual(alert.annotations, member.annotations)
      ? alert.annotations
      : member.annotations,
  }
}

/** Guarantee: `data` was written by `beginSnapshot`; its checksum was verified by the store. */
function asWritten<T>(data: string): T {
  return JSON.parse(data) as T
}

/** Builds what is derived from the tables: timers, placements, ids, incidents kept by rules. */
function rebuild({ state, ix }: Engine): void {
  for (const alert of state.alerts.values()) {
    ix.ids.set(alert.id, alert.identity)
    indexBare(ix, alert)
    const settles = alert.flap === null ? null : settlesAt(alert.flap, state.rules.dedup.flapping)
    if (settles !== null) ix.timers.add(settles, 'settle', alert.identity)
    if (alert.status === 'firing' && alert.expiresAt !== null)
      ix.timers.add(alert.expiresAt, 'expire', alert.identity)
    if (alert.status === 'resolved' && alert.forgetAt !== null)
      ix.timers.add(alert.forgetAt, 'forget', alert.identity)
  }
  const incidents = [...state.incidents.values()].sort((a, b) => compare(a.id, b.id))
  for (const incident of incidents) {
    for (const timer of ['open', 'notify', 'tell', 'resolve', 'analyse', 'close'] as const) {
      const at = incident[`${timer}At`]
      if (at !== null) ix.timers.add(at, timer, incident.id)
    }
  }
  const members = [...state.members.values()].sort(
    (a, b) => compare(a.incident, b.incident) || a.order - b.order,
  )
  for (const seen of members) {
    const member = state.members.edit(seen)
    if (member !== undefined) state.incidents.get(seen.incident)?.members.join(member)
  }
  // in the order of their beginning each goes to the end of its lists
  for (const { key, identity, side, incident } of members.sort(byStart))
    if (side !== null)
      ix.placements.add(state.incidents.get(incident)?.scope ?? DEFAULT_SCOPE, {
        ...side,
        key,
        identity,
        incident,
      })
  const ruled = incidents.filter((incident) => incident.rule !== null)
  for (const { rule, id, scope } of ruled.sort(
    (a, b) => (a.rule?.since ?? 0) - (b.rule?.since ?? 0),
  ))
    if (rule !== null) ix.ruled.set(ruledKey(scope, rule), id)
  findFormer(state, ix)
  rebuildSilences({ state, ix })
  planHours({ state, ix })
  for (const { change, forgetAt } of state.changes.values())
    ix.timers.add(forgetAt, 'forget', `change:${change.id}`)
  for (const { reporter, graceUntil } of state.sources.values())
    if (graceUntil !== null) ix.timers.add(graceUntil, 'expire', `source:${reporter}`)
  const learned = [...state.constraints.values()].sort((a, b) => a.number - b.number)
  for (const one of learned) {
    indexConstraint({ ix }, one)
    ix.timers.add(one.expiresAt, 'forget', timerOf(one.id))
  }
  for (const { scope, countAt } of state.scopes.values())
    if (countAt !== null) ix.timers.add(countAt, 'count', scope)
  for (const { scope, storm } of state.arrivals.values())
    if (storm !== null && storm.checkAt !== null) ix.timers.add(storm.checkAt, 'storm', scope)
  if (state.observeAt !== null) ix.timers.add(state.observeAt, 'observe', '')
  rebuildProblems(state, ix)
  rebuildCmdb({ state, ix })
  rebuildInhibitions({ state, ix })
  rebuildWindows({ state, ix })
}
