import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { changesQuery } from '../api/queries.ts'
import type { Change, Incident } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { duration, exact } from '../ui/clock.ts'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './incident.module.css'

/** Changes that touched CIs near its alerts, shortly before. */
export function ChangesSection({ incident }: { readonly incident: Incident }) {
  const { data, error, isLoading, refetch } = useQuery(changesQuery(incident.changes))
  return (
    <Section title="Changes near" id="changes">
      {isLoading && <WaitingRows rows={1} height={44} />}
      {error !== null && <Failure what="Changes" error={error} retry={() => void refetch()} />}
      {incident.changes.length === 0 && (
        <Text size="sm" c="dimmed">
          No change touched these CIs shortly before.
        </Text>
      )}
      <ul className={classes['plain']}>
        {(data?.items ?? []).map((change) => (
          <ChangeItem key={change.id} change={change} firstAlertAt={incident.firstAlertAt} />
        ))}
      </ul>
    </Section>
  )
}

interface ItemProps {
  readonly change: Change
  readonly firstAlertAt: string
}

function ChangeItem({ change, firstAlertAt }: ItemProps) {
  const { title, kind, cis, actor, url, startsAt } = change
  const lead = Date.parse(firstAlertAt) - Date.parse(startsAt)
  return (
    <li>
      <Group gap={8}>
        <Mark tone="accent">{kind}</Mark>
        <Text size="sm" fw={600}>
          {url === null ? title : <SafeLink href={url}>{title}</SafeLink>}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        <time dateTime={startsAt} title={exact(startsAt)}>
          {lead >= 0 ? `${duration(lead)} before` : `${duration(-lead)} after`} the first alert
        </time>
        {cis.length > 0 && ` · on ${cis.join(', ')}`}
        {actor !== null && ` · by ${actor}`}
      </Text>
    </li>
  )
}
