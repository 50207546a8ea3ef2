/** Regrouping problems by people, each act with what is needed to undo it. */
import type { ProblemCommand } from '../entry.ts'
import { familyKey } from '../problems/families.ts'
import type { ProblemCourse, ProblemEdit, ProblemState } from '../problems/state.ts'
import { tooMuchWork, workTogether } from '../problems/work.ts'
import { compare } from '../topology.ts'
import { type Ctx, type Deciding, decide } from './context.ts'
import {
  createProblem,
  describeProblem,
  editProblem,
  linkAsIs,
  membersOf,
  noteLink,
  ownKeys,
  setLink,
  survivingProblem,
} from './problem-state.ts'
import type { Refusal } from './regroup.ts'

/** Edits of a problem that can be undone. */
const MAX_EDITS = 50

export type Result = Refusal | { readonly problem: string }

export interface Acting<C = ProblemCommand> {
  readonly problem: ProblemState
  readonly command: C
  readonly actor: string
  readonly say: (what: Omit<Deciding, 'actor' | 'problem'>) => void
}

const OTHER_SCOPE: Refusal = {
  refused: 'other_scope',
  text: 'incidents of different scopes are never one problem',
}

/** Merges `from` into the oldest of them all, which takes over their incidents, families and work. */
export function merge(
  ctx: Ctx,
  { problem, command, actor }: Acting<Extract<ProblemCommand, { do: 'problem.merge' }>>,
): Result {
  const ids = [problem.id, ...command.from.map((id) => survivingProblem(ctx, id))]
  const all = [...new Set(ids)].sort((a, b) => a.length - b.length || compare(a, b))
  const problems = all.flatMap((id) => editProblem(ctx, id) ?? [])
  if (problems.length < all.length)
    return { refused: 'unknown_problem', text: 'there is no such problem' }
  if (problems.some(({ scope }) => scope !== problem.scope)) return OTHER_SCOPE
  const [oldest, ...others] = problems
  if (oldest === undefined || others.length === 0)
    return { refused: 'nothing_to_merge', text: 'they are one problem already' }
  const over = tooMuchWork(problems)
  if (over !== null) return { refused: 'too_much_work', text: over }
  for (const other of others) {
    const before = courseOf(oldest)
    const incidents = [...membersOf(ctx.ix, other.id)].sort(compare)
    const links = incidents.map((incident) => linkAsIs(ctx, incident))
    const { keys, status: otherStatus } = other
    ownKeys(ctx, oldest.id, keys)
    for (const { incident, by } of links) setLink(ctx, incident, { problem: oldest.id, by })
    other.status = 'merged'
    other.mergedInto = oldest.id
    oldest.owner ??= other.owner
    oldest.workaround ??= other.workaround
    Object.assign(oldest, workTogether(oldest, other))
    if (oldest.status === 'proposed' || oldest.status === 'dismissed')
      oldest.status = otherStatus === 'dismissed' ? oldest.status : otherStatus
    note(ctx, oldest, { kind: 'problem.merge', actor, before, links, other, otherStatus, keys })
    decide(ctx, {
      action: 'problem.merged',
      reason: 'by_person',
      text: `Merged ${other.id} into ${oldest.id}`,
      actor,
      problem: oldest.id,
    })
    decide(ctx, {
      action: 'problem.merged',
      reason: 'by_person',
      text: `Merged into ${oldest.id}`,
      actor,
      problem: other.id,
    })
  }
  describeProblem(ctx, oldest.id)
  return { problem: oldest.id }
}

/** Those of the incidents that are of the problem, each once. */
function ofProblem(ctx: Ctx, { id }: ProblemState, incidents: readonly string[]): string[] {
  const members = membersOf(ctx.ix, id)
  return [...new Set(incidents)].filter((incident) => members.has(incident)).sort(compare)
}

