import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideFlapping,
  type Flap,
  type FlapSettings,
  flapPercent,
  SLOTS,
  settlesAt,
} from '../../src/core/flapping.ts'
import { MINUTE } from '../../src/core/time.ts'

const SETTINGS: FlapSettings = { slot: MINUTE, start: 30, stop: 25 }

/** State changes at these minutes, in this order. */
function changed(minutes: readonly number[]): Flap | null {
  return minutes.reduce<Flap | null>(
    (flap, minute) => decideFlapping(flap, minute * MINUTE, true, SETTINGS).flap,
    null,
  )
}

describe('the share of changes', () => {
  it.each([
    ['nothing', 0, 0],
    ['every slot', 2 ** SLOTS - 1, 99],
    ['the newest slot alone', 1, 5.9],
    ['the oldest slot alone', 2 ** 19, 4],
    ['the five newest', 0b11111, 28.5],
  ])('of %s', (_name, bits, percent) => {
    expect(flapPercent(bits)).toBeCloseTo(percent, 9)
  })
})

describe('flapping', () => {
  it.each<[string, number[], number | null]>([
    ['never changed twice', [0], null],
    ['five changes in a row are not enough', [0, 1, 2, 3, 4], null],
    ['the sixth begins it', [0, 1, 2, 3, 4, 5], 5],
    ['many changes in one minute count once', [7, 7, 7, 7, 7, 7, 7, 7], null],
    ['changes far apart do not', [0, 10, 20, 30, 40, 50], null],
    ['it goes on while changes come', [0, 1, 2, 3, 4, 5, 9, 12], 5],
    ['a change long after ends it', [0, 1, 2, 3, 4, 5, 40], null],
    ['a late change counts in the newest slot', [0, 1, 2, 3, 4, 2], null],
  ])('%s', (_name, minutes, since) => {
    expect(changed(minutes)?.since ?? null).toBe(since === null ? null : since * MINUTE)
  })

  it('says when it starts and stops', () => {
    const almost = changed([0, 1, 2, 3, 4])
    const starts = decideFlapping(almost, 5 * MINUTE, true, SETTINGS)
    expect([starts.action, starts.reason]).toEqual(['start', 'over_start'])
    const stops = decideFlapping(starts.flap, 9 * MINUTE, false, SETTINGS)
    expect([stops.action, stops.reason]).toEqual(['none', 'unchanged'])
    const later = decideFlapping(starts.flap, 25 * MINUTE, false, SETTINGS)
    expect([later.action, later.reason]).toEqual(['stop', 'under_stop'])
  })

  it('settles at the first minute at which it would be told to have', () => {
    const anyMinutes = fc.array(fc.nat(15), { minLength: 6, maxLength: 20 })
    fc.assert(
      fc.property(anyMinutes, (minutes) => {
        const flap = changed([...minutes].sort((a, b) => a - b))
        if (flap === null || flap.since === null) return
        const at = settlesAt(flap, SETTINGS)
        expect(at).not.toBeNull()
        const actionAt = (time: number) => decideFlapping(flap, time, false, SETTINGS).action
        expect(actionAt(at ?? 0)).toBe('stop')
        if ((at ?? 0) > flap.slot * MINUTE) expect(actionAt((at ?? 0) - 1)).toBe('none')
      }),
    )
  })

  it('that has not begun does not settle', () => {
    expect(settlesAt({ bits: 1, slot: 0, since: null }, SETTINGS)).toBeNull()
  })
})
