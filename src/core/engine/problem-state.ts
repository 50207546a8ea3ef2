/** Problems in the state: making them, and keeping their incidents, keys and figures in step. */
import { explain } from '../problems/explain.ts'
import { figuresOf } from '../problems/figures.ts'
import type { ProblemLinkState, ProblemState } from '../problems/state.ts'
import type { Chance, PastIncident } from '../problems/types.ts'
import type { ProblemKind } from '../record.ts'
import { scopedId } from '../scope.ts'
import type { State } from '../state.ts'
import { type Ctx, editIncident, editScope, type Indices } from './context.ts'
import { historySince } from './imported-like.ts'

/** `PRB-000012`, counted like incidents: in each scope by itself. */
function nextId(ctx: Ctx, scope: string): string {
  const counted = editScope(ctx, scope)
  counted.problemCounter += 1
  return scopedId(scope, `PRB-${String(counted.problemCounter).padStart(6, '0')}`)
}

/** A new problem without incidents; `describeProblem` fills in the rest once it has some. */
export function createProblem(
  ctx: Ctx,
  made: {
    readonly scope: string
    readonly kind: ProblemKind
    readonly splitFrom: string | null
  },
): ProblemState {
  const { now } = ctx.state
  const figures = figuresOf([], { now, since: historySince(ctx, made.scope) })
  const problem: ProblemState = {
    snap: 0,
    id: nextId(ctx, made.scope),
    status: 'proposed',
    ...made,
    keys: [],
    chance: null,
    figures,
    explanation: explain([], { chance: null, figures }),
    owner: null,
    workaround: null,
    resolution: null,
    proposedAt: now,
    decidedAt: null,
    decidedBy: null,
    resolvedAt: null,
    reopenCount: 0,
    tasks: [],
    taskCounter: 0,
    changes: [],
    articles: [],
    mergedInto: null,
    edits: [],
  }
  ctx.state.problems.set(problem)
  ctx.out.problems.add(problem.id)
  ctx.ix.problems.members.set(problem.id, new Set())
  return problem
}

/** The problem to be changed; its record will be written. */
export function editProblem(ctx: Ctx, id: string): ProblemState | undefined {
  const problem = ctx.state.problems.edit(id)
  if (problem !== undefined) ctx.out.problems.add(id)
  return problem
}

/** The problem an id leads to, following merges. */
export function survivingProblem(ctx: Ctx, id: string): string {
  let at = id
  for (let hops = 0; hops < 100; hops++) {
    const next = ctx.state.problems.get(at)?.mergedInto
    if (next === undefined || next === null) return at
    at = next
  }
  return at
}

/** Gives keys to a problem, which they are taken from another one for. */
export function ownKeys(ctx: Ctx, id: string, keys: readonly string[]): void {
  const { byKey } = ctx.ix.problems
  for (const key of keys) {
    const before = byKey.get(key)
    if (before === id) continue
    if (before !== undefined) disownKeys(ctx, before, new Set([key]))
    byKey.set(key, id)
    const problem = editProblem(ctx, id)
    if (problem !== undefined) problem.keys = [...problem.keys, key]
  }
}

function disownKeys(ctx: Ctx, id: string, keys: ReadonlySet<string>): void {
  const problem = editProblem(ctx, id)
  if (problem !== undefined) problem.keys = problem.keys.filter((key) => !keys.has(key))
}

/** What an incident is to be linked to; `undefined`: as if nobody had ever said anything. */
export interface Linking {
  readonly problem: string | null | undefined
  readonly by: string
}

/** Links an incident, and writes its record anew where the engine still holds it. */
export function setLink(ctx: Ctx, incident: string, { problem, by }: Linking): void {
  const { state, ix, out } = ctx
  const known = state.problemLinks.edit(incident)
  const before = known?.problem ?? null
  if (problem === undefined) state.problemLinks.delete(incident)
  else if (known === undefined) state.problemLinks.set({ snap: 0, incident, problem, by })
  else Object.assign(known, { problem, by })
  if (before !== null) {
    ix.problems.members.get(before)?.delete(incident)
    out.problems.add(before)
  }
  if (problem !== null && problem !== undefined) {
    membersOf(ix, problem).add(incident)
    out.problems.add(problem)
  }
  noteLink(ctx, incident)
}

/** Tells the store which problem the incident is one of by now. */
export function noteLink(ctx: Ctx, incident: string): void {
  ctx.out.problemLinks.add(incident)
  editIncident(ctx, incident)
}

export function membersOf(ix: Indices, problem: string): Set<string> {
  const known = ix.problems.members.get(problem)
  if (known !== undefined) return known
  const made = new Set<string>()
  ix.problems.members.set(problem, made)
  return made
}

/** Incidents of a problem that are over. */
export function pastOfProblem({ state, ix }: Ctx, problem: string): readonly PastIncident[] {
  return [...membersOf(ix, problem)].flatMap((id) => state.past.get(id)?.past ?? [])
}

/** Works out the problem's figures and what explains it. O(incidents · log incidents) */
export function describeProblem(ctx: Ctx, id: string, chance?: Chance): void {
  const problem = editProblem(ctx, id)
  if (problem === undefined) return
  const { now } = ctx.state
  const incidents = pastOfProblem(ctx, id)
  problem.chance = chance ?? problem.chance
  problem.figures = figuresOf(incidents, { now, since: historySince(ctx, problem.scope) })
  if (incidents.length === 0) return
  const { figures } = problem
  // where people took incidents out, what was tested was more than what is left
  const isTested = (problem.chance?.recurrences ?? 0) <= figures.recurrences
  const tested = isTested ? problem.chance : null
  problem.explanation = explain(incidents, { chance: tested, figures })
}

/** Finds a past incident by its scope from now on. */
export function indexPast({ ix }: Pick<Ctx, 'ix'>, { scope, incident }: PastIncident): void {
  const known = ix.problems.past.get(scope)
  if (known === undefined) ix.problems.past.set(scope, new Set([incident]))
  else known.add(incident)
}

/** Builds what is derived from the tables: past incidents of scopes, who owns which key, incidents of problems, timers. */
export function rebuildProblems(state: State, ix: Indices): void {
  for (const { past } of state.past.values()) indexPast({ ix }, past)
  for (const { id, keys } of state.problems.values()) {
    membersOf(ix, id)
    for (const key of keys) ix.problems.byKey.set(key, id)
  }
  for (const { incident, problem } of state.problemLinks.values())
    if (problem !== null) membersOf(ix, problem).add(incident)
  for (const { scope, discovery } of state.scopes.values()) {
    const { dueAt, search } = discovery
    if (dueAt !== null) ix.timers.add(dueAt, 'discover', scope)
    if (search !== null) ix.timers.add(search.nextAt, 'cluster', scope)
  }
}

/** A link as it is, to be put back. */
export function linkAsIs(
  { state }: Ctx,
  incident: string,
): { readonly incident: string } & Linking {
  const link: Readonly<ProblemLinkState> | undefined = state.problemLinks.get(incident)
  return { incident, problem: link?.problem, by: link?.by ?? 'engine' }
}
