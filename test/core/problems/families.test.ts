/** Families: what was planted is found, what is chance is not, and the order does not matter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyKey, findFamilies } from '../../../src/core/problems/families.ts'
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import { chances, incident, memoryless, sizeOf, YEAR0 } from './year.ts'

/** `times` incidents of one cause over the year. */
function planted(
  first: number,
  times: number,
  of: Parameters<typeof incident>[2],
): readonly PastIncident[] {
  return Array.from({ length: times }, (_, i) =>
    incident(first + i, YEAR0 + Math.floor(((i + 0.5) * 360 * DAY) / times), of),
  )
}

const CAUSES = [
  { rule: 'DiskFull', class: 'host', ci: 3 },
  { rule: 'ReplicaLag', class: 'database', ci: 1 },
  { rule: 'HighLatency', class: 'service', ci: 7 },
  { rule: 'CertExpires', class: 'certificate', ci: 2 },
  { rule: 'MemoryLow', class: 'host', ci: 11 },
] as const

describe('families', () => {
  it('are found where they were planted, and nothing else', () => {
    const found = CAUSES.map((cause, index) => planted(5000 + 100 * index, 12, cause))
    for (let seed = 1; seed <= 10; seed++) {
      const { families } = findFamilies([...memoryless(seed, 400), ...found.flat()], sizeOf)
      const keys = new Set(families.flatMap((family) => family.keys))
      for (const list of found) expect(keys).toContain(list.map(familyKey)[0])
      expect(families.length).toBeLessThanOrEqual(CAUSES.length + 1)
    }
  })

  it('are found where there is nothing but them', () => {
    const only = CAUSES.slice(0, 3).flatMap((cause, i) => planted(100 * i, 10, cause))
    expect(findFamilies(only, sizeOf).families).toHaveLength(3)
  })

  it.each([100, 400, 1500, 5000])('are rarely seen in %d memoryless incidents', (count) => {
    let streams = 0
    for (let seed = 1; seed <= 60; seed++)
      if (findFamilies(memoryless(seed, count), sizeOf).families.length > 0) streams += 1
    expect(streams / 60).toBeLessThanOrEqual(0.05)
  })

  it('do not come of a CI with many alerts or an alert of many CIs', () => {
    let streams = 0
    for (let seed = 1; seed <= 60; seed++) {
      const next = chances(seed)
      // squares: some CIs and some alerts are far more frequent than others
      const stream = Array.from({ length: 500 }, (_, i) => {
        const rule = `R${Math.floor(next() ** 2 * 8)}`
        const ci = Math.floor(next() ** 2 * 24)
        return incident(i, YEAR0 + next() * 364 * DAY, { rule, class: 'host', ci })
      })
      if (findFamilies(stream, sizeOf).families.length > 0) streams += 1
    }
    expect(streams / 60).toBeLessThanOrEqual(0.1)
  })

  it('need three recurrences: a burst is one', () => {
    const burst = Array.from({ length: 20 }, (_, i) =>
      incident(i, YEAR0 + i * HOUR, { rule: 'HostDown', class: 'host', ci: 1 }),
    )
    expect(findFamilies([...memoryless(3, 200, 100), ...burst], sizeOf).families).toEqual([])
  })

  it('take in what begins with another alert but has the same ones at the same place', () => {
    const both = {
      class: 'service',
      ci: 4,
      signatures: ['HighLatency|service', 'ErrorRate|service'],
    }
    const mixed = [
      ...planted(5000, 8, { ...both, rule: 'HighLatency' }),
      ...planted(6000, 5, { ...both, rule: 'ErrorRate' }),
    ]
    const { families } = findFamilies([...memoryless(4, 300), ...mixed], sizeOf)
    const [family] = families
    expect(family?.keys).toHaveLength(2)
    expect(family?.incidents.length).toBeGreaterThanOrEqual(13)
  })

  it('are the same whatever the order in which the incidents were closed', () => {
    const all = [
      ...memoryless(7, 150),
      ...CAUSES.flatMap((cause, i) => planted(1000 * i, 9, cause)),
    ]
    const expected = findFamilies(all, sizeOf)
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(findFamilies(shuffled, sizeOf)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })
})
