/** Names of CIs: whatever is asked for within a moment goes into one request. */
import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, SELDOM_MS } from './queries.ts'
import type { Ci, CiPage } from './schema.d.ts'

const GATHER_MS = 15
const BATCH = 200

interface Asked {
  readonly id: string
  readonly answer: (ci: Ci | null) => void
  readonly fail: (error: unknown) => void
}

let waiting: Asked[] = []

function ask(id: string): Promise<Ci | null> {
  return new Promise((answer, fail) => {
    if (waiting.length === 0) setTimeout(() => void askAll(), GATHER_MS)
    waiting.push({ id, answer, fail })
  })
}

async function askAll(): Promise<void> {
  const all = waiting
  waiting = []
  for (let at = 0; at < all.length; at += BATCH) await askSome(all.slice(at, at + BATCH))
}

async function askSome(asked: readonly Asked[]): Promise<void> {
  try {
    const ids = asked.map(({ id }) => id).join(',')
    const { items } = await request<CiPage>('/api/v1/cis', { query: { ids, limit: BATCH } })
    const found = new Map(items.map((ci) => [ci.id, ci]))
    for (const { id, answer } of asked) answer(found.get(id) ?? null)
  } catch (error) {
    for (const { fail } of asked) fail(error)
  }
}

/** A CI by its id; null where the CMDB does not know it: then the id is all there is. */
export const ciQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.ci, id],
    queryFn: () => ask(id),
    staleTime: SELDOM_MS,
    retry: false,
  })
