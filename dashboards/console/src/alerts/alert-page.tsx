/** One alert: what it says now, why it is where it is, and its past. */
import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import type { Alert, AlertHistory } from '../api/schema.d.ts'
import { AlertDetail } from '../incident/alert-detail.tsx'
import { Ago } from '../ui/ago.tsx'
import { ConditionMarks, Mark, SeverityWord, StateDot } from '../ui/badges.tsx'
import { Icon } from '../ui/icons.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { useKeys } from '../ui/keys.ts'
import { More } from '../ui/more.tsx'
import { PageLink, toAddress } from '../ui/page-link.tsx'
import { RangePicker } from '../ui/range-picker.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { boundsOf, type RangeSearch } from '../ui/time-range.ts'
import classes from './alert-page.module.css'
import { alertQuery, historyQuery } from './api.ts'
import { HistoryStrip } from './strip.tsx'

export function AlertPage() {
  const { id } = useParams({ from: '/inside/alerts/$id' })
  const { data, error, refetch } = useQuery(alertQuery(id))
  const navigate = useNavigate()
  const router = useRouter()
  const newest = data?.episodes[0]
  useKeys({
    u: () => void navigate({ to: '/alerts' }),
    s:
      newest === undefined
        ? undefined
        : () => router.history.push(toAddress('/silences/new', silenceOf(newest))),
  })
  return (
    <Stack gap="md">
      <title>{`${newest?.title ?? 'Alert'} · Faultline`}</title>
      <Group>
        <Anchor component={Link} to="/alerts" size="sm" className={classes['back'] ?? ''}>
          <Icon name="back" size={14} /> Alerts
        </Anchor>
      </Group>
      {data === undefined && error === null && <WaitingRows rows={4} />}
      {data === undefined && error !== null && (
        <Failure what="The alert" error={error} retry={() => void refetch()} />
      )}
      {newest !== undefined && (
        <>
          <Headline alert={newest} />
          <HistorySection id={id} />
          <Section title="This episode" id="episode">
            <AlertDetail alert={newest} titles={new Map()} />
          </Section>
        </>
      )}
    </Stack>
  )
}

/** What fills the form of a silence: the labels of an alert, as matchers. */
function silenceOf({ labels }: Alert): { readonly matcher: readonly string[] } {
  const matcher = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return { matcher }
}

function Headline({ alert }: { readonly alert: Alert }) {
  const { title, rule, severity, state, suppressedBy, incident, startsAt, endsAt } = alert
  const firing = state === 'firing'
  return (
    <div>
      <Group gap={10} mb={4}>
        <StateDot firing={firing} muted={firing && suppressedBy !== null} />
        <SeverityWord severity={severity} />
        <ConditionMarks {...alert} />
        {suppressedBy !== null && (
          <Mark tone="calm" why={suppressedBy.reason}>
            muted
          </Mark>
        )}
        <Text size="sm" c="dimmed" component="div">
          {firing ? 'fires for ' : 'lasted '}
          <Ago at={startsAt} form="for" until={endsAt} />
          {endsAt !== null && (
            <>
              , ended <Ago at={endsAt} />
            </>
          )}
        </Text>
      </Group>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Title order={1} size="h3" className={classes['title'] ?? ''}>
          {title === '' ? rule : title}
        </Title>
        <Group gap="xs">
          <PageLink
            path="/silences/new"
            query={silenceOf(alert)}
            className={classes['act'] ?? ''}
            underline="never"
          >
            Silence…
          </PageLink>
        </Group>
      </Group>
      <Text size="sm" component="div" mt={4}>
        {incident === null ? (
          <Text span c="dimmed">
            It is in no incident.
          </Text>
        ) : (
          <>
            In <IncidentLink id={incident} />
          </>
        )}
        {' · '}
        <PageLink path="/alerts" query={{ rule }}>
          all alerts of {rule}
        </PageLink>
      </Text>
    </div>
  )
}

function HistorySection({ id }: { readonly id: string }) {
  const search: RangeSearch = useSearch({ from: '/inside/alerts/$id' })
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(historyQuery(id))
  return (
    <Section
      title="History"
      id="history"
      aside={
        <RangePicker
          value={search}
          usual={null}
          onChange={(next) =>
            void navigate({ to: '/alerts/$id', params: { id }, search: next, replace: true })
          }
        />
      }
    >
      {data === undefined && error === null && <WaitingRows rows={2} height={30} />}
      {data === undefined && error !== null && (
        <Failure what="The history" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && (
        <Stack gap="sm">
          <HistoryStrip history={data} {...boundsOf(search, Date.now())} />
          <Episodes history={data} />
          <Events history={data} />
        </Stack>
      )}
    </Section>
  )
}

const MOST = 200

function Episodes({ history: { episodes } }: { readonly history: AlertHistory }) {
  return (
    <More label={episodes.length === 1 ? '1 episode' : `${episodes.length} episodes`}>
      <table className={classes['episodes']}>
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Lasted</th>
            <th scope="col">Severity</th>
            <th scope="col">Reports</th>
            <th scope="col">Incident</th>
          </tr>
        </thead>
        <tbody>
          {episodes.slice(0, MOST).map((one) => (
            <tr key={one.key} data-episode={one.key}>
              <th scope="row">
                <Ago at={one.startsAt} />
              </th>
              <td>
                <Ago at={one.startsAt} form="for" until={one.endsAt} />
                {one.endsAt === null && ', still fires'}
              </td>
              <td>
                <SeverityWord severity={one.severity} />
              </td>
              <td className="fl-num">{one.reports}</td>
              <td>{one.incident === null ? 'none' : <IncidentLink id={one.incident} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {episodes.length > MOST && (
        <Text size="xs" c="dimmed">
          The newest {MOST} of {episodes.length}.
        </Text>
      )}
    </More>
  )
}

function Events({ history: { events } }: { readonly history: AlertHistory }) {
  return (
    <More label={events.length === 1 ? '1 decision' : `${events.length} decisions about it`}>
      <ol className={classes['events']}>
        {events.slice(0, MOST).map(({ seq, at, text, actor, incident }) => (
          <li key={seq}>
            <span>
              {text}
              {actor !== 'engine' && ` (${actor.replace(':', ' ')})`}
              {incident !== null && (
                <>
                  {' '}
                  <IncidentLink id={incident} />
                </>
              )}
            </span>
            <Text span size="xs" c="dimmed">
              <Ago at={at} />
            </Text>
          </li>
        ))}
      </ol>
      {events.length > MOST && (
        <Text size="xs" c="dimmed">
          The newest {MOST} of {events.length}.
        </Text>
      )}
    </More>
  )
}
