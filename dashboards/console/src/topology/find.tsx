/** Finds something of a map by its name; what is chosen is picked and shown in the middle. */
import { Autocomplete } from '@mantine/core'
import { type Ref, useMemo, useRef, useState } from 'react'
import { Icon } from '../ui/icons.tsx'
import { type Findable, findNames } from './find-names.ts'
import classes from './topology.module.css'

interface FindProps {
  readonly all: readonly Findable[]
  readonly onPick: (ci: string) => void
  readonly ref: Ref<HTMLInputElement>
}

export function FindBox({ all, onPick, ref }: FindProps) {
  const [words, setWords] = useState('')
  /** What is chosen comes as a change of the words too, by its id, which nobody wrote. */
  const wasChosen = useRef(false)
  const found = useMemo(() => findNames(all, words), [all, words])
  const names = new Map(found.map(({ ci, name }) => [ci, name]))
  return (
    <Autocomplete
      ref={ref}
      className={classes['search'] ?? ''}
      value={words}
      onChange={(text) => {
        setWords(wasChosen.current ? '' : text)
        wasChosen.current = false
      }}
      onOptionSubmit={(ci) => {
        wasChosen.current = true
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
        onPick(ci)
      }}
      data={found.map(({ ci }) => ci)}
      filter={({ options }) => options}
      renderOption={({ option }) => names.get(option.value) ?? option.value}
      selectFirstOptionOnChange
      aria-label="Find on the map"
      placeholder="Find by name"
      leftSection={<Icon name="search" size={16} />}
    />
  )
}
