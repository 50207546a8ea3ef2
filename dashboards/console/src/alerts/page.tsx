/** Alerts, live and past: a search whose every part stands in the address. */
import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { useKeys } from '../ui/keys.ts'
import { RangePicker } from '../ui/range-picker.tsx'
import classes from './alerts.module.css'
import { facetsQuery } from './api.ts'
import { AlertFacetPanel } from './facets.tsx'
import { AlertList } from './list.tsx'
import { type AlertSearch, trimmed } from './search.ts'
import { SearchBox } from './search-box.tsx'

const COUNT = new Intl.NumberFormat()

export function AlertsPage() {
  const search: AlertSearch = useSearch({ from: '/inside/alerts' })
  const navigate = useNavigate()
  const setSearch = (next: AlertSearch): void =>
    void navigate({ to: '/alerts', search: next, replace: true })
  const box = useRef<HTMLInputElement>(null)
  const [filtersShown, { toggle }] = useDisclosure(false)
  useKeys({
    '/': () => {
      box.current?.focus()
      box.current?.select()
    },
  })
  return (
    <Stack gap="md">
      <title>Alerts · Faultline</title>
      <Title order={1} size="h3">
        Alerts
      </Title>
      <Stack gap="sm" component="search" aria-label="Search alerts">
        <SearchBox search={search} onChange={setSearch} box={box} />
        <Group gap="sm">
          <States search={search} onChange={setSearch} />
          <RangePicker
            value={search}
            usual={null}
            onChange={({ range, from, to }) => setSearch(trimmed({ ...search, range, from, to }))}
          />
          <Chosen search={search} onChange={setSearch} />
        </Group>
      </Stack>
      <div className={classes['columns']}>
        <div className={classes['narrow']} data-shown={filtersShown || undefined}>
          <Button
            className={classes['toggle'] ?? ''}
            size="xs"
            variant="default"
            onClick={toggle}
            aria-expanded={filtersShown}
          >
            Narrow down
          </Button>
          <div className={classes['facets']}>
            <AlertFacetPanel search={search} onChange={setSearch} />
          </div>
        </div>
        <div className={classes['found']}>
          <AlertList search={search} onClear={() => setSearch({})} />
        </div>
      </div>
    </Stack>
  )
}

interface ControlProps {
  readonly search: AlertSearch
  readonly onChange: (search: AlertSearch) => void
}

function States({ search, onChange }: ControlProps) {
  const { data } = useQuery(facetsQuery(search))
  const label = (name: string, count: number | undefined): string =>
    count === undefined ? name : `${name} ${COUNT.format(count)}`
  const { firing, resolved } = data?.states ?? {}
  const all = firing === undefined || resolved === undefined ? undefined : firing + resolved
  return (
    <SegmentedControl
      size="xs"
      value={search.state ?? 'all'}
      data={[
        { value: 'all', label: label('All', all) },
        { value: 'firing', label: label('Firing', firing) },
        { value: 'resolved', label: label('Resolved', resolved) },
      ]}
      onChange={(value) => {
        const state = value === 'firing' || value === 'resolved' ? value : undefined
        onChange(trimmed({ ...search, state }))
      }}
      aria-label="State"
    />
  )
}

/** What no facet shows: that only one incident's alerts are listed, or only what has a CI … */
function Chosen({ search, onChange }: ControlProps) {
  const { data } = useQuery(facetsQuery(search))
  return (
    <>
      {search.incident !== undefined && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onChange(trimmed({ ...search, incident: undefined }))}
        >
          in {search.incident} ×
        </Button>
      )}
      {data !== undefined && (
        <Text size="sm" c="dimmed" className="fl-num" role="status">
          {COUNT.format(data.total)} {data.total === 1 ? 'episode' : 'episodes'}
          {data.flags.suppressed > 0 && <>, {COUNT.format(data.flags.suppressed)} muted</>}
        </Text>
      )}
    </>
  )
}
