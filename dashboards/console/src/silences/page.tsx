/** What is muted, what will be, and what was: silences by labels, maintenance windows by CIs. */
import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import type { SilencePage } from '../api/schema.d.ts'
import { type Kind, silencesQuery } from '../api/silences.ts'
import { Icon } from '../ui/icons.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { SearchBox } from '../ui/search-box.tsx'
import { kept } from '../ui/search-params.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { ChangeSources } from './change-sources.tsx'
import { SilenceItem } from './item.tsx'
import { PlannedChanges } from './planned.tsx'
import { readSilencesSearch, type SilencesSearch, STATES } from './search.ts'
import classes from './silences.module.css'

const ROW = '[data-silence] a[data-main]'

export function SilencesPage() {
  const search = useSearch({ from: '/inside/silences' })
  const { kind = 'silence', state = 'active', q } = search
  const navigate = useNavigate({ from: '/silences' })
  const set = (changed: Record<string, string | undefined>): void =>
    void navigate({
      to: '/silences',
      search: readSilencesSearch({ ...search, ...changed }),
      replace: true,
    })
  const searchBox = useRef<HTMLInputElement>(null)
  const list = useInfiniteQuery(silencesQuery({ kind, state, ...kept({ q }) }))
  const silences = list.data?.pages.flatMap(({ items }) => items) ?? []
  useKeys({
    n: () => void navigate({ to: '/silences/new', search: { kind } }),
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    '/': () => searchBox.current?.select(),
  })
  return (
    <Stack gap="md">
      <title>Silences and maintenance · Faultline</title>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Silences and maintenance
        </Title>
        <NewButton kind={kind} />
      </Group>
      <Group component="search" gap="sm" aria-label="Filter silences">
        <SegmentedControl
          size="sm"
          value={kind}
          onChange={(value) => set({ kind: value })}
          data={[
            { value: 'silence', label: 'Silences' },
            { value: 'maintenance', label: 'Maintenance' },
          ]}
          aria-label="Kind"
        />
        <SegmentedControl
          size="sm"
          value={state}
          onChange={(value) => set({ state: value })}
          data={STATES.map((value) => ({
            value,
            label: withCount(value, list.data?.pages[0]?.counts),
          }))}
          aria-label="State"
        />
        <SearchBox
          ref={searchBox}
          value={q}
          onChange={(words) => set({ q: words })}
          label="Search silences"
          placeholder="Search matcher, CI, author, comment"
        />
      </Group>
      {kind === 'maintenance' && <PlannedChanges />}
      {kind === 'maintenance' && <ChangeSources />}
      {list.isPending && <WaitingRows rows={3} height={72} />}
      {list.isError && list.data === undefined && (
        <Failure what="The list" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && silences.length === 0 && (
        <Nothing search={search} onClear={() => set({ q: undefined })} />
      )}
      <ul className={classes['list']} data-dimmed={list.isPlaceholderData || undefined}>
        {silences.map((silence) => (
          <SilenceItem key={silence.id} silence={silence} />
        ))}
      </ul>
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

function withCount(state: keyof SilencePage['counts'], counts: SilencePage['counts'] | undefined) {
  const name = state.charAt(0).toUpperCase() + state.slice(1)
  return counts === undefined ? name : `${name} ${counts[state]}`
}

function NewButton({ kind }: { readonly kind: Kind }) {
  return (
    <Button
      leftSection={<Icon name="plus" size={15} />}
      renderRoot={(props) => <Link to="/silences/new" search={{ kind }} {...props} />}
    >
      {kind === 'silence' ? 'New silence' : 'New window'}
    </Button>
  )
}

const NOTHING = {
  silence: {
    active: 'No silence is active',
    pending: 'No silence is planned',
    expired: 'No silence has ended yet',
  },
  maintenance: {
    active: 'Nothing is in maintenance',
    pending: 'No maintenance is planned',
    expired: 'No maintenance window has ended yet',
  },
} as const

const WHAT = {
  silence:
    'A silence mutes alerts by their labels for a time: they are tracked, but page nobody and open no incident.',
  maintenance:
    'A maintenance window mutes what is on CIs you work on, and what runs on them, for a time.',
} as const

interface NothingProps {
  readonly search: SilencesSearch
  readonly onClear: () => void
}

function Nothing({ search, onClear }: NothingProps) {
  const { kind = 'silence', state = 'active', q } = search
  if (q !== undefined) {
    return (
      <Empty title="None matches">
        <Group>
          <Button variant="default" size="xs" onClick={onClear}>
            Show them all
          </Button>
        </Group>
      </Empty>
    )
  }
  return (
    <Empty title={NOTHING[kind][state]}>
      <Text size="sm" c="dimmed">
        {WHAT[kind]}
      </Text>
    </Empty>
  )
}
