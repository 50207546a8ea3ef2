/** Storms as the API and the live stream show them. */
import { z } from '@hono/zod-openapi'
import type { StormRecord } from '../../core/record.ts'
import { iso, Time } from './common.ts'

const Names = z
  .array(z.strictObject({ name: z.string(), count: z.int() }))
  .readonly()
  .openapi({ description: 'the most frequent first; each came at least so often' })

export const StormView = z
  .strictObject({
    id: z.string().openapi({ example: 'STORM-1' }),
    scope: z.string().openapi({ description: 'correlation scope' }),
    since: Time.openapi({ description: 'start of the minute that had too many alerts' }),
    beganAt: Time.openapi({ description: 'when they were too many' }),
    endedAt: Time.nullable(),
    began: z
      .strictObject({
        rate: z.int().openapi({ description: 'new alerts in the last minute' }),
        usual: z.int().openapi({ description: 'what 99 of 100 minutes stay below' }),
        threshold: z.int().openapi({ description: 'from here on it is a storm' }),
      })
      .openapi({ description: 'what was measured when it began' }),
    rate: z
      .int()
      .openapi({ description: 'new alerts in the last minute, at most ten seconds old' }),
    peak: z.int(),
    alerts: z.int().openapi({ description: 'placed since it began' }),
    incidents: z.strictObject({
      opened: z.int(),
      alone: z.int().openapi({ description: 'people were told of them by themselves' }),
      folded: z.int().openapi({ description: 'people were told of them only together' }),
      resolved: z.int().openapi({ description: 'of the folded ones, while it lasted' }),
      left: z.int().openapi({ description: 'of the folded ones, open at its end' }),
    }),
    toldAt: Time.nullable().openapi({ description: 'when people were told of it last' }),
    rules: Names,
    cis: Names,
    sites: Names,
  })
  .openapi('Storm')
export type StormView = z.output<typeof StormView>

export function toStormView(storm: StormRecord): StormView {
  const { id, scope, began, rate, peak, alerts, incidents, rules, cis, sites } = storm
  return {
    ...{ id, scope, began, rate, peak, alerts, incidents, rules, cis, sites },
    since: iso(storm.since),
    beganAt: iso(storm.beganAt),
    endedAt: iso(storm.endedAt),
    toldAt: iso(storm.toldAt),
  }
}
