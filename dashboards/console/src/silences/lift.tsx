/** Says of one planned change that its window does not count, or takes that back. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ChangeCalendar } from '../api/schema.d.ts'
import { changeCalendarQuery, useLift } from '../api/silences.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'

type Item = ChangeCalendar['items'][number]

export function LiftButton({ item }: { readonly item: Item }) {
  const lift = useLift()
  const { change, isWindow, why } = item
  if (!isWindow && why !== 'lifted') return null
  const say = (verb: 'lift' | 'restore'): void =>
    lift.mutate(
      { id: change.id, verb },
      {
        onSuccess: () =>
          sayDone(
            verb === 'lift'
              ? `The window of ${change.title} does nothing to alerts any more`
              : `The window of ${change.title} counts again`,
            [{ label: 'Undo', act: () => say(verb === 'lift' ? 'restore' : 'lift') }],
          ),
        onError: sayRefused,
      },
    )
  const verb = isWindow ? 'lift' : 'restore'
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={lift.isPending}
      onClick={() => say(verb)}
      aria-label={`${isWindow ? 'Lift the window' : 'Let the window count'} of ${change.title}`}
    >
      {isWindow ? 'Lift the window' : 'Let it count again'}
    </Button>
  )
}

/** The same where only the change is known; nothing where it has no window that comes or runs. */
export function LiftOfChange({ id }: { readonly id: string }) {
  const { data } = useQuery(changeCalendarQuery())
  const item = data?.items.find(({ change }) => change.id === id)
  return item === undefined ? null : <LiftButton item={item} />
}
