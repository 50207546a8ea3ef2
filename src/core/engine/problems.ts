/**
 * Problems as the engine finds them: incidents it recognises as one of a known problem, and a look
 * at all of a scope that were resolved, daily and soon after many were. A look is bounded: families at
 * once, clusters one try at a time, a second apart. Scopes know nothing of each other's incidents.
 */
import { hash64 } from '../fingerprint.ts'
import {
  better,
  judgeClusters,
  MAX_POINTS,
  mostClusters,
  pointsOf,
  tryClusters,
} from '../problems/clusters.ts'
import {
  byStart,
  type Findings,
  familyKey,
  findFamilies,
  MIN_RECURRENCES,
} from '../problems/families.ts'
import type { ProblemState } from '../problems/state.ts'
import type { Family, PastIncident } from '../problems/types.ts'
import { DEFAULT_SCOPE } from '../scope.ts'
import type { IncidentState } from '../state.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import type { Timer } from '../timers.ts'
import { topOf } from '../top.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide, editScope } from './context.ts'
import {
  createProblem,
  describeProblem,
  editProblem,
  membersOf,
  ownKeys,
  setLink,
} from './problem-state.ts'

/** The daily look, UTC. */
const DAILY_AT_MS = 3 * HOUR
/** After so many resolved incidents the next look is this far. */
const ENOUGH = 25
const SOON_MS = 5 * MINUTE
const BETWEEN_TRIES_MS = SECOND
/** Scopes begin their daily looks within so many seconds. */
const TURNS = 900

/** Keeps a resolved incident for the next look, and recognises it. */
export function keepPast(ctx: Ctx, incident: IncidentState, past: PastIncident): void {
  ctx.state.past.set({ snap: 0, incident: incident.id, past })
  editScope(ctx, incident.scope).discovery.resolved += 1
  planLook(ctx, incident.scope)
  recognise(ctx, incident, past)
  const link = ctx.state.problemLinks.get(incident.id)
  if (link !== undefined && link.problem !== null) describeProblem(ctx, link.problem)
}

/** Forgets an incident that is too long ago. */
export function dropPast(ctx: Ctx, incident: string): void {
  ctx.state.past.delete(incident)
  const link = ctx.state.problemLinks.get(incident)
  if (link === undefined) return
  if (link.problem !== null) membersOf(ctx.ix, link.problem).delete(incident)
  ctx.state.problemLinks.delete(incident)
}

function planLook(ctx: Ctx, scope: string): void {
  const { now } = ctx.state
  const { discovery } = editScope(ctx, scope)
  const timeOfDay = DAILY_AT_MS + turnOf(scope)
  const daily = Math.floor((now - timeOfDay) / DAY) * DAY + DAY + timeOfDay
  const at = discovery.resolved >= ENOUGH ? Math.min(daily, now + SOON_MS) : daily
  if (discovery.dueAt !== null && discovery.dueAt <= at) return
  discovery.dueAt = at
  ctx.ix.timers.add(at, 'discover', scope)
}

/** Many scopes take turns: all at once would hold up what comes in. */
function turnOf(scope: string): number {
  if (scope === DEFAULT_SCOPE) return 0
  return (Number.parseInt(hash64(scope).slice(-6), 16) % TURNS) * SECOND
}

/** Links an incident to the problem that owns its family; what a person linked stays so. */
export function recognise(ctx: Ctx, incident: IncidentState, past: PastIncident): void {
  if (incident.openedAt === null && incident.status !== 'closed') return
  const { state, ix } = ctx
  const link = state.problemLinks.get(incident.id)
  if (link !== undefined && link.by !== 'engine') return
  const owner = ix.problems.byKey.get(familyKey(past))
  if (owner === undefined || owner === link?.problem) return
  if (state.problems.get(owner)?.status === 'dismissed') return
  setLink(ctx, incident.id, { problem: owner, by: 'engine' })
  const { title } = state.problems.get(owner)?.explanation ?? { title: owner }
  decide(ctx, {
    action: 'problem.linked',
    reason: 'same_family',
    text: `${incident.id} is one of ${owner}, ${title}`,
    problem: owner,
    incident: incident.id,
  })
  returnIfOver(ctx, owner, incident.id)
}

/** A problem that was thought to be over is not. */
function returnIfOver(ctx: Ctx, id: string, incident: string): void {
  const { status } = ctx.state.problems.get(id) ?? {}
  if (status !== 'resolved' && status !== 'closed') return
  const problem = editProblem(ctx, id)
  if (problem === undefined) return
  problem.status = problem.workaround === null ? 'open' : 'known_error'
  problem.resolvedAt = null
  problem.reopenCount += 1
  decide(ctx, {
    action: 'problem.returned',
    reason: 'incident_of_it',
    text: `It was ${status}, and ${incident} is one of it`,
    problem: id,
    incident,
  })
}

/** The look: families among all that were resolved, then a search for clusters in the rest. */
export function discover(ctx: Ctx, { at, id: scope }: Pick<Timer, 'at' | 'id'>): void {
  const { state } = ctx
  const { discovery } = editScope(ctx, scope)
  if (discovery.dueAt !== at) return
  discovery.dueAt = null
  discovery.resolved = 0
  const past = resolvedOnes(ctx, scope)
  const sizes = sizesOf(ctx)
  const findings = findFamilies(past, (placeClass) => sizes.get(placeClass) ?? 0)
  const described = new Set(findings.families.map((family) => settle(ctx, scope, family)))
  const own = [...state.problems.values()].filter((problem) => problem.scope === scope)
  for (const { id, status } of own.sort((a, b) => compare(a.id, b.id)))
    if (status !== 'merged' && status !== 'closed' && !described.has(id)) describeProblem(ctx, id)
  beginSearch(ctx, scope, findings)
}

