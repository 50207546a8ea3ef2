import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { RangeStats } from '../api/schema.d.ts'
import { duration } from '../ui/clock.ts'
import { percent } from '../ui/figures.ts'
import { type AddressQuery, PageLink } from '../ui/page-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import type { RangeSearch } from '../ui/time-range.ts'
import { rangeStatsQuery } from './api.ts'
import classes from './overview.module.css'

const COUNT = new Intl.NumberFormat()
/** What the figures count; a merged one is part of another. */
const NOT_MERGED = 'provisional,open,resolved,closed'

/** Reports, alerts, incidents: how little is left; and how long people and the engine took. */
export function NoiseSection({ range }: { readonly range: RangeSearch }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(rangeStatsQuery(range))
  return (
    <Section title="From reports to incidents" id="noise">
      {data === undefined && error === null && <WaitingRows rows={1} height={92} />}
      {data === undefined && error !== null && (
        <Failure what="The figures" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && (
        <div className={classes['figures']} data-dimmed={isPlaceholderData || undefined}>
          <Funnel stats={data} />
          <Times stats={data} />
        </div>
      )}
    </Section>
  )
}

interface StatsProps {
  readonly stats: RangeStats
}

function Funnel({ stats }: StatsProps) {
  const { from, to, received, rejected, changes, alerts, suppressed, incidents, opened } = stats
  const reports = received - rejected - changes
  const list = { status: NOT_MERGED, from, to }
  return (
    <ol className={classes['funnel']}>
      <Step name="received" value={received} share={1} path="/sources">
        {[
          rejected + changes === 0 ? 'reports of alerts' : `${COUNT.format(reports)} about alerts`,
          ...(changes === 0 ? [] : [`${COUNT.format(changes)} changes`]),
          ...(rejected === 0 ? [] : [`${COUNT.format(rejected)} unreadable`]),
        ].join(', ')}
      </Step>
      <Step
        name="alerts"
        value={alerts}
        share={alerts / Math.max(reports, alerts, 1)}
        path="/alerts"
        query={{ from, to }}
      >
        {suppressed === 0 ? (
          'episodes that began'
        ) : (
          <>
            episodes that began,{' '}
            <PageLink path="/alerts" query={{ from, to, suppressed: true }}>
              {COUNT.format(suppressed)} muted
            </PageLink>
          </>
        )}
      </Step>
      <Step
        name="incidents"
        value={incidents}
        share={incidents / Math.max(reports, incidents, 1)}
        path="/incidents"
        query={list}
      >
        {`${COUNT.format(opened)} met the policy that opens them`}
      </Step>
      <li className={classes['step']} data-step="reduction">
        <span className={classes['name']}>noise reduction</span>
        <span className={classes['big']}>{reductionOf(stats)}</span>
        <Text size="xs" c="dimmed">
          of the reports opened nothing
        </Text>
      </li>
    </ol>
  )
}

/** One decimal more where that is what there is to tell. */
function reductionOf({ reduction }: RangeStats): string {
  if (reduction === null) return '–'
  return reduction > 0.9 && reduction < 0.999
    ? `${(reduction * 100).toFixed(1)} %`
    : percent(reduction)
}

interface StepProps {
  readonly name: string
  readonly value: number
  readonly share: number
  readonly path: string
  readonly query?: AddressQuery
  readonly children: ReactNode
}

function Step({ name, value, share, path, query = {}, children }: StepProps) {
  return (
    <li className={classes['step']} data-step={name}>
      <span className={classes['name']}>{name}</span>
      <PageLink path={path} query={query} className={classes['big'] ?? ''} underline="hover">
        {COUNT.format(value)}
      </PageLink>
      <span className={classes['share']} aria-hidden="true">
        <span style={{ width: `${Math.max(share * 100, value > 0 ? 1 : 0)}%` }} />
      </span>
      <Text size="xs" c="dimmed" component="div">
        {children}
      </Text>
    </li>
  )
}

function Times({ stats: { from, to, opened, toAcknowledge, toResolve } }: StatsProps) {
  const list = { status: NOT_MERGED, from, to }
  return (
    <dl className={classes['timesOf']}>
      <TimeOf
        name="Time to acknowledge"
        times={toAcknowledge}
        of={`of ${COUNT.format(opened)} acknowledged`}
        query={{ ...list, acknowledged: true }}
      />
      <TimeOf
        name="Time to resolve"
        times={toResolve}
        of={`of ${COUNT.format(opened)} resolved`}
        query={{ ...list, status: 'resolved' }}
      />
    </dl>
  )
}

interface TimeOfProps {
  readonly name: string
  readonly times: RangeStats['toResolve']
  readonly of: string
  readonly query: AddressQuery
}

function TimeOf({ name, times: { count, medianMs, p90Ms }, of, query }: TimeOfProps) {
  return (
    <div data-times={name}>
      <dt>{name}</dt>
      <dd className="fl-num">
        <span className={classes['big']}>{medianMs === null ? '–' : duration(medianMs)}</span>
        <Text size="xs" c="dimmed" component="div">
          {medianMs === null || p90Ms === null ? (
            'none yet'
          ) : (
            <>
              median; 9 of 10 within {duration(p90Ms)}
              <br />
            </>
          )}
          {count > 0 && (
            <PageLink path="/incidents" query={query}>
              {COUNT.format(count)} {of}
            </PageLink>
          )}
        </Text>
      </dd>
    </div>
  )
}
