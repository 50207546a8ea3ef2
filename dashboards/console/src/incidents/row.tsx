import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type MouseEvent, memo, useEffect, useRef } from 'react'
import { useOrder } from '../api/commands.ts'
import type { IncidentSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { ConditionMarks, Mark, PriorityMark, StatusMark } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { sayRefused } from '../ui/notices.tsx'
import classes from './incidents.module.css'

interface RowProps {
  readonly incident: IncidentSummary
  /** It came while the page was open. */
  readonly isNew: boolean
  /** The filter does not hold it any more. */
  readonly isGone: boolean
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly onActivate: (id: string) => void
  readonly onToggle: (id: string) => void
  readonly onExtend: (id: string) => void
}

export const IncidentRow = memo(function IncidentRow(props: RowProps) {
  const { incident, isNew, isGone, isActive, isChosen, onActivate } = props
  const { id, title, priority, status, edited } = incident
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (isActive) link.current?.focus({ preventScroll: true })
  }, [isActive])
  return (
    <div
      className={classes['row']}
      data-incident={id}
      data-priority={priority}
      data-quiet={(status !== 'open' && status !== 'provisional') || undefined}
      data-new={isNew || undefined}
      data-gone={isGone || undefined}
      data-active={isActive || undefined}
      data-chosen={isChosen || undefined}
    >
      <Choice {...props} />
      <PriorityMark priority={priority} />
      <div className={classes['what']}>
        <Group gap={6} wrap="wrap">
          <Link
            ref={link}
            to="/incidents/$id"
            params={{ id }}
            className={classes['title']}
            onFocus={() => onActivate(id)}
            preload={false}
          >
            {title === '' ? id : title}
          </Link>
          {status !== 'open' && <StatusMark status={status} />}
          <ConditionMarks {...incident} />
          {edited && (
            <Mark tone="calm" why="A person has regrouped its alerts: the engine leaves it alone.">
              edited
            </Mark>
          )}
        </Group>
        <Where incident={incident} />
      </div>
      <AlertCounts incident={incident} />
      <Ownership incident={incident} />
      <Times incident={incident} />
    </div>
  )
})

function Choice({ incident: { id }, isChosen, onToggle, onExtend }: RowProps) {
  const choose = (event: MouseEvent): void => {
    if (event.shiftKey) onExtend(id)
    else onToggle(id)
  }
  return (
    // the whole cell takes the click: a box of 16 px is too small for a thumb
    <label className={classes['choice']}>
      <input
        type="checkbox"
        checked={isChosen}
        readOnly
        onClick={choose}
        tabIndex={-1}
        aria-label={`Select ${id}`}
      />
    </label>
  )
}

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
