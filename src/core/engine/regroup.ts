/** Regrouping by people: merge, split and move, each with what is needed to undo it. */
import { type Couple, coreOf, corePairs, cutPairs } from '../learn/constraints.ts'
import type { Member, Seen } from '../roster.ts'
import { joinChannels } from '../route.ts'
import type { Edit, IncidentState } from '../state.ts'
import { compare } from '../topology.ts'
import { clocksOf, giveBack } from './clocks.ts'
import { type Ctx, decide, editAlert, editIncident, episodeKey, survivor } from './context.ts'
import { takeBack } from './dismiss.ts'
import { type Explained, explainAsBefore, explainByPerson, sayMoved } from './explain.ts'
import { afterJoin, arm, createIncident, disarm, planResolve } from './incidents.ts'
import { noteLinks } from './judged.ts'
import { editKey, learn, unlearn } from './learn.ts'
import { passMember, showFacts, sortMembers } from './members.ts'
import { declineUndone } from './regroupings.ts'
import { toldChannels } from './route.ts'

export type Refusal = { readonly refused: string; readonly text: string }
type Result = Refusal | { readonly incident: string }

/** Incidents that are closed for good are history. */
export function isEditable(incident: IncidentState | undefined): incident is IncidentState {
  return incident !== undefined && incident.status !== 'closed' && incident.status !== 'merged'
}

const GONE: Refusal = {
  refused: 'not_editable',
  text: 'closed, merged or unknown incidents stay as they are',
}

const OTHER_SCOPE: Refusal = {
  refused: 'other_scope',
  text: 'incidents of different scopes never share alerts',
}

/** Merges `from` into the oldest of them all, which keeps the earliest clocks. */
export function merge(
  ctx: Ctx,
  { incident, from }: { readonly incident: string; readonly from: readonly string[] },
  actor: string,
): Result {
  const ids = [...new Set([incident, ...from].map((id) => survivor(ctx, id)))].sort(byNumber)
  const all = ids.map((id) => editIncident(ctx, id))
  if (all.some((one) => !isEditable(one))) return GONE
  const [oldest, ...others] = all.filter(isEditable)
  if (others.some(({ scope }) => scope !== oldest?.scope)) return OTHER_SCOPE
  if (oldest === undefined || others.length === 0)
    return { refused: 'nothing_to_merge', text: 'they are one incident already' }
  for (const other of others) {
    const members = [...other.members.keys()]
    const edit = { kind: 'merge', actor, from: other } as const
    const before = clocksOf(oldest)
    const fromStatus = other.status
    const explained = explainByPerson(ctx, other, members, actor)
    const pairs = corePairs(coreOf(oldest.members.values()), coreOf(other.members.values()))
    transferMembers(ctx, other, oldest, members)
    absorb(ctx, oldest, other)
    settle(ctx, oldest)
    const clocks = { before, after: clocksOf(oldest) }
    noteEdit(ctx, oldest, { ...edit, fromStatus, clocks, explained })
    decide(ctx, {
      action: 'incident.merged',
      reason: 'by_person',
      text: `Merged ${other.id} into ${oldest.id}`,
      actor,
      incident: oldest.id,
    })
    sayMoved(ctx, oldest, members, { actor, reason: 'merge', from: other.id })
    learn(ctx, oldest, 'together', pairs)
    noteLinks(ctx, oldest, other, explained)
  }
  return { incident: oldest.id }
}

/** Ids in the order in which they were given: longer numbers are younger. */
function byNumber(a: string, b: string): number {
  return a.length - b.length || compare(a, b)
}

/** Whether people were told of it by itself. */
function isToldAlone({ notifiedAt, toldInStorm }: IncidentState): boolean {
  return notifiedAt !== null && toldInStorm === null
}

function absorb(ctx: Ctx, into: IncidentState, from: IncidentState): void {
  const earliest = (a: number | null, b: number | null): number | null =>
    a === null ? b : b === null ? a : Math.min(a, b)
  into.provisionalAt = Math.min(into.provisionalAt, from.provisionalAt)
  into.openedAt = earliest(into.openedAt, from.openedAt)
  into.toldInStorm =
    isToldAlone(into) || isToldAlone(from) ? null : (into.toldInStorm ?? from.toldInStorm)
  into.notifiedAt = earliest(into.notifiedAt, from.notifiedAt)
  into.acknowledgedAt = earliest(into.acknowledgedAt, from.acknowledgedAt)
  into.acknowledgedBy ??= from.acknowledgedBy
  into.owner ??= from.owner
  if (into.teamBy === null && from.teamBy !== null) {
    into.team = from.team
    into.teamBy = from.teamBy
  }
  // whoever was told of either hears how it ends
  if (into.told !== null && from.told !== null)
    into.told = { ...into.told, channels: joinChannels(into.told.channels, from.told.channels) }
  into.told ??= from.told
  if (into.status === 'provisional' && from.status !== 'provisional') into.status = 'open'
  from.status = 'merged'
  from.mergedInto = into.id
  disarm(from)
  arm(ctx, from, 'close', ctx.state.now + ctx.state.rules.lifecycle.close)
  decide(ctx, {
    action: 'incident.merged',
    reason: 'by_person',
    text: `Merged into ${into.id}`,
    incident: from.id,
  })
}

