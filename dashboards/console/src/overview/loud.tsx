import { SegmentedControl, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { TalkerStats } from '../api/schema.d.ts'
import { CiName } from '../ui/ci-name.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import type { RangeSearch } from '../ui/time-range.ts'
import { talkerStatsQuery } from './api.ts'
import table from './loud.module.css'
import classes from './overview.module.css'

const COUNT = new Intl.NumberFormat()

interface RangeProps {
  readonly range: RangeSearch
}

type By = 'byReports' | 'byIncidents'

/** Who reports most: rules, and the CIs they are about. */
export function TalkerSections({ range }: RangeProps) {
  const [by, setBy] = useState<By>('byReports')
  const aside = (
    <SegmentedControl
      size="xs"
      value={by}
      data={[
        { value: 'byReports', label: 'Reports' },
        { value: 'byIncidents', label: 'Incidents' },
      ]}
      onChange={(value) => setBy(value === 'byIncidents' ? value : 'byReports')}
      aria-label="Loudest by"
    />
  )
  return (
    <>
      <Talkers range={range} by={by} kind="rule" title="Loudest rules" aside={aside} />
      <Talkers range={range} by={by} kind="ci" title="Loudest CIs" aside={null} />
    </>
  )
}

interface TalkersProps extends RangeProps {
  readonly by: By
  readonly kind: 'rule' | 'ci'
  readonly title: string
  readonly aside: ReactNode
}

function Talkers({ range, by, kind, title, aside }: TalkersProps) {
  const { data, error, refetch } = useQuery(talkerStatsQuery(range))
  return (
    <Section title={title} id={kind === 'rule' ? 'rules' : 'cis'} aside={aside}>
      {data === undefined && error === null && <WaitingRows rows={4} height={28} />}
      {data === undefined && error !== null && (
        <Failure what="The loudest" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <TalkerTable stats={data} by={by} kind={kind} />}
    </Section>
  )
}

interface TalkerTableProps extends Pick<TalkersProps, 'by' | 'kind'> {
  readonly stats: TalkerStats
}

function TalkerTable({ stats, by, kind }: TalkerTableProps) {
  const { from, to } = stats
  const rows = (kind === 'rule' ? stats.rules : stats.cis)[by]
  const value = by === 'byReports' ? 'reports' : 'incidents'
  const most = Math.max(...rows.map((row) => row[value]), 1)
  if (rows.length === 0) return <Nothing>No alert began in this time.</Nothing>
  return (
    <table className={table['talkers']}>
      <thead>
        <tr>
          <th scope="col">{kind === 'rule' ? 'Rule' : 'CI'}</th>
          <th scope="col">reports</th>
          <th scope="col">alerts</th>
          <th scope="col">incidents</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const query = { [kind]: row.name, from, to }
          return (
            <tr key={row.name} data-talker={row.name}>
              <th scope="row">
                <span className={table['loud']} aria-hidden="true">
                  <span style={{ width: `${(row[value] / most) * 100}%` }} />
                </span>
                <PageLink path="/alerts" query={query}>
                  {kind === 'ci' ? <CiName id={row.name} /> : row.name}
                </PageLink>
              </th>
              <td>{COUNT.format(row.reports)}</td>
              <td>
                <PageLink path="/alerts" query={query}>
                  {COUNT.format(row.alerts)}
                </PageLink>
              </td>
              <td>
                {row.incidents === 0 ? (
                  0
                ) : (
                  <PageLink path="/incidents" query={{ [kind]: row.name, status: 'all' }}>
                    {COUNT.format(row.incidents)}
                  </PageLink>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  )
}

/** Alerts that kept going on and off. */
export function FlapperSection({ range }: RangeProps) {
  const { data, error, refetch } = useQuery(talkerStatsQuery(range))
  return (
    <Section
      title="Flapping"
      id="flapping"
      aside={
        data !== undefined &&
        data.flappers.length > 0 && (
          <Text size="sm">
            <PageLink path="/alerts" query={{ flapping: true, from: data.from, to: data.to }}>
              All of them
            </PageLink>
          </Text>
        )
      }
    >
      {data === undefined && error === null && <WaitingRows rows={2} height={28} />}
      {data === undefined && error !== null && (
        <Failure what="What flaps" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && data.flappers.length === 0 && (
        <Nothing>No alert kept going on and off.</Nothing>
      )}
      <ul className={classes['flappers']}>
        {data?.flappers.map(({ id, title, ci, episodes }) => (
          <li key={id}>
            <PageLink path={`/alerts/${encodeURIComponent(id)}`}>{title}</PageLink>
            <Text size="xs" c="dimmed" component="div">
              {episodes} {episodes === 1 ? 'episode' : 'episodes'} while it flapped
              {ci !== null && (
                <>
                  {' on '}
                  <CiName id={ci} />
                </>
              )}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
