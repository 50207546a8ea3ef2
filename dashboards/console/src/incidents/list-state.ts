/**
 * The rows of the list, and how they follow the live stream. What is known of a row is shown in its
 * place at once. Rows come, go and change places only while nobody reads or acts on them: else they
 * are announced, and shown when asked for. The server alone says what a filter holds.
 */
import {
  type QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { IncidentSummary, IncidentViewQuery } from '../api/schema.d.ts'
import { followIncidents } from '../live/incidents.ts'
import { FACETS, fetchAmong, fetchPage, LIST, type ListData, listQuery } from './api.ts'
import { comesBefore } from './order.ts'

/** Shortest time between two looks at what changed, and between two counts of it. */
const SETTLE_MS = 1000
const COUNT_MS = 3000
/** Changed rows are drawn together. */
const DRAW_MS = 200
/** Most incidents that are asked about at once; more than these: only that much changed. */
const MOST_ASKED = 100

/** What is different from what the rows show. */
export interface News {
  /** Incidents that the filter holds now and no row shows. */
  readonly fresh: readonly string[]
  /** Rows that the filter does not hold any more. */
  readonly gone: ReadonlySet<string>
  /** More changed than could be looked at one by one. */
  readonly many: boolean
}

const NO_NEWS: News = { fresh: [], gone: new Set(), many: false }

export interface IncidentList {
  readonly query: UseInfiniteQueryResult<ListData>
  /** Each once, in the order of the server. */
  readonly rows: readonly IncidentSummary[]
  readonly news: News
  /** Reads the list anew from its start. */
  readonly refresh: () => Promise<void>
  /** Looks again, as when nothing is held any more. */
  readonly settle: () => void
}

/** `query` must be the same object as long as it asks for the same. */
export function useIncidentList(query: IncidentViewQuery, isHeld: () => boolean): IncidentList {
  const client = useQueryClient()
  const list = useInfiniteQuery(listQuery(query))
  const [news, setNews] = useState(NO_NEWS)
  const held = useRef(isHeld)
  held.current = isHeld
  const rows = useMemo(() => once(list.data), [list.data])
  const refresh = useCallback(async () => {
    await readAnew(client, query)
    setNews(NO_NEWS)
  }, [client, query])
  const follower = useRef<Follower | null>(null)
  useEffect(() => {
    setNews(NO_NEWS)
    const mine = follow({ client, query, isHeld: () => held.current(), setNews })
    follower.current = mine
    return mine.stop
  }, [client, query])
  const settle = useCallback(() => follower.current?.settle(), [])
  return { query: list, rows, news, refresh, settle }
}

function once(data: ListData | undefined): IncidentSummary[] {
  const rows = new Map<string, IncidentSummary>()
  for (const { items } of data?.pages ?? [])
    for (const incident of items) if (!rows.has(incident.id)) rows.set(incident.id, incident)
  return [...rows.values()]
}

async function readAnew(client: QueryClient, query: IncidentViewQuery): Promise<void> {
  const { queryKey } = listQuery(query)
  await client.cancelQueries({ queryKey })
  const first = await fetchPage(query, '')
  client.setQueryData<ListData>(queryKey, { pages: [first], pageParams: [''] })
}

interface Following {
  readonly client: QueryClient
  readonly query: IncidentViewQuery
  readonly isHeld: () => boolean
  readonly setNews: (change: (news: News) => News) => void
}

interface Follower {
  readonly settle: () => void
  readonly stop: () => void
}

/** Follows the stream for one list until it is stopped. What waits is bounded. */
function follow({ client, query, isHeld, setNews }: Following): Follower {
  const { queryKey } = listQuery(query)
  const newest = new Map<string, IncidentSummary>()
  let changed = new Set<string>()
  let many = false
  let stopped = false

  const draw = throttled(DRAW_MS, () => {
    client.setQueryData<ListData>(queryKey, (data) => data && withNewest(data, newest))
    newest.clear()
  })
  const count = throttled(COUNT_MS, () => void client.invalidateQueries({ queryKey: [FACETS] }))

  const look = async (): Promise<void> => {
    if (changed.size === 0 && !many) return
    const ids = [...changed]
    const tooMany = many || ids.length > MOST_ASKED
    if (!isHeld()) {
      changed = new Set()
      many = false
      await readAnew(client, query)
      if (!stopped) setNews(() => NO_NEWS)
      return
    }
    changed = new Set()
    if (tooMany) {
      many = true
      setNews((news) => ({ ...news, many: true }))
      return
    }
    const matching = await fetchAmong(query, ids)
    const data = client.getQueryData<ListData>(queryKey)
    if (!stopped && data !== undefined)
      setNews((news) =>
        compared(news, { ids, matching, rows: once(data), query, hasMore: hasMore(data) }),
      )
    kept = new Set([...kept, ...ids].slice(-MOST_ASKED))
  }
  // what was announced is looked at again when the rows are free
  let kept = new Set<string>()
  const settle = throttled(SETTLE_MS, () => void look().catch(() => undefined))

  const unfollow = followIncidents((incident) => {
    if (incident === null) many = true
    else {
      changed.add(incident.id)
      newest.set(incident.id, incident)
      if (changed.size > 5 * MOST_ASKED) {
        changed.clear()
        many = true
      }
      draw()
    }
    settle()
    count()
  })
  return {
    settle: () => {
      if (kept.size === 0 && !many) return
      changed = new Set([...changed, ...kept])
      kept = new Set()
      settle()
    },
    stop: () => {
      stopped = true
      unfollow()
      for (const one of [draw, count, settle]) one.cancel()
    },
  }
}

function hasMore({ pages }: ListData): boolean {
  return pages.at(-1)?.next !== undefined
}

interface Look {
  readonly ids: readonly string[]
  readonly matching: readonly IncidentSummary[]
  readonly rows: readonly IncidentSummary[]
  readonly query: IncidentViewQuery
  readonly hasMore: boolean
}

/** The news with what a look at some incidents found. */
function compared(news: News, { ids, matching, rows, query, hasMore: more }: Look): News {
  const shown = new Set(rows.map(({ id }) => id))
  const matches = new Set(matching.map(({ id }) => id))
  const last = rows.at(-1)
  const looked = new Set(ids)
  const fresh = matching
    .filter(({ id }) => !shown.has(id))
    // what comes after the last row is loaded when somebody gets there
    .filter((one) => !more || last === undefined || comesBefore(one, last, query.sort))
    .map(({ id }) => id)
  const gone = new Set(news.gone)
  for (const id of ids) {
    if (shown.has(id) && !matches.has(id)) gone.add(id)
    else gone.delete(id)
  }
  return {
    fresh: [...news.fresh.filter((id) => !looked.has(id) && !shown.has(id)), ...fresh],
    gone,
    many: news.many,
  }
}

function withNewest(data: ListData, newest: ReadonlyMap<string, IncidentSummary>): ListData {
  const pages = data.pages.map((page) =>
    page.items.some(({ id }) => newest.has(id))
      ? { ...page, items: page.items.map((one) => newest.get(one.id) ?? one) }
      : page,
  )
  return pages.every((page, at) => page === data.pages[at]) ? data : { ...data, pages }
}

interface Throttled {
  (): void
  cancel(): void
}

/** Runs `act` once for all calls within `ms`: after it, so that what comes together goes together. */
function throttled(ms: number, act: () => void): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0
  const call = (): void => {
    const wait = Math.max(ms / 8, last + ms - Date.now())
    timer ??= setTimeout(() => {
      timer = undefined
      last = Date.now()
      act()
    }, wait)
  }
  return Object.assign(call, {
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
    },
  })
}

/** Forgets lists of other filters than those on the screen: their rows can be many. */
export function forgetOtherLists(client: QueryClient, query: IncidentViewQuery): void {
  const mine = JSON.stringify(listQuery(query).queryKey)
  client.removeQueries({
    queryKey: [LIST],
    type: 'inactive',
    predicate: ({ queryKey }) => JSON.stringify(queryKey) !== mine,
  })
}
