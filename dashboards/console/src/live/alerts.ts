/** What the live stream says of an alert, put into the lists that show it. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { KEYS } from '../api/queries.ts'
import type { AlertPage, AlertUpdate } from '../api/schema.d.ts'
import type { Freshness } from './freshness.ts'

/** The key under which it is counted how much came that a list does not show. */
export function newsKey(list: readonly unknown[]): readonly unknown[] {
  return [KEYS.alertNews, ...list]
}

/**
 * A row that is shown changes in place. A short list is read again for what is new; a long one is
 * not, since it would be read page by page: there the news are counted, and offered.
 */
export function applyAlert(
  update: AlertUpdate,
  { client, freshness }: { readonly client: QueryClient; readonly freshness: Freshness },
): void {
  freshness.changed([KEYS.alertFacets])
  freshness.changed([KEYS.alert, update.id])
  const lists = client.getQueriesData<InfiniteData<AlertPage>>({ queryKey: [KEYS.alerts] })
  for (const [key, list] of lists) {
    if (list === undefined) continue
    const placed = put(update, list)
    if (placed !== null) client.setQueryData(key, placed)
    else if (list.pages.length === 1) freshness.changed(key)
    else client.setQueryData<number>(newsKey(key), (count = 0) => count + 1)
  }
}

function put(
  { key, incident, state, severity, title, stale, endsAt, lastSeenAt }: AlertUpdate,
  list: InfiniteData<AlertPage>,
): InfiniteData<AlertPage> | null {
  const at = list.pages.findIndex(({ items }) => items.some((one) => one.key === key))
  if (at === -1) return null
  const pages = list.pages.map((page, n) =>
    n === at
      ? {
          ...page,
          items: page.items.map((one) =>
            one.key === key
              ? { ...one, incident, state, severity, title, stale, endsAt, lastSeenAt }
              : one,
          ),
        }
      : page,
  )
  return { ...list, pages }
}
