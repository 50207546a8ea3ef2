/** Planned changes, and what they do to alerts. */
import { z } from '@hono/zod-openapi'
import type { ChangeSource } from '../deps.ts'
import { ChangeView } from './cmdb.ts'
import { iso, Time } from './common.ts'
import { NextTimes, TurnExceptions } from './recurrence.ts'

export const ChangeCalendar = z
  .strictObject({
    mode: z.enum(['off', 'mark', 'mute']).openapi({
      description: '`suppress.changes.mode` of the rules in force',
    }),
    items: z
      .array(
        z.strictObject({
          change: ChangeView,
          status: z.string().openapi({ description: 'as its tool says; empty where it does not' }),
          state: z.enum(['coming', 'running']),
          isWindow: z.boolean().openapi({
            description: 'it is a maintenance window: it mutes or marks alerts while it runs',
          }),
          why: z
            .enum(['planned', 'off', 'no_end', 'no_ci', 'status', 'kind', 'too_long', 'lifted'])
            .openapi({ description: '`planned`, or what keeps it from being a window' }),
          lifted: z
            .strictObject({ by: z.string(), at: Time })
            .nullable()
            .openapi({ description: 'who said that its window is not to count' }),
          firing: z.int().openapi({ description: 'firing alerts on its CIs now' }),
          muting: z.int().openapi({ description: 'of these, those that it mutes' }),
        }),
      )
      .openapi({ description: 'the soonest first, at most 50' }),
    more: z.int().openapi({ description: 'how many are not listed' }),
    recurring: z
      .array(
        z.strictObject({
          kind: z.enum(['maintenance', 'rule']).openapi({
            description: 'a recurring window, or a rule of `suppress` with hours',
          }),
          id: z.string().openapi({ description: 'of the window; else the name of the rule' }),
          title: z.string().openapi({ description: 'comment of the window; reason of the rule' }),
          text: z.string().openapi({ description: 'its times, in words' }),
          cis: z.array(z.string()).readonly(),
          services: z.array(z.string()).readonly(),
          matchers: z.array(z.string()).readonly().openapi({ description: 'as they are written' }),
          running: z.boolean(),
          muting: z.int().openapi({ description: 'firing alerts that it mutes now' }),
          next: NextTimes,
          exceptions: TurnExceptions,
        }),
      )
      .openapi({ description: 'what mutes again and again, the soonest first, at most 50' }),
    moreRecurring: z.int().openapi({ description: 'how many of those are not listed' }),
  })
  .openapi('ChangeCalendar')
export type ChangeCalendar = z.output<typeof ChangeCalendar>

export const ChangeLift = z
  .strictObject({
    change: z.string(),
    isLifted: z.boolean().openapi({ description: 'its window does not count' }),
  })
  .openapi('ChangeLift')

export const ChangeSourceView = z
  .strictObject({
    source: z.string(),
    from: z.string().openapi({ description: 'which API', example: 'servicenow' }),
    everyMinutes: z.int(),
    running: z.boolean().openapi({ description: 'it is being read' }),
    lastAt: Time.nullable().openapi({ description: 'since the start, however that ended' }),
    nextAt: Time.nullable(),
    failure: z.string().nullable().openapi({ description: 'why the last time failed' }),
    last: z
      .strictObject({
        by: z.string(),
        at: Time,
        endedAt: Time.nullable(),
        read: z.int().openapi({ description: 'changes that came' }),
        told: z.int().openapi({ description: 'of them, those that were new or had changed' }),
        passedOver: z
          .int()
          .openapi({ description: 'of them, those without a start, or with one too far from now' }),
        bad: z
          .array(z.strictObject({ where: z.string(), error: z.string() }))
          .openapi({ description: 'what could not be read, or was refused; the first 20' }),
        badCount: z.int(),
      })
      .nullable()
      .openapi({ description: 'null: not read yet since the start' }),
  })
  .openapi('ChangeSource')

export const ChangeSourcePage = z
  .strictObject({ items: z.array(ChangeSourceView) })
  .openapi('ChangeSourcePage')

export function viewChangeSource(one: ChangeSource): z.output<typeof ChangeSourceView> {
  const { source, from, everyMinutes, isRunning, lastAt, nextAt, failure, last } = one
  return {
    ...{ source, from, everyMinutes, running: isRunning, failure },
    ...{ lastAt: iso(lastAt), nextAt: iso(nextAt) },
    last:
      last === null
        ? null
        : { ...last, bad: [...last.bad], at: iso(last.at), endedAt: iso(last.endedAt) },
  }
}