export function split(
  ctx: Ctx,
  { problem, command, actor, say }: Acting<Extract<ProblemCommand, { do: 'problem.split' }>>,
): Result {
  const wanted = ofProblem(ctx, problem, command.incidents)
  if (wanted.length === 0 || wanted.length === membersOf(ctx.ix, problem.id).size)
    return { refused: 'bad_split', text: 'name some of its incidents, but not all' }
  const before = courseOf(problem)
  const links = wanted.map((incident) => linkAsIs(ctx, incident))
  const made = createProblem(ctx, {
    ...{ scope: problem.scope, kind: 'split', splitFrom: problem.id },
  })
  made.status = problem.status === 'proposed' ? 'proposed' : 'open'
  for (const incident of wanted) setLink(ctx, incident, { problem: made.id, by: actor })
  const keys = keysLeft(ctx, problem, wanted)
  ownKeys(ctx, made.id, keys)
  note(ctx, problem, {
    kind: 'problem.split',
    actor,
    before,
    links,
    other: made,
    otherStatus: made.status,
    keys,
  })
  for (const id of [problem.id, made.id]) describeProblem(ctx, id)
  say({
    action: 'problem.split',
    reason: 'by_person',
    text: `${wanted.length} of its incidents became ${made.id}`,
  })
  decide(ctx, {
    action: 'problem.split',
    reason: 'by_person',
    text: `Split from ${problem.id}`,
    actor,
    problem: made.id,
  })
  return { problem: made.id }
}

/** Families of which no incident is left in the problem go with those that left. */
function keysLeft(ctx: Ctx, problem: ProblemState, left: readonly string[]): readonly string[] {
  const keysOf = (ids: Iterable<string>): Set<string> =>
    new Set(
      [...ids].flatMap((id) => {
        const past = ctx.state.past.get(id)?.past
        return past === undefined ? [] : [familyKey(past)]
      }),
    )
  const staying = keysOf(membersOf(ctx.ix, problem.id))
  const going = keysOf(left)
  return problem.keys.filter((key) => going.has(key) && !staying.has(key))
}

export function link(
  ctx: Ctx,
  { problem, command, actor }: Acting<Extract<ProblemCommand, { do: 'problem.link' }>>,
): Result {
  const members = membersOf(ctx.ix, problem.id)
  const wanted = [...new Set(command.incidents)].filter((id) => !members.has(id)).sort(compare)
  const { incidents, past } = ctx.state
  if (wanted.some((id) => !incidents.has(id) && !past.has(id)))
    return { refused: 'unknown_incident', text: 'there is no such incident, or it is too old' }
  const scopeOf = (id: string): string | undefined =>
    incidents.get(id)?.scope ?? past.get(id)?.past.scope
  if (wanted.some((id) => scopeOf(id) !== problem.scope)) return OTHER_SCOPE
  if (wanted.length === 0)
    return { refused: 'nothing_to_link', text: 'those incidents are of it already' }
  return relink(ctx, { problem, actor, incidents: wanted, to: problem.id })
}

export function unlink(
  ctx: Ctx,
  { problem, command, actor }: Acting<Extract<ProblemCommand, { do: 'problem.unlink' }>>,
): Result {
  const wanted = ofProblem(ctx, problem, command.incidents)
  if (wanted.length === 0)
    return { refused: 'nothing_to_unlink', text: 'those incidents are not of it' }
  return relink(ctx, { problem, actor, incidents: wanted, to: null })
}

