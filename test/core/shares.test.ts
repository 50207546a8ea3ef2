/** Scopes share the room of a table: who has no more than an equal share loses nothing to the others. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Kept, leastWorth } from '../../src/core/shares.ts'
import { leastUseful, type RateRecord } from '../../src/core/surprise.ts'

const records = (scope: string, worths: readonly number[]): Kept[] =>
  worths.map((worth, n) => ({ scope, key: `${scope}${n}`, worth }))

const anyTable = fc
  .array(fc.array(fc.nat(5), { maxLength: 30 }), { maxLength: 5 })
  .map((scopes) => scopes.flatMap((worths, n) => records(`t${n}-`, worths)))

describe('what a full table forgets', () => {
  it('fills the room, and takes nothing from a scope within its share', () => {
    fc.assert(
      fc.property(anyTable, fc.nat(80), (all, room) => {
        const gone = new Set(leastWorth(all, room))
        const kept = all.filter(({ key }) => !gone.has(key))
        const scopes = [...new Set(all.map(({ scope }) => scope))]
        expect(gone.size).toBe(all.length - kept.length)
        expect(kept.length).toBe(Math.min(all.length, room))
        for (const scope of scopes) {
          const of = (list: readonly Kept[]): Kept[] => list.filter((one) => one.scope === scope)
          if (of(all).length <= Math.floor(room / scopes.length)) expect(of(kept)).toEqual(of(all))
          const lost = of(all).filter(({ key }) => gone.has(key))
          const best = Math.max(-1, ...lost.map(({ worth }) => worth))
          expect(of(kept).every(({ worth }) => worth >= best)).toBe(true)
        }
      }),
    )
  })

  it('does not depend on the order of the table', () => {
    fc.assert(
      fc.property(anyTable, fc.nat(80), (all, room) => {
        expect(leastWorth([...all].reverse(), room)).toEqual(leastWorth(all, room))
      }),
    )
  })

  it('is of the scopes that have most, each down to the same', () => {
    const all = [
      ...records('big', [9, 8, 7, 6, 5, 4]),
      ...records('small', [1, 2]),
      ...records('other', [3, 3, 3, 3]),
    ]
    // of 8: small keeps its 2, the others 3 each
    expect(leastWorth(all, 8)).toEqual(['big5', 'big4', 'big3', 'other0'])
  })

  it('leaves a quiet tenant its rates, however many kinds of alerts another one raises', () => {
    const rate = (n: number): RateRecord => ({ n, at: 0, cis: 1 })
    const quiet = Array.from({ length: 5 }, (_, n) => [`4:acme/sDisk${n}`, rate(1)] as const)
    const loud = Array.from({ length: 50 }, (_, n) => [`sNoise${n}`, rate(100 + n)] as const)
    expect(leastUseful(new Map([...quiet, ...loud]), 0, 20)).toEqual(
      loud.slice(0, 35).map(([key]) => key),
    )
  })
})
