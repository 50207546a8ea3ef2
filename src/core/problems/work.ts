/** What people put into a problem: tasks, changes and articles, and how those of two become one's. */
import { compare } from '../topology.ts'
import type { ProblemState } from './state.ts'

/** Whether people still have to live with it: until it is closed its incidents may come back. */
export function isKnownError({
  workaround,
  status,
  mergedInto,
}: Readonly<Pick<ProblemState, 'workaround' | 'status' | 'mergedInto'>>): boolean {
  if (workaround === null || mergedInto !== null) return false
  return status === 'known_error' || status === 'resolved'
}

/** Of one problem. */
export const MAX_TASKS = 100
/** Changes of one problem, and as many articles. */
export const MAX_RELATED = 200

type Work = Pick<ProblemState, 'tasks' | 'taskCounter' | 'changes' | 'articles'>

/**
 * What the first has once it takes over the other's: its own tasks keep their ids, the other's get
 * the ids that follow, which were never given; changes and articles are each once, sorted.
 */
export function workTogether(own: Work, other: Work): Work {
  const { taskCounter } = own
  const taken = other.tasks.map((task, index) => ({ ...task, id: `T${taskCounter + index + 1}` }))
  return {
    tasks: [...own.tasks, ...taken],
    taskCounter: taskCounter + taken.length,
    changes: union(own.changes, other.changes),
    articles: union(own.articles, other.articles),
  }
}

/** Why one problem cannot hold the work of all of these, in words; `null`: it can. */
export function tooMuchWork(all: readonly Work[]): string | null {
  const [first, ...others] = all
  if (first === undefined) return null
  const { tasks, changes, articles } = others.reduce(workTogether, first)
  if (tasks.length > MAX_TASKS) return `together they have more than ${MAX_TASKS} tasks`
  return changes.length > MAX_RELATED || articles.length > MAX_RELATED
    ? `together they have more than ${MAX_RELATED} changes or articles`
    : null
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])].sort(compare)
}
