import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { SeriesStats } from '../api/schema.d.ts'
import { PageLink } from '../ui/page-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import type { RangeSearch } from '../ui/time-range.ts'
import { seriesStatsQuery } from './api.ts'
import table from './loud.module.css'
import classes from './overview.module.css'

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).SeriesChart }))

const COUNT = new Intl.NumberFormat()
const AT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})
const HEIGHT = 240

/** Alerts and incidents that began, as a picture or as a table. */
export function SeriesSection({ range }: { readonly range: RangeSearch }) {
  const { data, error, refetch } = useQuery(seriesStatsQuery(range))
  const [asTable, { toggle }] = useDisclosure(false)
  return (
    <Section
      title="Alerts and incidents"
      id="series"
      aside={
        <Button size="compact-xs" variant="default" onClick={toggle} aria-pressed={asTable}>
          As a table
        </Button>
      }
    >
      {data === undefined && error === null && <WaitingRows rows={1} height={HEIGHT} />}
      {data === undefined && error !== null && (
        <Failure what="The chart" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined &&
        (asTable ? (
          <SeriesTable stats={data} />
        ) : (
          <Suspense fallback={<WaitingRows rows={1} height={HEIGHT} />}>
            <div role="img" aria-label={inWords(data)}>
              <Chart stats={data} height={HEIGHT} />
            </div>
          </Suspense>
        ))}
    </Section>
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0)
}

function inWords({ buckets }: SeriesStats): string {
  const alerts = sum(buckets.map((bucket) => sum(Object.values(bucket.alerts))))
  const incidents = sum(buckets.map((bucket) => sum(bucket.incidents)))
  return `Chart: ${alerts} alerts and ${incidents} incidents began. The same figures are there as a table.`
}

const SHOWN = ['critical', 'error', 'warning'] as const

function SeriesTable({ stats: { buckets, stepMs } }: { readonly stats: SeriesStats }) {
  const busy = buckets.filter(
    ({ alerts, incidents }) => sum(Object.values(alerts)) + sum(incidents) > 0,
  )
  return (
    <div className={classes['tall']}>
      <table className={table['talkers']}>
        <caption className={classes['unseen']}>
          Alerts and incidents that began, by time; times in which nothing began are left out
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            {SHOWN.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">all alerts</th>
            <th scope="col">incidents</th>
          </tr>
        </thead>
        <tbody>
          {busy.map(({ at, alerts, incidents }) => {
            const bounds = { from: at, to: new Date(Date.parse(at) + stepMs).toISOString() }
            return (
              <tr key={at}>
                <th scope="row">{AT.format(new Date(at))}</th>
                {SHOWN.map((name) => (
                  <td key={name}>{COUNT.format(alerts[name] ?? 0)}</td>
                ))}
                <td>
                  <PageLink path="/alerts" query={bounds}>
                    {COUNT.format(sum(Object.values(alerts)))}
                  </PageLink>
                </td>
                <td>
                  <PageLink
                    path="/incidents"
                    query={{ status: 'provisional,open,resolved,closed', ...bounds }}
                  >
                    {COUNT.format(sum(incidents))}
                  </PageLink>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
