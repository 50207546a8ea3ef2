/** What is done to many incidents at once, and what became of each. */
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { BulkAnswer, BulkCommand } from '../api/schema.d.ts'
import { useSession } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { useBulk } from './api.ts'

export type BulkDialog = 'assign' | 'resolve'

/** Most incidents of one request of the API. */
const MOST = 500

type Incidents = BulkCommand['incidents']
type Wanted =
  | { readonly do: 'acknowledge' | 'unacknowledge' }
  | { readonly do: 'assign'; readonly to?: string | null; readonly team?: string | null }
  | { readonly do: 'resolve'; readonly resolution?: string; readonly force?: boolean }

export interface Bulk {
  readonly busy: boolean
  /** Resolves to what became of each; what was done and what was refused is said. */
  readonly run: (
    wanted: Wanted,
    ids: readonly string[],
    quiet?: ReadonlySet<string>,
  ) => Promise<BulkAnswer['items']>
}

const DONE: Readonly<Record<Wanted['do'], string>> = {
  acknowledge: 'acknowledged',
  unacknowledge: 'no longer acknowledged',
  assign: 'assigned',
  resolve: 'resolved',
}

function counted(ids: readonly string[]): string {
  return ids.length === 1 ? (ids[0] ?? '') : `${ids.length} incidents`
}

/** Refusals with a reason in `quiet` are not said: who asked deals with them. */
export function useBulkCommands(): Bulk {
  const bulk = useBulk()
  const run: Bulk['run'] = async (wanted, ids, quiet = new Set()) => {
    const items: BulkAnswer['items'][number][] = []
    try {
      for (let at = 0; at < ids.length; at += MOST) {
        const [first, ...rest] = ids.slice(at, at + MOST)
        if (first === undefined) break
        const incidents: Incidents = [first, ...rest]
        items.push(...(await bulk.mutateAsync({ ...wanted, incidents })).items)
      }
    } catch (cause) {
      sayRefused(cause as Error)
    }
    const done = items.filter(({ outcome }) => outcome === 'done' || outcome === 'already')
    if (done.length > 0)
      sayDone(`${counted(done.map(({ incident }) => incident))} ${DONE[wanted.do]}`)
    const refused = items.filter((one) => !done.includes(one) && !quiet.has(one.reason ?? ''))
    const [one] = refused
    if (one !== undefined)
      sayRefused(
        new Error(
          `${counted(refused.map(({ incident }) => incident))}: ${one.detail ?? one.outcome}` +
            (refused.length > 1 ? ', and so on' : ''),
        ),
      )
    return items
  }
  return { busy: bulk.isPending, run }
}

/** What is left out stays as it is. */
interface Whom {
  readonly to?: string | null
  readonly team?: string | null
}

interface DialogProps {
  readonly ids: readonly string[]
  readonly bulk: Bulk
  readonly onClose: () => void
}

export function AssignMany({ ids, bulk, onClose }: DialogProps) {
  const { actor } = useSession()
  const [name, setName] = useState('')
  const [team, setTeam] = useState('')
  const assign = async (whom: Whom): Promise<void> => {
    if ((await bulk.run({ do: 'assign', ...whom }, ids)).length > 0) onClose()
  }
  const named: Whom = {
    ...(name.trim() === '' ? {} : { to: name.trim() }),
    ...(team.trim() === '' ? {} : { team: team.trim() }),
  }
  return (
    <Asking title={`Assign ${counted(ids)}`} onClose={onClose} onSubmit={() => assign(named)}>
      <TextInput
        label="Owner"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={256}
        data-autofocus
      />
      <TextInput
        label="Team"
        description="Given by hand, no rule changes it any more"
        value={team}
        onChange={(event) => setTeam(event.currentTarget.value)}
        maxLength={256}
      />
      <Group justify="space-between">
        <Group gap="xs">
          <Button variant="default" onClick={() => void assign({ to: actor ?? 'admin' })}>
            To me
          </Button>
          <Button variant="default" onClick={() => void assign({ to: null })}>
            To nobody
          </Button>
          <Button variant="default" onClick={() => void assign({ team: null })}>
            To no team
          </Button>
        </Group>
        <Button type="submit" disabled={Object.keys(named).length === 0} loading={bulk.busy}>
          Assign
        </Button>
      </Group>
    </Asking>
  )
}

const STILL_FIRES = 'alerts_still_fire'

export function ResolveMany({ ids, bulk, onClose }: DialogProps) {
  const [words, setWords] = useState('')
  const [firing, setFiring] = useState<readonly string[]>([])
  const resolve = async (): Promise<void> => {
    const resolution = words.trim()
    const items = await bulk.run(
      {
        do: 'resolve',
        ...(resolution === '' ? {} : { resolution }),
        ...(firing.length > 0 ? { force: true } : {}),
      },
      firing.length > 0 ? firing : ids,
      new Set([STILL_FIRES]),
    )
    const left = items.filter(({ reason }) => reason === STILL_FIRES)
    if (items.length > 0 && left.length === 0) onClose()
    else setFiring(left.map(({ incident }) => incident))
  }
  return (
    <Asking title={`Resolve ${counted(ids)}`} onClose={onClose} onSubmit={resolve}>
      <Textarea
        label="What fixed it"
        description="Shown with similar incidents from now on."
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={10_000}
        data-autofocus
      />
      {firing.length > 0 && (
        <Alert color="orange" role="alert">
          Alerts of {counted(firing)} still fire. Resolved anyway, they stay resolved until those
          have ended or something new joins.
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={bulk.busy}
          {...(firing.length > 0 ? { color: 'red.9' } : {})}
        >
          {firing.length > 0 ? 'Resolve anyway' : 'Resolve'}
        </Button>
      </Group>
    </Asking>
  )
}

interface AskingProps {
  readonly title: string
  readonly onClose: () => void
  readonly onSubmit: () => Promise<void>
  readonly children: ReactNode
}

function Asking({ title, onClose, onSubmit, children }: AskingProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void onSubmit()
  }
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>{children}</Stack>
      </form>
    </Dialog>
  )
}

interface BarProps {
  readonly count: number
  readonly busy: boolean
  readonly onAcknowledge: () => void
  readonly onOpen: (dialog: BulkDialog) => void
  readonly onClear: () => void
}

/** What can be done with what is chosen. */
export function BulkBar({ count, busy, onAcknowledge, onOpen, onClear }: BarProps) {
  return (
    <Group gap="xs" role="toolbar" aria-label="Selected incidents" wrap="wrap">
      <Text size="sm" fw={650} role="status">
        {count} selected
      </Text>
      <Button size="compact-sm" onClick={onAcknowledge} loading={busy}>
        Acknowledge
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onOpen('assign')}>
        Assign
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onOpen('resolve')}>
        Resolve
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        Clear
      </Button>
    </Group>
  )
}
