/** A range of time as a line with the moments at which something changed on the maps. */
import type { TopologySteps } from '../api/schema.d.ts'

export type MapStep = TopologySteps['steps'][number]

/** The next moment after `at` (`1`) or the last one before it (`-1`); undefined: there is none. */
export function stepFrom(
  steps: readonly MapStep[],
  at: number,
  towards: 1 | -1,
): MapStep | undefined {
  return towards === 1
    ? steps.find((step) => Date.parse(step.at) > at)
    : steps.findLast((step) => Date.parse(step.at) < at)
}

/** `3 alerts began; 1 ended`. */
export function stepInWords({ began, ended, muted, unmuted }: MapStep): string {
  const parts = [
    [began, 'began'],
    [ended, 'ended'],
    [muted, 'muted'],
    [unmuted, 'no longer muted'],
  ] as const
  const [first, ...others] = parts.filter(([count]) => count > 0)
  if (first === undefined) return 'nothing changed'
  const [count, what] = first
  const begin = `${count} ${count === 1 ? 'alert' : 'alerts'} ${what}`
  return [begin, ...others.map(([n, word]) => `${n} ${word}`)].join('; ')
}

export interface LineMark {
  /** Shares of the line's length, and of its height to either side. */
  readonly x: number
  readonly up: number
  readonly down: number
}

/** Beginnings go up and ends go down, the more the longer: eight alerts are all of the height. */
export function marksOf(
  steps: readonly MapStep[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly LineMark[] {
  const size = (count: number): number =>
    count === 0 ? 0 : Math.min(1, 0.25 + Math.log2(count) / 4)
  return steps.map(({ at, began, ended, muted, unmuted }) => ({
    x: Math.max(0, Math.min(1, (Date.parse(at) - from) / Math.max(1, to - from))),
    up: size(began + unmuted),
    down: size(ended + muted),
  }))
}
