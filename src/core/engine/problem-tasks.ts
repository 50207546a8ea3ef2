/** What is to be done about a problem, and which changes and articles belong to it. */
import type { ProblemCommand } from '../entry.ts'
import type { ProblemTask } from '../problems/types.ts'
import { MAX_RELATED, MAX_TASKS } from '../problems/work.ts'
import { compare } from '../topology.ts'
import type { Ctx } from './context.ts'
import { type Acting, courseOf, note, type Result } from './problem-regroup.ts'
import type { Refusal } from './regroup.ts'

type Of<Do extends ProblemCommand['do']> = Acting<Extract<ProblemCommand, { readonly do: Do }>>

/** Tasks are counted in their problem: the same id is another task where it was merged into. */
function ofMerged({ problem, command }: Of<'problem.task' | 'problem.drop_task'>): Refusal | null {
  if (command.task === undefined || command.problem === problem.id) return null
  const text = `${command.problem} is part of ${problem.id}, where its tasks have other ids`
  return { refused: 'merged', text }
}

/** Adds a task or changes one; one that is done keeps who did it first. */
export function task(ctx: Ctx, acting: Of<'problem.task'>): Result {
  const { problem, command, actor, say } = acting
  const merged = ofMerged(acting)
  if (merged !== null) return merged
  const before = courseOf(problem)
  const known = problem.tasks.find(({ id }) => id === command.task)
  if (command.task !== undefined && known === undefined)
    return { refused: 'unknown_task', text: `it has no task ${command.task}` }
  const text = command.text ?? known?.text
  if (text === undefined) return { refused: 'no_text', text: 'say what is to be done' }
  if (known === undefined && problem.tasks.length >= MAX_TASKS)
    return { refused: 'too_many_tasks', text: `it has ${MAX_TASKS} tasks already` }
  if (known === undefined) problem.taskCounter += 1
  const isDone = command.done ?? known?.doneAt != null
  const made: ProblemTask = {
    id: known?.id ?? `T${problem.taskCounter}`,
    text,
    assignee: command.assignee === undefined ? (known?.assignee ?? null) : command.assignee,
    due: command.due === undefined ? (known?.due ?? null) : command.due,
    doneAt: isDone ? (known?.doneAt ?? ctx.state.now) : null,
    doneBy: isDone ? (known?.doneBy ?? actor) : null,
  }
  problem.tasks =
    known === undefined
      ? [...problem.tasks, made]
      : problem.tasks.map((one) => (one.id === made.id ? made : one))
  note(ctx, problem, { kind: command.do, actor, before })
  say({ action: 'problem.task', ...wordsOf(made, known) })
  return { problem: problem.id }
}

function wordsOf(
  made: ProblemTask,
  known: ProblemTask | undefined,
): { readonly reason: string; readonly text: string } {
  const { id, text, assignee } = made
  const who = assignee === null ? '' : ` (${assignee})`
  if (known === undefined) return { reason: 'added', text: `Task ${id}: ${text}${who}` }
  if (made.doneAt !== null && known.doneAt === null)
    return { reason: 'done', text: `Done, ${id}: ${text}` }
  if (made.doneAt === null && known.doneAt !== null)
    return { reason: 'not_done', text: `Not done after all, ${id}: ${text}` }
  return { reason: 'changed', text: `Task ${id} is now: ${text}${who}` }
}

export function dropTask(ctx: Ctx, acting: Of<'problem.drop_task'>): Result {
  const { problem, command, actor, say } = acting
  const merged = ofMerged(acting)
  if (merged !== null) return merged
  const known = problem.tasks.find(({ id }) => id === command.task)
  if (known === undefined)
    return { refused: 'unknown_task', text: `it has no task ${command.task}` }
  const before = courseOf(problem)
  problem.tasks = problem.tasks.filter((one) => one !== known)
  note(ctx, problem, { kind: command.do, actor, before })
  say({ action: 'problem.task', reason: 'dropped', text: `Dropped ${known.id}: ${known.text}` })
  return { problem: problem.id }
}

/** Adds or takes away changes and articles; what is so already is left as it is. */
export function relate(
  ctx: Ctx,
  { problem, command, actor, say }: Of<'problem.relate' | 'problem.unrelate'>,
): Result {
  const before = courseOf(problem)
  const adds = command.do === 'problem.relate'
  const next = (known: readonly string[], given: readonly string[]): readonly string[] => {
    const left = known.filter((id) => !given.includes(id))
    return adds ? [...new Set([...left, ...given])].sort(compare) : left
  }
  const changes = next(problem.changes, command.changes)
  const articles = next(problem.articles, command.articles)
  const moved =
    Math.abs(changes.length - problem.changes.length) +
    Math.abs(articles.length - problem.articles.length)
  if (moved === 0)
    return { refused: 'nothing_to_relate', text: adds ? 'they are of it already' : 'none is of it' }
  if (changes.length > MAX_RELATED || articles.length > MAX_RELATED)
    return { refused: 'too_many', text: `at most ${MAX_RELATED} changes and as many articles` }
  Object.assign(problem, { changes, articles })
  note(ctx, problem, { kind: command.do, actor, before })
  const named = [...command.changes, ...command.articles].slice(0, 5).join(', ')
  say({
    action: adds ? 'problem.related' : 'problem.unrelated',
    reason: 'by_person',
    text: adds ? `${named}: belongs to it` : `${named}: does not belong to it`,
  })
  return { problem: problem.id }
}
