/**
 * A keyed table of mutable records with a bounded-pause snapshot.
 *
 * Rule of use: read with `get`, and before changing a record take it with `edit`. While a snapshot
 * runs, `edit`, `set` and `delete` keep the record as it was when the snapshot began, so that the
 * chunks together show one moment although the engine goes on between them.
 */

/** What every record in a table carries: the number of the last snapshot that holds it. */
export interface Snapped {
  snap: number
}

type Frozen<V> = { readonly [K in keyof V]: V[K] }

export class Table<V extends Snapped> {
  private readonly records = new Map<string, V>()
  private readonly keyOf: (record: Frozen<V>) => string
  private snapshot = 0
  private before: string[] = []
  private cursor: IterableIterator<V> | null = null

  constructor(keyOf: (record: Frozen<V>) => string) {
    this.keyOf = keyOf
  }

  get size(): number {
    return this.records.size
  }

  get(key: string): Frozen<V> | undefined {
    return this.records.get(key)
  }

  has(key: string): boolean {
    return this.records.has(key)
  }

  /** The record to be changed, or `undefined`; its present content is kept for a running snapshot. */
  edit(key: string): V | undefined {
    const record = this.records.get(key)
    if (record !== undefined) this.keep(record)
    return record
  }

  /** Adds a record, or replaces the one with its key. */
  set(record: V): void {
    const key = this.keyOf(record)
    const old = this.records.get(key)
    if (old !== undefined && old !== record) this.keep(old)
    if (old !== record) record.snap = this.snapshot
    this.records.set(key, record)
  }

  delete(key: string): boolean {
    const old = this.records.get(key)
    if (old === undefined) return false
    this.keep(old)
    return this.records.delete(key)
  }

  /** In the order of insertion, which after a restore differs: sort before deciding by it. */
  values(): IterableIterator<Frozen<V>> {
    return this.records.values()
  }

  /** Starts a snapshot of the table as it is now. One at a time; `number` rises with each. */
  beginSnapshot(number: number): void {
    this.snapshot = number
    this.before = []
    this.cursor = this.records.values()
  }

  /**
   * The next records of the running snapshot, each as JSON, about `limit` of them; `null` when all
   * are out. Never visits a record twice.
   */
  nextChunk(limit: number): readonly string[] | null {
    if (this.cursor === null) return null
    const chunk: string[] = []
    while (chunk.length < limit) {
      const next = this.cursor.next()
      if (next.done === true) {
        this.cursor = null
        break
      }
      if (next.value.snap === this.snapshot) continue
      chunk.push(JSON.stringify(next.value))
      next.value.snap = this.snapshot
    }
    if (this.cursor === null || this.before.length > 0) {
      chunk.push(...this.before)
      this.before = []
    }
    return chunk
  }

  /** Gives up a running snapshot. */
  abortSnapshot(): void {
    this.cursor = null
    this.before = []
  }

  /** Adds records that `nextChunk` wrote. */
  restore(lines: readonly string[]): void {
    for (const line of lines) {
      const record = parseRecord<V>(line)
      record.snap = this.snapshot
      this.records.set(this.keyOf(record), record)
    }
  }

  private keep(record: V): void {
    if (this.cursor === null || record.snap === this.snapshot) return
    this.before.push(JSON.stringify(record))
    record.snap = this.snapshot
  }
}

/** Guarantee: `line` was written by `nextChunk` of a table of the same type and engine version. */
function parseRecord<V>(line: string): V {
  return JSON.parse(line) as V
}
