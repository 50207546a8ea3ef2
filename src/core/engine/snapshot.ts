/**
 * Snapshots: the whole engine state in chunks, taken while the engine goes on. With the journal's
 * tail they are the only input of a restart: snapshot(O) + tail = full fold, for any O.
 */
import { settlesAt } from '../flapping.ts'
import type { Article, Ci, Relation } from '../model.ts'
import { emptyState, type State } from '../state.ts'
import { buildTopology, compare } from '../topology.ts'
import { ENGINE_VERSION, ruledKey } from './context.ts'
import { Engine } from './engine.ts'

export interface Chunk {
  readonly kind: string
  readonly data: string
}

const TABLES = [
  'alerts',
  'incidents',
  'silences',
  'changes',
  'rates',
  'votes',
  'confirmed',
  'sources',
  'profiles',
  'raised',
] as const

/** What is no table and is written at once when the snapshot begins. */
const SCALARS = [
  'scope',
  'now',
  'startedAt',
  'offset',
  'seq',
  'incidentCounter',
  'latestStart',
  'engineVersion',
  'expiryGraceUntil',
  'rules',
  'rulesVersion',
  'articlesVersion',
  'ledger',
] as const

const ITEMS_PER_CHUNK = 500

/**
 * A running snapshot of the state as it was when this was called. Call it between two entries, and
 * `next()` between entries until it answers `null`; each call takes some milliseconds.
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
  return JSON.stringify({ ...scalars, topologyVersion, engine: ENGINE_VERSION })
}

function* chunksOf(
  state: State,
  { head, topology, articles }: Pick<State, 'topology' | 'articles'> & { readonly head: string },
): Generator<Chunk, void> {
  yield { kind: 'state', data: head }
  yield* inParts('cis', [...topology.items.values()])
  yield* inParts('relations', topology.relations)
  yield* inParts('articles', [...articles.values()])
  for (const table of TABLES) {
    for (;;) {
      const lines = state[table].nextChunk(ITEMS_PER_CHUNK)
      if (lines === null) break
      if (lines.length > 0) yield { kind: table, data: JSON.stringify(lines) }
    }
  }
}

function* inParts(kind: string, all: readonly unknown[]): Generator<Chunk, void> {
  for (let start = 0; start < all.length; start += ITEMS_PER_CHUNK)
    yield { kind, data: JSON.stringify(all.slice(start, start + ITEMS_PER_CHUNK)) }
}

/** Collects chunks in any order of kinds; `finish` builds the engine from them. */
export function restoreEngine(): {
  readonly add: (chunk: Chunk) => void
  readonly finish: () => Engine
} {
  const state = emptyState('default')
  const cis: Ci[] = []
  const relations: Relation[] = []
  const articles: Article[] = []
  let topologyVersion = 'none'
  return {
    add: ({ kind, data }) => {
      const table = TABLES.find((name) => name === kind)
      if (table !== undefined) state[table].restore(asWritten<string[]>(data))
      else if (kind === 'cis') cis.push(...asWritten<Ci[]>(data))
      else if (kind === 'relations') relations.push(...asWritten<Relation[]>(data))
      else if (kind === 'articles') articles.push(...asWritten<Article[]>(data))
      else if (kind === 'state') {
        const read = asWritten<Pick<State, (typeof SCALARS)[number]> & { topologyVersion: string }>(
          data,
        )
        topologyVersion = read.topologyVersion
        for (const name of SCALARS) Object.assign(state, { [name]: read[name] })
      }
    },
    finish: () => {
      state.topology = buildTopology(topologyVersion, cis, relations)
      state.articles = new Map(articles.map((article) => [article.id, article]))
      const engine = new Engine(state.scope, state)
      rebuild(engine)
      return engine
    },
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
    const settles = alert.flap === null ? null : settlesAt(alert.flap, state.rules.dedup.flapping)
    if (settles !== null) ix.timers.add(settles, 'settle', alert.identity)
    if (alert.status === 'firing' && alert.expiresAt !== null)
      ix.timers.add(alert.expiresAt, 'expire', alert.identity)
    if (alert.status === 'resolved' && alert.forgetAt !== null)
      ix.timers.add(alert.forgetAt, 'forget', alert.identity)
  }
  const incidents = [...state.incidents.values()].sort((a, b) => compare(a.id, b.id))
  for (const incident of incidents) {
    for (const timer of ['open', 'notify', 'resolve', 'analyse', 'close'] as const) {
      const at = incident[`${timer}At`]
      if (at !== null) ix.timers.add(at, timer, incident.id)
    }
    for (const { key, identity, side } of Object.values(incident.members)) {
      if (side !== null) ix.placements.add({ ...side, key, identity, incident: incident.id })
    }
  }
  const ruled = incidents.filter((incident) => incident.rule !== null)
  for (const { rule, id } of ruled.sort((a, b) => (a.rule?.since ?? 0) - (b.rule?.since ?? 0)))
    if (rule !== null) ix.ruled.set(ruledKey(rule), id)
  for (const { silence } of state.silences.values()) {
    for (const at of [silence.startsAt, silence.endsAt])
      if (at > state.now) ix.timers.add(at, 'silence', silence.id)
  }
  for (const { change, forgetAt } of state.changes.values())
    ix.timers.add(forgetAt, 'forget', `change:${change.id}`)
  for (const { reporter, graceUntil } of state.sources.values())
    if (graceUntil !== null) ix.timers.add(graceUntil, 'expire', `source:${reporter}`)
}
