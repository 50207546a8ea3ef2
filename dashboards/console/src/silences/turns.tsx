/** The next times of a recurring window: each can be skipped or moved, and that taken back. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Silence } from '../api/schema.d.ts'
import { type TurnAsked, useTurn } from '../api/silences.ts'
import { Ago } from '../ui/ago.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { toField } from './draft-times.ts'
import { exactTime } from './next-times.tsx'
import classes from './silences.module.css'

const TURNS = `${classes['times']} ${classes['turns']}`

type Next = NonNullable<Silence['next']>[number]
type Exception = NonNullable<Silence['exceptions']>[number]

interface TurnsProps {
  readonly id: string
  readonly next: readonly Next[]
  readonly exceptions: readonly Exception[]
}

export function Turns({ id, next, exceptions }: TurnsProps) {
  const [moving, setMoving] = useState<Next | null>(null)
  const act = useActs(id)
  return (
    <div className={classes['over']}>
      {next.length > 0 && (
        <ol className={TURNS} aria-label="Next times">
          {next.map((time) => (
            <li key={time.startsAt}>
              <Group gap={8} component="span">
                <Text size="xs" c="dimmed" span>
                  <Span {...time} />
                  {time.was !== undefined && (
                    <>
                      {' · moved from '}
                      <time dateTime={time.was}>{exactTime(time.was)}</time>
                    </>
                  )}
                </Text>
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={act.isPending}
                  aria-label={`Skip ${exactTime(time.startsAt)}`}
                  onClick={() => act.skip(time)}
                >
                  Skip
                </Button>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Move ${exactTime(time.startsAt)}`}
                  onClick={() => setMoving(time)}
                >
                  Move…
                </Button>
              </Group>
            </li>
          ))}
        </ol>
      )}
      <Exceptions exceptions={exceptions} restore={act.restore} isPending={act.isPending} />
      {moving !== null && (
        <MoveDialog
          time={moving}
          onClose={() => setMoving(null)}
          onMove={(asked) => act.move(moving, asked, () => setMoving(null))}
        />
      )}
    </div>
  )
}

function Span({ startsAt, endsAt }: Pick<Next, 'startsAt' | 'endsAt'>) {
  return (
    <>
      <time dateTime={startsAt}>{exactTime(startsAt)}</time>
      {' to '}
      <time dateTime={endsAt}>{exactTime(endsAt)}</time>
    </>
  )
}

type Moved = Pick<Extract<TurnAsked, { verb: 'move' }>, 'to' | 'reason'>

/** Each says what it did, and takes it back by its notice. */
function useActs(id: string) {
  const turn = useTurn(id)
  const restore = (startsAt: string): void =>
    turn.mutate(
      { verb: 'restore', startsAt },
      { onSuccess: () => sayDone('That time comes as it recurs'), onError: sayRefused },
    )
  // by then the row may have gone, and with it what `mutate` would call
  const undo = (startsAt: string) => ({
    label: 'Undo',
    act: (): void =>
      void turn
        .mutateAsync({ verb: 'restore', startsAt })
        .then(() => sayDone('That time comes as it recurs'), sayRefused),
  })
  const begins = ({ was, startsAt }: Next): string => was ?? startsAt
  return {
    isPending: turn.isPending,
    restore,
    skip: (time: Next): void =>
      turn.mutate(
        { verb: 'skip', startsAt: time.startsAt },
        {
          onSuccess: ({ exceptions }) =>
            sayDone(`Skipped: ${exactTime(time.startsAt)}`, [undo(kept(exceptions, begins(time)))]),
          onError: sayRefused,
        },
      ),
    move: (time: Next, asked: Moved, done: () => void): void =>
      turn.mutate(
        { verb: 'move', startsAt: time.startsAt, ...asked },
        {
          onSuccess: ({ exceptions }) => {
            sayDone(`Moved to ${exactTime(asked.to.startsAt)}`, [
              undo(kept(exceptions, begins(time))),
            ])
            done()
          },
          onError: sayRefused,
        },
      ),
  }
}

/** Its beginning as it recurs: another one than what is shown where the window begins amid it. */
function kept(exceptions: Silence['exceptions'], begins: string): string {
  const newest = exceptions?.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
  return (
    exceptions?.find(({ startsAt }) => startsAt === begins)?.startsAt ?? newest?.startsAt ?? begins
  )
}

interface ExceptionsProps {
  readonly exceptions: readonly Exception[]
  readonly restore: (startsAt: string) => void
  readonly isPending: boolean
}

function Exceptions({ exceptions, restore, isPending }: ExceptionsProps) {
  if (exceptions.length === 0) return null
  return (
    <ul className={TURNS} aria-label="Skipped and moved times">
      {exceptions.map(({ startsAt, to, by, at, reason }) => (
        <li key={startsAt}>
          <Group gap={8} component="span">
            <Text size="xs" c="dimmed" span>
              {to === null ? 'Skipped: ' : 'Moved: '}
              <time dateTime={startsAt}>{exactTime(startsAt)}</time>
              {to !== null && (
                <>
                  {' → '}
                  <Span {...to} />
                </>
              )}
              {' · by '}
              {by} <Ago at={at} />
              {reason !== null && ` · ${reason}`}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              loading={isPending}
              aria-label={`Restore ${exactTime(startsAt)}`}
              onClick={() => restore(startsAt)}
            >
              Restore
            </Button>
          </Group>
        </li>
      ))}
    </ul>
  )
}

interface MoveDialogProps {
  readonly time: Next
  readonly onClose: () => void
  readonly onMove: (asked: Moved) => void
}

function MoveDialog({ time, onClose, onMove }: MoveDialogProps) {
  const [start, setStart] = useState(toField(Date.parse(time.startsAt)))
  const [end, setEnd] = useState(toField(Date.parse(time.endsAt)))
  const [reason, setReason] = useState('')
  const [from, until] = [Date.parse(start), Date.parse(end)]
  const isReadable = from < until
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isReadable) return
    const to = { startsAt: new Date(from).toISOString(), endsAt: new Date(until).toISOString() }
    onMove({ to, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
  }
  return (
    <Dialog opened onClose={onClose} title={`Move ${exactTime(time.startsAt)}`}>
      <form onSubmit={submit}>
        <Stack>
          <Group gap="sm" align="flex-start">
            <TextInput
              type="datetime-local"
              label="Begins"
              required
              value={start}
              onChange={(event) => setStart(event.currentTarget.value)}
              data-autofocus
            />
            <TextInput
              type="datetime-local"
              label="Ends"
              required
              value={end}
              error={isReadable ? undefined : 'it must end after it starts'}
              onChange={(event) => setEnd(event.currentTarget.value)}
            />
          </Group>
          <TextInput
            label="Reason"
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isReadable}>
              Move this time
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
