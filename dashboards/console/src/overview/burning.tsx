import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { LiveStats } from '../api/schema.d.ts'
import { PriorityMark } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { liveStatsQuery } from './api.ts'
import classes from './overview.module.css'

const COUNT = new Intl.NumberFormat()
const PRIORITIES = [1, 2, 3, 4, 5] as const
const AT_FIRST = 12

/** What burns now, by service and priority; every number leads to its incidents. */
export function BurningSection() {
  const { data, error, refetch } = useQuery(liveStatsQuery())
  return (
    <Section
      title="Burning now"
      id="burning"
      aside={data !== undefined && data.open > 0 && <Sum live={data} />}
    >
      {data === undefined && error === null && <WaitingRows rows={3} height={34} />}
      {data === undefined && error !== null && (
        <Failure what="What burns" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && data.open === 0 && <Calm live={data} />}
      {data !== undefined && data.open > 0 && <Burning live={data} />}
    </Section>
  )
}

interface LiveProps {
  readonly live: LiveStats
}

function Sum({ live: { open, forming, unacknowledged } }: LiveProps) {
  return (
    <Text size="sm" c="dimmed" className="fl-num">
      <PageLink path="/incidents">
        {COUNT.format(open)} {open === 1 ? 'incident' : 'incidents'}
      </PageLink>
      {forming > 0 && (
        <>
          ,{' '}
          <PageLink
            path="/incidents"
            query={{ status: 'provisional' }}
          >{`${forming} forming`}</PageLink>
        </>
      )}
      {unacknowledged > 0 && (
        <>
          ,{' '}
          <PageLink path="/incidents" query={{ acknowledged: false }}>
            {`${COUNT.format(unacknowledged)} with nobody on it`}
          </PageLink>
        </>
      )}
    </Text>
  )
}

/** Nothing burns: said calmly, with what fires all the same. */
function Calm({ live: { alerts } }: LiveProps) {
  return (
    <div className={classes['calm']}>
      <Text fw={650} c="var(--fl-good)">
        Nothing burns
      </Text>
      <Text size="sm" c="dimmed">
        {alerts.firing === 0 ? (
          'No alert fires.'
        ) : (
          <>
            <PageLink path="/alerts" query={{ state: 'firing' }}>
              {COUNT.format(alerts.firing)} {alerts.firing === 1 ? 'alert fires' : 'alerts fire'}
            </PageLink>
            , and none of them needs an incident.
          </>
        )}{' '}
        <PageLink path="/incidents" query={{ status: 'resolved' }}>
          What was resolved
        </PageLink>
      </Text>
    </div>
  )
}

function Burning({ live: { burning, byPriority } }: LiveProps) {
  const shown = burning.slice(0, AT_FIRST)
  return (
    <div className={classes['scroll']}>
      <table className={classes['burning']}>
        <caption className={classes['unseen']}>Open incidents by service and priority</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            {PRIORITIES.map((priority) => (
              <th key={priority} scope="col">
                <PriorityMark priority={priority} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ service, byPriority: levels }) => (
            <tr key={service ?? ''} data-service={service ?? ''}>
              <th scope="row">
                {service === null ? (
                  <Text span size="sm" c="dimmed">
                    no service
                  </Text>
                ) : (
                  <PageLink path="/incidents" query={{ service }}>
                    <CiName id={service} />
                  </PageLink>
                )}
              </th>
              {PRIORITIES.map((priority) => (
                <Cell
                  key={priority}
                  priority={priority}
                  count={levels[priority - 1] ?? 0}
                  service={service}
                />
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              {burning.length > shown.length
                ? `All, with ${burning.length - shown.length} more services`
                : 'All'}
            </th>
            {PRIORITIES.map((priority) => (
              <Cell key={priority} priority={priority} count={byPriority[priority - 1] ?? 0} />
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

interface CellProps {
  readonly priority: 1 | 2 | 3 | 4 | 5
  readonly count: number
  /** Of this service; null: of none; undefined: of all. */
  readonly service?: string | null
}

function Cell({ priority, count, service }: CellProps) {
  if (count === 0) {
    return (
      <td data-none>
        <span aria-hidden="true">·</span>
        <span className={classes['unseen']}>0</span>
      </td>
    )
  }
  const text = COUNT.format(count)
  return (
    <td data-priority={priority}>
      <PageLink
        path="/incidents"
        query={{ priority, service: service ?? undefined }}
        aria-label={`${text} of priority ${priority}`}
        underline="never"
        className={classes['heat'] ?? ''}
      >
        {text}
      </PageLink>
    </td>
  )
}
