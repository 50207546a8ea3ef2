/** The commands of one incident's page: what each does, says and leads to. */
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { type IncidentCommand, useOrder } from '../api/commands.ts'
import type { CommandAnswer, Incident } from '../api/schema.d.ts'
import type { KeyMap } from '../ui/keys.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'

export type Dialog = 'assign' | 'resolve' | 'merge' | 'split' | 'move' | 'cause' | 'dismiss'

export interface Commands {
  /** Closed and merged incidents stay as they are; comments are taken all the same. */
  readonly editable: boolean
  readonly busy: boolean
  readonly dialog: Dialog | null
  readonly open: (dialog: Dialog) => void
  readonly close: () => void
  /** Runs a command; `done` gets the answer, a refusal is said. Resolves to whether it was done. */
  readonly run: (
    command: IncidentCommand,
    done?: (answer: CommandAnswer) => void,
  ) => Promise<boolean>
  readonly acknowledge: () => void
  readonly undo: () => void
  /** Regroups the alerts that are selected, or whole incidents; each can be undone. */
  readonly split: () => Promise<boolean>
  readonly move: (to: string) => Promise<boolean>
  readonly merge: (other: string) => Promise<boolean>
  /** Says that it is none; can be undone as well. */
  readonly dismiss: (reason: string) => Promise<boolean>
  readonly commentBox: { readonly current: HTMLTextAreaElement | null }
  readonly keys: KeyMap
}

export function isEditable({ status }: Pick<Incident, 'status'>): boolean {
  return status !== 'closed' && status !== 'merged'
}

interface CommandOptions {
  readonly selected: readonly string[]
  readonly clearSelection: () => void
  /** What is shown is the past: nothing is done to that. */
  readonly past: boolean
}

export function useCommands(
  incident: Incident,
  { selected, clearSelection, past }: CommandOptions,
): Commands {
  const { id } = incident
  const order = useOrder()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const commentBox = useRef<HTMLTextAreaElement>(null)
  const editable = isEditable(incident) && !past

  // what is on its way is not sent again, and nothing that is pressed meanwhile is lost
  const underWay = useRef(new Map<string, Promise<boolean>>())
  const run: Commands['run'] = (command, done) => {
    const key = JSON.stringify(command)
    const known = underWay.current.get(key)
    if (known !== undefined) return known
    const running = send(command, done).finally(() => underWay.current.delete(key))
    underWay.current.set(key, running)
    return running
  }
  const send: Commands['run'] = async (command, done) => {
    try {
      const answer = await order.mutateAsync({ incident: id, command })
      done?.(answer)
      return true
    } catch (cause) {
      sayRefused(cause as Error)
      return false
    }
  }
  const go = (to: string): void => void navigate({ to: '/incidents/$id', params: { id: to } })
  const undoAt = (where: string): void =>
    order.mutate(
      { incident: where, command: { do: 'undo' } },
      { onSuccess: () => sayDone('Undone'), onError: sayRefused },
    )
  const { split, move, merge, dismiss } = regrouping({
    id,
    run,
    go,
    undoAt,
    selected,
    clearSelection,
  })
  const acknowledge = (): void =>
    void run({ do: incident.acknowledgedAt === null ? 'ack' : 'unack' })
  const undo = (): void => undoAt(id)
  const onSelection = (name: Dialog) => () => {
    if (selected.length > 0) setDialog(name)
    else sayRefused(new Error('Select alerts first: x selects the one with the focus.'))
  }
  return {
    editable,
    busy: order.isPending,
    dialog,
    open: setDialog,
    close: () => setDialog(null),
    run,
    acknowledge,
    undo,
    split,
    move,
    merge,
    dismiss,
    commentBox,
    keys: {
      c: () => commentBox.current?.focus(),
      ...(editable
        ? {
            a: acknowledge,
            e: () => setDialog('assign'),
            r: () => setDialog('resolve'),
            d: () => setDialog('dismiss'),
            m: () => setDialog('merge'),
            s: onSelection('split'),
            v: onSelection('move'),
            z: undo,
          }
        : {}),
    },
  }
}

interface Regrouping {
  readonly id: string
  readonly run: Commands['run']
  readonly go: (to: string) => void
  readonly undoAt: (where: string) => void
  readonly selected: readonly string[]
  readonly clearSelection: () => void
}

/** Undo goes to where a regrouping ended: that incident remembers it. */
function regrouping({ id, run, go, undoAt, selected, clearSelection }: Regrouping) {
  const count = selected.length === 1 ? '1 alert' : `${selected.length} alerts`
  const sayMoved = (verb: string) => (answer: CommandAnswer) => {
    clearSelection()
    sayDone(`${count} ${verb} ${answer.incident}`, [
      { label: 'Open', act: () => go(answer.incident) },
      { label: 'Undo', act: () => undoAt(answer.incident) },
    ])
  }
  return {
    split: () => run({ do: 'split', body: { members: selected } }, sayMoved('split off to')),
    move: (to: string) =>
      run({ do: 'move', body: { members: selected, to } }, sayMoved('moved to')),
    dismiss: (reason: string) =>
      run({ do: 'dismiss', body: reason === '' ? {} : { reason } }, () =>
        sayDone(`${id} is no incident`, [{ label: 'Undo', act: () => undoAt(id) }]),
      ),
    merge: (other: string) =>
      run({ do: 'merge', body: { from: [other] } }, (answer) => {
        if (answer.incident !== id) go(answer.incident)
        sayDone(`${answer.incident === id ? other : id} merged into ${answer.incident}`, [
          { label: 'Undo', act: () => undoAt(answer.incident) },
        ])
      }),
  }
}
