/** What people do to problems: each act says what it did and can be taken back. */
import { type ProblemCommand, useProblemOrder } from '../api/problems.ts'
import type { ProblemAnswer } from '../api/schema.d.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'

const DONE: Readonly<Record<ProblemCommand['do'], (answer: ProblemAnswer) => string>> = {
  accept: ({ problem, owner }) => `${problem} accepted; ${owner ?? 'nobody'} has it`,
  dismiss: ({ problem }) => `${problem} dismissed: it is not proposed again`,
  assign: ({ problem, owner }) =>
    owner === null ? `Nobody has ${problem}` : `${owner} has ${problem}`,
  workaround: ({ problem, workaround }) =>
    workaround === null ? `${problem} has no workaround` : `${problem} is a known error`,
  resolve: ({ problem }) => `${problem} resolved`,
  close: ({ problem }) => `${problem} closed`,
  reopen: ({ problem }) => `${problem} is open again`,
  comment: () => 'Comment added',
  task: () => 'Task noted',
  'drop-task': () => 'Task dropped',
  relate: ({ problem }) => `It belongs to ${problem}`,
  unrelate: ({ problem }) => `It does not belong to ${problem}`,
  merge: ({ problem }) => `Merged into ${problem}`,
  split: ({ problem }) => `Split off to ${problem}`,
  link: ({ problem }) => `Added to ${problem}`,
  unlink: ({ problem }) => `Taken out of ${problem}`,
  undo: ({ problem }) => `${problem} is as it was before`,
}

export interface Acts {
  readonly busy: boolean
  /** Resolves to the answer; a refusal is said, and gives null. */
  readonly act: (problem: string, command: ProblemCommand) => Promise<ProblemAnswer | null>
  readonly undo: (problem: string) => void
}

export function useActs(): Acts {
  const order = useProblemOrder()
  const act: Acts['act'] = async (problem, command) => {
    try {
      const answer = await order.mutateAsync({ problem, command })
      // a split is remembered where the incidents were
      const where = command.do === 'split' ? problem : answer.problem
      const lasting = command.do === 'undo' || command.do === 'comment'
      const follow = lasting ? [] : [{ label: 'Undo', act: () => undo(where) }]
      sayDone(DONE[command.do](answer), follow)
      return answer
    } catch (cause) {
      sayRefused(cause as Error)
      return null
    }
  }
  const undo = (problem: string): void => void act(problem, { do: 'undo' })
  return { busy: order.isPending, act, undo }
}
