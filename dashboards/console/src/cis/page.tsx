/** Every CI: found by words and by what it is, the burning ones first. */
import { Button, Group, Select, Stack, Switch, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type Ref, useRef } from 'react'
import {
  CI_FACETS,
  CI_SORTS,
  type CiFacet,
  type CiFilters,
  ciFacetsQuery,
  cisQuery,
} from '../api/cis.ts'
import type { CiFacets } from '../api/schema.d.ts'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { SearchBox } from '../ui/search-box.tsx'
import { kept } from '../ui/search-params.ts'
import { Snippet } from '../ui/snippet.tsx'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import classes from './cis.module.css'
import { CiRow } from './row.tsx'

const ROW = '[data-ci] a[data-main]'
const COUNT = new Intl.NumberFormat()

export function CisPage() {
  const search = useSearch({ from: '/inside/cis' })
  const navigate = useNavigate({ from: '/cis' })
  const setSearch = (next: CiFilters): void =>
    void navigate({ to: '/cis', search: next, replace: true })
  const searchBox = useRef<HTMLInputElement>(null)
  const list = useInfiniteQuery(cisQuery(search))
  const facets = useQuery(ciFacetsQuery(search))
  const cis = list.data?.pages.flatMap(({ items }) => items) ?? []
  useKeys({
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    '/': () => searchBox.current?.select(),
  })
  return (
    <Stack gap="md">
      <title>CIs · Faultline</title>
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h3">
          CIs
        </Title>
        <Text size="sm" c="dimmed" role="status" className="fl-num">
          {facets.data !== undefined && countText(facets.data.total)}
        </Text>
      </Group>
      <Filters search={search} onChange={setSearch} facets={facets.data} searchBox={searchBox} />
      {list.isPending && <WaitingRows rows={8} height={48} />}
      {list.isError && list.data === undefined && (
        <Failure what="The CIs" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && cis.length === 0 && (
        <NoCis filtered={Object.keys(search).some((key) => key !== 'sort')} onClear={setSearch} />
      )}
      {cis.length > 0 && (
        <ul
          className={classes['list']}
          aria-label="CIs"
          data-dimmed={list.isPlaceholderData || undefined}
        >
          {cis.map((ci) => (
            <CiRow key={ci.id} ci={ci} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            onClick={() => void list.fetchNextPage()}
            loading={list.isFetchingNextPage}
          >
            Load more
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function countText(total: number): string {
  return total === 1 ? '1 CI' : `${COUNT.format(total)} CIs`
}

interface FiltersProps {
  readonly search: CiFilters
  readonly onChange: (next: CiFilters) => void
  readonly facets: CiFacets | undefined
  readonly searchBox: Ref<HTMLInputElement>
}

const FACET_NAMES: Readonly<Record<CiFacet, string>> = {
  class: 'Class',
  environment: 'Environment',
  owner: 'Owner',
  status: 'Status',
}

const SORT_NAMES = {
  firing: 'What burns first',
  name: 'Name',
  class: 'Class',
  criticality: 'Criticality',
} as const

function Filters({ search, onChange, facets, searchBox }: FiltersProps) {
  const set = (changed: { readonly [Name in keyof CiFilters]: CiFilters[Name] | undefined }) =>
    onChange(kept({ ...search, ...changed }))
  return (
    <Group component="search" gap="xs" aria-label="Filter CIs">
      <SearchBox
        ref={searchBox}
        value={search.q}
        onChange={(q) => set({ q })}
        label="Search CIs"
        placeholder="Search id, name, alias, owner, label"
      />
      {CI_FACETS.map((facet) => (
        <FilterMenu
          key={facet}
          name={FACET_NAMES[facet]}
          values={valuesOf(facets, facet)}
          chosen={search[facet] ?? []}
          onChange={(chosen) => set({ [facet]: chosen.length === 0 ? undefined : chosen })}
        />
      ))}
      <Switch
        label="Firing only"
        checked={search.firing === true}
        onChange={(event) => set({ firing: event.currentTarget.checked ? true : undefined })}
      />
      <Select
        w={172}
        size="sm"
        aria-label="Sort by"
        allowDeselect={false}
        data={CI_SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
        value={search.sort ?? 'firing'}
        onChange={(value) => {
          const sort = CI_SORTS.find((one) => one === value && one !== 'firing')
          set({ sort })
        }}
      />
    </Group>
  )
}

function valuesOf(facets: CiFacets | undefined, facet: CiFacet) {
  return (facets?.facets[facet] ?? []).map((one) =>
    one.value === '' ? { ...one, text: 'none' } : one,
  )
}

interface NoCisProps {
  readonly filtered: boolean
  readonly onClear: (search: CiFilters) => void
}

function NoCis({ filtered, onClear }: NoCisProps) {
  if (filtered) {
    return (
      <Empty title="No CI matches">
        <Group>
          <Button variant="default" size="xs" onClick={() => onClear({})}>
            Show all CIs
          </Button>
        </Group>
      </Empty>
    )
  }
  return (
    <Empty title="No CIs yet">
      <Text size="sm" c="dimmed">
        Faultline knows no configuration items. With them it says which service an alert is about,
        which alerts belong together, and which CI is the likely cause. Name a file in the settings,
        or post one:
      </Text>
      <Snippet
        code={`curl -sS ${window.location.origin}/api/v1/topology \\
  -H "Authorization: Bearer $FAULTLINE_TOKEN" -H 'content-type: application/json' -d '{
  "items": [
    {"id": "checkout", "class": "service", "name": "checkout", "owner": "team-shop"},
    {"id": "db-1", "class": "host", "name": "db-1"}
  ],
  "relations": [{"from": "checkout", "type": "depends_on", "to": "db-1"}]
}'`}
      />
    </Empty>
  )
}
