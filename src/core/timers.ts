/**
 * Deadlines in the one order in which they fire: by time, then kind, then id. A timer that is no
 * longer wanted stays in the heap; whoever pops it compares it with the record it belongs to.
 */
import type { EpochMs } from './time.ts'
import { compare } from './topology.ts'

/** In firing order for equal times. */
export const TIMER_KINDS = [
  'silence',
  'expire',
  'settle',
  'heartbeat',
  'storm',
  'open',
  'notify',
  'tell',
  'resolve',
  'analyse',
  'close',
  'forget',
  'count',
  'discover',
  'cluster',
  'observe',
] as const
export type TimerKind = (typeof TIMER_KINDS)[number]

export interface Timer {
  readonly at: EpochMs
  readonly kind: TimerKind
  readonly id: string
}

export class Timers {
  private readonly heap: Timer[] = []

  get size(): number {
    return this.heap.length
  }

  /** The next deadline, or `null`. */
  next(): EpochMs | null {
    return this.heap[0]?.at ?? null
  }

  /** O(log n). */
  add(at: EpochMs, kind: TimerKind, id: string): void {
    this.heap.push({ at, kind, id })
    this.up(this.heap.length - 1)
  }

  /** Takes out the next timer if it is due at `now`. O(log n). */
  popDue(now: EpochMs): Timer | null {
    const top = this.heap[0]
    if (top === undefined || top.at > now) return null
    const last = this.heap.pop()
    if (last !== undefined && this.heap.length > 0) {
      this.heap[0] = last
      this.down(0)
    }
    return top
  }

  private up(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.swapIfBefore(index, parent)) return
      index = parent
    }
  }

  private down(start: number): void {
    let index = start
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      let first = index
      if (this.isBefore(left, first)) first = left
      if (this.isBefore(right, first)) first = right
      if (first === index) return
      this.swapIfBefore(first, index)
      index = first
    }
  }

  private isBefore(a: number, b: number): boolean {
    const x = this.heap[a]
    const y = this.heap[b]
    return x !== undefined && y !== undefined && byTimer(x, y) < 0
  }

  private swapIfBefore(a: number, b: number): boolean {
    const x = this.heap[a]
    const y = this.heap[b]
    if (x === undefined || y === undefined || byTimer(x, y) >= 0) return false
    this.heap[a] = y
    this.heap[b] = x
    return true
  }
}

function byTimer(a: Timer, b: Timer): number {
  return (
    a.at - b.at || TIMER_KINDS.indexOf(a.kind) - TIMER_KINDS.indexOf(b.kind) || compare(a.id, b.id)
  )
}
