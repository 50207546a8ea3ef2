import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { type Ref, useEffect, useState } from 'react'
import { Icon } from './icons.tsx'

interface SearchBoxProps {
  readonly value: string | undefined
  readonly onChange: (words: string | undefined) => void
  readonly label: string
  readonly placeholder: string
  readonly ref?: Ref<HTMLInputElement>
}

const TYPING_MS = 250

/** Words to look for; told a moment after the last key. */
export function SearchBox({ value = '', onChange, label, placeholder, ref }: SearchBoxProps) {
  const [text, setText] = useState(value)
  const tell = (words: string): void => onChange(words.trim() === '' ? undefined : words.trim())
  const tellSoon = useDebouncedCallback(tell, TYPING_MS)
  // the address may change without typing: by going back, or by a link
  useEffect(() => setText(value), [value])
  return (
    <TextInput
      ref={ref ?? null}
      flex="1 1 220px"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        tellSoon(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      placeholder={placeholder}
      aria-label={label}
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              tell('')
            }}
          />
        )
      }
    />
  )
}
