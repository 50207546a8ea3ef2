/** Whom it hurts: the services that are hurt now and those downstream, the most critical first. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { incidentImpactQuery } from '../api/queries.ts'
import type { Incident, IncidentImpact } from '../api/schema.d.ts'
import { CiLink } from '../ui/ci-link.tsx'
import { More } from '../ui/more.tsx'
import { Failure } from '../ui/states.tsx'
import classes from './incident.module.css'

const SHOWN = 6

type Hurt = IncidentImpact['now'][number]

export function Impact({ incident }: { readonly incident: Incident }) {
  const { data, error, refetch } = useQuery(incidentImpactQuery(incident.id))
  if (error !== null && data === undefined)
    return <Failure what="Whom it hurts" error={error} retry={() => void refetch()} />
  if (data === undefined || !data.known) return null
  const { now, downstream, nowCount, downstreamCount, owners, environments, cut } = data
  if (nowCount + downstreamCount === 0) return null
  const more = nowCount - Math.min(SHOWN, now.length)
  const whose = [...owners, ...environments].join(', ')
  return (
    <div>
      {nowCount > 0 && (
        <ul className={classes['services']} aria-label="Services hurt now">
          {now.slice(0, SHOWN).map((one) => (
            <Service key={one.ci} one={one} />
          ))}
          {more > 0 && (
            <Text component="li" size="sm" c="dimmed">
              and {more} more
            </Text>
          )}
        </ul>
      )}
      <More label={labelOf(nowCount, downstreamCount)}>
        {whose !== '' && (
          <Text size="sm" c="dimmed">
            Theirs: {whose}
          </Text>
        )}
        <Ways title="Hurt now" all={now} count={nowCount} />
        <Ways title="Downstream" all={downstream} count={downstreamCount} />
        {cut && (
          <Text size="sm" c="dimmed">
            There may be more: the relations were not followed any further.
          </Text>
        )}
      </More>
    </div>
  )
}

function labelOf(now: number, downstream: number): string {
  const services = now === 1 ? '1 service hurt now' : `${now} services hurt now`
  return downstream === 0 ? `${services}, and how` : `${services}, ${downstream} more downstream`
}

function Service({ one }: { readonly one: Hurt }) {
  const { criticality, owner, path, recovered } = one
  const way = path.map((step) => step.name).join(' → ')
  const title = owner === null ? way : `${way}, owned by ${owner}`
  return (
    <li
      className={classes['service']}
      data-criticality={recovered ? undefined : (criticality ?? undefined)}
      title={title}
    >
      <Name one={one} />
      {criticality !== null && <span className={classes['level']}>criticality {criticality}</span>}
      {recovered && <span className={classes['level']}>recovered</span>}
    </li>
  )
}

interface WaysProps {
  readonly title: string
  readonly all: readonly Hurt[]
  readonly count: number
}

/** How the fault gets to each of them. */
function Ways({ title, all, count }: WaysProps) {
  if (all.length === 0) return null
  return (
    <>
      <Text size="sm" fw={600} mt={6}>
        {title}
      </Text>
      <ul className={classes['plain']} aria-label={`${title}, and how`}>
        {all.map((one) => (
          <Way key={one.ci} one={one} />
        ))}
      </ul>
      {count > all.length && (
        <Text size="sm" c="dimmed">
          and {count - all.length} less critical ones
        </Text>
      )}
    </>
  )
}

function Way({ one }: { readonly one: Hurt }) {
  const { criticality, owner, hops, path } = one
  return (
    <li>
      <Text size="sm" component="div">
        <Name one={one} />
        {one.inCmdb && (
          <>
            {' ('}
            <Link to="/services/$id" params={{ id: one.ci }}>
              map
            </Link>
            {')'}
          </>
        )}
        {criticality !== null && ` · criticality ${criticality}`}
        {owner !== null && ` · ${owner}`}
        {hops > 0 && ` · ${hops === 1 ? '1 relation' : `${hops} relations`} away`}
      </Text>
      {hops > 0 && (
        <Text size="xs" c="dimmed">
          {path.map((step) => step.name).join(' → ')}
        </Text>
      )}
    </li>
  )
}

function Name({ one: { ci, name, inCmdb } }: { readonly one: Hurt }) {
  return inCmdb ? <CiLink id={ci}>{name}</CiLink> : name
}
