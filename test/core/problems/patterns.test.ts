/** Patterns: one cause at many places is found by what its incidents share, and chance is not. */
import { describe, expect, it } from 'vitest'
import { findPatterns, patternKeysOf } from '../../../src/core/problems/patterns.ts'
import { binomialTail } from '../../../src/core/problems/statistics.ts'
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { incident, memoryless, YEAR0 } from './year.ts'

/** DiskFull on another host every time. */
function wandering(starts: readonly number[], of: Partial<PastIncident>): PastIncident[] {
  return starts.map((startedAt, i) =>
    incident(9000 + i, startedAt, { rule: 'DiskFull', class: 'host', ci: (i * 7) % 24, ...of }),
  )
}

const spread = (times: number): number[] =>
  Array.from({ length: times }, (_, i) => YEAR0 + i * 11 * DAY + ((i * 5) % 24) * HOUR)

const TUESDAYS = Array.from(
  { length: 24 },
  (_, i) => YEAR0 + (91 + i * 7) * DAY + DAY + 2 * HOUR + ((i * 13) % 40) * MINUTE,
)
const LATE = Array.from({ length: 30 }, (_, i) => YEAR0 + (330 + i) * DAY + ((i * 7) % 24) * HOUR)

describe('patterns', () => {
  it.each([
    ['a service', wandering(spread(30), { service: 'shop' }), 'service=shop'],
    ['a kind of change', wandering(spread(30), { changes: ['deploy'] }), 'change=deploy'],
    ['an hour of the week', wandering(TUESDAYS, {}), 'week=2'],
    ['that they are new', wandering(LATE, {}), 'new'],
  ])('are found by %s', (_name, planted, aspect) => {
    const found = findPatterns([...memoryless(1, 400), ...planted])
    expect(found).toHaveLength(1)
    const [pattern] = found
    expect(pattern?.kind).toBe('cluster')
    expect(pattern?.keys[0]).toContain(`@*${aspect}`)
    const ids = new Set(planted.map(({ incident: id }) => id))
    const own = pattern?.incidents.filter(({ incident: id }) => ids.has(id)) ?? []
    expect(own.length).toBeGreaterThanOrEqual(0.8 * planted.length)
    expect(own.length).toBeGreaterThan(0.6 * (pattern?.incidents.length ?? 0))
  })

  it('know their next incident by its keys', () => {
    const planted = wandering(TUESDAYS, {})
    const [pattern] = findPatterns([...memoryless(1, 900), ...planted])
    const next = incident(1, YEAR0 + 371 * DAY + DAY + 2 * HOUR + 20 * MINUTE, {
      ...{ rule: 'DiskFull', class: 'host', ci: 23 },
    })
    expect(patternKeysOf(next)).toContain(pattern?.keys[0])
    const atNoon = { ...next, startedAt: next.startedAt + 10 * HOUR }
    expect(patternKeysOf(atNoon)).not.toContain(pattern?.keys[0])
    expect(patternKeysOf({ ...next, scope: 'other' })).not.toContain(pattern?.keys[0])
  })

  it('give an incident to one of them only', () => {
    const both = wandering(TUESDAYS, { service: 'shop', changes: ['deploy'] })
    const found = findPatterns([...memoryless(2, 900), ...both])
    const ids = found.flatMap(({ incidents }) => incidents.map(({ incident: id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('are rarely seen in memoryless incidents', () => {
    let streams = 0
    for (let seed = 1; seed <= 40; seed++)
      if (findPatterns(memoryless(seed, 1200)).length > 0) streams += 1
    expect(streams).toBeLessThanOrEqual(2)
  })

  it('are none at one or two places, and of one burst', () => {
    const twoHosts = spread(30).map((at, i) =>
      incident(9000 + i, at, { rule: 'DiskFull', class: 'host', ci: i % 2, service: 'shop' }),
    )
    const burst = wandering(
      spread(30).map((_, i) => YEAR0 + 40 * DAY + i * MINUTE),
      { service: 'shop' },
    )
    expect(findPatterns([...memoryless(3, 900), ...twoHosts])).toEqual([])
    expect(findPatterns([...memoryless(3, 900), ...burst])).toEqual([])
    expect(findPatterns([])).toEqual([])
  })

  it('are looked for in as much time whether incidents have a change near or none', () => {
    const took = (changes: readonly string[]): number => {
      const many = Array.from({ length: 20_000 }, (_, i) =>
        incident(i, YEAR0 + i * MINUTE, { rule: 'DiskFull', class: 'host', ci: i % 24, changes }),
      )
      const began = process.cpuUsage().user
      findPatterns(many)
      return process.cpuUsage().user - began
    }
    expect(took(['deploy'])).toBeLessThan(5 * took([]))
  })

  it('do not depend on the order of the incidents', () => {
    const all = [...memoryless(4, 600), ...wandering(TUESDAYS, {})]
    expect(findPatterns([...all].reverse())).toEqual(findPatterns(all))
  })
})

describe('binomial tails', () => {
  it.each([
    [1, 1, 0.5, 0.5],
    [2, 3, 0.5, 0.5],
    [3, 3, 0.1, 0.001],
    [0, 5, 0.3, 1],
    [6, 5, 0.3, 0],
    [1, 10, 0.9, 1 - 1e-10],
    [8, 10, 0.2, 7.79264e-5],
  ])('of %d or more in %d at %f', (count, n, share, expected) => {
    expect(binomialTail(count, n, share)).toBeCloseTo(expected, 9)
  })
})
