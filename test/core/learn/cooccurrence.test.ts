import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decayed,
  emptyRecord,
  MAX_PARTNERS,
  MAX_SIGNATURES,
  notePartner,
  noteStart,
  OCCASION_MS,
  type PartnerState,
  rarest,
  togetherLogOdds,
  togetherOf,
} from '../../../src/core/learn/cooccurrence.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'

const T0 = Date.UTC(2026, 2, 2)

function record(signature = 's', n = 0, at = 0): PartnerState {
  return { ...emptyRecord('default', signature), n, at }
}

/** Counted at once, as far as anyone asks. */
const start = (at: number) => ({ at, since: at })

describe('an occasion', () => {
  it('is one, however many alerts begin in it', () => {
    const one = record()
    for (let n = 0; n < 100; n++) noteStart(one, start(T0 + n * 5000))
    expect(one.n).toBe(1)
    noteStart(one, start(T0 + OCCASION_MS))
    expect(one.n).toBeCloseTo(2, 3)
  })

  it('is one for a pair as well', () => {
    const one = record()
    for (let n = 0; n < 100; n++) notePartner(one, 'p', start(T0 + n * 5000))
    expect(one.partners).toMatchObject([{ signature: 'p', n: 1 }])
  })

  it('loses half its weight in 14 days', () => {
    const one = record()
    noteStart(one, start(T0))
    expect(decayed(one, T0 + 14 * DAY)).toBeCloseTo(0.5, 12)
    expect(decayed(one, T0 - DAY)).toBe(1)
  })
})

describe('what an alert sees', () => {
  it('is what was counted before it began, whenever it comes to be placed', () => {
    const [of, one] = [record(), record()]
    for (const [at, since] of [
      [T0, T0 + HOUR],
      [T0 + 2 * HOUR, T0 + 3 * HOUR],
    ] as const) {
      notePartner(of, 'p', { at, since })
      noteStart(one, { at, since })
      noteStart(one, { at: at + MINUTE, since })
    }
    const partner = of.partners[0]
    if (partner === undefined) throw new Error('there is no partner')
    const seen = (at: number) =>
      togetherOf(of, { partner, record: one }, { at, startedAt: 0, cis: 1 }).n
    expect(seen(T0 + 3 * HOUR - 1)).toBeCloseTo(1, 1)
    expect(seen(T0 + 3 * HOUR)).toBeCloseTo(2, 1)
  })
})

describe('what is worked out', () => {
  it.each<[number, number, number]>([
    // n, expected, ln((n + 10) / (expected + 10))
    [0, 0, 0],
    [20, 0, 1.099],
    [30, 1, 1.291],
    [1, 12, Math.log(11 / 22)],
    [1e6, 0, 3],
    [0, 1e6, -1],
  ])('%d times, %d by chance: %d nats', (n, expected, nats) => {
    expect(togetherLogOdds({ n, expected })).toBeCloseTo(nats, 3)
  })

  it('expects more by chance of what comes often, and less where it is spread wide', () => {
    const of = record('s', 20, T0)
    const at = { at: T0, startedAt: T0 - 30 * DAY, cis: 1 }
    const seen = (n: number, cis = 1) =>
      togetherOf(of, { partner: record('p', 3, T0), record: record('p', n, T0) }, { ...at, cis })
    expect(seen(5).n).toBe(3)
    expect(seen(500).expected).toBeGreaterThan(50 * seen(5).expected)
    expect(seen(500, 800).expected).toBeLessThan(0.02 * seen(500).expected)
    expect(seen(1e9).expected).toBeCloseTo(20, 9)
  })

  it('is what the two rates give, for kinds that have nothing to do with each other', () => {
    const watched = (1 - 2 ** -(30 / 14)) / (Math.LN2 / (14 * DAY))
    const { expected } = togetherOf(
      record('s', 40, T0),
      { partner: record('p', 1, T0), record: record('p', 60, T0) },
      { at: T0, startedAt: T0 - 30 * DAY, cis: 2 },
    )
    expect(expected).toBeCloseTo(40 * (1 - Math.exp((-60 / watched) * 4 * MINUTE)), 9)
  })
})

describe('partners', () => {
  it('are so many at most, and no frequent one is missed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 400 }), (rare) => {
        const one = record()
        let at = T0
        const often = 12
        const times = Math.ceil(rare.length / MAX_PARTNERS) + 6
        const noise = rare.map((n) => `r${n}`)
        const stride = Math.max(1, Math.floor(noise.length / times))
        for (let n = 0; n < Math.max(noise.length, times * stride); n++) {
          at += HOUR
          const name = noise[n]
          if (name !== undefined) notePartner(one, name, start(at))
          if (n % stride === 0)
            for (let k = 0; k < often / 4; k++) notePartner(one, `often-${k}`, start(at))
        }
        expect(one.partners.length).toBeLessThanOrEqual(MAX_PARTNERS)
        const names = one.partners.map(({ signature }) => signature)
        expect(new Set(names).size).toBe(names.length)
        if (rare.length > 0) expect(names).toContain('often-0')
      }),
    )
  })

  it('of signatures that came least are forgotten first', () => {
    const all = Array.from({ length: MAX_SIGNATURES + 2 }, (_, n) =>
      record(`s${n}`, n === 7 || n === 9 ? 1 : 5, T0),
    )
    expect(rarest(all, T0)).toEqual(['s7', 's9'])
    expect(rarest(all.slice(0, 10), T0)).toEqual([])
  })
})
