import { Alert, Group, Paper, Text, Title } from '@mantine/core'
import { ApiError } from '../api/client.ts'
import type { MutePreview } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark, SeverityWord } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { NextTimes } from './next-times.tsx'
import classes from './silences.module.css'

interface PreviewProps {
  readonly preview: {
    readonly data: MutePreview | undefined
    readonly error: Error | null
    readonly isStale: boolean
  }
}

const TIME_FAULT = /^#\/(recurs|startsAt|endsAt)/

/** What it would mute now, kept up to date with the form and with what fires. */
export function Preview({ preview: { data, error, isStale } }: PreviewProps) {
  // what is wrong with one field stands beside it
  const faults = error instanceof ApiError ? error.faults : []
  const refused = faults.length > 0 ? null : error
  const refusedTimes = faults.some(({ pointer }) => TIME_FAULT.test(pointer ?? ''))
  return (
    <Paper
      component="section"
      aria-labelledby="preview"
      withBorder
      bg="var(--fl-card)"
      p={{ base: 'sm', sm: 'md' }}
    >
      <Title order={2} size="h5" id="preview" mb="sm">
        What it would mute now
      </Title>
      {refused !== null && (
        <Text size="sm" c="var(--fl-bad)" role="alert">
          {refused.message}
        </Text>
      )}
      {error === null && data === undefined && (
        <Text size="sm" c="dimmed">
          Say what it is about, and the alerts it mutes are counted here before it is made.
        </Text>
      )}
      {error !== null && refused === null && (
        <Text size="sm" c="dimmed" role="status">
          One of the {refusedTimes ? 'times' : 'patterns'} cannot be read.
        </Text>
      )}
      {error === null && data !== undefined && <Found found={data} isStale={isStale} />}
    </Paper>
  )
}

function Found({ found, isStale }: { readonly found: MutePreview; readonly isStale: boolean }) {
  const { matched, firing, alreadyMuted, alerts, quietIncidents, refusal } = found
  const { next, recursText } = found
  return (
    <div className={classes['preview']} data-stale={isStale || undefined}>
      <div role="status" data-matched={isStale ? undefined : matched}>
        <span className={`${classes['count']} fl-num`}>{matched}</span>{' '}
        <Text span size="sm">
          of {firing} firing {firing === 1 ? 'alert' : 'alerts'}
          {alreadyMuted > 0 && `, ${alreadyMuted} of them muted already`}
        </Text>
      </div>
      {recursText !== undefined && (
        <Text size="sm" mt={6}>
          It mutes at these times: {recursText}
        </Text>
      )}
      {next !== undefined && <NextTimes next={next} />}
      {refusal !== null && (
        <Alert color="red" mt="sm" title="It would not be taken">
          {refusal}
        </Alert>
      )}
      {quietIncidents.length > 0 && (
        <Text size="sm" mt={6} component="div">
          Nothing unmuted would fire any more in{' '}
          {quietIncidents.slice(0, 5).map((id) => (
            <span key={id}>
              <IncidentLink id={id} />{' '}
            </span>
          ))}
          {quietIncidents.length > 5 && `and ${quietIncidents.length - 5} more`}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus */}
      <ul className={classes['alerts']} tabIndex={0} aria-label="Alerts it would mute">
        {alerts.map((alert) => (
          <PreviewedAlert key={alert.key} alert={alert} />
        ))}
      </ul>
      {matched > alerts.length && (
        <Text size="xs" c="dimmed">
          and {matched - alerts.length} more
        </Text>
      )}
      {matched === 0 && (
        <Text size="sm" c="dimmed" mt={6}>
          Nothing that fires now; it mutes what comes later.
        </Text>
      )}
    </div>
  )
}

function PreviewedAlert({ alert }: { readonly alert: MutePreview['alerts'][number] }) {
  const { title, severity, muted, startsAt, ci, incident } = alert
  return (
    <li>
      <Group gap={8}>
        <SeverityWord severity={severity} />
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {muted && <Mark tone="calm">muted already</Mark>}
      </Group>
      <Text size="xs" c="dimmed" component="div">
        <Ago at={startsAt} />
        {ci !== null && (
          <>
            {' · on '}
            <CiLink id={ci} />
          </>
        )}
        {incident !== null && (
          <>
            {' · in '}
            <IncidentLink id={incident} />
          </>
        )}
      </Text>
    </li>
  )
}
