/** Coming and running changes: which of them mute or mark what is on their CIs, and why others do not. */
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ChangeCalendar } from '../api/schema.d.ts'
import { changeCalendarQuery } from '../api/silences.ts'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { exact } from '../ui/clock.ts'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section } from '../ui/states.tsx'
import { LiftButton } from './lift.tsx'
import classes from './silences.module.css'

type Item = ChangeCalendar['items'][number]

const SHOWN_CIS = 4

export function PlannedChanges() {
  const { data, error, refetch } = useQuery(changeCalendarQuery())
  if (error !== null && data === undefined)
    return <Failure what="Planned changes" error={error} retry={() => void refetch()} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title="Planned changes" id="planned-changes">
      <Text size="sm" c="dimmed">
        {MODES[data.mode]}
      </Text>
      <ul className={classes['list']} aria-label="Planned changes">
        {data.items.map((item) => (
          <PlannedChange key={item.change.id} item={item} mode={data.mode} />
        ))}
      </ul>
      {data.more > 0 && (
        <Text size="sm" c="dimmed">
          and {data.more} later ones
        </Text>
      )}
    </Section>
  )
}

const MODES = {
  off: 'The rules let planned changes do nothing to alerts.',
  mark: 'Alerts that begin within a planned change say so; none is muted.',
  mute: 'Planned changes mute alerts on their CIs until they end.',
} as const

const WHY_NOT = {
  off: 'the rules have it off',
  no_end: 'it has no end',
  no_ci: 'none of its CIs is known',
  status: 'its status does not count',
  kind: 'its kind never mutes',
  too_long: 'it lasts too long',
  lifted: 'it was lifted',
} as const

function PlannedChange({
  item,
  mode,
}: {
  readonly item: Item
  readonly mode: ChangeCalendar['mode']
}) {
  const { change, status, state } = item
  const { title, kind, url, startsAt, endsAt, cis } = change
  return (
    <li className={classes['planned']}>
      <Group gap={8}>
        <Mark tone={state === 'running' ? 'warn' : 'calm'}>{state}</Mark>
        <Text size="sm" fw={600}>
          {url === null ? title : <SafeLink href={url}>{title}</SafeLink>}
        </Text>
        <Text size="sm" c="dimmed">
          {status === '' ? kind : `${kind}, ${status}`}
        </Text>
      </Group>
      <Text size="sm" component="div">
        <time dateTime={startsAt}>{exact(startsAt)}</time>
        {endsAt !== null && (
          <>
            {' to '}
            <time dateTime={endsAt}>{exact(endsAt)}</time>
          </>
        )}
        {cis.slice(0, SHOWN_CIS).map((ci) => (
          <span key={ci}>
            {' · '}
            <CiLink id={ci} />
          </span>
        ))}
        {cis.length > SHOWN_CIS && ` and ${cis.length - SHOWN_CIS} more`}
      </Text>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {effectOf(item, mode)}
        </Text>
        <LiftButton item={item} />
      </Group>
    </li>
  )
}

function effectOf(
  { isWindow, why, state, firing, muting, lifted }: Item,
  mode: ChangeCalendar['mode'],
): string {
  const alerts = firing === 1 ? '1 alert fires' : `${firing} alerts fire`
  if (lifted !== null && why === 'lifted')
    return `Lifted by ${lifted.by} at ${exact(lifted.at)}: it does nothing to alerts`
  if (!isWindow) return why === 'planned' ? '' : `Does nothing to alerts: ${WHY_NOT[why]}`
  if (mode === 'mark') return `Marks alerts; ${alerts} on its CIs now`
  return state === 'running' ? `Mutes ${muting} now` : `Will mute; ${alerts} on its CIs now`
}
