import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Alert } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { ConditionMarks, Mark, SeverityWord, StateDot } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import classes from './alerts.module.css'

/** One episode in a list. */
export const AlertRow = memo(function AlertRow({ alert }: { readonly alert: Alert }) {
  const { id, title, rule, severity, state, suppressedBy } = alert
  const firing = state === 'firing'
  return (
    <div
      className={classes['row']}
      data-alert={alert.key}
      data-severity={severity}
      data-over={!firing || undefined}
    >
      <div className={classes['what']}>
        <Group gap={8} wrap="wrap">
          <StateDot firing={firing} muted={firing && suppressedBy !== null} />
          <SeverityWord severity={severity} />
          <Link to="/alerts/$id" params={{ id }} className={classes['title']} data-row-link>
            {title === '' ? rule : title}
          </Link>
          <ConditionMarks {...alert} />
          {suppressedBy !== null && (
            <Mark tone="calm" why={suppressedBy.reason}>
              muted
            </Mark>
          )}
        </Group>
        <Where alert={alert} />
      </div>
      <div className={classes['times']}>
        <Ago at={alert.startsAt} />
        <Text size="xs" c="dimmed" component="div">
          {firing ? (
            <>
              seen <Ago at={alert.lastSeenAt} />
            </>
          ) : (
            <>
              lasted <Ago at={alert.startsAt} form="for" until={alert.endsAt ?? alert.lastSeenAt} />
            </>
          )}
        </Text>
      </div>
    </div>
  )
})

function Where({ alert: { rule, source, ci, incident, title } }: { readonly alert: Alert }) {
  return (
    <Text size="xs" c="dimmed" component="div" className={classes['where'] ?? ''}>
      {rule !== title && <span>{rule}</span>}
      <span>{ci === null ? 'no CI' : <CiName id={ci} />}</span>
      <span>{source}</span>
      {incident !== null && (
        <span className={classes['over']}>
          <IncidentLink id={incident} />
        </span>
      )}
    </Text>
  )
}
