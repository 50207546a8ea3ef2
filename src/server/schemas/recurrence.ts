/** What recurs: hours of days, in a time zone. */
import { z } from '@hono/zod-openapi'
import { Recurrence, recurrenceText, type Span } from '../../core/hours.ts'
import type { Silence } from '../../core/model.ts'
import { muteSpans } from '../../core/recurrence.ts'
import type { EpochMs } from '../../core/time.ts'
import { iso, Time } from './common.ts'

/** Times that are shown ahead. */
export const SHOWN_TIMES = 3

const Names = z.array(z.string()).readonly()
const Numbers = z.array(z.int()).readonly()

const zone = z.string().openapi({ description: 'an IANA time zone', example: 'Europe/Berlin' })
const clock = z.string().openapi({ example: '02:00' })

export const RecurrenceView = z
  .strictObject({
    time_zone: zone,
    holidays: Names,
    windows: z
      .array(
        z.strictObject({
          ...{ days: Names, nth: Numbers, dates: Numbers, months: Names },
          ...{ from: clock, to: clock },
        }),
      )
      .readonly(),
  })
  .openapi('Recurrence')

const GivenWindow = z.strictObject({
  days: Names.optional().openapi({
    description: 'days on which it begins: `mon`, `mon-fri`, `holiday`; none: all',
  }),
  nth: Numbers.optional().openapi({
    description: 'which ones of its day of the week in their month: 2 the second, -1 the last',
  }),
  dates: Numbers.optional().openapi({ description: 'days of the month; -1 is the last' }),
  months: Names.optional().openapi({ description: '`jan`, `nov-feb`; none: all' }),
  from: clock.optional().openapi({ description: '`00:00` unless given' }),
  to: clock.optional().openapi({
    description: '`24:00` unless given; not after `from`: on the next day',
  }),
})

/** The language of `hours` in rules. */
export const RecurrenceInput = z
  .strictObject({
    time_zone: zone.optional().openapi({ description: '`UTC` unless given' }),
    holidays: Names.optional().openapi({
      description: 'days like `2026-12-25`, or `12-25` for every year: no days of the week',
    }),
    windows: z.array(GivenWindow).min(1).max(50),
  })
  .openapi('RecurrenceInput')
  .transform((given, ctx) => {
    const read = Recurrence.safeParse(given)
    if (read.success) return read.data
    for (const { path, message } of read.error.issues)
      ctx.addIssue({ code: 'custom', message, path })
    return z.NEVER
  })

export const NextTimes = z
  .array(z.strictObject({ startsAt: Time, endsAt: Time }))
  .readonly()
  .openapi({
    description: 'where it recurs: the time that runs, if one does, and the next ones; at most 3',
  })

type Timed = Pick<Silence, 'startsAt' | 'endsAt' | 'recurs'>

/** What is shown of something that recurs; nothing of what does not. O(days until the third time) */
export function toRecurring(timed: Timed, now: EpochMs) {
  const { recurs } = timed
  if (recurs === undefined) return {}
  const next = toTimes(muteSpans(timed, now, SHOWN_TIMES))
  return { recurs, recursText: recurrenceText(recurs), next }
}

export function toTimes(spans: readonly Span[]): z.output<typeof NextTimes> {
  return spans.map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) }))
}
