/** CIs and how they depend on each other: as a picture, and as a list that says the same. */
import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../ui/icons.tsx'
import type { Drawing } from './draw.ts'
import classes from './graph.module.css'
import { GraphList } from './list.tsx'
import { type GraphPicture, type NodeState, neighboursOf } from './picture.ts'

export interface GraphProps {
  /** Keep it the same object while nothing in it changes. */
  readonly picture: GraphPicture
  /** What it is a picture of, in words. */
  readonly label: string
  readonly selected?: string | null
  readonly onSelect?: (id: string | null) => void
  /** Everything else is faded; null or left out: only by what the pointer is on. */
  readonly highlighted?: ReadonlySet<string> | null
  /** Brought into sight where it is not. */
  readonly revealed?: string | null
  /** Pixels. */
  readonly height?: number
}

export function Graph(props: GraphProps) {
  const { picture, label, selected = null, onSelect, highlighted = null, height = 400 } = props
  const { revealed = null } = props
  const listId = useId()
  const [pointed, setPointed] = useState<string | null>(null)
  const [listed, setListed] = useState(false)
  const select = (id: string | null): void => onSelect?.(id === selected ? null : id)
  const shown = highlighted ?? (pointed === null ? null : neighboursOf(picture, pointed))
  const { container, drawing, failed } = useDrawing(picture, {
    onSelect: select,
    onHover: setPointed,
  })
  useEffect(() => {
    drawing?.emphasise({ highlighted: shown, selected })
  })
  useEffect(() => {
    if (revealed !== null) drawing?.reveal(revealed)
  }, [drawing, revealed])
  return (
    <div className={classes['graph']}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Legend picture={picture} />
        <Group gap={6}>
          <Tool label="Zoom out" icon="minus" act={() => drawing?.zoom(1 / 1.35)} />
          <Tool label="Zoom in" icon="plus" act={() => drawing?.zoom(1.35)} />
          <Tool label="Show all of it" icon="fit" act={() => drawing?.fit()} />
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={listed || failed}
            aria-controls={listId}
            onClick={() => setListed(!listed)}
          >
            As a list
          </Button>
        </Group>
      </Group>
      {failed ? (
        <Text size="sm" c="dimmed" role="status">
          The picture could not be loaded. The list says the same.
        </Text>
      ) : (
        <div className={classes['frame']} style={{ height }} role="img" aria-label={label}>
          <div ref={container} className={classes['canvas']} data-graph={label} />
        </div>
      )}
      <div id={listId}>
        {(listed || failed) && (
          <GraphList
            picture={picture}
            label={label}
            selected={selected}
            onSelect={select}
            onPoint={setPointed}
          />
        )}
      </div>
    </div>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: 'plus' | 'minus' | 'fit'
  readonly act: () => void
}

function Tool({ label, icon, act }: ToolProps) {
  return (
    <ActionIcon size="sm" variant="default" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={14} />
    </ActionIcon>
  )
}

interface Handlers {
  readonly onSelect: (id: string | null) => void
  readonly onHover: (id: string | null) => void
}

/** Loads what draws, and keeps what is drawn in step with the picture. */
function useDrawing(picture: GraphPicture, handlers: Handlers) {
  const container = useRef<HTMLDivElement>(null)
  const current = useRef(handlers)
  current.current = handlers
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let made: Drawing | null = null
    let gone = false
    import('./draw.ts').then(
      ({ draw }) => {
        if (gone || container.current === null) return
        made = draw(container.current, {
          onSelect: (id) => current.current.onSelect(id),
          onHover: (id) => current.current.onHover(id),
        })
        setDrawing(made)
      },
      () => setFailed(true),
    )
    return () => {
      gone = true
      made?.destroy()
    }
  }, [])
  useEffect(() => drawing?.show(picture), [drawing, picture])
  return { container, drawing, failed }
}

const STATES: readonly (readonly [NodeState, string])[] = [
  ['firing', 'firing'],
  ['resolved', 'over'],
  ['muted', 'muted'],
  ['silent', 'silent'],
]

function Legend({ picture }: Pick<GraphProps, 'picture'>) {
  const there = new Set(picture.nodes.map(({ state }) => state))
  const isObserved = picture.edges.some(({ observed }) => observed === true)
  return (
    <Group gap={12} className={classes['legend'] ?? ''}>
      {STATES.filter(([state]) => there.has(state)).map(([state, word]) => (
        <span key={state} className={classes['key']} data-state={state}>
          {word}
        </span>
      ))}
      {picture.nodes.some(({ bundle }) => bundle === true) && (
        <span className={classes['key']} data-state="bundle">
          several alike: click to open
        </span>
      )}
      {isObserved && <span className={classes['dashed']}>only alerts tell of it</span>}
      <span className={classes['arrow']}>depends on what is below</span>
    </Group>
  )
}
