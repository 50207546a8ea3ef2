/** Which snapshots are kept. */
import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/core/time.ts'
import { keep } from '../../src/store/snapshots.ts'

const NOW = Date.UTC(2026, 10, 26, 12)

/** Finished so many hours ago, the newest first; each is as many entries old. */
function finished(hours: readonly number[]) {
  return hours.map((ago) => ({
    snapshot: 10_000 - ago,
    offset: 10_000 - ago,
    at: NOW - ago * HOUR,
  }))
}

describe('keep', () => {
  const ages = (hours: readonly number[], first = 1): number[] =>
    keep(finished(hours), first).map((snapshot) => 10_000 - snapshot)

  it.each<[string, number[], number[]]>([
    ['none of none', [], []],
    ['the newest two of a day', [0, 1, 2, 3], [0, 1]],
    ['the newest of each day before', [0, 1, 13, 14, 37, 38], [0, 1, 13, 37]],
    ['the newest two, however old they are', [300, 400, 500], [300, 400]],
  ])('keeps %s', (_name, hours, expected) => {
    expect(ages(hours).slice(0, expected.length)).toEqual(expected)
  })

  it('keeps few, however long it goes on, and one near every moment', () => {
    const kept = ages(Array.from({ length: 24 * 60 }, (_, hour) => hour))
    expect(kept.length).toBeLessThan(20)
    const gaps = kept.slice(1).map((ago, index) => ago - (kept[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual((8 * DAY) / HOUR)
  })

  it('lets what the journal no longer goes on from go', () => {
    expect(ages([0, 1, 13, 37, 61], 10_000 - 36)).toEqual([0, 1, 13, 37])
  })
})
