import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CompanionState,
  emptySpot,
  knownCompanions,
  MAX_COMPANIONS,
  MAX_SOUGHT,
  MAX_SPOTS,
  noteCompanion,
  rarestSpots,
  type Spot,
  spotKey,
} from '../../../src/core/learn/companions.ts'
import { addOccasion, emptyRecord, MAX_PARTNERS } from '../../../src/core/learn/cooccurrence.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'

const T0 = Date.UTC(2026, 2, 2)
const start = (at: number) => ({ at, since: at })
const spot = (signature: string, place = 'x'): Spot => ({ signature, place })

function record(of: Spot, n = 0, at = T0): CompanionState {
  return { ...emptySpot('default', of), n, at }
}

/** What is known of `n` occasions together, of `own` and `theirs` in all, after some days of watching. */
function known(n: number, own: number, theirs: number, days = 30) {
  const [a, b] = [spot('a'), spot('b', 'y')]
  const mine = record(a, own)
  mine.companions = [{ ...b, n, at: T0, since: T0, was: { n: 0, at: 0 } }]
  const all = new Map([[spotKey({ scope: 'default', ...b }), record(b, theirs)]])
  const other = (one: Spot) => all.get(spotKey({ scope: 'default', ...one }))
  return knownCompanions(mine, other, { at: T0 + 1, startedAt: T0 - days * DAY })
}

describe('companions', () => {
  it.each<[string, [number, number, number], boolean]>([
    ['often, and always together', [5, 5, 5], true],
    ['always, where one of them comes more often', [5, 5, 60], true],
    ['in a third of the times of the rarer', [4, 12, 12], true],
    ['in less than that', [4, 13, 13], false],
    ['too seldom', [2.9, 3, 3], false],
    ['no more than thrice chance', [5, 15, 3000], false],
  ])('%s', (_name, [n, own, theirs], expected) => {
    expect(known(n, own, theirs)).toHaveLength(expected ? 1 : 0)
  })

  it('are the most frequent first, and so many at most', () => {
    const mine = record(spot('a'), 12)
    mine.companions = Array.from({ length: MAX_COMPANIONS }, (_, n) => ({
      ...spot(`b${n}`, 'y'),
      ...{ n: 4 + (n % 5), at: T0, since: T0, was: { n: 0, at: 0 } },
    }))
    const found = knownCompanions(mine, (one) => record(one, 9), {
      at: T0 + 1,
      startedAt: T0 - 30 * DAY,
    })
    expect(found.map(({ signature }) => signature)).toEqual(
      ['b14', 'b4', 'b9', 'b13', 'b3', 'b8', 'b12', 'b2'].slice(0, MAX_SOUGHT),
    )
  })

  it('are never counted too high, and are so many at most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 300 }), (names) => {
        const one = record(spot('a'))
        const seen = new Map<string, number>()
        names.forEach((name, n) => {
          noteCompanion(one, spot(`s${name}`), start(T0 + n * HOUR))
          seen.set(`s${name}`, (seen.get(`s${name}`) ?? 0) + 1)
        })
        expect(one.companions.length).toBeLessThanOrEqual(MAX_COMPANIONS)
        for (const { signature, n } of one.companions)
          expect(n).toBeLessThanOrEqual(seen.get(signature) ?? 0)
      }),
    )
  })

  it('that come again keep their place, whatever else is seen once', () => {
    const one = record(spot('a'))
    for (let n = 0; n < 400; n++) {
      const at = T0 + n * HOUR
      if (n % 4 === 0) noteCompanion(one, spot('true'), start(at))
      noteCompanion(one, spot(`once-${n}`), start(at))
    }
    expect(one.companions.find(({ signature }) => signature === 'true')?.n).toBeGreaterThan(40)
  })

  it('count an occasion once, however many alerts begin in it', () => {
    const one = record(spot('a'))
    for (let n = 0; n < 100; n++) noteCompanion(one, spot('b'), start(T0 + n * 5000))
    expect(one.companions).toMatchObject([{ signature: 'b', n: 1 }])
  })
})

describe('spots', () => {
  it('have different keys where they differ, also from scope to scope', () => {
    const text = fc.string({ maxLength: 5 })
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), (a, b) => {
        fc.pre(a[0] !== b[0] || a[1] !== b[1])
        const key = ([signature, place]: readonly [string, string], scope = 'default') =>
          spotKey({ scope, signature, place })
        expect(key(a)).not.toBe(key(b))
        expect(key(a, 'tenant')).not.toBe(key(a))
      }),
    )
  })

  it('that came least are forgotten first', () => {
    const all = Array.from({ length: MAX_SPOTS + 2 }, (_, n) =>
      record(spot(`s${n}`), n === 7 || n === 9 ? 1 : 5),
    )
    expect(rarestSpots(all, T0)).toEqual(['2:s7x', '2:s9x'])
    expect(rarestSpots(all.slice(0, 10), T0)).toEqual([])
  })

  it('are counted as partners are', () => {
    const [one, other] = [record(spot('a'), 0, 0), emptyRecord('default', 'a')]
    for (const at of [T0, T0 + HOUR, T0 + HOUR + 1]) {
      addOccasion(one, start(at))
      addOccasion(other, start(at))
    }
    expect(one.n).toBe(other.n)
    expect(MAX_COMPANIONS).toBeLessThan(MAX_PARTNERS)
  })
})
