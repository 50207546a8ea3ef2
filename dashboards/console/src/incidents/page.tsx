/** What is burning: every incident, live, with its filters in the address. */
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { useOrder } from '../api/commands.ts'
import { incidentsQuery } from '../api/queries.ts'
import type { IncidentSummary } from '../api/schema.d.ts'
import { type ListSearch, toFilters } from '../app/search.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { NothingHere } from './empty.tsx'
import { Filters } from './filters.tsx'
import classes from './incidents.module.css'
import { IncidentRow } from './row.tsx'

const ROW = '[data-incident] a'

export function IncidentsPage() {
  const search = useSearch({ from: '/inside/incidents' })
  const navigate = useNavigate({ from: '/incidents' })
  const setSearch = (next: ListSearch): void =>
    void navigate({ to: '/incidents', search: next, replace: true })
  const searchBox = useRef<HTMLInputElement>(null)
  const list = useInfiniteQuery(incidentsQuery(toFilters(search)))
  const incidents = list.data?.pages.flatMap(({ items }) => items) ?? []
  useListKeys(incidents, searchBox)
  return (
    <Stack gap="md">
      <title>Incidents · Faultline</title>
      <Title order={1} size="h3">
        Incidents
      </Title>
      <Filters search={search} onChange={setSearch} searchBox={searchBox} />
      {list.isPending && <WaitingRows />}
      {list.isError && list.data === undefined && (
        <Failure what="The list" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && incidents.length === 0 && (
        <NothingHere search={search} onClear={() => setSearch({})} />
      )}
      {incidents.length > 0 && (
        <>
          <IncidentList incidents={incidents} dimmed={list.isPlaceholderData} />
          <Group justify="center" gap="md">
            {list.hasNextPage ? (
              <Button
                variant="default"
                onClick={() => void list.fetchNextPage()}
                loading={list.isFetchingNextPage}
              >
                Load more
              </Button>
            ) : (
              <Text size="xs" c="dimmed" role="status">
                {incidents.length === 1 ? '1 incident' : `All ${incidents.length} incidents`}
              </Text>
            )}
          </Group>
        </>
      )}
    </Stack>
  )
}

interface ListProps {
  readonly incidents: readonly IncidentSummary[]
  readonly dimmed: boolean
}

function IncidentList({ incidents, dimmed }: ListProps) {
  const since = useRef(Date.now())
  return (
    <ul className={classes['list']} aria-label="Incidents" data-dimmed={dimmed || undefined}>
      {incidents.map((incident) => (
        <IncidentRow
          key={`${incident.scope} ${incident.id}`}
          incident={incident}
          isNew={Date.parse(incident.provisionalAt) > since.current}
        />
      ))}
    </ul>
  )
}

function useListKeys(
  incidents: readonly IncidentSummary[],
  searchBox: { readonly current: HTMLInputElement | null },
): void {
  const order = useOrder()
  const acknowledge = (): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-incident]')
    const incident = incidents.find(({ id }) => id === row?.dataset['incident'])
    if (incident === undefined) return
    const command = { do: incident.acknowledgedAt === null ? 'ack' : 'unack' } as const
    order.mutate({ incident: incident.id, command }, { onError: sayRefused })
  }
  useKeys({
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    a: acknowledge,
    '/': () => {
      searchBox.current?.focus()
      searchBox.current?.select()
    },
  })
}
