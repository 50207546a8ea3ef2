/** Small facts about the store itself, by key. */
import { z } from 'zod'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'

const Row = z.object({ value: z.string(), version: z.string() })

const GET: NamedQuery<z.output<typeof Row>> = {
  name: 'meta.get',
  sql: 'SELECT value, version FROM meta FINAL WHERE key = {key:String} LIMIT 1',
  row: Row,
}

/** The value of a key; `null` where it was never set. */
export async function getMeta(store: Pick<Store, 'rows'>, key: string): Promise<string | null> {
  const [row] = await store.rows(GET, { key })
  return row?.value ?? null
}

/** Sets a key; one writer at a time, as everywhere in the store. */
export async function setMeta(
  store: Pick<Store, 'rows' | 'insert'>,
  key: string,
  value: string,
): Promise<void> {
  const [row] = await store.rows(GET, { key })
  const version = (BigInt(row?.version ?? '0') + 1n).toString()
  await store.insert('meta', [{ key, value, version }])
}

const EPOCH = 'epoch'

/** The epoch of record versions (version.ts): 1 in a new store. */
export async function readEpoch(store: Store): Promise<number> {
  return Number((await getMeta(store, EPOCH)) ?? '1')
}

/**
 * Begins a new epoch: needed where an engine starts with counters of its own although records of
 * an earlier one are there, so that its records count as newer.
 *
 * @returns the new epoch, already stored
 */
export async function beginEpoch(store: Store): Promise<number> {
  const next = (await readEpoch(store)) + 1
  await setMeta(store, EPOCH, String(next))
  return next
}
