/** Finds something of a map by its name; what is chosen is picked and shown in the middle. */
import { Autocomplete } from '@mantine/core'
import { type Ref, useMemo, useState } from 'react'
import { Icon } from '../ui/icons.tsx'
import classes from './topology.module.css'

export interface Findable {
  readonly ci: string
  readonly name: string
}

interface FindProps {
  readonly all: readonly Findable[]
  readonly onPick: (ci: string) => void
  readonly ref: Ref<HTMLInputElement>
}

const SHOWN = 12

/** Names that begin with the words first, then those that hold them; at most SHOWN. */
export function findNames(all: readonly Findable[], words: string): readonly Findable[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return []
  const at = ({ name, ci }: Findable): number => {
    const inName = name.toLowerCase().indexOf(wanted)
    return inName >= 0 ? inName : ci.toLowerCase().includes(wanted) ? 1000 : -1
  }
  return all
    .map((one) => ({ one, place: at(one) }))
    .filter(({ place }) => place >= 0)
    .sort(
      (a, b) => Math.min(a.place, 1) - Math.min(b.place, 1) || (a.one.name < b.one.name ? -1 : 1),
    )
    .slice(0, SHOWN)
    .map(({ one }) => one)
}

export function FindBox({ all, onPick, ref }: FindProps) {
  const [words, setWords] = useState('')
  const found = useMemo(() => findNames(all, words), [all, words])
  const names = new Map(found.map(({ ci, name }) => [ci, name]))
  return (
    <Autocomplete
      ref={ref}
      className={classes['search'] ?? ''}
      value={words}
      onChange={setWords}
      onOptionSubmit={(ci) => {
        setWords('')
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