function relink(
  ctx: Ctx,
  {
    problem,
    actor,
    incidents,
    to,
  }: {
    readonly problem: ProblemState
    readonly actor: string
    readonly incidents: readonly string[]
    readonly to: string | null
  },
): Result {
  const before = courseOf(problem)
  const links = incidents.map((incident) => linkAsIs(ctx, incident))
  const kind = to === null ? 'problem.unlink' : 'problem.link'
  const touched = new Set([problem.id, ...links.flatMap((one) => one.problem ?? [])])
  for (const incident of incidents) {
    setLink(ctx, incident, { problem: to, by: actor })
    decide(ctx, {
      action: to === null ? 'problem.unlinked' : 'problem.linked',
      reason: 'by_person',
      text: `${incident} ${to === null ? 'is not one of it' : 'is one of it'}`,
      actor,
      problem: problem.id,
      incident,
    })
  }
  note(ctx, problem, { kind, actor, before, links })
  for (const id of touched) describeProblem(ctx, id)
  return { problem: problem.id }
}

/** Undoes the newest edit: the course as it was, links and keys back where nobody changed them since. */
export function undo(
  ctx: Ctx,
  { problem, say }: Acting<Extract<ProblemCommand, { do: 'problem.undo' }>>,
): Result {
  const edit = problem.edits.findLast((one) => !one.undone)
  if (edit === undefined) return { refused: 'nothing_to_undo', text: 'nobody changed it' }
  const other = edit.other === null ? undefined : editProblem(ctx, edit.other)
  // what was merged elsewhere since took its work along
  const rejoins = edit.kind === 'problem.split' && other?.status !== 'merged'
  const over = rejoins && other !== undefined ? tooMuchWork([problem, other]) : null
  if (over !== null) return { refused: 'too_much_work', text: over }
  edit.undone = true
  const wasDismissed = problem.status === 'dismissed'
  Object.assign(problem, edit.before)
  const touched = new Set([problem.id, ...(other === undefined ? [] : [other.id])])
  if (other !== undefined && edit.kind === 'problem.merge') {
    other.status = edit.otherStatus ?? 'proposed'
    other.mergedInto = null
    ownKeys(ctx, other.id, edit.keys)
  }
  if (other !== undefined && edit.kind === 'problem.split') {
    if (rejoins) Object.assign(problem, workTogether(problem, other))
    other.status = 'merged'
    other.mergedInto = problem.id
    ownKeys(ctx, problem.id, [...other.keys])
    for (const incident of [...membersOf(ctx.ix, other.id)])
      setLink(ctx, incident, { problem: problem.id, by: 'engine' })
  }
  for (const { incident, ...before } of edit.links) {
    setLink(ctx, incident, before)
    if (typeof before.problem === 'string') touched.add(before.problem)
  }
  if (wasDismissed !== (problem.status === 'dismissed'))
    for (const incident of membersOf(ctx.ix, problem.id)) noteLink(ctx, incident)
  for (const id of touched) describeProblem(ctx, id)
  say({
    action: 'problem.undone',
    reason: `undo_${edit.kind.replace('problem.', '')}`,
    text: `${edit.actor}'s ${edit.kind.replace('problem.', '')} was undone`,
  })
  return { problem: problem.id }
}

export function courseOf(problem: ProblemState): ProblemCourse {
  const { status, owner, workaround, resolution, decidedAt, decidedBy, resolvedAt } = problem
  const { tasks, changes, articles } = problem
  return {
    ...{ status, owner, workaround, resolution, decidedAt, decidedBy, resolvedAt },
    ...{ tasks, changes, articles },
  }
}

/** Remembers what a person did, so that it can be undone. */
export function note(
  ctx: Ctx,
  problem: ProblemState,
  {
    kind,
    actor,
    before,
    links = [],
    other,
    otherStatus,
    keys = [],
  }: Pick<ProblemEdit, 'kind' | 'actor' | 'before'> &
    Partial<Pick<ProblemEdit, 'links' | 'otherStatus' | 'keys'>> & {
      readonly other?: ProblemState
    },
): void {
  const edit: ProblemEdit = {
    kind,
    at: ctx.state.now,
    actor,
    before,
    links,
    other: other?.id ?? null,
    otherStatus: otherStatus ?? null,
    keys,
    undone: false,
  }
  problem.edits = [...problem.edits, edit].slice(-MAX_EDITS)
}
