import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byStart,
  type Placement,
  Placements,
  WINDOW_MS,
} from '../../../src/core/correlate/placements.ts'
import { MINUTE } from '../../../src/core/time.ts'

function placed(key: string, startsAt: number, more: Partial<Placement> = {}): Placement {
  return {
    key,
    identity: key,
    startsAt,
    incident: 'INC-1',
    locus: 'web-1',
    bound: true,
    signature: 'down|host',
    realm: {},
    environment: null,
    changes: [],
    informational: false,
    ...more,
  }
}

function indexOf(...all: readonly Placement[]): Placements {
  const index = new Placements()
  for (const one of all) index.add(one)
  return index
}

const keys = (list: readonly Placement[]) => list.map(({ key }) => key)

describe('placements', () => {
  const index = indexOf(
    placed('a', 10),
    placed('d', 40, { locus: 'db-1' }),
    placed('b', 20),
    placed('c', 20, { signature: 'slow|host' }),
    placed('e', 50, { locus: null }),
  )

  it('are found on a CI, by kind, or all, newest first, at most so many', () => {
    expect(keys(index.on('web-1', 50, 9))).toEqual(['c', 'b', 'a'])
    expect(keys(index.on('web-1', 50, 2))).toEqual(['c', 'b'])
    expect(keys(index.on('nowhere', 50, 9))).toEqual([])
    expect(keys(index.like('down|host', 50, 9))).toEqual(['e', 'd', 'b', 'a'])
    expect(keys(index.latest(50, 3))).toEqual(['e', 'd', 'c'])
    expect(index.get('d')?.locus).toBe('db-1')
  })

  it('are found within half an hour only', () => {
    expect(keys(index.latest(WINDOW_MS + 20, 9))).toEqual(['e', 'd', 'c', 'b'])
    expect(keys(index.on('web-1', WINDOW_MS + 21, 9))).toEqual([])
  })

  it('that come after another one are found oldest first, and one more than asked for', () => {
    expect(keys(index.after({ startsAt: 20, key: 'b' }, 9))).toEqual(['c', 'd', 'e'])
    expect(keys(index.after({ startsAt: 10, key: '' }, 1))).toEqual(['a', 'b'])
    expect(index.after({ startsAt: 50, key: 'e' }, 9)).toEqual([])
  })

  it('are ordered by start, then key', () => {
    expect(byStart({ startsAt: 1, key: 'b' }, { startsAt: 2, key: 'a' })).toBeLessThan(0)
    expect(byStart({ startsAt: 1, key: 'b' }, { startsAt: 1, key: 'a' })).toBeGreaterThan(0)
  })

  it('are forgotten some minutes after they are too old to be looked at', () => {
    const some = indexOf(placed('a', 10), placed('b', WINDOW_MS + 50))
    some.prune(WINDOW_MS + 5 * MINUTE + 10)
    expect(some.get('a')).toBeDefined()
    some.prune(WINDOW_MS + 5 * MINUTE + 11)
    expect([some.get('a'), some.get('b')?.key]).toEqual([undefined, 'b'])
    expect(keys(some.on('web-1', WINDOW_MS, 9))).toEqual(['b'])
  })

  it('hold what was added and not removed, in order, whatever the order of both', () => {
    const anyPlacement = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      startsAt: fc.nat(3),
      locus: fc.constantFrom('x', 'y', null),
      signature: fc.constantFrom('s', 't'),
    })
    const anyList = fc.uniqueArray(anyPlacement, { selector: ({ key }) => key })
    fc.assert(
      fc.property(anyList, fc.array(fc.constantFrom('a', 'b', 'c', 'z')), (list, gone) => {
        const all = list.map(({ key, startsAt, ...more }) => placed(key, startsAt, more))
        const some = indexOf(...all)
        for (const key of gone) some.remove(key)
        const left = all
          .filter(({ key }) => !new Set<string>(gone).has(key))
          .sort(byStart)
          .reverse()
        expect(some.latest(3, 99)).toEqual(left)
        for (const locus of ['x', 'y'])
          expect(some.on(locus, 3, 99)).toEqual(left.filter((one) => one.locus === locus))
        for (const kind of ['s', 't'])
          expect(some.like(kind, 3, 99)).toEqual(left.filter(({ signature }) => signature === kind))
      }),
    )
  })
})
