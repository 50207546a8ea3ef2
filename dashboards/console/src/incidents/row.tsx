import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useOrder } from '../api/commands.ts'
import type { IncidentSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { ConditionMarks, PriorityMark, StatusMark } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { sayRefused } from '../ui/notices.tsx'
import classes from './incidents.module.css'

interface RowProps {
  readonly incident: IncidentSummary
  /** It came while the page was open. */
  readonly isNew: boolean
}

export const IncidentRow = memo(function IncidentRow({ incident, isNew }: RowProps) {
  const { id, title, priority, status } = incident
  return (
    <li
      className={classes['row']}
      data-incident={id}
      data-priority={priority}
      data-quiet={status !== 'open' || undefined}
      data-new={isNew || undefined}
    >
      <PriorityMark priority={priority} />
      <div className={classes['what']}>
        <Group gap={6} wrap="wrap">
          <Link to="/incidents/$id" params={{ id }} className={classes['title']}>
            {title === '' ? id : title}
          </Link>
          {status !== 'open' && <StatusMark status={status} />}
          <ConditionMarks {...incident} />
        </Group>
        <Where incident={incident} />
      </div>
      <AlertCounts incident={incident} />
      <Ownership incident={incident} />
      <Times incident={incident} />
    </li>
  )
})

function Where({
  incident: { id, service, services, rootCauses, confirmedCause },
}: Pick<RowProps, 'incident'>) {
  const cause = confirmedCause ?? rootCauses[0]?.ci
  return (
    <Text size="xs" c="dimmed" className={classes['where'] ?? ''}>
      <span className="fl-mono">{id}</span>
      {service !== null && (
        <span>
          <CiName id={service} />
          {services.length > 1 && ` and ${services.length - 1} more`}
        </span>
      )}
      {cause !== undefined && (
        <span>
          {confirmedCause === null ? 'likely ' : 'cause '}
          <CiName id={cause} />
        </span>
      )}
    </Text>
  )
}

function AlertCounts({ incident }: Pick<RowProps, 'incident'>) {
  const { alertCount, firingCount, suppressedCount } = incident
  return (
    <div className={classes['counts']}>
      <span className="fl-num">
        {alertCount} {alertCount === 1 ? 'alert' : 'alerts'}
      </span>
      <Text size="xs" c={firingCount > 0 ? 'var(--fl-bad)' : 'dimmed'} className="fl-num">
        {firingCount > 0 ? `${firingCount} firing` : 'none firing'}
        {suppressedCount > 0 && `, ${suppressedCount} muted`}
      </Text>
    </div>
  )
}

function Ownership({ incident }: Pick<RowProps, 'incident'>) {
  const { id, owner, acknowledgedAt, acknowledgedBy, status } = incident
  const order = useOrder()
  const isActive = status === 'open' || status === 'provisional'
  return (
    <div className={classes['owner']}>
      {owner !== null && (
        <Text size="sm" truncate>
          {owner}
        </Text>
      )}
      {acknowledgedAt !== null ? (
        <Text size="xs" c="dimmed" truncate>
          {acknowledgedBy === owner ? 'acknowledged' : `ack by ${acknowledgedBy ?? 'someone'}`}
        </Text>
      ) : isActive ? (
        <Button
          size="compact-xs"
          variant="default"
          className={classes['act'] ?? ''}
          loading={order.isPending}
          onClick={() =>
            order.mutate({ incident: id, command: { do: 'ack' } }, { onError: sayRefused })
          }
          aria-label={`Acknowledge ${id}`}
        >
          Acknowledge
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          never acknowledged
        </Text>
      )}
    </div>
  )
}

function Times({ incident: { provisionalAt, resolvedAt, closedAt } }: Pick<RowProps, 'incident'>) {
  const end = resolvedAt ?? closedAt
  return (
    <div className={classes['times']}>
      <Ago at={provisionalAt} />
      {end !== null && (
        <Text size="xs" c="dimmed">
          lasted <Ago at={provisionalAt} form="for" until={end} />
        </Text>
      )}
    </div>
  )
}