/** Past incidents of a scope that are over by now; those that were merged away are forgotten. O(past) */
function resolvedOnes(ctx: Ctx, scope: string): readonly PastIncident[] {
  const { state } = ctx
  const found: PastIncident[] = []
  for (const { incident, past } of [...state.past.values()]) {
    if (past.scope !== scope) continue
    const status = state.incidents.get(incident)?.status
    if (status === 'merged') dropPast(ctx, incident)
    else if (status === undefined || status === 'resolved' || status === 'closed') found.push(past)
  }
  return found
}

function sizesOf({ state }: Ctx): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const { class: name } of state.topology.items.values())
    sizes.set(name, (sizes.get(name) ?? 0) + 1)
  return sizes
}

/** Brings a family to the problem that owns it, or proposes a new one; returns what was described. */
function settle(ctx: Ctx, scope: string, family: Family): string | null {
  const owner = ownerOf(ctx, family)
  if (owner === null) return propose(ctx, scope, family)
  const { byKey } = ctx.ix.problems
  ownKeys(
    ctx,
    owner.id,
    family.keys.filter((key) => !byKey.has(key)),
  )
  if (owner.status === 'dismissed') return null
  adopt(ctx, owner, family)
  return owner.id
}

/** The problem that owns most of the family's incidents by their keys; ties by number. */
function ownerOf(ctx: Ctx, { incidents }: Family): Readonly<ProblemState> | null {
  const counts = new Map<string, number>()
  for (const one of incidents) {
    const id = ctx.ix.problems.byKey.get(familyKey(one))
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const [best] = [...counts].sort(([a, n], [b, m]) => m - n || a.length - b.length || compare(a, b))
  return best === undefined ? null : (ctx.state.problems.get(best[0]) ?? null)
}

function propose(ctx: Ctx, scope: string, family: Family): string | null {
  const free = freeOf(ctx, family)
  if (free.length < MIN_RECURRENCES) return null
  const problem = createProblem(ctx, {
    scope,
    kind: family.kind === 'cluster' ? 'cluster' : 'family',
    splitFrom: null,
  })
  ownKeys(ctx, problem.id, family.keys)
  for (const { incident } of free) setLink(ctx, incident, { problem: problem.id, by: 'engine' })
  describeProblem(ctx, problem.id, family.chance)
  const { title, evidence } = problem.explanation
  decide(ctx, {
    action: 'problem.proposed',
    reason: family.kind,
    text: `${title}: ${free.length} incidents look like one problem`,
    problem: problem.id,
    terms: evidence,
  })
  return problem.id
}

/** Incidents of the family that are of no problem, and that nobody took out of one. */
function freeOf({ state }: Ctx, { incidents }: Family): readonly PastIncident[] {
  return incidents.filter(({ incident }) => !state.problemLinks.has(incident))
}

function adopt(ctx: Ctx, problem: Readonly<ProblemState>, family: Family): void {
  const { resolvedAt } = problem
  for (const { incident, startedAt } of freeOf(ctx, family)) {
    setLink(ctx, incident, { problem: problem.id, by: 'engine' })
    if (ctx.state.incidents.has(incident))
      decide(ctx, {
        action: 'problem.linked',
        reason: family.kind,
        text: `${incident} is one of ${problem.id}, ${problem.explanation.title}`,
        problem: problem.id,
        incident,
      })
    if (resolvedAt !== null && startedAt > resolvedAt) returnIfOver(ctx, problem.id, incident)
  }
  describeProblem(ctx, problem.id, family.chance)
}

/** The newest incidents that are of no family and in no other problem, to be clustered. */
function beginSearch(ctx: Ctx, scope: string, { rest }: Findings): void {
  const { state } = ctx
  const open = rest
    .flatMap(({ incidents }) => incidents)
    .filter(({ incident }) => {
      const link = state.problemLinks.get(incident)
      if (link === undefined) return true
      return link.problem !== null && state.problems.get(link.problem)?.kind === 'cluster'
    })
  const newest = topOf(open, MAX_POINTS, (a, b) => byStart(b, a))
  editScope(ctx, scope).discovery.search = {
    incidents: newest.map(({ incident }) => incident).reverse(),
    k: 2,
    nextAt: state.now + BETWEEN_TRIES_MS,
    best: null,
  }
  ctx.ix.timers.add(state.now + BETWEEN_TRIES_MS, 'cluster', scope)
}

/** One try with one number of clusters; after the last the best of them is judged. */
export function searchOn(ctx: Ctx, { at, id: scope }: Pick<Timer, 'at' | 'id'>): void {
  const { state } = ctx
  const { discovery } = editScope(ctx, scope)
  const { search } = discovery
  if (search === null || search.nextAt !== at) return
  const incidents = search.incidents.flatMap((id) => state.past.get(id)?.past ?? [])
  // what has left meanwhile is left out of the numbers too: then they would not fit
  if (incidents.length < search.incidents.length) {
    discovery.search = null
    return
  }
  const points = pointsOf(incidents)
  if (search.k <= mostClusters(points)) {
    search.best = better(search.best, tryClusters(points, search.k))
    search.k += 1
    search.nextAt = at + BETWEEN_TRIES_MS
    ctx.ix.timers.add(search.nextAt, 'cluster', scope)
    return
  }
  discovery.search = null
  for (const cluster of judgeClusters(incidents, points, search.best)) settle(ctx, scope, cluster)
}
