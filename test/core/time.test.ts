import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, parseRfc3339, SECOND, toRfc3339 } from '../../src/core/time.ts'

const NOON = Date.UTC(2026, 2, 1, 12)

describe('an instant', () => {
  it.each<[string, string, number | null | undefined]>([
    ['in UTC', '2026-03-01T12:00:00Z', NOON],
    ['with an offset', '2026-03-01T14:30:00+02:30', NOON],
    ['with an offset without colon', '2026-03-01T14:30:00+0230', NOON],
    ['in small letters', '2026-03-01t12:00:00z', NOON],
    ['with a blank', '2026-03-01 12:00:00Z', NOON],
    ['with milliseconds', '2026-03-01T12:00:00.250Z', NOON + 250],
    ['with one digit', '2026-03-01T12:00:00.5Z', NOON + 500],
    ['with nanoseconds, cut off', '2026-03-01T12:00:00.123999999Z', NOON + 123],
    ['with a comma', '2026-03-01T12:00:00,25Z', NOON + 250],
    ["Go's zero time is unset", '0001-01-01T00:00:00Z', null],
    ['without a zone', '2026-03-01T12:00:00', undefined],
    ['that is no day', '2026-13-01T12:00:00Z', undefined],
    ['that is only a day', '2026-03-01', undefined],
    ['that is a number', '1772366400', undefined],
    ['of another century', '1969-12-31T23:59:59Z', -1000],
    ['nothing', '', undefined],
  ])('is read %s', (_name, text, expected) => {
    expect(parseRfc3339(text)).toBe(expected)
  })

  it('comes back as it was printed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (at) => {
        expect(parseRfc3339(toRfc3339(at))).toBe(at)
      }),
    )
  })

  it('is counted in milliseconds', () => {
    expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1000, 60_000, 3_600_000, 86_400_000])
    expect(toRfc3339(NOON)).toBe('2026-03-01T12:00:00.000Z')
  })
})
