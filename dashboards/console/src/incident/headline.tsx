import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Incident } from '../api/schema.d.ts'
import { ProblemMark } from '../problems/mark.tsx'
import { ConditionMarks, PriorityMark, SeverityWord, StatusMark } from '../ui/badges.tsx'
import { duration, useNow } from '../ui/clock.ts'
import { Icon } from '../ui/icons.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { TermTable } from '../ui/terms.tsx'
import { Impact } from './impact.tsx'
import classes from './incident.module.css'
import { Moments } from './moments.tsx'
import { Route } from './route.tsx'

interface HeadlineProps {
  readonly incident: Incident
  readonly children: ReactNode
}

/** What it is, how bad it is and why, who has it, and when people were told. */
export function Headline({ incident, children }: HeadlineProps) {
  const { id, title, priority, status } = incident
  return (
    <header className={classes['headline']} data-priority={priority}>
      <Group justify="space-between" gap="xs">
        <Anchor component={Link} to="/incidents" size="sm" className={classes['back'] ?? ''}>
          <Icon name="back" size={14} /> Incidents
        </Anchor>
        <Text size="sm" c="dimmed" className="fl-mono">
          {id}
        </Text>
      </Group>
      <Stack gap={8} mt={6}>
        <Group gap={8} align="center">
          <PriorityMark priority={priority} large />
          <StatusMark status={status} />
          <ConditionMarks {...incident} />
        </Group>
        <Title order={1} className={classes['title'] ?? ''}>
          {title === '' ? id : title}
        </Title>
        <Kinship incident={incident} />
        <ProblemMark problem={incident.problem} />
        <Facts incident={incident} />
        <Impact incident={incident} />
        <WhySoBad incident={incident} />
        <Route incident={incident} />
      </Stack>
      <Moments incident={incident} />
      {children}
    </header>
  )
}

function Kinship({ incident: { mergedInto, splitFrom } }: Pick<HeadlineProps, 'incident'>) {
  return (
    <>
      {mergedInto !== null && (
        <Alert color="fault" variant="light" title="This incident is part of another one now">
          <IncidentLink id={mergedInto}>Go to {mergedInto}</IncidentLink>
        </Alert>
      )}
      {splitFrom !== null && (
        <Text size="sm" c="dimmed">
          Split off from <IncidentLink id={splitFrom} />
        </Text>
      )}
    </>
  )
}

function Facts({ incident }: Pick<HeadlineProps, 'incident'>) {
  const { alertCount, firingCount, severity, team, owner, firstAlertAt, resolvedAt } = incident
  return (
    <Group gap="md" className={classes['facts'] ?? ''}>
      <Fact name={resolvedAt === null ? 'For' : 'Lasted'}>
        <Lasting from={firstAlertAt} to={resolvedAt} />
      </Fact>
      <Fact name="Alerts">
        {alertCount}, <span data-firing={firingCount > 0}>{firingCount} firing</span>
      </Fact>
      <Fact name="Worst">
        <SeverityWord severity={severity} />
      </Fact>
      <Fact name="Team">{team ?? 'none'}</Fact>
      <Fact name="Owner">{owner ?? 'nobody'}</Fact>
      <Fact name="Acknowledged">
        {incident.acknowledgedAt === null ? 'no' : `by ${incident.acknowledgedBy ?? 'someone'}`}
      </Fact>
    </Group>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Text size="sm" component="div">
      <span className={classes['factName']}>{name}</span> {children}
    </Text>
  )
}

interface LastingProps {
  readonly from: string
  readonly to: string | null
}

/** How long it has been going on, or went on. */
function Lasting({ from, to }: LastingProps) {
  const text = useNow((now) => duration((to === null ? now : Date.parse(to)) - Date.parse(from)))
  return <time dateTime={from}>{text}</time>
}

const LEVELS = ['high', 'medium', 'low'] as const

const OPENED_BECAUSE: Readonly<Record<string, string>> = {
  severity: 'its severity opens incidents',
  alert_count: 'enough alerts belong together',
  surprise: 'such alerts are rare',
  outlasts: 'it lasts longer than it usually does',
  split_by_person: 'somebody split it off',
  below_open_policy: 'it has not met the open policy',
}

function WhySoBad({ incident }: Pick<HeadlineProps, 'incident'>) {
  const { priority, impact, urgency, priorityEvidence, openReason, status } = incident
  const because = OPENED_BECAUSE[openReason] ?? openReason.replaceAll('_', ' ')
  return (
    <More
      label={`P${priority}: ${LEVELS[impact - 1]} impact, ${LEVELS[urgency - 1]} urgency. ${
        status === 'provisional' ? 'Began' : 'Opened'
      } because ${because}`}
    >
      <TermTable terms={priorityEvidence} score={priority} sum="priority" />
    </More>
  )
}
