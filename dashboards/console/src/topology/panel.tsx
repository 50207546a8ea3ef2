/** What a map says of the CI that is picked, and where to go from it. */
import { Button, CloseButton, Group, Paper, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { blastRadiusQuery, ciDetailQuery } from '../api/cis.ts'
import type { BlastRadius, Ci, CiDetail, MappedService } from '../api/schema.d.ts'
import { isService, LiveState } from '../cis/row.tsx'
import { countOf } from '../problems/words.tsx'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { More } from '../ui/more.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import classes from './topology.module.css'

/** Related CIs of one relation type that are named. */
const NAMED = 12

interface PanelProps {
  readonly id: string
  /** The moment that the map shows; what a CI says of itself is of now. */
  readonly at: string | undefined
  readonly service: MappedService | undefined
  readonly blast: boolean
  readonly onBlast: (blast: boolean) => void
  readonly onPick: (id: string | null) => void
}

export function Panel({ id, at, service, blast, onBlast, onPick }: PanelProps) {
  const { data, error, refetch } = useQuery(ciDetailQuery(id))
  return (
    <Paper
      component="section"
      withBorder
      bg="var(--fl-card)"
      p="sm"
      aria-label="The CI that is picked"
      data-picked={id}
    >
      {error !== null && data === undefined && (
        <Failure what="This CI" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={3} height={40} />}
      {data !== undefined && (
        <>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Title order={2} size="h5">
              {data.name}
            </Title>
            <CloseButton aria-label="Pick nothing" onClick={() => onPick(null)} />
          </Group>
          <Text size="sm" c="dimmed">
            {[
              data.class,
              data.owner ?? 'no owner',
              data.environment,
              data.criticality === null ? null : `criticality ${data.criticality}`,
              data.status === 'observed' ? 'observed' : null,
            ]
              .filter((part) => part !== null)
              .join(' · ')}
          </Text>
          {at === undefined ? (
            <LiveState live={data.live} />
          ) : (
            <Text size="sm">{service === undefined ? null : thenText(service)}</Text>
          )}
          {service !== undefined && <RolledUp service={service} />}
          <Group gap={6} mt="sm">
            <Button
              size="compact-sm"
              variant="default"
              renderRoot={(props) => <Link to="/cis/$id" params={{ id }} {...props} />}
            >
              Open
            </Button>
            {isService(data.class) && (
              <Button
                size="compact-sm"
                variant="default"
                renderRoot={(props) => <Link to="/services/$id" params={{ id }} {...props} />}
              >
                Its own map
              </Button>
            )}
            <Button
              size="compact-sm"
              variant={blast ? 'filled' : 'default'}
              aria-pressed={blast}
              onClick={() => onBlast(!blast)}
            >
              Blast radius
            </Button>
          </Group>
          {blast && <Blast id={id} onPick={onPick} />}
          <Related ci={data} isLive={at === undefined} onPick={onPick} />
        </>
      )}
    </Paper>
  )
}

/** What fired on the service itself at the moment that is shown. */
function thenText({ live: { firing, suppressed, severity } }: MappedService): string {
  if (firing > 0) return `${firing} fired then, ${severity} at worst`
  return suppressed > 0 ? `${suppressed} fired muted then` : 'nothing fired on it then'
}

function RolledUp({
  service: { rolledUp, burning, carriers },
}: {
  readonly service: MappedService
}) {
  return (
    <Text size="sm" mt={6} component="div">
      Runs on {countOf(carriers, 'CI')}
      {burning.length === 0 ? ', none of which alerts.' : '; alerts are on '}
      {burning.map((ci, at) => (
        <span key={ci}>
          {at > 0 && ', '}
          <CiLink id={ci} />
        </span>
      ))}
      {rolledUp.firing > 0 && `; ${rolledUp.firing} firing in all, ${rolledUp.severity} at worst`}
    </Text>
  )
}

function Blast({ id, onPick }: { readonly id: string; readonly onPick: (id: string) => void }) {
  const { data, error, refetch } = useQuery(blastRadiusQuery(id))
  if (error !== null && data === undefined)
    return <Failure what="Its blast radius" error={error} retry={() => void refetch()} />
  if (data === undefined) return <WaitingRows rows={1} height={40} />
  const { services, items, truncated }: BlastRadius = data
  return (
    <div data-blast={items.length}>
      <Text size="sm" mt="sm" role="status">
        A fault of it can hurt {countOf(services.length, 'service')} and{' '}
        {countOf(items.length - services.length, 'other CI')}
        {truncated && ', at least'}.
      </Text>
      <ul className={classes['plain']}>
        {services.slice(0, NAMED).map(({ ci, name, criticality, hops }) => (
          <li key={ci}>
            <Pick id={ci} name={name} onPick={onPick} />{' '}
            <Text span size="xs" c="dimmed">
              {criticality === null ? '' : `criticality ${criticality} · `}
              {countOf(hops, 'hop')}
            </Text>
          </li>
        ))}
      </ul>
      {services.length > NAMED && (
        <Text size="xs" c="dimmed">
          and {services.length - NAMED} more
        </Text>
      )}
    </div>
  )
}

interface PickProps {
  readonly id: string
  readonly name: string
  readonly onPick: (id: string) => void
}

function Pick({ id, name, onPick }: PickProps) {
  return (
    <button type="button" className={classes['pick']} onClick={() => onPick(id)}>
      {name}
    </button>
  )
}

/** What it depends on and what depends on it, by the type of the relation. */
interface RelatedProps {
  readonly ci: CiDetail
  readonly isLive: boolean
  readonly onPick: (id: string) => void
}

function Related({ ci, isLive, onPick }: RelatedProps) {
  const others = new Map(ci.neighbours.map((one) => [one.id, one]))
  const groups = new Map<string, (Ci & { readonly onlyAlerts: boolean })[]>()
  for (const { from, type, to, observed } of ci.relations) {
    const other = others.get(from === ci.id ? to : from)
    if (other === undefined) continue
    const words = type.replaceAll('_', ' ')
    const label = from === ci.id ? `It ${words}` : `What ${words} it`
    groups.set(label, [...(groups.get(label) ?? []), { ...other, onlyAlerts: observed === true }])
  }
  return (
    <div className={classes['related']}>
      {[...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([label, list]) => (
          <More key={label} label={`${label}: ${list.length}`} startsOpen={list.length <= NAMED}>
            <ul className={classes['plain']}>
              {list.slice(0, NAMED).map(({ id, name, live, onlyAlerts }) => (
                <li key={id}>
                  <Pick id={id} name={name} onPick={onPick} />{' '}
                  {isLive && live.firing > 0 && (
                    <Text span size="xs" c="var(--fl-bad)">
                      {live.firing} firing
                    </Text>
                  )}
                  {onlyAlerts && <Mark tone="warn">observed</Mark>}
                </li>
              ))}
            </ul>
            {list.length > NAMED && (
              <Text size="xs" c="dimmed">
                and {list.length - NAMED} more
              </Text>
            )}
          </More>
        ))}
    </div>
  )
}
