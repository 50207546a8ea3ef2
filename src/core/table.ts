/**
 * A keyed table of mutable records with a bounded-pause snapshot.
 *
 * Rule of use: read with `get`, and before changing a record take it with `edit`. While a snapshot
 * runs, `edit`, `set` and `delete` keep the record as it was when the snapshot began, so that the
 * chunks together show one moment although the engine goes on between them. What leaves the table is
 * never changed any more.
 */

/** What every record in a table carries: the number of the last snapshot that holds it. */
export interface Snapped {
  snap: number
}

type Frozen<V> = { readonly [K in keyof V]: V[K] }

/** How much goes into one chunk. */
export interface ChunkLimits {
  /** Records. */
  readonly records: number
  /** Length as text; one record may have more. */
  readonly size: number
}

/** @typeParam K what records are found by: a text, or the record itself */
export class Table<V extends Snapped, K = string> {
  private readonly records = new Map<K, V>()
  private readonly keyOf: (record: Frozen<V>) => K
  private snapshot = 0
  /** What changed or left since the snapshot began: as text, or as the record that left. */
  private before: (string | V)[] = []
  private cursor: IterableIterator<V> | null = null

  constructor(keyOf: (record: Frozen<V>) => K) {
    this.keyOf = keyOf
  }

  get size(): number {
    return this.records.size
  }

  get(key: K): Frozen<V> | undefined {
    return this.records.get(key)
  }

  has(key: K): boolean {
    return this.records.has(key)
  }

  /** The record to be changed, or `undefined`; its present content is kept for a running snapshot. */
  edit(key: K): V | undefined {
    const record = this.records.get(key)
    if (record !== undefined && this.isWanted(record)) {
      this.before.push(JSON.stringify(record))
      record.snap = this.snapshot
    }
    return record
  }

  /** Adds a record, or replaces the one with its key. */
  set(record: V): void {
    const key = this.keyOf(record)
    const old = this.records.get(key)
    if (old !== undefined && old !== record) this.keepGone(old)
    if (old !== record) record.snap = this.snapshot
    this.records.set(key, record)
  }

  delete(key: K): boolean {
    const old = this.records.get(key)
    if (old === undefined) return false
    this.keepGone(old)
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
   * The next records of the running snapshot, each as JSON; `null` when all are out. Never visits a
   * record twice. O(limits), and records that another chunk has are passed over.
   */
  nextChunk(limits: ChunkLimits): readonly string[] | null {
    if (this.cursor === null && this.before.length === 0) return null
    const chunk: string[] = []
    let size = 0
    while (chunk.length < limits.records && size < limits.size) {
      const line = this.nextLine()
      if (line === null) break
      chunk.push(line)
      size += line.length
    }
    return chunk
  }

  /** Gives up a running snapshot. */
  abortSnapshot(): void {
    this.cursor = null
    this.before = []
  }

  /** Adds records that `nextChunk` wrote. */
  restore(lines: readonly V[]): void {
    for (const record of lines) {
      record.snap = this.snapshot
      this.records.set(this.keyOf(record), record)
    }
  }

  private nextLine(): string | null {
    const kept = this.before.pop()
    if (kept !== undefined) return typeof kept === 'string' ? kept : JSON.stringify(kept)
    while (this.cursor !== null) {
      const next = this.cursor.next()
      if (next.done === true) this.cursor = null
      else if (next.value.snap !== this.snapshot) {
        next.value.snap = this.snapshot
        return JSON.stringify(next.value)
      }
    }
    return null
  }

  private isWanted(record: V): boolean {
    return this.cursor !== null && record.snap !== this.snapshot
  }

  private keepGone(record: V): void {
    if (!this.isWanted(record)) return
    record.snap = this.snapshot
    this.before.push(record)
  }
}
