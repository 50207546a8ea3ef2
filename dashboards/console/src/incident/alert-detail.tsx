import { Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Alert } from '../api/schema.d.ts'
import { CorrectBinding } from '../binding/correct.tsx'
import { Ago } from '../ui/ago.tsx'
import { alertIdOf } from '../ui/alert-key.ts'
import { StateDot } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { decimal, percent } from '../ui/figures.ts'
import { SafeLink } from '../ui/safe-link.tsx'
import classes from './incident.module.css'
import { Why } from './why.tsx'

interface DetailProps {
  readonly alert: Alert
  readonly titles: ReadonlyMap<string, string>
}

/** Everything known about one alert, its evidence first. */
export function AlertDetail({ alert, titles }: DetailProps) {
  return (
    <Stack gap="md" className={classes['alertDetail'] ?? ''}>
      <Why alert={alert} titles={titles} />
      {alert.suppressedBy !== null && <Muted by={alert.suppressedBy} />}
      <dl className={classes['facts2']}>
        <Item name="CI">
          <BoundTo alert={alert} />
        </Item>
        <Item name="Rule">{alert.rule}</Item>
        <Item name="Reports">
          {alert.reports}, first <Ago at={alert.firstSeenAt} />, last <Ago at={alert.lastSeenAt} />
        </Item>
        <Item name="Reporters">
          {alert.reporters.map(({ reporter, firing, lastSeenAt }) => (
            <Group key={reporter} gap={8}>
              <span>{reporter}</span>
              <StateDot firing={firing} />
              <Text span size="xs" c="dimmed">
                <Ago at={lastSeenAt} />
              </Text>
            </Group>
          ))}
        </Item>
        <Item name="Surprise">
          {decimal(alert.surprise)} nats: the higher, the rarer such an alert is
          <Usual habit={alert.habit} />
        </Item>
        {alert.generatorUrl !== null && (
          <Item name="Where it came from">
            <SafeLink href={alert.generatorUrl}>{alert.source}</SafeLink>
          </Item>
        )}
      </dl>
      <Pairs name="Annotations" pairs={alert.annotations} />
      <Pairs name="Labels" pairs={alert.labels} />
    </Stack>
  )
}

/** What the hour of the week says of it. */
function Usual({ habit }: Pick<Alert, 'habit'>) {
  if (habit?.note == null) return null
  const { note, times, weeks, factor } = habit
  return (
    <Text size="xs" c="dimmed">
      It {note}: {decimal(times)} times about this hour in {decimal(weeks)} weeks, of which old ones
      count less; {decimal(factor)} × as likely as at any hour
    </Text>
  )
}

/** What mutes it, with a link to the alert that inhibits it. */
function Muted({ by }: { readonly by: NonNullable<Alert['suppressedBy']> }) {
  const { kind, id, reason, alert } = by
  if (kind !== 'inhibit' || alert === undefined)
    return (
      <Text size="sm">
        <b>Muted</b> by {kind}: {reason}
      </Text>
    )
  return (
    <Text size="sm" data-inhibited-by={alert}>
      <b>Muted</b>: inhibited by{' '}
      <Link to="/alerts/$id" params={{ id: alertIdOf(alert) }} className="fl-link">
        {reason}
      </Link>{' '}
      (rule <span className="fl-mono">{id}</span>). It comes up once that alert ends.
    </Text>
  )
}

function BoundTo({ alert }: Pick<DetailProps, 'alert'>) {
  const { binding } = alert
  if (binding === null)
    return (
      <>
        not bound: nothing names exactly one CI in operation
        <CorrectBinding alert={alert} />
      </>
    )
  return (
    <>
      <CiName id={binding.ci} /> <span className="fl-mono">{binding.ci}</span>
      <Text size="xs" c="dimmed">
        by {binding.rule.replaceAll('_', ' ')} ({binding.matched}), {percent(binding.confidence)}{' '}
        sure
        {binding.rule.startsWith('observed:') && '; only alerts tell of this CI'}
      </Text>
      <CorrectBinding alert={alert} />
    </>
  )
}

function Item({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

interface PairsProps {
  readonly name: string
  readonly pairs: Readonly<Record<string, string>>
}

function Pairs({ name, pairs }: PairsProps) {
  const all = Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))
  if (all.length === 0) return null
  return (
    <div>
      <Text size="xs" fw={650} c="dimmed" mb={4}>
        {name}
      </Text>
      <ul className={classes['pairs']}>
        {all.map(([key, value]) => (
          <li key={key} className={classes['pair']}>
            <span className={classes['pairName']}>{key}</span>
            {/^https?:\/\//i.test(value) ? <SafeLink href={value}>{value}</SafeLink> : value}
          </li>
        ))}
      </ul>
    </div>
  )
}
