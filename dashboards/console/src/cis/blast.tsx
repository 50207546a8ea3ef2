/** What depends on a CI, hop by hop: whom a fault of it can hurt. */
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { blastRadiusQuery } from '../api/cis.ts'
import type { BlastRadius, HurtCi } from '../api/schema.d.ts'
import { countOf } from '../problems/words.tsx'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { More } from '../ui/more.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './cis.module.css'
import { CRITICALITY, LiveState } from './row.tsx'

/** Services, and CIs of one hop, that are named; the rest is counted. */
const SERVICES = 8
const OF_A_HOP = 40

export function BlastRadiusSection({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(blastRadiusQuery(id))
  return (
    <Section title="Blast radius" id="blast-radius">
      {error !== null && data === undefined && (
        <Failure what="Its blast radius" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={2} height={40} />}
      {data !== undefined && <Radius found={data} />}
    </Section>
  )
}

function Radius({ found }: { readonly found: BlastRadius }) {
  const { items, services, hops, truncated } = found
  if (items.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing depends on it: a fault of it hurts nobody else.
      </Text>
    )
  }
  const names = new Map(items.map(({ ci, name }) => [ci, name]))
  return (
    <>
      <Text size="sm" mb={10}>
        A fault of it can hurt <b>{countOf(services.length, 'service')}</b> and{' '}
        {countOf(items.length - services.length, 'other CI')}
        {truncated && ', at least'}.
      </Text>
      <ul className={classes['plain']} aria-label="Services it can hurt">
        {services.slice(0, SERVICES).map((one) => (
          <Hurt key={one.ci} one={one} names={names} />
        ))}
      </ul>
      {services.length > SERVICES && (
        <Text size="sm" c="dimmed">
          and {countOf(services.length - SERVICES, 'more service')}
        </Text>
      )}
      {hops.map(({ hops: far, cis }) => (
        <More key={far} label={`${far === 1 ? '1 hop' : `${far} hops`} away: ${cis}`}>
          <ul className={classes['plain']}>
            {items
              .filter((one) => one.hops === far)
              .slice(0, OF_A_HOP)
              .map((one) => (
                <Hurt key={one.ci} one={one} names={names} />
              ))}
          </ul>
          {cis > OF_A_HOP && (
            <Text size="sm" c="dimmed">
              and {cis - OF_A_HOP} more
            </Text>
          )}
        </More>
      ))}
    </>
  )
}

interface HurtProps {
  readonly one: HurtCi
  readonly names: ReadonlyMap<string, string>
}

function Hurt({ one, names }: HurtProps) {
  const { ci, name, class: kind, criticality, owner, path, live } = one
  const between = path.slice(1, -1).map((step) => names.get(step) ?? step)
  return (
    <li data-hurt={ci}>
      <Group justify="space-between" gap="xs">
        <Group gap={8}>
          <Text size="sm" component="div">
            <CiLink id={ci}>{name}</CiLink>{' '}
            <Text span size="xs" c="dimmed">
              {kind}
            </Text>
          </Text>
          {criticality !== null && (
            <Mark tone={criticality === 1 ? 'accent' : 'calm'} why={CRITICALITY[criticality - 1]}>
              {`criticality ${criticality}`}
            </Mark>
          )}
        </Group>
        <LiveState live={live} />
      </Group>
      <Text size="xs" c="dimmed">
        {[
          ...(owner === null ? [] : [owner]),
          between.length === 0 ? 'depends on it directly' : `by ${between.join(', ')}`,
        ].join(' · ')}
      </Text>
    </li>
  )
}
