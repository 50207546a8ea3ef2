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
import { byStart, familyKey, findFamilies, MIN_RECURRENCES } from '../problems/families.ts'
import { findPatterns, patternKeysOf } from '../problems/patterns.ts'
import type { ProblemState } from '../problems/state.ts'
import type { Family, PastIncident } from '../problems/types.ts'
import { DEFAULT_SCOPE } from '../scope.ts'
import { leastWorth } from '../shares.ts'
import type { IncidentState } from '../state.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import type { Timer } from '../timers.ts'
import { topOf } from '../top.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide, editScope } from './context.ts'
import { forgetImported } from './imported-like.ts'
import {
  createProblem,
  describeProblem,
  editProblem,
  indexPast,
  membersOf,
  ownKeys,
  setLink,
} from './problem-state.ts'

/** The daily look, UTC. */
const DAILY_AT_MS = 3 * HOUR
/** After so many resolved incidents, or this share of what the last look took, the next look is this far. */
const ENOUGH = 25
const ENOUGH_SHARE = 0.01
const SOON_MS = 5 * MINUTE
const BETWEEN_TRIES_MS = SECOND
/** Scopes begin their daily looks within so many seconds. */
const TURNS = 900
/** Past incidents of all scopes that are kept. A look at so many takes some seconds. */
export const MAX_PAST = 100_000
/** So many stay once there would be more: to choose them every time would hold up what comes in. */
const ROOM = 0.95 * MAX_PAST

/** Keeps a resolved incident for the next look, and recognises it where it opened. */
export function keepPast(ctx: Ctx, incident: IncidentState, past: PastIncident): void {
  remember(ctx, past)
  recognise(ctx, incident, past)
  describeProblemOf(ctx, incident.id)
  forgetOldest(ctx)
}

/** Keeps an incident that the engine never held, and recognises it. */
export function rememberPast(ctx: Ctx, past: PastIncident): void {
  remember(ctx, past)
  recogniseBy(ctx, past)
  describeProblemOf(ctx, past.incident)
  forgetOldest(ctx)
}

export function remember(ctx: Ctx, past: PastIncident): void {
  ctx.state.past.set({ snap: 0, incident: past.incident, past })
  indexPast(ctx, past)
  editScope(ctx, past.scope).discovery.resolved += 1
  planLook(ctx, past.scope)
}

function describeProblemOf(ctx: Ctx, incident: string): void {
  const link = ctx.state.problemLinks.get(incident)
  if (link !== undefined && link.problem !== null) describeProblem(ctx, link.problem)
}

/** Forgets an incident that is too long ago. */
export function dropPast(ctx: Ctx, { incident, scope }: PastIncident): void {
  ctx.state.past.delete(incident)
  forgetImported(ctx, incident)
  ctx.ix.problems.past.get(scope)?.delete(incident)
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
  const enough = Math.max(ENOUGH, ENOUGH_SHARE * discovery.looked)
  const at = discovery.resolved >= enough ? Math.min(daily, now + SOON_MS) : daily
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
  if (incident.openedAt !== null || incident.status === 'closed') recogniseBy(ctx, past)
}

