/** What stands above the list: status, words, time, order; and what is asked for, to be taken back. */
import {
  Button,
  CloseButton,
  Group,
  NativeSelect,
  SegmentedControl,
  TextInput,
  UnstyledButton,
} from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { type Ref, useEffect, useState } from 'react'
import type { IncidentViewQuery } from '../api/schema.d.ts'
import { SORTS, showingOf, TEXTS, trimmed, withShowing } from '../app/search.ts'
import { CiName } from '../ui/ci-name.tsx'
import { Icon } from '../ui/icons.tsx'
import classes from './incidents.module.css'

interface ToolbarProps {
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
  readonly searchBox: Ref<HTMLInputElement>
  readonly onFilters: () => void
  readonly filtersShown: boolean
}

const STATUSES = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
] as const

const TIMES = [
  { value: '', label: 'Any time' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
]

const ORDERS: Readonly<Record<(typeof SORTS)[number], string>> = {
  newest: 'Newest first',
  priority: 'Most urgent, oldest first',
  activity: 'Latest activity',
  alerts: 'Most alerts',
}

export function Toolbar({ query, onChange, searchBox, onFilters, filtersShown }: ToolbarProps) {
  return (
    <Group component="search" gap="xs" aria-label="Filter incidents">
      <SegmentedControl
        size="sm"
        value={showingOf(query) ?? ''}
        data={[...STATUSES]}
        onChange={(value) => {
          const showing = STATUSES.find((one) => one.value === value)?.value
          if (showing !== undefined) onChange(withShowing(query, showing))
        }}
        aria-label="Status"
      />
      <SearchBox query={query} onChange={onChange} searchBox={searchBox} />
      <Button
        variant="default"
        onClick={onFilters}
        aria-expanded={filtersShown}
        leftSection={<Icon name="filter" size={15} />}
      >
        Filters
      </Button>
      <Times query={query} onChange={onChange} />
      <NativeSelect
        className={classes['select'] ?? ''}
        value={query.sort ?? 'newest'}
        data={SORTS.map((value) => ({ value, label: ORDERS[value] }))}
        onChange={({ currentTarget: { value } }) => {
          const sort = SORTS.find((one) => one === value)
          if (sort !== undefined) onChange(trimmed({ ...query, sort }))
        }}
        aria-label="Order"
      />
    </Group>
  )
}

function Times({ query, onChange }: Pick<ToolbarProps, 'query' | 'onChange'>) {
  const { within = '', ...rest } = query
  const known = TIMES.some(({ value }) => value === within)
  return (
    <NativeSelect
      className={classes['select'] ?? ''}
      value={within}
      data={known ? TIMES : [...TIMES, { value: within, label: `Last ${within}` }]}
      onChange={({ currentTarget: { value } }) =>
        onChange(trimmed(value === '' ? rest : { ...rest, within: value }))
      }
      aria-label="Not over, or active within"
    />
  )
}

const TYPING_MS = 200

function SearchBox({
  query,
  onChange,
  searchBox,
}: Omit<ToolbarProps, 'onFilters' | 'filtersShown'>) {
  const { q: searched = '', ...rest } = query
  const [text, setText] = useState(searched)
  const apply = useDebouncedCallback((words: string) => {
    onChange(trimmed({ ...rest, q: words.trim() }))
  }, TYPING_MS)
  // the address may change without typing: by going back, or by a link
  useEffect(() => setText(searched), [searched])
  return (
    <TextInput
      ref={searchBox}
      className={classes['search'] ?? ''}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        apply(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      placeholder="Title, alert, CI, service, owner"
      aria-label="Search incidents"
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              onChange(trimmed(rest))
            }}
          />
        )
      }
    />
  )
}

const NAMES = {
  scope: 'Scope',
  service: 'Service',
  team: 'Team',
  owner: 'Owner',
  source: 'Source',
  rule: 'Rule',
  ci: 'CI',
} as const

interface Chip {
  readonly key: string
  readonly name: string
  readonly value: string
  readonly isCi?: boolean
  readonly without: IncidentViewQuery
}

/** One for every value that is asked for, without those that the toolbar itself shows. */
function chipsOf(query: IncidentViewQuery): Chip[] {
  const without = (change: IncidentViewQuery): IncidentViewQuery => trimmed({ ...query, ...change })
  const priorities = query.priority ?? []
  const severities = query.severity ?? []
  const { acknowledged, stale, flapping, edited, ...rest } = query
  const flags = { acknowledged, stale, flapping, edited }
  return [
    ...priorities.map((one) => ({
      ...{ key: `priority ${one}`, name: 'Priority', value: `P${one}` },
      without: without({ priority: priorities.filter((other) => other !== one) }),
    })),
    ...severities.map((one) => ({
      ...{ key: `severity ${one}`, name: 'Severity', value: one },
      without: without({ severity: severities.filter((other) => other !== one) }),
    })),
    ...TEXTS.flatMap((name) =>
      (query[name] ?? []).map((one) => ({
        ...{ key: `${name} ${one}`, name: NAMES[name], value: one },
        isCi: name === 'service' || name === 'ci',
        without: without({ [name]: (query[name] ?? []).filter((other) => other !== one) }),
      })),
    ),
    ...Object.entries(flags).flatMap(([name, is]) => {
      if (is === undefined) return []
      const { [name]: _gone, ...others } = flags as Record<string, boolean | undefined>
      const value = name.slice(0, 1).toUpperCase() + name.slice(1)
      return [
        {
          ...{ key: name, name: is ? value : 'Not', value: is ? 'yes' : name },
          without: trimmed({ ...rest, ...others }),
        },
      ]
    }),
    ...beganChips(query),
  ]
}

/** Bounds of when an incident began come with links: there is no control for them but this. */
function beganChips({ from, to, ...rest }: IncidentViewQuery): Chip[] {
  if (from === undefined && to === undefined) return []
  const at = (iso: string | undefined, open: string): string =>
    iso === undefined ? open : BEGAN.format(new Date(iso))
  const value = `${at(from, 'ever')} to ${at(to, 'now')}`
  return [{ key: 'began', name: 'Began', value, without: trimmed(rest) }]
}

const BEGAN = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

export function Chips({ query, onChange }: Pick<ToolbarProps, 'query' | 'onChange'>) {
  const chips = chipsOf(query)
  if (chips.length === 0) return null
  const { status, q, within, sort } = query
  const plain = Object.fromEntries(
    Object.entries({ status, q, within, sort }).filter(([, value]) => value !== undefined),
  )
  return (
    <Group gap={6}>
      {chips.map(({ key, name, value, isCi, without }) => (
        <UnstyledButton
          key={key}
          className={classes['chip'] ?? ''}
          onClick={() => onChange(without)}
          title="Take back"
        >
          <span>
            {name} <b>{isCi === true ? <CiName id={value} /> : value}</b>
          </span>
          <Icon name="close" size={12} />
        </UnstyledButton>
      ))}
      <Button size="compact-xs" variant="subtle" onClick={() => onChange(trimmed(plain))}>
        Clear all
      </Button>
    </Group>
  )
}