/** Those of the keys that are members, each once. */
function membersOf({ members }: IncidentState, keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].filter((key) => members.get(key) !== undefined)
}

/** Takes members out into a new incident. */
export function split(
  ctx: Ctx,
  { incident, members }: { readonly incident: string; readonly members: readonly string[] },
  actor: string,
): Result {
  const source = editIncident(ctx, survivor(ctx, incident))
  if (!isEditable(source)) return GONE
  const wanted = membersOf(source, members)
  if (wanted.length === 0 || wanted.length === source.memberCount)
    return { refused: 'bad_split', text: 'name some of its alerts, but not all' }
  const made = createIncident(ctx, source.scope, 'split_by_person')
  made.splitFrom = source.id
  made.weights = source.weights
  made.edited = true
  made.status = source.openedAt === null ? 'provisional' : 'open'
  made.openedAt = source.openedAt === null ? null : ctx.state.now
  made.notifiedAt = source.notifiedAt === null ? null : ctx.state.now
  made.toldInStorm = source.toldInStorm
  const edit = { kind: 'split', actor, from: source } as const
  const explained = explainByPerson(ctx, source, wanted, actor)
  noteEdit(ctx, made, { ...edit, fromStatus: source.status, clocks: null, explained })
  transferMembers(ctx, source, made, wanted)
  made.team = source.teamBy === null ? made.team : source.team
  made.teamBy = source.teamBy
  const { priority, services } = made
  // those of its route that were not told of the source are told once it settles
  made.told =
    made.notifiedAt === null ? null : { priority, services, channels: toldChannels(source) }
  decide(ctx, {
    action: 'incident.split',
    reason: 'by_person',
    text: `${countOf(wanted)} of ${source.id} became ${made.id}`,
    actor,
    incident: source.id,
  })
  decide(ctx, {
    action: 'incident.split',
    reason: 'by_person',
    text: `Split from ${source.id}`,
    actor,
    incident: made.id,
  })
  sayMoved(ctx, made, wanted, { actor, reason: 'split', from: source.id })
  learn(ctx, made, 'apart', cut(source, made, explained))
  noteLinks(ctx, made, source, explained)
  planResolve(ctx, source)
  settle(ctx, made)
  return { incident: made.id }
}

/** Moves members into another incident that exists. */
export function move(
  ctx: Ctx,
  command: { readonly incident: string; readonly members: readonly string[]; readonly to: string },
  actor: string,
): Result {
  const source = editIncident(ctx, survivor(ctx, command.incident))
  const target = editIncident(ctx, survivor(ctx, command.to))
  if (!isEditable(source) || !isEditable(target)) return GONE
  if (source.scope !== target.scope) return OTHER_SCOPE
  const wanted = membersOf(source, command.members)
  if (source === target || wanted.length === 0)
    return { refused: 'nothing_to_move', text: 'those alerts are not in that incident' }
  if (wanted.length === source.memberCount)
    return { refused: 'would_empty', text: 'that is all of it: merge the incidents instead' }
  const edit = { kind: 'move', actor, from: source } as const
  const core = coreOf(target.members.values())
  const explained = explainByPerson(ctx, source, wanted, actor)
  noteEdit(ctx, target, { ...edit, fromStatus: source.status, clocks: null, explained })
  transferMembers(ctx, source, target, wanted)
  for (const id of [source.id, target.id])
    decide(ctx, {
      action: 'incident.moved',
      reason: 'by_person',
      text: `${countOf(wanted)} moved from ${source.id} to ${target.id}`,
      actor,
      incident: id,
    })
  sayMoved(ctx, target, wanted, { actor, reason: 'move', from: source.id })
  learn(ctx, target, 'apart', cut(source, target, explained))
  const moved = wanted.flatMap((key) => target.members.get(key) ?? [])
  learn(ctx, target, 'together', corePairs(coreOf(moved), core))
  noteLinks(ctx, target, source, explained)
  planResolve(ctx, source)
  settle(ctx, target)
  return { incident: target.id }
}

/**
 * Undoes the newest regrouping that this incident received: its members go back to where they came
 * from, or to the incident that one was merged into. Undoing a merge also gives back the clocks and
 * the status of both, as far as nothing has changed them since.
 */
