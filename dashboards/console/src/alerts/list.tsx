/** The list, however long: only the rows in sight are there. */
import { Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Alert } from '../api/schema.d.ts'
import { newsKey } from '../live/alerts.ts'
import { useKeys } from '../ui/keys.ts'
import { Failure, WaitingRows } from '../ui/states.tsx'
import classes from './alerts.module.css'
import { alertsQuery } from './api.ts'
import { NothingFound } from './empty.tsx'
import { AlertRow } from './row.tsx'
import type { AlertSearch } from './search.ts'

const ROW_PX = 70
/** Pages are asked for before their rows are reached. */
const AHEAD = 30
/** What a tab should hold at most; further ones are found by a narrower search. */
const MAX_ROWS = 20_000

interface ListProps {
  readonly search: AlertSearch
  readonly onClear: () => void
}

export function AlertList({ search, onClear }: ListProps) {
  const query = alertsQuery(search)
  const list = useInfiniteQuery(query)
  const alerts = list.data?.pages.flatMap(({ items }) => items) ?? []
  const full = alerts.length >= MAX_ROWS
  const more = (): void => {
    if (list.hasNextPage && !list.isFetching && !full) void list.fetchNextPage()
  }
  if (list.isPending) return <WaitingRows rows={8} height={ROW_PX - 6} />
  if (list.isError && alerts.length === 0)
    return <Failure what="The list" error={list.error} retry={() => void list.refetch()} />
  if (alerts.length === 0) return <NothingFound search={search} onClear={onClear} />
  return (
    <>
      <News list={query.queryKey} />
      <Rows alerts={alerts} dimmed={list.isPlaceholderData} onNearEnd={more} />
      <Text size="xs" c="dimmed" role="status" ta="center">
        {list.isFetchingNextPage && 'Loading more…'}
        {full && `The first ${MAX_ROWS.toLocaleString()} are shown. Narrow the search for others.`}
        {!list.hasNextPage &&
          (alerts.length === 1 ? '1 alert' : `All ${alerts.length.toLocaleString()} alerts`)}
      </Text>
    </>
  )
}

/** Offers what came while a long list was read. */
function News({ list }: { readonly list: readonly unknown[] }) {
  const client = useQueryClient()
  const { data = 0 } = useQuery<number>({ queryKey: newsKey(list), enabled: false, initialData: 0 })
  if (data === 0) return null
  const show = (): void => {
    client.setQueryData(newsKey(list), 0)
    window.scrollTo({ top: 0 })
    void client.resetQueries({ queryKey: list })
  }
  return (
    <Group justify="center" mb="xs">
      <Button size="compact-sm" variant="light" onClick={show}>
        Something came since: show it
      </Button>
    </Group>
  )
}

interface RowsProps {
  readonly alerts: readonly Alert[]
  readonly dimmed: boolean
  readonly onNearEnd: () => void
}

function Rows({ alerts, dimmed, onNearEnd }: RowsProps) {
  const box = useRef<HTMLUListElement>(null)
  const rows = useWindowVirtualizer({
    count: alerts.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: box.current?.offsetTop ?? 0,
    getItemKey: (at) => alerts[at]?.key ?? at,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const near = useRef(onNearEnd)
  near.current = onNearEnd
  useEffect(() => {
    if (last >= alerts.length - AHEAD) near.current()
  }, [last, alerts.length])
  useRowKeys(alerts.length, (at) => rows.scrollToIndex(at))
  return (
    <ul
      ref={box}
      className={classes['list']}
      aria-label="Alerts"
      data-dimmed={dimmed || undefined}
      style={{ height: rows.getTotalSize() }}
    >
      {shown.map(({ key, index, start }) => {
        const alert = alerts[index]
        if (alert === undefined) return null
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-setsize={alerts.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <AlertRow alert={alert} />
          </li>
        )
      })}
    </ul>
  )
}

/** j and k, over rows that may not be there yet. */
function useRowKeys(count: number, scrollTo: (at: number) => void): void {
  const linkAt = (at: number): HTMLElement | null =>
    document.querySelector<HTMLElement>(`[data-index="${at}"] [data-row-link]`)
  const step = (by: 1 | -1): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]')
    const at = row === null || row === undefined ? -1 : Number(row.dataset['index'])
    const next = Math.max(0, Math.min(count - 1, at === -1 ? 0 : at + by))
    scrollTo(next)
    const link = linkAt(next)
    if (link !== null) link.focus({ preventScroll: true })
    else requestAnimationFrame(() => linkAt(next)?.focus({ preventScroll: true }))
  }
  useKeys({ j: () => step(1), k: () => step(-1) })
}
