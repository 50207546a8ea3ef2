import { describe, expect, it } from 'vitest'
import type { Reading } from '../../ingest/fields.ts'
import { readMoment } from '../../ingest/moment.ts'
import { toRfc3339 } from '../../src/core/time.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function reading(): Reading {
  return { at: AT, times: new Map(), fault: undefined, notes: [] }
}

describe('a time as a tool writes it', () => {
  it.each([
    ['2026-03-01T09:59:08Z', '2026-03-01T09:59:08.000Z'],
    ['2026-03-01T09:59:08.3713213Z', '2026-03-01T09:59:08.371Z'],
    ['2026-03-01T10:59:08.117+0100', '2026-03-01T09:59:08.117Z'],
    ['2026-03-01 10:59:08 +0100', '2026-03-01T09:59:08.000Z'],
    ['2026-03-01 09:59:08 UTC', '2026-03-01T09:59:08.000Z'],
    ['2026-03-01 09:59:08.266529825 +0000 UTC', '2026-03-01T09:59:08.266Z'],
    ['Sun Mar  1 09:59:08 UTC 2026', '2026-03-01T09:59:08.000Z'],
    ['Sat Oct 26 23:20:39 GMT 2024', '2024-10-26T23:20:39.000Z'],
    [1772359148, '2026-03-01T09:59:08.000Z'],
    [1772359148.117, '2026-03-01T09:59:08.117Z'],
    ['1772359148', '2026-03-01T09:59:08.000Z'],
    [1772359148117, '2026-03-01T09:59:08.117Z'],
    ['1772359148117999', '2026-03-01T09:59:08.117Z'],
    ['1772359148117999111', '2026-03-01T09:59:08.117Z'],
    ['1998-01-01T00:00:00Z', '1998-01-01T00:00:00.000Z'],
  ])('%s', (written, expected) => {
    const mine = reading()
    const time = readMoment(mine, ['t'], written)
    expect(time === undefined ? undefined : toRfc3339(time)).toBe(expected)
    expect([mine.notes, mine.fault]).toEqual([[], undefined])
  })

  it.each([undefined, null, '', 0, '0', -1, '0001-01-01T00:00:00Z'])('%s is none', (written) => {
    const mine = reading()
    expect(readMoment(mine, ['t'], written)).toBeUndefined()
    expect([mine.notes, mine.fault]).toEqual([[], undefined])
  })

  it.each([
    ['tomorrow', '"tomorrow"'],
    ['2026-13-01T10:00:00Z', '"2026-13-01T10:00:00Z"'],
    ['Sun Foo  1 09:59:08 UTC 2026', '"Sun Foo  1 09:59:08 UTC 2026"'],
    ['2026-03-01 09:59:08', '"2026-03-01 09:59:08"'],
    [true, 'a boolean'],
    [{}, 'an object'],
    [1e300, 'a number'],
    [Number.POSITIVE_INFINITY, 'a number'],
  ])('%s is noted', (written, given) => {
    const mine = reading()
    expect(readMoment(mine, ['a', 0, 't'], written)).toBeUndefined()
    expect(mine.notes).toEqual([`\`a.0.t\` was left out: ${given} is not a time.`])
    expect(mine.fault).toBeUndefined()
  })

  it('is in UTC without saying so only where the tool means it', () => {
    expect(readMoment(reading(), ['t'], '2026-03-01 09:59:08.117', 'utc')).toBe(
      instant('2026-03-01T09:59:08.117Z'),
    )
    expect(readMoment(reading(), ['t'], '2026-03-01T09:59:08', 'utc')).toBe(
      instant('2026-03-01T09:59:08Z'),
    )
  })

  it('rejects the item where it lies further ahead than clocks drift', () => {
    const mine = reading()
    expect(readMoment(mine, ['t'], '2026-03-01T11:00:00Z')).toBe(AT + 3_600_000)
    expect(mine.fault).toBeUndefined()
    readMoment(mine, ['in', 't'], '2026-03-01T11:00:00.001Z')
    expect(mine.fault?.path).toEqual(['in', 't'])
    expect(mine.fault?.reason).toMatch(/more than 1 h after/)
  })
})
