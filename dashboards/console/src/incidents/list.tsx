/** The rows, of which only those in sight are drawn. The page scrolls, so that it does on a phone too. */
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import type { IncidentSummary } from '../api/schema.d.ts'
import classes from './incidents.module.css'
import { IncidentRow } from './row.tsx'
import type { Selection } from './selection.ts'

export interface ListHandle {
  /** Brings a row into sight, below what sticks to the top. */
  readonly show: (at: number) => void
  readonly isAtTop: () => boolean
  readonly toTop: () => void
}

interface ListProps {
  readonly rows: readonly IncidentSummary[]
  /** How many there are, as far as is known. */
  readonly total: number | undefined
  readonly gone: ReadonlySet<string>
  readonly selection: Selection
  readonly dimmed: boolean
  readonly hasMore: boolean
  readonly onEnd: () => void
  readonly onPointer: () => void
  readonly handle: Ref<ListHandle>
}

/** Rows drawn beyond those in sight, on each side. */
const OVERSCAN = 10
/** So many rows before the last one the next page is asked for. */
const AHEAD = 80
const ROW_PX = 66
/** What sticks to the top and to the end of the page. */
const STICKY_PX = 90
const END_PX = 90

export function IncidentRows(props: ListProps) {
  const { rows, total, gone, selection, dimmed, hasMore, onEnd, onPointer, handle } = props
  const list = useRef<HTMLUListElement>(null)
  const since = useRef(Date.now())
  const margin = useOffset(list)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: margin,
    scrollPaddingStart: STICKY_PX,
    scrollPaddingEnd: END_PX,
    getItemKey: (at) => rows[at]?.id ?? at,
  })
  useImperativeHandle(handle, () => ({
    show: (at) => virtual.scrollToIndex(at, { align: 'auto' }),
    isAtTop: () => window.scrollY < ROW_PX,
    toTop: () => window.scrollTo({ top: 0 }),
  }))
  const drawn = virtual.getVirtualItems()
  const end = drawn.at(-1)?.index ?? -1
  useEffect(() => {
    if (hasMore && end >= rows.length - AHEAD) onEnd()
  }, [hasMore, end, rows.length, onEnd])
  return (
    <ul
      ref={list}
      className={classes['list']}
      aria-label="Incidents"
      data-dimmed={dimmed || undefined}
      data-choosing={selection.chosen.size > 0 || undefined}
      style={{ height: virtual.getTotalSize() }}
      onPointerMove={({ pointerType }) => pointerType === 'mouse' && onPointer()}
    >
      {drawn.map(({ index, start }) => {
        const incident = rows[index]
        if (incident === undefined) return null
        const { id } = incident
        return (
          <li
            key={id}
            ref={virtual.measureElement}
            data-index={index}
            className={classes['place']}
            style={{ transform: `translateY(${start - margin}px)` }}
            aria-posinset={index + 1}
            aria-setsize={total ?? (hasMore ? -1 : rows.length)}
          >
            <IncidentRow
              incident={incident}
              isNew={Date.parse(incident.provisionalAt) > since.current}
              isGone={gone.has(id)}
              isActive={selection.active === id}
              isChosen={selection.chosen.has(id)}
              onActivate={selection.activate}
              onToggle={selection.toggle}
              onExtend={selection.extendTo}
            />
          </li>
        )
      })}
    </ul>
  )
}

/** Where the list begins in the page, whatever stands above it. */
function useOffset(list: { readonly current: HTMLElement | null }): number {
  const [offset, setOffset] = useState(0)
  useLayoutEffect(() => {
    const measure = (): void => {
      const top = list.current?.getBoundingClientRect().top
      if (top !== undefined) setOffset(Math.round(top + window.scrollY))
    }
    measure()
    const watcher = new ResizeObserver(measure)
    if (list.current?.parentElement != null) watcher.observe(list.current.parentElement)
    return () => watcher.disconnect()
  }, [list])
  return offset
}
