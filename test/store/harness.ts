/** Runs a suite over every kind of store, with empty tables and a record writer for every test. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openStore, type Store } from '../../src/store/client.ts'
import type { Page } from '../../src/store/page.ts'
import { TABLES } from '../../src/store/pending.ts'
import {
  openRecordWriter,
  type RecordBatch,
  type RecordWriter,
  type RecordWriterOptions,
} from '../../src/store/records.ts'
import { eachBackend, type Place } from '../support/store.ts'

export class Bench {
  private place: Place | null = null
  private opened: Store | null = null
  private current: RecordWriter | null = null
  /** `seq` of the newest put; it only rises. */
  seq = 0

  get store(): Store {
    if (this.opened === null) throw new Error('no store is open')
    return this.opened
  }

  get writer(): RecordWriter {
    if (this.current === null) throw new Error('no writer is open')
    return this.current
  }

  async start(place: Place): Promise<void> {
    this.place = place
    this.opened = await openStore(place.target, { lockTtlMs: 5000 })
  }

  async stop(): Promise<void> {
    await this.store.close()
    await this.place?.stop()
  }

  async empty(): Promise<void> {
    for (const table of TABLES) await this.store.exec('test.empty', `TRUNCATE TABLE ${table}`)
  }

  async reopen(options: RecordWriterOptions): Promise<void> {
    await this.current?.close()
    this.current = openRecordWriter(this.store, options)
  }

  put(batch: RecordBatch, scope = 'default'): void {
    this.seq += 1
    this.writer.put(batch, { epoch: 1, seq: this.seq, scope, at: this.seq })
  }

  async write(batch: RecordBatch, scope = 'default'): Promise<void> {
    this.put(batch, scope)
    await this.writer.flush()
  }
}

export function overEveryBackend(name: string, suite: (on: Bench) => void): void {
  eachBackend(name, (backend) => {
    const on = new Bench()
    beforeAll(async () => on.start(await backend.start()))
    afterAll(() => on.stop())
    beforeEach(async () => {
      await on.empty()
      await on.reopen({ windowMs: 5 })
    })
    afterEach(() => on.writer.close())
    suite(on)
  })
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** Every page of a list, with `between` called after the first. */
export async function allPages<Item>(
  list: (cursor: { cursor?: string }) => Promise<Page<Item>>,
  between: () => Promise<void> = async () => undefined,
): Promise<Item[][]> {
  const pages: Item[][] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor === undefined ? {} : { cursor })
    pages.push([...page.items])
    cursor = page.next
    if (pages.length === 1) await between()
  } while (cursor !== undefined)
  return pages
}
