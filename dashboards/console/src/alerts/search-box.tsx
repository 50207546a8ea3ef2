import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useEffect, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { Icon } from '../ui/icons.tsx'
import { facetsQuery } from './api.ts'
import { type AlertSearch, trimmed } from './search.ts'

interface SearchBoxProps {
  readonly search: AlertSearch
  readonly onChange: (search: AlertSearch) => void
  readonly box: Ref<HTMLInputElement>
}

const TYPING_MS = 300

/** Words, and matchers in braces; what the server cannot read is said below. */
export function SearchBox({ search, onChange, box }: SearchBoxProps) {
  const searched = search.q ?? ''
  const [text, setText] = useState(searched)
  const { error } = useQuery(facetsQuery(search))
  const apply = useDebouncedCallback(
    (words: string) => onChange(trimmed({ ...search, q: words.trim() })),
    TYPING_MS,
  )
  // the address may change without typing: by going back, or by a link
  useEffect(() => setText(searched), [searched])
  const refused = error instanceof ApiError && error.status === 400 && searched !== ''
  return (
    <TextInput
      ref={box}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        apply(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      placeholder={'Words, or {job="node", instance=~"db.*"}'}
      aria-label="Search alerts"
      spellCheck={false}
      autoComplete="off"
      error={refused ? error.message.replace(/^q: /, '') : null}
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              onChange(trimmed({ ...search, q: undefined }))
            }}
          />
        )
      }
    />
  )
}
