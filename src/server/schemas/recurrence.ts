/** What recurs: hours of days, in a time zone. */
import { z } from '@hono/zod-openapi'
import { Recurrence, recurrenceText, type Span } from '../../core/hours.ts'
import type { Silence } from '../../core/model.ts'
import { muteSpans, standingExceptions } from '../../core/recurrence.ts'
import type { EpochMs } from '../../core/time.ts'
import { iso, Time, TimeInput } from './common.ts'

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
  .array(
    z.strictObject({
      startsAt: Time,
      endsAt: Time,
      was: Time.optional().openapi({
        description: 'it was moved: when it would begin as it recurs',
      }),
    }),
  )
  .readonly()
  .openapi({
    description: 'where it recurs: the time that runs, if one does, and the next ones; at most 3',
  })

export const TurnExceptions = z
  .array(
    z.strictObject({
      startsAt: Time.openapi({ description: 'when it would begin as it recurs' }),
      to: z
        .strictObject({ startsAt: Time, endsAt: Time })
        .nullable()
        .openapi({ description: 'null: it is skipped' }),
      by: z.string(),
      at: Time,
      reason: z.string().nullable(),
    }),
  )
  .readonly()
  .openapi({ description: 'where it recurs: times that people skipped or moved, of those to come' })

const startsAt = TimeInput.openapi({
  description: 'the time that begins or runs then, as `next` or `exceptions` has it',
})
const reason = z.string().min(1).max(1000).optional()

export const SkipInput = z.strictObject({ startsAt, reason }).openapi('TurnSkipInput')

export const MoveInput = z
  .strictObject({
    ...{ startsAt, reason },
    to: z.strictObject({ startsAt: TimeInput, endsAt: TimeInput }),
  })
  .openapi('TurnMoveInput')

export const RestoreInput = z.strictObject({ startsAt }).openapi('TurnRestoreInput')

type Timed = Pick<Silence, 'startsAt' | 'endsAt' | 'recurs' | 'exceptions'>

/** What is shown of something that recurs; nothing of what does not. O(days until the third time) */
export function toRecurring(timed: Timed, now: EpochMs) {
  const { recurs } = timed
  if (recurs === undefined) return {}
  const standing = standingExceptions(timed, now)
  const next = toTimes(muteSpans(timed, now, SHOWN_TIMES)).map((time) => {
    const moved = standing.find(({ to }) => to !== null && iso(to.startsAt) === time.startsAt)
    return moved === undefined ? time : { ...time, was: iso(moved.startsAt) }
  })
  const exceptions = standing.map(({ startsAt, to, by, at, reason }) => ({
    ...{ startsAt: iso(startsAt), by, at: iso(at), reason },
    to: to === null ? null : { startsAt: iso(to.startsAt), endsAt: iso(to.endsAt) },
  }))
  return { recurs, recursText: recurrenceText(recurs), next, exceptions }
}

export function toTimes(spans: readonly Span[]): z.output<typeof NextTimes> {
  return spans.map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) }))
}
