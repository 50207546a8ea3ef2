/** The topology as a map: services on top, or everything. */
import { Group, SegmentedControl, Stack, Switch, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import {
  blastRadiusQuery,
  serviceMapQuery,
  topologyLiveQuery,
  topologyMapQuery,
} from '../api/cis.ts'
import type { ServiceMap, TopologyMap } from '../api/schema.d.ts'
import { Graph } from '../graph/graph.tsx'
import { PastBar, PastButton } from '../past/bar.tsx'
import { usePast } from '../past/use-past.ts'
import { countOf } from '../problems/words.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { useKeys } from '../ui/keys.ts'
import { kept } from '../ui/search-params.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { Everything } from './everything.tsx'
import { FindBox } from './find.tsx'
import type { Findable } from './find-names.ts'
import { Panel } from './panel.tsx'
import type { TopologySearch } from './search.ts'
import { MAX_DRAWN, shownServices } from './services.ts'
import classes from './topology.module.css'

export type Change = { readonly [Name in keyof TopologySearch]: TopologySearch[Name] | undefined }

/** The address is what is shown: changes go there. */
function useTopology() {
  const search = useSearch({ from: '/inside/topology' })
  const navigate = useNavigate({ from: '/topology' })
  const set = (changed: Change): void =>
    void navigate({
      to: '/topology',
      search: kept({ ...search, ...changed }),
      replace: true,
      resetScroll: false,
    })
  const pick = (ci: string | null): void => set({ ci: ci ?? undefined, blast: undefined })
  return { search, set, pick }
}

export function TopologyPage() {
  const { search, set, pick } = useTopology()
  const all = search.all === true
  const past = usePast(search, set, (client, at) => {
    if (all) void client.prefetchQuery(topologyLiveQuery(at))
    else void client.prefetchQuery(serviceMapQuery(at))
  })
  const map = useQuery(serviceMapQuery(search.at))
  const find = useRef<HTMLInputElement>(null)
  const blastOf = useQuery({
    ...blastRadiusQuery(search.ci ?? ''),
    enabled: search.blast === true && search.ci !== undefined,
  })
  const hurt = useMemo(() => {
    if (search.blast !== true || search.ci === undefined || blastOf.data === undefined) return null
    return new Set([search.ci, ...blastOf.data.items.map(({ ci }) => ci)])
  }, [search.blast, search.ci, blastOf.data])
  const toggleBlast = (): void => set({ blast: search.blast === true ? undefined : true })
  useKeys({
    '/': () => find.current?.select(),
    b: search.ci === undefined ? undefined : toggleBlast,
    f: () => set({ firing: search.firing === true ? undefined : true }),
    u: search.ci === undefined ? undefined : () => pick(null),
  })
  const everything = useQuery({ ...topologyMapQuery(), enabled: all })
  const found = useMemo(
    (): readonly Findable[] =>
      search.all === true
        ? (everything.data?.ids ?? []).map((ci, at) => ({
            ci,
            name: everything.data?.names[at] ?? ci,
          }))
        : (map.data?.services ?? []),
    [search.all, everything.data, map.data],
  )
  const picked = map.data?.services.find(({ ci }) => ci === search.ci)
  return (
    <Stack gap="md">
      <title>Topology · Faultline</title>
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h3">
          Topology
        </Title>
        <SegmentedControl
          size="xs"
          value={search.all === true ? 'all' : 'services'}
          onChange={(value) => set({ all: value === 'all' ? true : undefined, class: undefined })}
          data={[
            { value: 'services', label: 'Services' },
            { value: 'all', label: 'Everything' },
          ]}
          aria-label="What is mapped"
        />
      </Group>
      <Group component="search" gap="xs" aria-label="Filter the map">
        <FindBox ref={find} all={found} onPick={pick} />
        <Filters map={map.data} whole={everything.data} search={search} onChange={set} />
        <PastButton past={past} />
      </Group>
      <PastBar past={past} />
      {map.isPending && <WaitingRows rows={1} height={520} />}
      {map.isError && map.data === undefined && (
        <Failure what="The map" error={map.error} retry={() => void map.refetch()} />
      )}
      {map.data !== undefined && (
        <div className={classes['columns']} data-picked={search.ci}>
          {search.all === true ? (
            <Everything search={search} hurt={hurt} onPick={pick} />
          ) : (
            <Services map={map.data} search={search} hurt={hurt} onPick={pick} />
          )}
          {search.ci !== undefined && (
            <Panel
              key={search.ci}
              id={search.ci}
              at={search.at}
              service={picked}
              blast={search.blast === true}
              onBlast={toggleBlast}
              onPick={pick}
            />
          )}
        </div>
      )}
    </Stack>
  )
}

interface FiltersProps {
  readonly map: ServiceMap | undefined
  readonly whole: TopologyMap | undefined
  readonly search: TopologySearch
  readonly onChange: (changed: Change) => void
}

function Filters({ map, whole, search, onChange }: FiltersProps) {
  const all = search.all === true
  const environments = useMemo(
    () =>
      all
        ? (whole?.environmentOf ?? []).map((at) => whole?.environments[at] ?? '')
        : (map?.services ?? []).map(({ environment }) => environment ?? ''),
    [all, whole, map],
  )
  const kinds = useMemo(() => (whole?.classOf ?? []).map((at) => whole?.classes[at] ?? ''), [whole])
  return (
    <>
      <FilterMenu
        name="Environment"
        values={countsOf(environments)}
        chosen={search.environment ?? []}
        onChange={(chosen) => onChange({ environment: chosen.length === 0 ? undefined : chosen })}
      />
      {all && (
        <FilterMenu
          name="Class"
          values={countsOf(kinds)}
          chosen={search.class ?? []}
          onChange={(chosen) => onChange({ class: chosen.length === 0 ? undefined : chosen })}
        />
      )}
      <Switch
        label="Only what alerts"
        checked={search.firing === true}
        onChange={(event) => onChange({ firing: event.currentTarget.checked ? true : undefined })}
      />
    </>
  )
}

export function countsOf(values: readonly string[]) {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .map(([value, count]) => ({ value, count, ...(value === '' ? { text: 'none' } : {}) }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

interface ServicesProps {
  readonly map: ServiceMap
  readonly search: TopologySearch
  readonly hurt: ReadonlySet<string> | null
  readonly onPick: (ci: string | null) => void
}

function Services({ map, search, hurt, onPick }: ServicesProps) {
  const { environment, class: kinds, firing } = search
  const { picture, services, leftOut } = useMemo(
    () => shownServices(map, kept({ environment, class: kinds, firing })),
    [map, environment, kinds, firing],
  )
  if (map.total === 0) {
    return (
      <Empty title="No services yet">
        <Text size="sm" c="dimmed">
          The CMDB has no CI of class service, application or business service that is in operation.
          Import one, and what it runs on, to see what an alert is about.
        </Text>
      </Empty>
    )
  }
  if (services.length === 0) {
    return (
      <Empty title={firing === true ? 'No service alerts' : 'No service passes the filter'}>
        <Text size="sm" c="dimmed">
          {countOf(map.total, 'service')} in all.
        </Text>
      </Empty>
    )
  }
  const burning = services.filter(({ rolledUp }) => rolledUp.firing > 0).length
  return (
    <div>
      <Graph
        picture={picture}
        label="Services and what they depend on"
        selected={search.ci ?? null}
        onSelect={onPick}
        highlighted={hurt}
        revealed={search.ci ?? null}
        height={560}
      />
      <Text size="xs" c="dimmed" mt={6} role="status">
        {countOf(services.length, 'service')}, {burning} with alerts on them or on what they run on.
        {leftOut > 0 && ` ${leftOut} more pass the filter: ${MAX_DRAWN} are drawn.`}
        {map.truncated && ' A bound was met: there is more than this.'}
      </Text>
    </div>
  )
}
