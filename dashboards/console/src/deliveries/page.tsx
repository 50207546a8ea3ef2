/** Who was told what, and whether it arrived. */
import { Button, Group, Select, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { type DeliveryFilters, deliveriesQuery } from '../api/operations.ts'
import { statsQuery } from '../api/queries.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { LoadMore } from '../ui/load-more.tsx'
import classes from '../ui/rows.module.css'
import { SearchBox } from '../ui/search-box.tsx'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { DeliveryItem } from './delivery.tsx'
import { DELIVERY_STATES, readDeliveriesSearch } from './search.ts'

const ROW = '[data-delivery] button[data-main]'

export function DeliveriesPage() {
  const search = useSearch({ from: '/inside/deliveries' })
  const navigate = useNavigate({ from: '/deliveries' })
  const set = (changed: Record<string, string | undefined>): void =>
    void navigate({
      to: '/deliveries',
      search: readDeliveriesSearch({ ...search, ...changed }),
      replace: true,
    })
  const searchBox = useRef<HTMLInputElement>(null)
  const list = useInfiniteQuery(deliveriesQuery(search))
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? []
  useKeys({
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    '/': () => searchBox.current?.select(),
  })
  return (
    <Stack gap="md">
      <title>Deliveries · Faultline</title>
      <Title order={1} size="h3">
        Deliveries
      </Title>
      <Group component="search" gap="sm" aria-label="Filter deliveries">
        <SearchBox
          ref={searchBox}
          value={search.incident}
          onChange={(incident) => set({ incident })}
          label="Incident"
          placeholder="Incident, e.g. INC-000123"
        />
        <ChannelChoice chosen={search.channel} onChange={(channel) => set({ channel })} />
        <Select
          aria-label="State"
          placeholder="Any state"
          clearable
          value={search.state ?? null}
          data={[...DELIVERY_STATES]}
          onChange={(state) => set({ state: state ?? undefined })}
        />
      </Group>
      {list.isPending && <WaitingRows rows={3} height={62} />}
      {list.isError && list.data === undefined && (
        <Failure what="The deliveries" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && deliveries.length === 0 && (
        <Nothing
          search={search}
          onClear={() => set({ incident: undefined, channel: undefined, state: undefined })}
        />
      )}
      {deliveries.length > 0 && (
        <Section title="Who was told what" id="deliveries">
          <ul className={classes['rows']} data-dimmed={list.isPlaceholderData || undefined}>
            {deliveries.map((delivery) => (
              <DeliveryItem key={delivery.id} delivery={delivery} />
            ))}
          </ul>
          <LoadMore list={list} />
        </Section>
      )}
    </Stack>
  )
}

interface ChannelChoiceProps {
  readonly chosen: string | undefined
  readonly onChange: (channel: string | undefined) => void
}

/** Channels there are, and the chosen one also where it is not configured any more. */
function ChannelChoice({ chosen, onChange }: ChannelChoiceProps) {
  const { data } = useQuery(statsQuery())
  const known = (data?.channels ?? []).map(({ id }) => id)
  const all = chosen === undefined || known.includes(chosen) ? known : [...known, chosen]
  return (
    <Select
      aria-label="Channel"
      placeholder="Any channel"
      clearable
      value={chosen ?? null}
      data={all}
      onChange={(channel) => onChange(channel ?? undefined)}
    />
  )
}

interface NothingProps {
  readonly search: DeliveryFilters
  readonly onClear: () => void
}

function Nothing({ search, onClear }: NothingProps) {
  if (Object.keys(search).length > 0) {
    return (
      <Empty title="No delivery matches">
        <Group>
          <Button variant="default" size="xs" onClick={onClear}>
            Show them all
          </Button>
        </Group>
      </Empty>
    )
  }
  return (
    <Empty title="Nobody was told anything yet">
      <Text size="sm" c="dimmed">
        What Faultline tells people, and every try of it, is listed here. Channels are set in the
        config file; <Link to="/settings">Settings</Link> shows the ones there are.
      </Text>
    </Empty>
  )
}
