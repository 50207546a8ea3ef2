/** What is burning: every incident, live, with its filter in the address. */
import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { IncidentViewQuery } from '../api/schema.d.ts'
import { toQuery, toSearch } from '../app/search.ts'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { useActions } from './actions.ts'
import { facetsQuery } from './api.ts'
import { AssignMany, BulkBar, ResolveMany } from './bulk.tsx'
import { NothingHere } from './empty.tsx'
import { FacetPanel } from './facet-panel.tsx'
import classes from './incidents.module.css'
import { useListKeys } from './keys.ts'
import { IncidentRows, type ListHandle } from './list.tsx'
import { forgetOtherLists, type IncidentList, type News, useIncidentList } from './list-state.ts'
import { type Selection, useSelection } from './selection.ts'
import { Chips, Toolbar } from './toolbar.tsx'
import { Views } from './views.tsx'

/** Rows that are kept at once; nobody reads on to here. */
const MOST_ROWS = 10_000
/** So long after the mouse moved over the rows they stay where they are. */
const STILL_MS = 2000

export function IncidentsPage() {
  const search = useSearch({ from: '/inside/incidents' })
  const navigate = useNavigate({ from: '/incidents' })
  const query = useMemo(() => toQuery(search), [search])
  const onChange = useCallback(
    (next: IncidentViewQuery) =>
      void navigate({ to: '/incidents', search: toSearch(next), replace: true, resetScroll: true }),
    [navigate],
  )
  const list = useRef<ListHandle>(null)
  const searchBox = useRef<HTMLInputElement>(null)
  const held = useHeld(list)
  const state = useIncidentList(query, held.isHeld)
  const { rows, news, refresh } = state
  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  const selection = useSelection(ids)
  held.choosing.current = selection.chosen.size > 0
  useRelease(state, held, selection.chosen.size)
  const actions = useActions(rows, selection)
  const panel = usePanel()
  const [saving, setSaving] = useState(false)
  const showNews = useCallback(() => {
    list.current?.toTop()
    void refresh()
  }, [refresh])
  useForgetting(query, selection)
  useListKeys({
    ...{ rows, selection, list, searchBox, query, onChange, actions },
    onShowNews: showNews,
    onFilters: panel.toggle,
    onSaveView: () => setSaving(true),
  })
  const close = (): void => {
    actions.close()
    selection.clear()
  }
  return (
    <div className={classes['page']} data-panel={panel.isBeside || undefined}>
      <title>Incidents · Faultline</title>
      <Stack gap="sm" className={classes['head'] ?? ''}>
        <Group justify="space-between" gap="xs">
          <Title order={1} size="h3">
            Incidents
          </Title>
          <Total query={query} />
        </Group>
        <Views {...{ query, onChange, saving, setSaving }} />
        <Toolbar
          {...{ query, onChange, searchBox }}
          onFilters={panel.toggle}
          filtersShown={panel.isBeside || panel.isOver}
        />
        <Chips query={query} onChange={onChange} />
      </Stack>
      {panel.isBeside && (
        <aside className={classes['panel']} aria-label="Filters" ref={panel.ref}>
          <FacetPanel query={query} onChange={onChange} />
        </aside>
      )}
      <Drawer
        opened={panel.isOver}
        onClose={panel.toggle}
        title="Filters"
        size="sm"
        position="right"
      >
        <FacetPanel query={query} onChange={onChange} />
      </Drawer>
      <div className={classes['body']}>
        <div className={classes['sticky']}>
          <NewsBar news={news} onShow={showNews} />
        </div>
        <Body {...{ state, query, onChange, selection, list }} onPointer={held.onPointer} />
        {selection.chosen.size > 0 && (
          <div className={classes['bulk']}>
            <BulkBar
              count={selection.chosen.size}
              busy={actions.bulk.busy}
              onAcknowledge={actions.acknowledge}
              onOpen={actions.open}
              onClear={selection.clear}
            />
          </div>
        )}
      </div>
      {actions.asking?.dialog === 'assign' && (
        <AssignMany ids={actions.asking.ids} bulk={actions.bulk} onClose={close} />
      )}
      {actions.asking?.dialog === 'resolve' && (
        <ResolveMany ids={actions.asking.ids} bulk={actions.bulk} onClose={close} />
      )}
    </div>
  )
}

interface BodyProps {
  readonly state: IncidentList
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
  readonly selection: Selection
  readonly list: { readonly current: ListHandle | null }
  readonly onPointer: () => void
}

