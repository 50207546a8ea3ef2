import { CloseButton, Group, SegmentedControl, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useEffect, useState } from 'react'
import { statsQuery } from '../api/queries.ts'
import type { ListSearch } from '../app/search.ts'
import { PriorityMark } from '../ui/badges.tsx'
import { Icon } from '../ui/icons.tsx'
import classes from './incidents.module.css'

interface FiltersProps {
  readonly search: ListSearch
  readonly onChange: (next: ListSearch) => void
  readonly searchBox: Ref<HTMLInputElement>
}

const STATUSES = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
] as const

export function Filters({ search, onChange, searchBox }: FiltersProps) {
  return (
    <Group component="search" gap="sm" aria-label="Filter incidents">
      <SegmentedControl
        size="sm"
        value={search.status ?? 'open'}
        data={[...STATUSES]}
        onChange={(value) => onChange(withStatus(search, value))}
        aria-label="Status"
      />
      <Priorities search={search} onChange={onChange} />
      <SearchBox search={search} onChange={onChange} searchBox={searchBox} />
    </Group>
  )
}

function withStatus({ status: _old, ...rest }: ListSearch, value: string): ListSearch {
  const status = STATUSES.find((one) => one.value === value)?.value ?? 'open'
  return status === 'open' ? rest : { ...rest, status }
}

function Priorities({ search, onChange }: Omit<FiltersProps, 'searchBox'>) {
  const { data } = useQuery(statsQuery())
  const counts = (search.status ?? 'open') === 'open' ? data?.incidents.openByPriority : undefined
  const { priority: chosen, ...rest } = search
  return (
    <Group gap={6} role="group" aria-label="Priority">
      {([1, 2, 3, 4, 5] as const).map((priority) => (
        <UnstyledButton
          key={priority}
          className={classes['chip'] ?? ''}
          aria-pressed={chosen === priority}
          onClick={() => onChange(chosen === priority ? rest : { ...rest, priority })}
        >
          <PriorityMark priority={priority} />
          {counts !== undefined && <span className="fl-num">{counts[priority] ?? 0}</span>}
        </UnstyledButton>
      ))}
    </Group>
  )
}

const TYPING_MS = 250

function SearchBox({ search, onChange, searchBox }: FiltersProps) {
  const { q: searched = '', ...rest } = search
  const [text, setText] = useState(searched)
  const apply = useDebouncedCallback((words: string) => {
    const q = words.trim()
    onChange(q === '' ? rest : { ...rest, q })
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
      placeholder="Search id, title, service, owner"
      aria-label="Search incidents"
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              onChange(rest)
            }}
          />
        )
      }
    />
  )
}
