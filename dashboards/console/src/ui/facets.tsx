/**
 * A facet: the values of one property with how many have each, several of them to be chosen, a
 * search inside, and keys. The values come from the server, most frequent first and bounded.
 */
import { Box, Collapse, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure, useId } from '@mantine/hooks'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import classes from './facets.module.css'
import { Icon } from './icons.tsx'

export interface FacetValue {
  readonly value: string
  readonly count: number
  /** What stands there for the value, and what the search inside looks at; the value unless given. */
  readonly text?: string
  /** Drawn instead of `text`. */
  readonly mark?: ReactNode
}

interface FacetProps {
  readonly name: string
  readonly values: readonly FacetValue[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  readonly startsOpen?: boolean
  /** There are more values than these: said below the list. */
  readonly more?: boolean
  /** Asked as somebody types where the server searches; else the given values are searched. */
  readonly onFind?: (text: string) => void
}

/** Fewer values than this are found by eye. */
const SEARCH_FROM = 9

/** One facet under its heading; what is chosen opens it. */
export function Facet({ startsOpen = false, ...list }: FacetProps) {
  const [opened, { toggle }] = useDisclosure(startsOpen || list.chosen.length > 0)
  const id = useId()
  return (
    <section data-facet={list.name}>
      <UnstyledButton
        className={classes['head'] ?? ''}
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
      >
        <Icon name="chevron" size={13} />
        {list.name}
        {list.chosen.length > 0 && (
          <span className={classes['picked']} title={`${list.chosen.length} chosen`}>
            {list.chosen.length}
          </span>
        )}
      </UnstyledButton>
      <div id={id}>
        <Collapse expanded={opened} keepMounted={false}>
          <FacetValues {...list} />
        </Collapse>
      </div>
    </section>
  )
}

/**
 * The values alone, for a menu. Up, Down, Home and End move; Space chooses and leaves; Enter chooses
 * this one only.
 */
export function FacetValues({ name, values, chosen, onChange, more, onFind }: FacetProps) {
  const [text, setText] = useState('')
  const all = [...values, ...missing(chosen, values)]
  const words = text.trim().toLowerCase()
  const shown = onFind === undefined && words !== '' ? all.filter(matches(words)) : all
  const [current, setCurrent] = useState('')
  // one stop for the tab key: the value that had the focus last, else the first
  const stop = shown.some(({ value }) => value === current) ? current : shown[0]?.value
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
  return (
    <Box role="group" aria-label={name} onKeyDown={(event) => step(event, chosen, onChange)}>
      {(all.length >= SEARCH_FROM || onFind !== undefined) && (
        <TextInput
          size="xs"
          my={4}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            onFind?.(event.currentTarget.value.trim())
          }}
          placeholder={`Find in ${name.toLowerCase()}`}
          aria-label={`Find in ${name.toLowerCase()}`}
        />
      )}
      <ul className={classes['values']}>
        {shown.map((one) => (
          <FacetRow
            key={one.value}
            one={one}
            isChosen={chosen.includes(one.value)}
            isStop={one.value === stop}
            onToggle={toggle}
            onFocus={setCurrent}
          />
        ))}
      </ul>
      {shown.length === 0 && <Note>{words === '' ? 'Nothing to choose from' : 'None found'}</Note>}
      {more === true && shown.length > 0 && <Note>The most frequent; search for others</Note>}
    </Box>
  )
}

interface RowProps {
  readonly one: FacetValue
  readonly isChosen: boolean
  readonly isStop: boolean
  readonly onToggle: (value: string) => void
  readonly onFocus: (value: string) => void
}

function FacetRow({ one, isChosen, isStop, onToggle, onFocus }: RowProps) {
  const { value, count, text = value, mark = text } = one
  return (
    <li>
      <label className={classes['value']} data-none={count === 0 || undefined} title={text}>
        <input
          type="checkbox"
          checked={isChosen}
          tabIndex={isStop ? 0 : -1}
          onChange={() => onToggle(value)}
          onFocus={() => onFocus(value)}
          data-value={value}
          aria-label={`${text}, ${count}`}
        />
        <span className={classes['name']}>{mark}</span>
        <span className={classes['count']}>{count}</span>
      </label>
    </li>
  )
}

function Note({ children }: { readonly children: string }) {
  return <p className={classes['note']}>{children}</p>
}

function matches(words: string): (one: FacetValue) => boolean {
  return ({ value, text = value }) =>
    text.toLowerCase().includes(words) || value.toLowerCase().includes(words)
}

/** What is chosen can be taken back, also where nothing has that value now. */
function missing(chosen: readonly string[], values: readonly FacetValue[]): FacetValue[] {
  const known = new Set(values.map(({ value }) => value))
  return chosen.filter((value) => !known.has(value)).map((value) => ({ value, count: 0 }))
}

function step(
  event: KeyboardEvent<HTMLElement>,
  chosen: readonly string[],
  onChange: (chosen: readonly string[]) => void,
): void {
  const boxes = [
    ...event.currentTarget.querySelectorAll<HTMLInputElement>('input[type="checkbox"]'),
  ]
  const active = document.activeElement
  const at = active instanceof HTMLInputElement ? boxes.indexOf(active) : -1
  const value = boxes[at]?.dataset['value']
  if (event.key === 'Enter' && value !== undefined) {
    const isAlone = chosen.length === 1 && chosen[0] === value
    onChange(isAlone ? [] : [value])
  } else {
    const to = target(event.key, at, boxes.length)
    if (to === null) return
    boxes[to]?.focus()
  }
  event.preventDefault()
}

/** Where a key leads from the value at `at` (-1: the search); `null` where it is not for us. */
function target(key: string, at: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(at - 1, 0)
  if (at === -1) return null
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return null
}
