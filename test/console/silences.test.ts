/** The form of a silence or window: when it ends, and what it asks for before it is made. */
import { describe, expect, it } from 'vitest'
import {
  once,
  readTimes,
  repeated,
  type Times,
  timesOf,
} from '../../dashboards/console/src/silences/draft-times.ts'
import { toPreviewed } from '../../dashboards/console/src/silences/previewed.ts'

const NOW = Date.parse('2026-03-02T08:00:00Z')
const HOUR = 3_600_000
const inHours = (hours: number): string => new Date(NOW + hours * HOUR).toISOString()
const endOf = (times: Times): string | undefined => readTimes(times)?.endsAt

describe('what was made to repeat and then not to', () => {
  it('ends when it would have ended before', () => {
    const times = timesOf({ endsAt: inHours(3) })
    const yearly = repeated(times, NOW)
    expect(endOf(yearly)).toBe(inHours(365 * 24))
    expect(once(yearly, NOW)).toEqual(times)
    expect(once(repeated(once(yearly, NOW), NOW), NOW)).toEqual(times)
  })

  it('ends two hours after it begins where it always repeated', () => {
    const times = timesOf({ startsAt: '2020-01-01T00:00:00.000Z', endsAt: inHours(9000) })
    expect(readTimes(once(times, NOW))).toEqual({
      startsAt: '2020-01-01T00:00:00.000Z',
      endsAt: inHours(2),
    })
    const later = { ...times, start: timesOf({ endsAt: inHours(10) }).end, begun: null }
    expect(readTimes(once(later, NOW))).toEqual({ startsAt: inHours(10), endsAt: inHours(12) })
    expect(endOf(once({ ...later, start: '' }, NOW))).toBeUndefined()
  })
})

describe('what is asked for before it is made', () => {
  const times = timesOf({ endsAt: inHours(3) })
  const services = ['checkout']
  const recurring = { windows: [{}] as [object] }
  const fields = { matchers: [], cis: ['host:h-1'], services, times, recurs: recurring }

  it('has its times where it repeats, and only there', () => {
    const about = { matchers: [], cis: ['host:h-1'], services }
    const { recurs } = fields
    expect(toPreviewed({ ...fields, kind: 'maintenance' })).toEqual({
      ...{ kind: 'maintenance', ...about, endsAt: inHours(3), recurs },
    })
    expect(toPreviewed({ ...fields, kind: 'maintenance', recurs: null })).toEqual({
      ...{ kind: 'maintenance', ...about },
    })
    expect(toPreviewed({ ...fields, kind: 'silence' })).toEqual({
      ...{ kind: 'silence', matchers: [], cis: [] },
    })
  })

  it.each([
    { ...times, end: '' },
    { ...times, start: '' },
    { ...times, end: '2026-13-01T10:00' },
  ])('is nothing while it repeats and a time cannot be read', (half) => {
    expect(toPreviewed({ ...fields, kind: 'maintenance', times: half })).toBeNull()
    expect(
      toPreviewed({ ...fields, kind: 'maintenance', times: half, recurs: null }),
    ).not.toBeNull()
  })
})