function Body({ state, query, onChange, selection, list, onPointer }: BodyProps) {
  const { query: reading, rows, news } = state
  const { data: facets } = useQuery(facetsQuery(query))
  const { fetchNextPage, isFetchingNextPage } = reading
  const isCut = reading.hasNextPage && rows.length >= MOST_ROWS
  const hasNextPage = reading.hasNextPage && !isCut
  const onEnd = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  if (reading.isPending) return <WaitingRows />
  if (reading.data === undefined)
    return <Failure what="The list" error={reading.error} retry={() => void reading.refetch()} />
  if (rows.length === 0) return <NothingHere query={query} onChange={onChange} />
  return (
    <>
      <IncidentRows
        rows={rows}
        total={facets?.total}
        gone={news.gone}
        selection={selection}
        dimmed={reading.isPlaceholderData}
        hasMore={hasNextPage}
        onEnd={onEnd}
        onPointer={onPointer}
        handle={list}
      />
      {reading.isFetchNextPageError && (
        <Failure what="The rest" error={reading.error} retry={() => void fetchNextPage()} />
      )}
      {hasNextPage ? (
        <WaitingRows rows={2} height={60} />
      ) : (
        <Text size="xs" c="dimmed" ta="center" role="status" mt="sm">
          {isCut
            ? `The first ${rows.length} incidents: narrow the filter to see others`
            : rows.length === 1
              ? '1 incident'
              : `All ${rows.length} incidents`}
        </Text>
      )}
    </>
  )
}

function Total({ query }: { readonly query: IncidentViewQuery }) {
  const { data, isPlaceholderData } = useQuery(facetsQuery(query))
  if (data === undefined) return null
  return (
    <Text
      size="sm"
      c="dimmed"
      className="fl-num"
      data-total={data.total}
      aria-busy={isPlaceholderData}
    >
      {data.total === 1 ? '1 incident' : `${data.total.toLocaleString()} incidents`}
    </Text>
  )
}

/** Announces what the rows do not show yet. */
function NewsBar({ news, onShow }: { readonly news: News; readonly onShow: () => void }) {
  const parts = [
    ...(news.fresh.length > 0 ? [`${news.fresh.length} new`] : []),
    ...(news.gone.size > 0 ? [`${news.gone.size} no longer in this list`] : []),
  ]
  const text = news.many ? 'Much has changed' : parts.join(', ')
  return (
    <div role="status" className={classes['news']}>
      {text !== '' && (
        <Button size="compact-sm" radius="xl" onClick={onShow} data-news={news.fresh.length}>
          {text}: show
        </Button>
      )}
    </div>
  )
}

interface Held {
  readonly isHeld: () => boolean
  readonly onPointer: () => void
  readonly choosing: { current: boolean }
}

/** Whether somebody reads or acts on the rows: scrolled down, about to click, or choosing. */
function useHeld(list: { readonly current: ListHandle | null }): Held {
  const moved = useRef(Number.NEGATIVE_INFINITY)
  const choosing = useRef(false)
  const isHeld = useCallback(
    () =>
      choosing.current ||
      Date.now() - moved.current < STILL_MS ||
      (list.current !== null && !list.current.isAtTop()) ||
      document.querySelector('[role="dialog"]') !== null,
    [list],
  )
  const onPointer = useCallback(() => {
    moved.current = Date.now()
  }, [])
  return useMemo(() => ({ isHeld, onPointer, choosing }), [isHeld, onPointer])
}

/** What was announced is shown by itself once nobody holds the rows any more. */
function useRelease({ news, settle }: IncidentList, { isHeld }: Held, chosen: number): void {
  const waiting = news.many || news.fresh.length > 0 || news.gone.size > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: letting go of the last one is a release
  useEffect(() => {
    if (!waiting) return undefined
    const look = (): void => {
      if (!isHeld()) settle()
    }
    const timer = setInterval(look, STILL_MS / 2)
    return () => clearInterval(timer)
  }, [waiting, isHeld, settle, chosen])
}

/** Beside the list where there is room, else over it. */
function usePanel() {
  const hasRoom = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false })
  const [beside, setBeside] = useState(true)
  const [over, setOver] = useState(false)
  const ref = useRef<HTMLElement>(null)
  const isBeside = hasRoom && beside
  const isOver = !hasRoom && over
  const toggle = (): void => (hasRoom ? setBeside(!beside) : setOver(!over))
  return { isBeside, isOver, toggle, ref }
}

/** Another filter begins anew: nothing is acted on that is out of sight. */
function useForgetting(query: IncidentViewQuery, { clear, activate }: Selection): void {
  const client = useQueryClient()
  useEffect(() => {
    forgetOtherLists(client, query)
    clear()
    activate(null)
  }, [client, query, clear, activate])
}
