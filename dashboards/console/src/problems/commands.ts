/** The commands of one problem's page: which are offered, their keys, and where they lead. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProblemCommand } from '../api/problems.ts'
import type { ProblemAnswer, ProblemDetail, ProblemStatus } from '../api/schema.d.ts'
import type { KeyMap } from '../ui/keys.ts'
import { sayRefused } from '../ui/notices.tsx'
import { useActs } from './acts.ts'
import type { ProblemDialog } from './dialogs.tsx'

interface Offer {
  readonly name: string
  readonly act: () => void
  readonly primary: boolean
  readonly key?: string
}

export interface Steps {
  readonly busy: boolean
  readonly dialog: ProblemDialog | null
  readonly close: () => void
  readonly run: (command: ProblemCommand) => Promise<ProblemAnswer | null>
  readonly offered: readonly Offer[]
  readonly undo: () => void
  readonly split: () => void
  readonly unlink: () => void
  readonly comment: (text: string) => Promise<boolean>
  readonly keys: KeyMap
}

type Name =
  | 'accept'
  | 'dismiss'
  | 'assign'
  | 'workaround'
  | 'resolve'
  | 'close'
  | 'reopen'
  | 'merge'

const OFFERED: Readonly<Record<ProblemStatus, readonly Name[]>> = {
  proposed: ['accept', 'dismiss', 'workaround', 'assign', 'merge'],
  open: ['workaround', 'resolve', 'assign', 'merge', 'dismiss'],
  known_error: ['resolve', 'workaround', 'assign', 'merge', 'dismiss'],
  resolved: ['close', 'reopen'],
  closed: ['reopen'],
  dismissed: ['reopen'],
  merged: [],
}

const LABELS: Readonly<Record<Name, readonly [string, string?]>> = {
  accept: ['Accept', 'a'],
  dismiss: ['Dismiss', 'd'],
  assign: ['Assign…', 'e'],
  workaround: ['Workaround…', 'w'],
  resolve: ['Resolve…', 'r'],
  close: ['Close'],
  reopen: ['Open again'],
  merge: ['Merge…', 'm'],
}

export function useSteps(
  problem: ProblemDetail,
  selected: readonly string[],
  clearSelection: () => void,
): Steps {
  const { id, status } = problem
  const { busy, act, undo } = useActs()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<ProblemDialog | null>(null)
  const run: Steps['run'] = async (command) => {
    const answer = await act(id, command)
    const isElsewhere = answer !== null && command.do === 'merge' && answer.problem !== id
    if (isElsewhere) void navigate({ to: '/problems/$id', params: { id: answer.problem } })
    return answer
  }
  const acts: Readonly<Record<Name, () => void>> = {
    accept: () => void run({ do: 'accept' }),
    dismiss: () => void run({ do: 'dismiss', body: {} }),
    assign: () => setDialog('assign'),
    workaround: () => setDialog('workaround'),
    resolve: () => setDialog('resolve'),
    close: () => void run({ do: 'close' }),
    reopen: () => void run({ do: 'reopen' }),
    merge: () => setDialog('merge'),
  }
  const offered = OFFERED[status].map((name, index): Offer => {
    const [label, key] = LABELS[name]
    const offer = { name: label, act: acts[name], primary: index === 0 }
    return key === undefined ? offer : { ...offer, key }
  })
  const onSelection = (verb: 'split' | 'unlink') => async (): Promise<void> => {
    if (selected.length === 0) {
      sayRefused(new Error('Select incidents first: x selects the one with the focus.'))
      return
    }
    if ((await run({ do: verb, body: { incidents: selected } })) !== null) clearSelection()
  }
  const split = (): void => void onSelection('split')()
  return {
    busy,
    dialog,
    close: () => setDialog(null),
    run,
    offered,
    undo: () => undo(id),
    split,
    unlink: () => void onSelection('unlink')(),
    comment: async (text) => (await run({ do: 'comment', body: { text } })) !== null,
    // those of a merged one would change the problem it is part of by now
    keys:
      status === 'merged'
        ? {}
        : {
            ...Object.fromEntries(offered.flatMap(({ key, act: go }) => (key ? [[key, go]] : []))),
            s: split,
            z: () => undo(id),
          },
  }
}
