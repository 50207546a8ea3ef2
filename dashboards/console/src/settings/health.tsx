import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ledgerQuery, statsQuery } from '../api/queries.ts'
import { decimal } from '../ui/figures.ts'
import classes from '../ui/rows.module.css'
import { Failure, WaitingRows } from '../ui/states.tsx'

const COUNT = new Intl.NumberFormat()

/** Figures for a glance. */
export function HealthStrip() {
  const stats = useQuery(statsQuery())
  const ledger = useQuery(ledgerQuery())
  if (stats.error !== null && stats.data === undefined) {
    return <Failure what="The figures" error={stats.error} retry={() => void stats.refetch()} />
  }
  if (stats.data === undefined) return <WaitingRows rows={1} height={84} />
  const { alerts, alertsPerIncident, lag, deadLetters, cis, articles, versions, channels } =
    stats.data
  const waiting = channels.reduce((sum, channel) => sum + channel.waiting, 0)
  const balanced = ledger.data?.balanced
  return (
    <dl className={classes['strip']}>
      <Figure name="Ledger" tone={balanced === false ? 'bad' : 'good'}>
        {balanced === undefined ? '…' : balanced ? 'balanced' : 'not balanced'}
      </Figure>
      <Figure name="Alerts firing">{COUNT.format(alerts.firing)}</Figure>
      <Figure name="Alerts per incident">
        {alertsPerIncident === null ? 'none yet' : decimal(alertsPerIncident)}
      </Figure>
      <Figure name="Waiting to be decided" tone={lag > 1000 ? 'bad' : undefined}>
        {COUNT.format(lag)}
      </Figure>
      <Figure name="Dead letters" tone={deadLetters > 0 ? 'warn' : undefined}>
        {COUNT.format(deadLetters)}
      </Figure>
      <Figure name="Deliveries waiting">{COUNT.format(waiting)}</Figure>
      <Figure name="CIs / articles">
        {COUNT.format(cis)} / {COUNT.format(articles)}
      </Figure>
      <Figure name="Version" detail={`engine ${versions.engine}, rules ${versions.rules}`}>
        {versions.faultline}
      </Figure>
    </dl>
  )
}

interface FigureProps {
  readonly name: string
  readonly tone?: 'good' | 'warn' | 'bad' | undefined
  readonly detail?: string
  readonly children: ReactNode
}

function Figure({ name, tone, detail, children }: FigureProps) {
  return (
    <div className={classes['figure']} data-tone={tone}>
      <dt>{name}</dt>
      <dd className="fl-num">
        {children}
        {detail !== undefined && (
          <Text size="xs" c="dimmed">
            {detail}
          </Text>
        )}
      </dd>
    </div>
  )
}
