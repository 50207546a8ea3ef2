import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ciQuery } from '../api/ci-names.ts'
import { ciSearchQuery } from '../api/queries.ts'

interface CiPickerProps {
  readonly chosen: readonly string[]
  readonly onChange: (cis: readonly string[]) => void
  readonly fault: string | undefined
}

const TYPING_MS = 200

/** CIs found by words, several of them to be chosen. */
export function CiPicker({ chosen, onChange, fault }: CiPickerProps) {
  const [text, setText] = useState('')
  const [words] = useDebouncedValue(text.trim(), TYPING_MS)
  const { data } = useQuery(ciSearchQuery(words))
  const names = useQueries({ queries: chosen.map((id) => ciQuery(id)) })
  const picked = chosen.map((id, at) => ({ value: id, label: names[at]?.data?.name ?? id }))
  const found = (data?.items ?? [])
    .filter(({ id }) => !chosen.includes(id))
    .map(({ id, name, class: kind }) => ({ value: id, label: `${name} (${kind})` }))
  return (
    <MultiSelect
      label="CIs"
      description="What runs on them or is part of them is muted too"
      placeholder={chosen.length === 0 ? 'Search by name, owner or label' : ''}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // the server has searched already
      filter={({ options }) => options}
      data={[...picked, ...found]}
      value={[...chosen]}
      onChange={onChange}
      hidePickedOptions
      nothingFoundMessage="No CI is called so"
      error={fault}
    />
  )
}
