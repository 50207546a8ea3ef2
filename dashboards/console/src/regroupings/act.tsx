/** The two answers to a proposed regrouping: it is so, or it is not; either can be taken back. */
import { Button, Group } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useOrder } from '../api/commands.ts'
import {
  useAcceptRegrouping,
  useDismissRegrouping,
  useRestoreRegrouping,
} from '../api/regroupings.ts'
import type { Regrouping } from '../api/schema.d.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'

const VERBS = {
  merge: { verb: 'Merge', done: 'merged into' },
  split: { verb: 'Split off', done: 'split off to' },
  move: { verb: 'Move', done: 'moved to' },
} as const

interface ActsProps {
  readonly regrouping: Regrouping
  /** Where the page is of one of the incidents: it goes along with a merge. */
  readonly at?: string
}

export function Acts({ regrouping, at }: ActsProps) {
  const { id, state, kind, incident, other, alerts } = regrouping
  const accept = useAcceptRegrouping()
  const dismiss = useDismissRegrouping()
  const restore = useRestoreRegrouping()
  const order = useOrder()
  const navigate = useNavigate()
  // what is answered goes from the page: what its own callbacks would say would never be said
  const back = (): void =>
    void restore.mutateAsync(id).then(() => sayDone(`${id} is proposed again`), sayRefused)
  if (state === 'dismissed')
    return (
      <Button
        size="compact-sm"
        variant="default"
        data-main
        data-do="decide"
        aria-label={`Restore ${id}`}
        loading={restore.isPending}
        onClick={back}
      >
        Restore
      </Button>
    )
  const undo = (where: string): void =>
    void order
      .mutateAsync({ incident: where, command: { do: 'undo' } })
      .then(() => sayDone('Undone'), sayRefused)
  const go = (to: string): void => void navigate({ to: '/incidents/$id', params: { id: to } })
  const { verb, done } = VERBS[kind]
  const what = kind === 'merge' ? '' : alerts.length === 1 ? '1 alert ' : `${alerts.length} alerts `
  const sayTaken = (ended: string): void => {
    const gone = ended === incident.id ? other?.id : incident.id
    if (kind === 'merge' && at !== undefined && at !== ended) go(ended)
    sayDone(`${kind === 'merge' ? `${gone} ` : what}${done} ${ended}`, [
      ...(kind === 'merge' ? [] : [{ label: 'Open', act: () => go(ended) }]),
      { label: 'Undo', act: () => undo(ended) },
    ])
  }
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        size="compact-sm"
        variant="default"
        data-main
        data-do="accept"
        aria-label={`${verb} ${what}as ${id} proposes`}
        loading={accept.isPending}
        onClick={() =>
          void accept.mutateAsync(id).then((answer) => sayTaken(answer.incident), sayRefused)
        }
      >
        {verb}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        data-do="decide"
        aria-label={`No: dismiss ${id}`}
        loading={dismiss.isPending}
        onClick={() =>
          void dismiss
            .mutateAsync(id)
            .then(() => sayDone(`${id} is dismissed`, [{ label: 'Undo', act: back }]), sayRefused)
        }
      >
        No
      </Button>
    </Group>
  )
}
