/** What the engine works out of its state, to find things fast: never stored. */
import { divideArticles } from '../article-plan.ts'
import { ScopedPlacements } from '../correlate/scoped-placements.ts'
import { Inhibitions } from '../inhibit.ts'
import { buildKnowledge } from '../knowledge-index.ts'
import type { State } from '../state.ts'
import { Timers } from '../timers.ts'
import { indexByScope } from './alike.ts'
import { emptyCmdbIndex } from './cmdb-index.ts'
import type { Indices } from './context.ts'
import { emptyImportedIndex } from './imported-index.ts'

/** Indices of a new engine: of the state they know rules, articles and similar incidents, no alert yet. */
export function indicesOf(state: State): Indices {
  const { ours, published } = divideArticles(state.articles)
  return {
    placements: new ScopedPlacements(),
    timers: new Timers(),
    ids: new Map(),
    bare: new Map(),
    ruled: new Map(),
    former: [],
    inhibitions: new Inhibitions(state.rules.suppress.inhibit, state.topology),
    windows: new Map(),
    turns: { windows: new Map(), hours: new Map() },
    knowledge: buildKnowledge([...ours.values()]),
    knownErrors: buildKnowledge([...published.values()]),
    criticality: new WeakMap(),
    problems: { byKey: new Map(), members: new Map(), past: new Map() },
    cmdb: emptyCmdbIndex(),
    observed: { view: null },
    constraints: new Map(),
    proposed: null,
    weights: new Map(),
    clock: null,
    similar: indexByScope(state.profiles.values()),
    imported: emptyImportedIndex(),
  }
}