export function undo(ctx: Ctx, incident: string, actor: string): Result {
  const target = editIncident(ctx, survivor(ctx, incident))
  if (!isEditable(target)) return GONE
  const edit = target.edits.findLast((one) => !one.undone)
  if (edit === undefined) return { refused: 'nothing_to_undo', text: 'it was not regrouped' }
  const key = editKey(target, target.edits.indexOf(edit))
  if (edit.kind === 'dismiss') {
    takeBack(ctx, target, { edit, key, actor })
    rest(ctx, target)
    return { incident: target.id }
  }
  const source = editIncident(ctx, edit.kind === 'merge' ? edit.from : survivor(ctx, edit.from))
  const explained = edit.parts.map((key) => ctx.state.editParts.get(key)?.explained ?? {})
  const members = membersOf(target, explained.flatMap(Object.keys))
  if (source === undefined || source.status === 'closed' || members.length === 0) return GONE
  edit.undone = true
  unlearn(ctx, key, actor)
  declineUndone(ctx, edit, { actor, members })
  if (edit.clocks !== null) {
    source.status = edit.fromStatus
    source.mergedInto = null
    source.closeAt = null
    giveBack(target, edit.clocks)
  }
  for (const part of explained) explainAsBefore(ctx, target, part)
  transferMembers(ctx, target, source, members)
  sortMembers(ctx, source)
  for (const id of [source.id, target.id])
    decide(ctx, {
      action: 'incident.undone',
      reason: `undo_${edit.kind}`,
      text: `The ${edit.kind} of ${source.id} and ${target.id} was undone`,
      actor,
      incident: id,
    })
  sayMoved(ctx, source, members, { actor, reason: `undo_${edit.kind}`, from: target.id })
  rest(ctx, source)
  if (target.memberCount > 0) rest(ctx, target)
  else becomeMerged(ctx, target, source)
  return { incident: source.id }
}

/** What it says that these members left `from` for `to`; to be called after they did. */
function cut(from: IncidentState, to: IncidentState, explained: Explained): Couple<Seen>[] {
  const left = Object.keys(explained).flatMap((key) => to.members.get(key) ?? [])
  const stayed = new Map([...from.members.values()].map((member) => [member.key, member]))
  return cutPairs(left, stayed, explained)
}

function becomeMerged(ctx: Ctx, empty: IncidentState, into: IncidentState): void {
  empty.status = 'merged'
  empty.mergedInto = into.id
  disarm(empty)
  arm(ctx, empty, 'close', ctx.state.now + ctx.state.rules.lifecycle.close)
}

function countOf(alerts: readonly string[]): string {
  return alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`
}

function noteEdit(
  ctx: Ctx,
  target: IncidentState,
  {
    from,
    explained,
    ...edit
  }: Pick<Edit, 'kind' | 'actor' | 'fromStatus' | 'clocks'> & {
    readonly from: IncidentState
    readonly explained: Explained
  },
): void {
  const parts = keepParts(ctx, editKey(target, target.edits.length), Object.entries(explained))
  const about = { at: ctx.state.now, from: from.id, to: target.id, parts, undone: false }
  target.edits.push({ ...edit, ...about })
  target.edited = true
  from.edited = true
}

/** Members in one part. */
const PART = 100

function keepParts(
  { state }: Ctx,
  edit: string,
  explained: readonly (readonly [string, Explained[string] | undefined])[],
): string[] {
  const keys: string[] = []
  for (let start = 0; start < explained.length; start += PART) {
    const key = `${edit}/${keys.length}`
    const some = explained.slice(start, start + PART).map(([name, why]) => [name, why ?? null])
    state.editParts.set({ snap: 0, key, explained: Object.fromEntries(some) })
    keys.push(key)
  }
  return keys
}

/** Moves members, with their alerts, placements and records, and counts both incidents anew. */
export function transferMembers(
  ctx: Ctx,
  from: IncidentState,
  to: IncidentState,
  keys: readonly string[],
): void {
  for (const key of keys) {
    const member = passMember(ctx, key, { from, to })
    if (member !== undefined) rehome(ctx, member, to.id)
  }
  showFacts(ctx, from)
  showFacts(ctx, to)
}

/** Points the alert, its placement and, for an episode of the past, its record at the incident. */
function rehome(ctx: Ctx, member: Member, incident: string): void {
  const placement = ctx.ix.placements.get(member.key)
  if (placement !== undefined) placement.incident = incident
  const known = ctx.state.alerts.get(member.identity)
  if (known !== undefined && episodeKey(known) === member.key) {
    const alert = editAlert(ctx, member.identity)
    if (alert !== undefined) alert.incident = incident
  } else if (member.past !== null) {
    member.past = { ...member.past, incident }
    ctx.out.pastEpisodes.push(member.past)
  }
}

/** Sets the timers of an incident that nothing new joined; what a person holds resolved stays so. */
function rest(ctx: Ctx, incident: IncidentState): void {
  if (incident.firingCount === 0 || incident.heldResolved) planResolve(ctx, incident)
  else afterJoin(ctx, incident)
}

/** Lets the incident's clocks follow its new members. */
function settle(ctx: Ctx, incident: IncidentState): void {
  if (incident.firingCount > 0) afterJoin(ctx, incident)
  else planResolve(ctx, incident)
}
