/** What happened to a CI: alerts, incidents, problems, changes. */
import { Group, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ciAlertsQuery, ciChangesQuery, ciIncidentsQuery, ciProblemsQuery } from '../api/cis.ts'
import type { Alert, Change, IncidentSummary } from '../api/schema.d.ts'
import { countOf, ProblemStatusMark } from '../problems/words.tsx'
import { Ago } from '../ui/ago.tsx'
import { alertIdOf } from '../ui/alert-key.ts'
import { Mark, PriorityMark, SeverityWord, StateDot, StatusMark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './cis.module.css'

interface OfCi {
  readonly id: string
}

export function AlertsOfCi({ id }: OfCi) {
  const list = useInfiniteQuery(ciAlertsQuery(id))
  const alerts = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section title="Alerts on it" id="alerts">
      {list.isPending && <WaitingRows rows={3} height={40} />}
      {list.isError && list.data === undefined && (
        <Failure what="Its alerts" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && alerts.length === 0 && (
        <Text size="sm" c="dimmed">
          No alert was ever about it.
        </Text>
      )}
      <ul className={classes['plain']}>
        {alerts.map((alert) => (
          <AlertItem key={alert.key} alert={alert} />
        ))}
      </ul>
      <LoadMore list={list} />
    </Section>
  )
}

/** A silence of this very alert, to be widened in the form; or the one there is. */
function MuteLink({ alert: { state, suppressedBy, labels } }: { readonly alert: Alert }) {
  if (state !== 'firing') return null
  if (suppressedBy === null) {
    const matcher = Object.entries(labels).map(
      ([name, value]) => `${name}=${JSON.stringify(value)}`,
    )
    return (
      <>
        {' · '}
        <Link to="/silences/new" search={{ matcher }}>
          silence
        </Link>
      </>
    )
  }
  const { kind, id, reason, alert } = suppressedBy
  if (kind === 'rule') return <> · muted by {reason}</>
  if (kind === 'inhibit')
    return (
      <>
        {' · '}
        <Link to="/alerts/$id" params={{ id: alertIdOf(alert ?? '') }} title={`by the rule ${id}`}>
          inhibited by {reason}
        </Link>
      </>
    )
  return (
    <>
      {' · '}
      <Link
        to="/silences/$id"
        params={{ id }}
        search={kind === 'maintenance' ? { kind } : {}}
        title={reason}
      >
        muted by a {kind === 'maintenance' ? 'maintenance window' : 'silence'}
      </Link>
    </>
  )
}

function AlertItem({ alert }: { readonly alert: Alert }) {
  const { key, title, severity, state, suppressedBy, startsAt, endsAt, incident, binding } = alert
  return (
    <li data-alert={key}>
      <Group gap={8}>
        <StateDot firing={state === 'firing'} muted={state === 'firing' && suppressedBy !== null} />
        <SeverityWord severity={severity} />
        <Text size="sm" fw={600}>
          {title}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" component="div">
        <Ago at={startsAt} />
        {endsAt !== null && (
          <>
            {', for '}
            <Ago at={startsAt} form="for" until={endsAt} />
          </>
        )}
        {incident !== null && (
          <>
            {' · in '}
            <IncidentLink id={incident} />
          </>
        )}
        {binding !== null && (
          <span title={`Rule ${binding.rule}, confidence ${binding.confidence}`}>
            {' · by '}
            <span className="fl-mono">{binding.matched}</span>
          </span>
        )}
        <MuteLink alert={alert} />
      </Text>
    </li>
  )
}

export function IncidentsOfCi({ id }: OfCi) {
  const { data, error, refetch } = useQuery(ciIncidentsQuery(id))
  return (
    <Section title="Incidents" id="incidents">
      {error !== null && data === undefined && (
        <Failure what="Its incidents" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={2} height={40} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          No incident has held an alert of it.
        </Text>
      )}
      <ul className={classes['plain']}>
        {(data?.items ?? []).map((incident) => (
          <IncidentItem key={incident.id} incident={incident} />
        ))}
      </ul>
    </Section>
  )
}

function IncidentItem({ incident }: { readonly incident: IncidentSummary }) {
  const { id, title, status, priority, provisionalAt, alertCount, resolution } = incident
  return (
    <li data-incident={id}>
      <Group gap={8}>
        <PriorityMark priority={priority} />
        <StatusMark status={status} />
        <Text size="sm" component="div">
          <IncidentLink id={id}>{title === '' ? id : title}</IncidentLink>
        </Text>
      </Group>
      <Text size="xs" c="dimmed" component="div">
        <span className="fl-mono">{id}</span> · <Ago at={provisionalAt} /> ·{' '}
        {alertCount === 1 ? '1 alert' : `${alertCount} alerts`}
        {resolution !== null && ` · ${resolution}`}
      </Text>
    </li>
  )
}

export function ProblemsOfCi({ id }: OfCi) {
  const { data, error, refetch } = useQuery(ciProblemsQuery(id))
  return (
    <Section title="Problems" id="problems">
      {error !== null && data === undefined && (
        <Failure what="Its problems" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={1} height={40} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing that keeps coming back is known to begin with it.
        </Text>
      )}
      <ul className={classes['plain']}>
        {(data ?? []).map(({ id: problem, title, status, incidentCount }) => (
          <li key={problem} data-problem={problem}>
            <Group gap={8}>
              <Link to="/problems/$id" params={{ id: problem }}>
                {title}
              </Link>
              <ProblemStatusMark status={status} />
            </Group>
            <Text size="xs" c="dimmed" component="div">
              <span className="fl-mono">{problem}</span> · {countOf(incidentCount, 'incident')}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}

export function ChangesOfCi({ id }: OfCi) {
  const { data, error, refetch } = useQuery(ciChangesQuery(id))
  return (
    <Section title="Changes" id="changes">
      {error !== null && data === undefined && (
        <Failure what="Its changes" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={1} height={40} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          No change is known that touched it.
        </Text>
      )}
      <ul className={classes['plain']}>
        {(data?.items ?? []).map((change) => (
          <ChangeItem key={change.id} change={change} />
        ))}
      </ul>
    </Section>
  )
}

function ChangeItem({ change }: { readonly change: Change }) {
  const { title, kind, url, actor, startsAt, endsAt } = change
  return (
    <li>
      <Group gap={8}>
        <Mark tone="accent">{kind}</Mark>
        <Text size="sm" fw={600}>
          {url === null ? title : <SafeLink href={url}>{title}</SafeLink>}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" component="div">
        <Ago at={startsAt} />
        {endsAt !== null && (
          <>
            {', took '}
            <Ago at={startsAt} form="for" until={endsAt} />
          </>
        )}
        {actor !== null && ` · by ${actor}`}
      </Text>
    </li>
  )
}
