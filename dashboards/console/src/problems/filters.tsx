import { CloseButton, Group, NativeSelect, Pill, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { type Ref, useEffect, useState } from 'react'
import {
  PROBLEM_ORDERS,
  PROBLEM_VIEWS,
  type ProblemOrder,
  type ProblemSearch,
  type ProblemView,
} from '../api/problems.ts'
import type { ProblemPage } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import classes from './problems.module.css'

interface FiltersProps {
  readonly search: ProblemSearch
  readonly scopes: ProblemPage['scopes']
  readonly onChange: (next: ProblemSearch) => void
  readonly searchBox: Ref<HTMLInputElement>
}

const VIEWS: Readonly<Record<ProblemView, string>> = {
  current: 'Current',
  review: 'To review',
  over: 'Over',
  dismissed: 'Dismissed',
}

const ORDERS: Readonly<Record<ProblemOrder, string>> = {
  cost: 'Most expensive',
  recent: 'Most recent',
  newest: 'Newest proposal',
  incidents: 'Most incidents',
}

const TYPING_MS = 250

export function ProblemFilters({ search, scopes, onChange, searchBox }: FiltersProps) {
  const { q: searched = '', show = 'current', order = 'cost' } = search
  const [text, setText] = useState(searched)
  const apply = useDebouncedCallback((words: string) => {
    const { q: _old, ...rest } = search
    const q = words.trim()
    onChange(q === '' ? rest : { ...rest, q })
  }, TYPING_MS)
  // the address may change without typing: by going back, or by a link
  useEffect(() => setText(searched), [searched])
  return (
    <Group component="search" gap="sm" aria-label="Filter problems">
      <SegmentedControl
        size="sm"
        value={show}
        data={PROBLEM_VIEWS.map((value) => ({ value, label: VIEWS[value] }))}
        onChange={(value) => onChange(withView(search, value))}
        aria-label="Which problems"
      />
      <NativeSelect
        value={order}
        data={PROBLEM_ORDERS.map((value) => ({ value, label: ORDERS[value] }))}
        onChange={(event) => onChange(withOrder(search, event.currentTarget.value))}
        aria-label="Order"
      />
      <ScopeSelect
        scopes={scopes}
        value={search.scope}
        onChange={(scope) => onChange(withScope(search, scope))}
      />
      {(['owner', 'service'] as const).map((name) => (
        <Chosen key={name} name={name} search={search} onChange={onChange} />
      ))}
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
        placeholder="Search title, CI, service, owner"
        aria-label="Search problems"
        leftSection={<Icon name="search" size={16} />}
        rightSection={
          text !== '' && (
            <CloseButton
              size="sm"
              aria-label="Clear the search"
              onClick={() => {
                setText('')
                apply('')
              }}
            />
          )
        }
      />
    </Group>
  )
}

interface ChosenProps extends Pick<FiltersProps, 'search' | 'onChange'> {
  readonly name: 'owner' | 'service'
}

/** What a click on an owner or a service narrowed the list to. */
function Chosen({ name, search, onChange }: ChosenProps) {
  const { [name]: value, ...rest } = search
  if (value === undefined) return null
  return (
    <Pill
      withRemoveButton
      onRemove={() => onChange(rest)}
      removeButtonProps={{ 'aria-label': `Any ${name}` }}
    >
      {name}: {value}
    </Pill>
  )
}

function withView({ show: _old, ...rest }: ProblemSearch, value: string): ProblemSearch {
  const show = PROBLEM_VIEWS.find((one) => one === value) ?? 'current'
  return show === 'current' ? rest : { ...rest, show }
}

function withScope(
  { scope: _old, ...rest }: ProblemSearch,
  scope: string | undefined,
): ProblemSearch {
  return scope === undefined ? rest : { ...rest, scope }
}

function withOrder({ order: _old, ...rest }: ProblemSearch, value: string): ProblemSearch {
  const order = PROBLEM_ORDERS.find((one) => one === value) ?? 'cost'
  return order === 'cost' ? rest : { ...rest, order }
}
