import { Checkbox, Group, Text, UnstyledButton } from '@mantine/core'
import type { Ref } from 'react'
import type { Alert } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { ConditionMarks, SeverityWord, StateDot } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { percent } from '../ui/figures.ts'
import { Icon } from '../ui/icons.tsx'
import { AlertDetail } from './alert-detail.tsx'
import classes from './incident.module.css'
import { whyInOneLine } from './why.tsx'

interface AlertRowProps {
  /** Measures it. */
  readonly ref: Ref<HTMLLIElement>
  readonly index: number
  /** Of the whole list, also of what is not drawn. */
  readonly total: number
  /** Pixels below the top of the list. */
  readonly top: number
  readonly alert: Alert
  /** Titles of the incident's alerts by key, to name the one it was linked to. */
  readonly titles: ReadonlyMap<string, string>
  readonly opened: boolean
  readonly onOpen: (key: string) => void
  readonly selected: boolean
  readonly onToggle: (key: string) => void
  readonly selectable: boolean
}

export function AlertRow(props: AlertRowProps) {
  const { ref, index, total, top, alert, titles, opened, onOpen } = props
  const { selected, onToggle, selectable } = props
  const details = `details-${alert.key}`
  return (
    <li
      ref={ref}
      className={classes['alert']}
      style={{ transform: `translateY(${top}px)` }}
      aria-posinset={index + 1}
      aria-setsize={total}
      data-index={index}
      data-alert={alert.key}
      data-over={alert.state === 'resolved' || undefined}
    >
      <div className={classes['alertLine']}>
        {selectable && (
          <Checkbox
            size="sm"
            checked={selected}
            onChange={() => onToggle(alert.key)}
            aria-label={`Select ${alert.title}`}
          />
        )}
        <UnstyledButton
          className={classes['alertButton'] ?? ''}
          aria-expanded={opened}
          aria-controls={details}
          onClick={() => onOpen(alert.key)}
        >
          <Icon name="chevron" size={14} />
          <AlertSummary alert={alert} />
        </UnstyledButton>
      </div>
      <div id={details}>{opened && <AlertDetail alert={alert} titles={titles} />}</div>
    </li>
  )
}

function AlertSummary({ alert }: { readonly alert: Alert }) {
  const { title, severity, state, binding, suppressedBy, evidence } = alert
  const firing = state === 'firing'
  return (
    <div className={classes['alertSummary']}>
      <Group gap={8}>
        <StateDot firing={firing} muted={firing && suppressedBy !== null} />
        <SeverityWord severity={severity} />
        <Text span size="sm" fw={600} c="var(--fl-strong)">
          {title}
        </Text>
        <ConditionMarks {...alert} />
      </Group>
      <Text size="xs" c="dimmed" component="div" className={classes['alertMeta'] ?? ''}>
        {binding === null ? (
          <span>no CI</span>
        ) : (
          <span title={`${binding.rule}: ${binding.matched}`}>
            on{' '}
            <b>
              <CiName id={binding.ci} />
            </b>{' '}
            ({percent(binding.confidence)})
          </span>
        )}
        <span>
          began <Ago at={alert.startsAt} />
        </span>
        <span>
          {firing ? 'seen ' : 'ended '}
          <Ago at={firing ? alert.lastSeenAt : (alert.endsAt ?? alert.lastSeenAt)} />
        </span>
      </Text>
      {evidence !== null && (
        <Text size="xs" c="dimmed" className={classes['why'] ?? ''}>
          Here because: {whyInOneLine(evidence)}
        </Text>
      )}
    </div>
  )
}
