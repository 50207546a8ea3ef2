/** Times of recurring windows, and what is skipped or moved of them. */
import { expect, it } from 'vitest'
import { Recurrence } from '../../src/core/hours.ts'
import { muteState } from '../../src/core/recurrence.ts'
import { DAY } from '../../src/core/time.ts'
import { T0 } from '../support/engine.ts'

it('mutes on in a time of weeks, whatever was skipped of another', () => {
  const timed = {
    ...{ startsAt: T0, endsAt: T0 + 365 * DAY },
    recurs: Recurrence.parse({
      windows: [{ months: ['aug'] }, { days: ['sat'], months: ['mar'] }],
    }),
    exceptions: [
      {
        ...{ startsAt: Date.UTC(2026, 2, 7), to: null, by: 'ann', at: T0, reason: null },
      },
    ],
  }
  for (const day of [1, 10, 20, 31])
    expect(muteState(timed, Date.UTC(2026, 7, day, 12))).toBe('active')
  expect(muteState(timed, Date.UTC(2026, 8, 1, 12))).toBe('pending')
  expect(muteState(timed, Date.UTC(2026, 2, 7, 12))).toBe('pending')
  expect(muteState(timed, Date.UTC(2026, 2, 14, 12))).toBe('active')
})
