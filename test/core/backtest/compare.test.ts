/** What differs between two groupings of the same alerts: tables, then laws. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareSides, type Difference, type Side } from '../../../src/core/backtest/compare.ts'

/** `A: a b c` per incident; `-` holds those in none, `A@5` opened at 5, `a!` is muted. */
function side(...groups: readonly string[]): Side {
  const episodes = new Map<string, { incident: string | null; mutedBy: string | null }>()
  const incidents = new Map<string, { id: string; openedAt: number }>()
  for (const group of groups) {
    const [head = '', members = ''] = group.split(':')
    const [id = '', at = '0'] = head.split('@')
    if (id !== '-') incidents.set(id, { id, openedAt: Number(at) })
    for (const name of members.split(' ').filter((one) => one !== '')) {
      const mutedBy = name.endsWith('!') ? 'silence:s' : null
      episodes.set(name.replace('!', ''), { incident: id === '-' ? null : id, mutedBy })
    }
  }
  return { episodes, incidents }
}

const SAME: Difference = {
  ...{ kept: [], merged: [], split: [], gone: [], fresh: [], retimed: [], moved: [] },
  ...{ left: [], joined: [], muted: [], unmuted: [], onlyBefore: [], onlyAfter: [] },
}

describe('compareSides', () => {
  const kept = (before: string, after: string) => ({ before, after })
  it.each<[string, Side, Side, Partial<Difference>]>([
    ['finds nothing in nothing', side(), side(), {}],
    ['knows an incident by its alerts', side('A: a b'), side('X: a b'), { kept: [kept('A', 'X')] }],
    [
      'finds a merge',
      side('A: a b', 'B: c'),
      side('X: a b c'),
      { merged: [{ before: ['A', 'B'], after: 'X' }] },
    ],
    [
      'finds a split',
      side('A: a b c'),
      side('X: a b', 'Y: c'),
      { split: [{ before: 'A', after: ['X', 'Y'] }] },
    ],
    [
      'takes one alert that changes sides for a move',
      side('A: a b c d', 'B: e f g h'),
      side('X: a b c', 'Y: d e f g h'),
      { kept: [kept('A', 'X'), kept('B', 'Y')], moved: ['d'] },
    ],
    [
      'finds what does not open any more',
      side('A: a b'),
      side('-: a b'),
      { gone: ['A'], left: ['a', 'b'] },
    ],
    ['finds what is new', side('-: a'), side('X: a'), { fresh: ['X'], joined: ['a'] }],
    [
      'tells how much later an incident opens',
      side('A@10: a'),
      side('X@25: a'),
      { kept: [kept('A', 'X')], retimed: [{ before: 'A', after: 'X', byMs: 15 }] },
    ],
    ['finds what is muted now', side('-: a'), side('-: a!'), { muted: ['a'] }],
    ['finds what is muted no longer', side('-: a!'), side('-: a'), { unmuted: ['a'] }],
    [
      'tells alerts that only one run knows',
      side('A: a x'),
      side('X: a y'),
      { kept: [kept('A', 'X')], onlyBefore: ['x'], onlyAfter: ['y'] },
    ],
    [
      'lets what was scattered correspond to what it shares most with',
      side('A: a b c d', 'B: e f g h i j', 'C: k l m n o p'),
      side('X: a e f g h i j', 'Y: b k l m n o p', '-: c d'),
      {
        merged: [
          { before: ['A', 'B'], after: 'X' },
          { before: ['A', 'C'], after: 'Y' },
        ],
        split: [{ before: 'A', after: ['X', 'Y'] }],
        left: ['c', 'd'],
      },
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(compareSides(before, after)).toEqual({ ...SAME, ...expected })
  })
})

const NAMES = 'abcdefghijklmnop'.split('')

function anySide(prefix: string): fc.Arbitrary<Side> {
  const place = fc.tuple(fc.integer({ min: -1, max: 5 }), fc.boolean(), fc.boolean())
  return fc
    .tuple(fc.array(place, { minLength: 16, maxLength: 16 }), fc.array(fc.nat(3)))
    .map(([places, times]) => {
      const episodes = new Map(
        places.flatMap(([group, muted, known], index) => {
          const incident = group < 0 ? null : `${prefix}${group}`
          const episode = { incident, mutedBy: muted ? 'rule:r' : null }
          return known || index < 8 ? [[NAMES[index] ?? '', episode] as const] : []
        }),
      )
      const ids = [0, 1, 2, 3, 4].map((n) => `${prefix}${n}`)
      const incidents = new Map(
        ids.map((id, index) => [id, { id, openedAt: times[index] ?? 0 }] as const),
      )
      return { episodes, incidents }
    })
}

const turned = <T extends { before: unknown; after: unknown }>({ before, after, ...rest }: T) => ({
  ...rest,
  before: after,
  after: before,
})
const byText = (list: readonly unknown[]): string[] =>
  list.map((one) => JSON.stringify(one, ['before', 'after', 'byMs'])).sort()

describe('laws of a comparison', () => {
  it('finds no difference between a run and itself', () => {
    fc.assert(
      fc.property(anySide('A'), (one) => {
        const { kept, ...rest } = compareSides(one, one)
        expect({ kept: [], ...rest }).toEqual(SAME)
        expect(kept.every(({ before, after }) => before === after)).toBe(true)
      }),
    )
  })

  it('says the opposite of swapped sides', () => {
    fc.assert(
      fc.property(anySide('A'), anySide('B'), (before, after) => {
        const there = compareSides(before, after)
        const back = compareSides(after, before)
        expect(byText(back.split.map(turned))).toEqual(byText(there.merged))
        expect(byText(back.merged.map(turned))).toEqual(byText(there.split))
        expect(byText(back.kept.map(turned))).toEqual(byText(there.kept))
        expect(back.gone).toEqual(there.fresh)
        expect(back.moved).toEqual(there.moved)
        expect(back.left).toEqual(there.joined)
        expect(back.muted).toEqual(there.unmuted)
        expect(back.onlyBefore).toEqual(there.onlyAfter)
        const times = ({ retimed }: Difference) => retimed.map(({ byMs }) => byMs)
        expect(
          times(back)
            .map((ms) => -ms)
            .sort(),
        ).toEqual(times(there).sort())
      }),
    )
  })

  it('accounts for every incident that holds an alert', () => {
    fc.assert(
      fc.property(anySide('A'), anySide('B'), (before, after) => {
        const { kept, merged, split, gone } = compareSides(before, after)
        const told = new Set([
          ...kept.map((one) => one.before),
          ...merged.flatMap((one) => one.before),
          ...split.map((one) => one.before),
          ...gone,
        ])
        for (const { incident } of before.episodes.values())
          if (incident !== null && before.incidents.has(incident)) expect(told).toContain(incident)
      }),
    )
  })
})
