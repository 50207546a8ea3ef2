/** What a CI hangs on and what hangs on it: drawn, and one by one. */
import { Group, SegmentedControl, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { neighbourhoodQuery } from '../api/cis.ts'
import type { Ci, CiDetail, Neighbourhood } from '../api/schema.d.ts'
import { useBundles } from '../graph/bundles.tsx'
import { pictureOfNeighbourhood } from '../graph/from-api.ts'
import { Graph } from '../graph/graph.tsx'
import { PastBar, PastButton } from '../past/bar.tsx'
import { usePast } from '../past/use-past.ts'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './cis.module.css'
import { LiveState } from './row.tsx'
import { readOneCiSearch } from './search.ts'

interface SectionProps {
  readonly ci: CiDetail
}

export function NeighbourhoodSection({ ci }: SectionProps) {
  const search = useSearch({ from: '/inside/cis/$id' })
  const { hops = 2, at } = search
  const navigate = useNavigate({ from: '/cis/$id' })
  const set = (change: object): void =>
    void navigate({
      to: '/cis/$id',
      params: { id: ci.id },
      search: readOneCiSearch({ ...search, ...change }),
      replace: true,
      resetScroll: false,
    })
  const past = usePast(search, set, (client, moment) => {
    void client.prefetchQuery(neighbourhoodQuery(ci.id, hops, moment))
  })
  const { data, error, refetch } = useQuery(neighbourhoodQuery(ci.id, hops, at))
  return (
    <Section
      title="Neighbourhood"
      id="neighbourhood"
      aside={
        <Group gap="xs">
          <PastButton past={past} />
          <SegmentedControl
            size="xs"
            value={String(hops)}
            onChange={(value) => set({ hops: value })}
            data={['1', '2', '3', '4'].map((value) => ({
              value,
              label: value === '1' ? '1 hop' : value,
            }))}
            aria-label="How far"
          />
        </Group>
      }
    >
      <PastBar past={past} />
      {error !== null && data === undefined && (
        <Failure what="Its neighbourhood" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={1} height={400} />}
      {data !== undefined && <Picture found={data} name={ci.name} />}
    </Section>
  )
}

function Picture({ found, name }: { readonly found: Neighbourhood; readonly name: string }) {
  const navigate = useNavigate()
  const whole = useMemo(() => pictureOfNeighbourhood(found), [found])
  const { picture, tools, opens } = useBundles(whole, found.center)
  if (found.nodes.length === 1) {
    return (
      <Text size="sm" c="dimmed">
        The CMDB has no relation of it to another CI.
      </Text>
    )
  }
  const open = (id: string | null): void => {
    if (id !== null && id !== found.center && !opens(id))
      void navigate({ to: '/cis/$id', params: { id } })
  }
  return (
    <>
      <Graph
        picture={picture}
        label={`CIs around ${name}`}
        selected={found.center}
        onSelect={open}
      />
      {tools}
      {found.truncated && (
        <Text size="xs" c="dimmed" mt={6}>
          There are more CIs this near; the nearest are drawn.
        </Text>
      )}
    </>
  )
}

export function RelationsSection({ ci }: SectionProps) {
  const others = new Map(ci.neighbours.map((one) => [one.id, one]))
  const of = (towards: 'down' | 'up') =>
    ci.relations.flatMap(({ from, type, to, observed }) => {
      const other = towards === 'down' ? (from === ci.id ? to : null) : to === ci.id ? from : null
      const found = other === null ? undefined : others.get(other)
      return found === undefined ? [] : [{ type, other: found, observed }]
    })
  return (
    <Section title="Relations" id="relations">
      <Relations title="It hangs on" found={of('down')} none="Nothing: a fault begins with it." />
      <Relations
        title="What hangs on it"
        found={of('up')}
        none="Nothing: a fault of it hurts nobody else."
      />
    </Section>
  )
}

interface RelationsProps {
  readonly title: string
  readonly none: string
  readonly found: readonly {
    readonly type: string
    readonly other: Ci
    readonly observed: true | undefined
  }[]
}

function Relations({ title, none, found }: RelationsProps) {
  return (
    <div>
      <Text size="sm" fw={650} mt={4} mb={4}>
        {title}
      </Text>
      {found.length === 0 && (
        <Text size="sm" c="dimmed" mb="sm">
          {none}
        </Text>
      )}
      <ul className={classes['plain']}>
        {found.map(({ type, other, observed }) => (
          <li key={`${type} ${other.id}`}>
            <Group justify="space-between" gap="xs">
              <Text size="sm" component="div">
                <Text span size="xs" c="dimmed">
                  {type.replaceAll('_', ' ')}{' '}
                </Text>
                <CiLink id={other.id}>{other.name}</CiLink>{' '}
                <Text span size="xs" c="dimmed">
                  {other.class}
                </Text>
                {observed === true && <Mark tone="warn">observed</Mark>}
              </Text>
              <LiveState live={other.live} />
            </Group>
          </li>
        ))}
      </ul>
    </div>
  )
}