export function recogniseBy(ctx: Ctx, past: PastIncident): void {
  const { state, ix } = ctx
  const { incident } = past
  const link = state.problemLinks.get(incident)
  if (link !== undefined && link.by !== 'engine') return
  const owner = [familyKey(past), ...patternKeysOf(past)]
    .flatMap((key) => ix.problems.byKey.get(key) ?? [])
    .at(0)
  if (owner === undefined || owner === link?.problem) return
  if (state.problems.get(owner)?.status === 'dismissed') return
  setLink(ctx, incident, { problem: owner, by: 'engine' })
  if (state.imported.has(incident)) {
    if (past.startedAt > (state.problems.get(owner)?.resolvedAt ?? state.now))
      returnIfOver(ctx, owner, incident)
    return
  }
  const { title } = state.problems.get(owner)?.explanation ?? { title: owner }
  decide(ctx, {
    action: 'problem.linked',
    reason: 'same_family',
    text: `${incident} is one of ${owner}, ${title}`,
    problem: owner,
    incident,
  })
  returnIfOver(ctx, owner, incident)
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

/** The look: families among all that were resolved, patterns in the rest, then a search for clusters. */
export function discover(ctx: Ctx, { at, id: scope }: Pick<Timer, 'at' | 'id'>): void {
  const { state } = ctx
  const { discovery } = editScope(ctx, scope)
  if (discovery.dueAt !== at) return
  discovery.dueAt = null
  discovery.resolved = 0
  const past = resolvedOnes(ctx, scope)
  discovery.looked = past.length
  const sizes = sizesOf(ctx)
  const findings = findFamilies(past, (placeClass) => sizes.get(placeClass) ?? 0)
  const left = findings.rest.flatMap(({ incidents }) => incidents)
  const patterns = findPatterns(left)
  const described = new Set(
    [...findings.families, ...patterns].map((family) => settle(ctx, scope, family)),
  )
  const own = [...state.problems.values()].filter((problem) => problem.scope === scope)
  for (const { id, status } of own.sort((a, b) => compare(a.id, b.id)))
    if (status !== 'merged' && status !== 'closed' && !described.has(id)) describeProblem(ctx, id)
  const inPattern = new Set(patterns.flatMap(({ incidents }) => incidents))
  beginSearch(
    ctx,
    scope,
    left.filter((one) => !inPattern.has(one)),
  )
}

/** Keeps what all scopes have within its bound: the oldest go, of those that have more than their share. */
export function forgetOldest(ctx: Ctx): void {
  const { past } = ctx.state
  if (past.size <= MAX_PAST) return
  const kept = [...past.values()].map(({ incident, past: { scope, startedAt } }) => ({
    key: incident,
    scope,
    worth: startedAt,
  }))
  for (const incident of leastWorth(kept, ROOM)) {
    const gone = past.get(incident)?.past
    if (gone !== undefined) dropPast(ctx, gone)
  }
}

/** Past incidents of a scope that are over by now; those that were merged away are forgotten. O(those of the scope) */
function resolvedOnes(ctx: Ctx, scope: string): readonly PastIncident[] {
  const { state, ix } = ctx
  const found: PastIncident[] = []
  for (const incident of [...(ix.problems.past.get(scope) ?? [])]) {
    const past = state.past.get(incident)?.past
    if (past === undefined) continue
    const status = state.incidents.get(incident)?.status
    if (status === 'merged') dropPast(ctx, past)
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

/** Brings a finding to the problem that it is, or proposes a new one; returns what was described. */
function settle(ctx: Ctx, scope: string, family: Family): string | null {
  const owner = ownerOf(ctx, family)
  if (owner === null) return propose(ctx, scope, family)
  const { problem, byKeys } = owner
  const isDismissed = problem.status === 'dismissed'
  if (byKeys || !isDismissed) ownKeys(ctx, problem.id, unowned(ctx, family.keys))
  if (isDismissed) return null
  adopt(ctx, problem, family)
  return problem.id
}

function unowned({ ix }: Ctx, keys: readonly string[]): readonly string[] {
  return keys.filter((key) => !ix.problems.byKey.has(key))
}

/** The problem that a finding is, and whether its keys alone say so. */
interface Owner {
  readonly problem: Readonly<ProblemState>
  readonly byKeys: boolean
}

/** Incidents of a finding that a problem owns by their keys, or by themselves; then all that are of it. */
interface Share {
  keyed: number
  linked: number
  members: number
}

/**
 * The problem that owns most of the finding's incidents; ties by number. Where it does not own the key that they
 * have in common, most is more than half of all, or of the problem: a few incidents of another problem do not
 * make the finding that one.
 */
function ownerOf(ctx: Ctx, finding: Family): Owner | null {
  const { kind, incidents } = finding
  const common = commonOwner(ctx, finding)
  const [best] = [...sharesOf(ctx, finding, common)]
    .map(([id, { keyed, linked, members }]) => ({
      id,
      owned: keyed + linked,
      byKeys: kind === 'family' || id === common || isMost(keyed, incidents.length),
      hasMostOfIt: members >= MIN_RECURRENCES && isMost(members, membersOf(ctx.ix, id).size),
    }))
    .filter(
      ({ owned, byKeys, hasMostOfIt }) => byKeys || hasMostOfIt || isMost(owned, incidents.length),
    )
    .sort((a, b) => b.owned - a.owned || a.id.length - b.id.length || compare(a.id, b.id))
  if (best === undefined) return null
  const problem = ctx.state.problems.get(best.id)
  return problem === undefined ? null : { problem, byKeys: best.byKeys }
}

/** Who owns the key of a family or pattern. A cluster has but those of its incidents, which say nothing of the others. */
function commonOwner({ ix }: Ctx, { kind, keys, incidents }: Family): string | undefined {
  const single = new Set(kind === 'family' ? [] : incidents.map(familyKey))
  return keys.flatMap((key) => (single.has(key) ? [] : (ix.problems.byKey.get(key) ?? []))).at(0)
}

function sharesOf(
  ctx: Ctx,
  { kind, incidents }: Family,
  common: string | undefined,
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>()
  const shareOf = (id: string): Share => {
    const share = shares.get(id) ?? { keyed: 0, linked: 0, members: 0 }
    shares.set(id, share)
    return share
  }
  for (const one of incidents) {
    const own = ctx.ix.problems.byKey.get(familyKey(one)) ?? common
    const link = kind === 'family' ? undefined : linkedTo(ctx, one)
    if (own !== undefined) shareOf(own).keyed += 1
    else if (link !== undefined) shareOf(link).linked += 1
    if (link !== undefined) shareOf(link).members += 1
  }
  return shares
}

function isMost(some: number, all: number): boolean {
  return 2 * some > all
}

/** A cluster or pattern is known by its incidents where its keys have changed. */
function linkedTo({ state }: Ctx, { incident }: PastIncident): string | undefined {
  const id = state.problemLinks.get(incident)?.problem
  return id == null || state.problems.get(id)?.kind === 'family' ? undefined : id
}

function propose(ctx: Ctx, scope: string, family: Family): string | null {
  const free = freeOf(ctx, family)
  if (free.length < MIN_RECURRENCES) return null
  const problem = createProblem(ctx, {
    scope,
    kind: family.kind === 'cluster' ? 'cluster' : 'family',
    splitFrom: null,
  })
  ownKeys(ctx, problem.id, unowned(ctx, family.keys))
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

/** The newest incidents that are of no family, pattern or other problem, to be clustered. */
function beginSearch(ctx: Ctx, scope: string, left: readonly PastIncident[]): void {
  const { state } = ctx
  const open = left.filter(({ incident }) => {
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
