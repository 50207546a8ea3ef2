/** What the live stream says of an alert: enough to know whether to look. */
import { z } from '@hono/zod-openapi'
import { SeverityName, Time } from './common.ts'

export const AlertUpdate = z
  .strictObject({
    key: z.string(),
    id: z.string(),
    incident: z.string().nullable(),
    state: z.enum(['firing', 'resolved']),
    severity: SeverityName,
    title: z.string(),
    source: z.string(),
    stale: z.boolean(),
    ci: z.string().nullable(),
    suppressed: z.boolean(),
    startsAt: Time,
    endsAt: Time.nullable(),
    lastSeenAt: Time,
  })
  .openapi('AlertUpdate')
export type AlertUpdate = z.output<typeof AlertUpdate>
