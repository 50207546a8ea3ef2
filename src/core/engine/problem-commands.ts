/** What people do to problems. Each command is applied or refused with a reason; none is lost. */
import type { ProblemCommand } from '../entry.ts'
import type { ProblemCourse, ProblemState } from '../problems/state.ts'
import { type Ctx, type Deciding, decide } from './context.ts'
import {
  type Acting,
  courseOf,
  link,
  merge,
  note,
  type Result,
  split,
  undo,
  unlink,
} from './problem-regroup.ts'
import { editProblem, membersOf, noteLink, survivingProblem } from './problem-state.ts'
import { dropTask, relate, task } from './problem-tasks.ts'
import type { Refusal } from './regroup.ts'

/** What a command did: the problem it ended up at, or why it was refused. */
export type ProblemResult =
  | { readonly ok: true; readonly problem: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

export function applyProblemCommand(
  ctx: Ctx,
  command: ProblemCommand,
  actor: string,
): ProblemResult {
  const result = run(ctx, command, actor)
  if (!('refused' in result)) return { ok: true, problem: result.problem }
  decide(ctx, {
    action: 'command.refused',
    reason: result.refused,
    text: `${command.do} refused: ${result.text}`,
    actor,
    problem: command.problem,
  })
  return { ok: false, reason: result.refused, text: result.text }
}

function run(ctx: Ctx, command: ProblemCommand, actor: string): Result {
  const problem = editProblem(ctx, survivingProblem(ctx, command.problem))
  if (problem === undefined) return { refused: 'unknown_problem', text: 'there is no such problem' }
  const say = (what: Omit<Deciding, 'actor' | 'problem'>): void =>
    decide(ctx, { ...what, actor, problem: problem.id })
  const acting = { problem, actor, say }
  switch (command.do) {
    case 'problem.merge':
      return merge(ctx, { ...acting, command })
    case 'problem.split':
      return split(ctx, { ...acting, command })
    case 'problem.link':
      return link(ctx, { ...acting, command })
    case 'problem.unlink':
      return unlink(ctx, { ...acting, command })
    case 'problem.undo':
      return undo(ctx, { ...acting, command })
    case 'problem.task':
      return task(ctx, { ...acting, command })
    case 'problem.drop_task':
      return dropTask(ctx, { ...acting, command })
    case 'problem.relate':
    case 'problem.unrelate':
      return relate(ctx, { ...acting, command })
    case 'problem.comment':
      say({ action: 'problem.commented', reason: 'by_person', text: command.text })
      return { problem: problem.id }
    default:
      return steer(ctx, { ...acting, command })
  }
}

type Steering = Exclude<
  ProblemCommand,
  {
    readonly do:
      | 'problem.merge'
      | 'problem.split'
      | 'problem.link'
      | 'problem.unlink'
      | 'problem.undo'
      | 'problem.comment'
      | 'problem.task'
      | 'problem.drop_task'
      | 'problem.relate'
      | 'problem.unrelate'
  }
>

/** Changes the problem's own course. */
function steer(ctx: Ctx, { problem, command, actor, say }: Acting<Steering>): Result {
  const before = courseOf(problem)
  const step = stepOf(problem, command, actor)
  if ('refused' in step) return step
  const { decided, say: words, ...course } = step
  const stamp = decided ? { decidedAt: ctx.state.now, decidedBy: actor } : {}
  Object.assign(problem, course, stamp)
  if (problem.status === 'resolved') problem.resolvedAt ??= ctx.state.now
  else if (problem.status !== 'closed') problem.resolvedAt = null
  note(ctx, problem, { kind: command.do, actor, before })
  if ((before.status === 'dismissed') !== (problem.status === 'dismissed'))
    for (const incident of membersOf(ctx.ix, problem.id)) noteLink(ctx, incident)
  say(words)
  return { problem: problem.id }
}

type Step = Partial<Pick<ProblemCourse, 'status' | 'owner' | 'workaround' | 'resolution'>> & {
  readonly decided: boolean
  readonly say: Omit<Deciding, 'actor' | 'problem'>
}

function stepOf(problem: ProblemState, command: Steering, actor: string): Refusal | Step {
  const active = problem.workaround === null ? 'open' : 'known_error'
  const isOver = problem.status === 'resolved' || problem.status === 'closed'
  switch (command.do) {
    case 'problem.accept':
      if (problem.status !== 'proposed' && problem.status !== 'dismissed')
        return { refused: 'already_accepted', text: 'it was accepted already' }
      return {
        decided: true,
        status: active,
        owner: problem.owner ?? actor,
        say: { action: 'problem.accepted', reason: 'by_person', text: `${actor} looks into it` },
      }
    case 'problem.dismiss':
      if (problem.status === 'dismissed')
        return { refused: 'already_dismissed', text: 'it was dismissed already' }
      return {
        decided: true,
        status: 'dismissed',
        say: {
          action: 'problem.dismissed',
          reason: 'by_person',
          text: command.reason ?? 'Not a problem; it is not proposed again',
        },
      }
    case 'problem.assign':
      return {
        decided: false,
        owner: command.to,
        say: {
          action: 'problem.assigned',
          reason: 'by_person',
          text: command.to === null ? 'Nobody owns it' : `Assigned to ${command.to}`,
        },
      }
    case 'problem.workaround':
      return workaround(problem, command.text)
    case 'problem.resolve':
      if (isOver) return { refused: 'already_resolved', text: 'it is resolved already' }
      return {
        decided: true,
        status: 'resolved',
        resolution: command.resolution ?? problem.resolution,
        say: {
          action: 'problem.resolved',
          reason: 'by_person',
          text: command.resolution ?? 'Resolved',
        },
      }
    case 'problem.close':
      if (problem.status !== 'resolved')
        return { refused: 'not_resolved', text: 'resolve it first' }
      return {
        decided: true,
        status: 'closed',
        say: { action: 'problem.closed', reason: 'by_person', text: 'Closed' },
      }
    case 'problem.reopen':
      if (!isOver && problem.status !== 'dismissed')
        return { refused: 'not_over', text: 'it is open' }
      return {
        decided: true,
        status: active,
        say: { action: 'problem.reopened', reason: 'by_person', text: 'Opened again' },
      }
  }
}

/** A problem with a workaround is a known error; people who give one have accepted it. */
function workaround(problem: ProblemState, text: string | null): Refusal | Step {
  if (text === null && problem.workaround === null)
    return { refused: 'no_workaround', text: 'it has no workaround' }
  const isOpen = problem.status !== 'resolved' && problem.status !== 'closed'
  const status = text === null ? 'open' : 'known_error'
  return {
    decided: false,
    workaround: text,
    ...(isOpen ? { status } : {}),
    say: {
      action: 'problem.workaround',
      reason: text === null ? 'taken_back' : 'known_error',
      text: text ?? 'The workaround was taken back',
    },
  }
}
