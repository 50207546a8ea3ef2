import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { incidentChangesQuery } from '../api/queries.ts'
import type { Incident, SuspectedChange } from '../api/schema.d.ts'
import { LiftOfChange } from '../silences/lift.tsx'
import { Mark } from '../ui/badges.tsx'
import { duration, exact } from '../ui/clock.ts'
import { More } from '../ui/more.tsx'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import classes from './incident.module.css'

/** Changes that touched CIs near its alerts, shortly before, the most suspect first. */
export function ChangesSection({ incident }: { readonly incident: Incident }) {
  const { data, error, isLoading, refetch } = useQuery(
    incidentChangesQuery(incident.id, incident.changes),
  )
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

/** As suspect as a change on the very CI some minutes before, or more. */
const SUSPECT = 2

interface ItemProps {
  readonly change: SuspectedChange
  readonly firstAlertAt: string
}

function ChangeItem({ change, firstAlertAt }: ItemProps) {
  const { title, kind, cis, actor, url, startsAt, suspicion, reasons } = change
  const lead = Date.parse(firstAlertAt) - Date.parse(startsAt)
  return (
    <li>
      <Group gap={8}>
        <Mark tone="accent">{kind}</Mark>
        <Text size="sm" fw={600}>
          {url === null ? title : <SafeLink href={url}>{title}</SafeLink>}
        </Text>
        {suspicion >= SUSPECT && <Mark tone="warn">suspect</Mark>}
        <LiftOfChange id={change.id} />
      </Group>
      <Text size="xs" c="dimmed">
        <time dateTime={startsAt} title={exact(startsAt)}>
          {lead >= 0 ? `${duration(lead)} before` : `${duration(-lead)} after`} the first alert
        </time>
        {cis.length > 0 && ` · on ${cis.join(', ')}`}
        {actor !== null && ` · by ${actor}`}
      </Text>
      <More label="Why it is suspect, or not">
        <TermTable terms={reasons} score={suspicion} sum="suspicion" />
      </More>
    </li>
  )
}
