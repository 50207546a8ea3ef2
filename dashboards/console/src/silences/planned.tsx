/** Coming and running changes: which of them mute or mark what is on their CIs, and why others do not. */
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ChangeCalendar } from '../api/schema.d.ts'
import { changeCalendarQuery } from '../api/silences.ts'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { exact } from '../ui/clock.ts'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section } from '../ui/states.tsx'
import { LiftButton } from './lift.tsx'
import { NextTimes } from './next-times.tsx'
import classes from './silences.module.css'
import { Turns } from './turns.tsx'

type Item = ChangeCalendar['items'][number]

const SHOWN_CIS = 4

export function PlannedChanges() {
  const { data, error, refetch } = useQuery(changeCalendarQuery())
  if (error !== null && data === undefined)
    return <Failure what="Planned changes" error={error} retry={() => void refetch()} />
  if (data === undefined) return null
  return (
    <>
      <Recurring calendar={data} />
      <Changes data={data} />
    </>
  )
}

/** What mutes again and again, with its next times: windows of people and rules with hours. */
function Recurring({ calendar }: { readonly calendar: ChangeCalendar }) {
  const { recurring, moreRecurring } = calendar
  if (recurring.length === 0) return null
  return (
    <Section title="Comes again and again" id="recurring">
      <ul className={classes['list']} aria-label="Comes again and again">
        {recurring.map((one) => (
          <RecurringItem key={`${one.kind} ${one.id}`} one={one} />
        ))}
      </ul>
      {moreRecurring > 0 && (
        <Text size="sm" c="dimmed">
          and {moreRecurring} later ones
        </Text>
      )}
    </Section>
  )
}

function RecurringItem({ one }: { readonly one: ChangeCalendar['recurring'][number] }) {
  const { kind, id, title, text, cis, services, matchers, running, muting, next } = one
  return (
    <li className={classes['planned']} data-recurring={id}>
      <Group gap={8}>
        <Mark tone={running ? 'warn' : 'calm'}>{running ? 'running' : 'coming'}</Mark>
        <Text size="sm" fw={600} component="div">
          {kind === 'rule' ? (
            title
          ) : (
            <Link to="/silences/$id" params={{ id }} search={{ kind }}>
              {title}
            </Link>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {kind === 'rule' ? `rule ${id}: ${text}` : text}
        </Text>
      </Group>
      <Cis cis={cis} />
      {services.length + matchers.length > 0 && (
        <Text size="sm">
          {[...services.map((service) => `service ${service}`), ...matchers].join(' · ')}
        </Text>
      )}
      {kind === 'rule' ? (
        <NextTimes next={next} />
      ) : (
        <Turns id={id} next={next} exceptions={one.exceptions} />
      )}
      {running && (
        <Text size="xs" c="dimmed">
          Mutes {muting} now
        </Text>
      )}
    </li>
  )
}

function Cis({ cis }: { readonly cis: readonly string[] }) {
  return (
    <Text size="sm" component="div">
      {cis.slice(0, SHOWN_CIS).map((ci, at) => (
        <span key={ci}>
          {at > 0 && ' · '}
          <CiLink id={ci} />
        </span>
      ))}
      {cis.length > SHOWN_CIS && ` and ${cis.length - SHOWN_CIS} more`}
    </Text>
  )
}

function Changes({ data }: { readonly data: ChangeCalendar }) {
  if (data.items.length === 0) return null
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
