/** Planned changes, and what they do to alerts. */
import { z } from '@hono/zod-openapi'
import { ChangeView } from './cmdb.ts'
import { Time } from './common.ts'

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
  })
  .openapi('ChangeCalendar')
export type ChangeCalendar = z.output<typeof ChangeCalendar>

export const ChangeLift = z
  .strictObject({
    change: z.string(),
    isLifted: z.boolean().openapi({ description: 'its window does not count' }),
  })
  .openapi('ChangeLift')
