/** Lists of what differs. Incidents before are known and linked; those after exist in the run only. */
import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { BacktestAlert, BacktestIncident, BacktestReport } from '../api/schema.d.ts'
import { duration, exact } from '../ui/clock.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import classes from './backtest.module.css'

interface ReportProps {
  readonly report: BacktestReport
}

interface ListProps {
  readonly name: string
  readonly text: string
  readonly total: number
  readonly children: readonly ReactNode[]
}

/** Open where it is short enough to be read at once. */
function List({ name, text, total, children }: ListProps) {
  if (total === 0) return null
  return (
    <div data-list={name}>
      <More label={`${text}: ${total}`} startsOpen={total <= 20}>
        <ul className={classes['list']}>{children}</ul>
        {total > children.length && (
          <Text size="xs" c="dimmed">
            {total - children.length} more are not listed
          </Text>
        )}
      </More>
    </div>
  )
}

function Before({ incident: { id, title, alerts } }: { readonly incident: BacktestIncident }) {
  return (
    <span>
      <IncidentLink id={id} /> {title} <Count alerts={alerts} />
    </span>
  )
}

function After({ incident: { title, alerts } }: { readonly incident: BacktestIncident }) {
  return (
    <span>
      {title} <Count alerts={alerts} />
    </span>
  )
}

function Count({ alerts }: { readonly alerts: number }) {
  return (
    <Text span size="xs" c="dimmed">
      {alerts === 1 ? '1 alert' : `${alerts} alerts`}
    </Text>
  )
}

const idsOf = (incidents: readonly BacktestIncident[]): string =>
  incidents.map(({ id }) => id).join(' ')

export function IncidentLists({ report }: ReportProps) {
  const { merged, split, gone, fresh, retimed, rerouted, totals } = report
  const count = (name: string): number => totals[name] ?? 0
  return (
    <>
      <List name="merged" text="Would have been one incident" total={count('merged')}>
        {merged.map(({ before, after }) => (
          <li key={after.id} className={classes['pair']}>
            <div className={classes['many']}>
              {before.map((one) => (
                <Before key={one.id} incident={one} />
              ))}
            </div>
            <div>
              one: <After incident={after} />
            </div>
          </li>
        ))}
      </List>
      <List name="split" text="Would have been several incidents" total={count('split')}>
        {split.map(({ before, after }) => (
          <li key={before.id} className={classes['pair']}>
            <Before incident={before} />
            <div className={classes['many']}>
              {after.map((one) => (
                <After key={one.id} incident={one} />
              ))}
            </div>
          </li>
        ))}
      </List>
      <List name="gone" text="Would not have opened" total={count('gone')}>
        {gone.map((one) => (
          <li key={one.id}>
            <Before incident={one} />
          </li>
        ))}
      </List>
      <List name="fresh" text="Would have been new" total={count('fresh')}>
        {fresh.map((one) => (
          <li key={one.id}>
            <After incident={one} />, opened {exact(one.openedAt)}
          </li>
        ))}
      </List>
      <List
        name="retimed"
        text="Would have opened at another time"
        total={count('later') + count('earlier')}
      >
        {retimed.map(({ before, after, byMs }) => (
          <li key={idsOf([before, after])}>
            <Before incident={before} />, {apart(byMs)}
          </li>
        ))}
      </List>
      <List name="rerouted" text="Would have gone elsewhere" total={count('rerouted')}>
        {rerouted.map(({ before, after, from, to }) => (
          <li key={idsOf([before, after])}>
            <Before incident={before} />: {goesTo(from)} before, {goesTo(to)} then
          </li>
        ))}
      </List>
    </>
  )
}

function goesTo({ team, channels }: BacktestReport['rerouted'][number]['from']): string {
  const told = channels === null ? 'all channels' : channels.join(', ') || 'no channel'
  return `${team ?? 'no team'} (${told})`
}

function apart(byMs: number): string {
  const ms = Math.abs(byMs)
  const long = ms < 1000 ? `${ms} ms` : duration(ms)
  return `${long} ${byMs > 0 ? 'later' : 'earlier'}`
}

const ALERT_LISTS = [
  ['moved', 'Alerts in another incident'],
  ['left', 'Alerts in no incident any more'],
  ['joined', 'Alerts that were in no incident'],
  ['muted', 'Alerts muted now'],
  ['unmuted', 'Alerts muted no longer'],
  ['onlyBefore', 'Alerts that are none of their own any more'],
  ['onlyAfter', 'Alerts that are of their own now'],
] as const

export function AlertLists({ report }: ReportProps) {
  return ALERT_LISTS.map(([name, text]) => (
    <List key={name} name={name} text={text} total={report.totals[name] ?? 0}>
      {report[name].map((alert) => (
        <li key={alert.alert}>
          <AlertLine alert={alert} isKnown={name !== 'onlyAfter'} />
        </li>
      ))}
    </List>
  ))
}

interface AlertLineProps {
  readonly alert: BacktestAlert
  readonly isKnown: boolean
}

function AlertLine({ alert, isKnown }: AlertLineProps) {
  const { title, startsAt, before, mutedBy } = alert
  const id = alert.alert.slice(0, alert.alert.lastIndexOf('.'))
  return (
    <span>
      {isKnown ? (
        <Link to="/alerts/$id" params={{ id }} className="fl-link">
          {title}
        </Link>
      ) : (
        title
      )}{' '}
      <Text span size="xs" c="dimmed">
        {exact(startsAt)}
        {mutedBy !== null && `, muted by ${mutedBy}`}
      </Text>
      {before !== null && (
        <>
          {' '}
          in <IncidentLink id={before} />
        </>
      )}
    </span>
  )
}

export function People({ people }: { readonly people: BacktestReport['people'] }) {
  const { given, carried, held, notCarried, list, dismissed } = people
  if (given === 0)
    return (
      <Text size="sm" c="dimmed">
        Nobody did anything in this range.
      </Text>
    )
  return (
    <>
      <Text size="sm">
        {given === 1 ? '1 command' : `${given} commands`}: {carried} done under the other rules too,{' '}
        {held} needless there, {notCarried} not carried over.
      </Text>
      {dismissed.alerts > 0 && (
        <Text size="sm">
          Of {dismissed.alerts} alerts that people said are no incident, {dismissed.openedBefore}{' '}
          opened one as it was and {dismissed.openedAfter} would have.
        </Text>
      )}
      <List name="not-carried" text="Not carried over" total={notCarried}>
        {list.map(({ at, actor, do: what, about, reason }) => (
          <li key={`${at} ${actor} ${what} ${about}`}>
            {exact(at)}: {actor}, {what} {about}: {reason}
          </li>
        ))}
      </List>
    </>
  )
}
