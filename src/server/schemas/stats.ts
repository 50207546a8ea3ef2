/** Figures for the overview: what is so now, and what was over a range of time. */
import { z } from '@hono/zod-openapi'
import { type EpochMs, MINUTE } from '../../core/time.ts'
import type { Bucket, Range, Times } from '../../store/stats.ts'
import { iso, SeverityName, Time, TimeInput } from './common.ts'

const DAY_MS = 24 * 60 * MINUTE
const MAX_RANGE_MS = 400 * DAY_MS

export const RangeQuery = z
  .object({
    from: TimeInput.optional().openapi({ description: 'a day before `to` unless given' }),
    to: TimeInput.optional().openapi({ description: 'not in it; now unless given' }),
  })
  .superRefine(({ from, to }, ctx) => {
    if (from === undefined || to === undefined) return
    if (from >= to) ctx.addIssue({ code: 'custom', path: ['from'], message: 'must be before `to`' })
    if (to - from > MAX_RANGE_MS)
      ctx.addIssue({ code: 'custom', path: ['from'], message: 'at most 400 days before `to`' })
  })

/** The range of a request in whole minutes, the last one whole; at most 400 days. */
export function toRange({ from, to }: z.output<typeof RangeQuery>, now: EpochMs): Range {
  const end = (Math.floor(((to ?? now + 1) - 1) / MINUTE) + 1) * MINUTE
  const begin = from === undefined ? end - DAY_MS : Math.floor(from / MINUTE) * MINUTE
  return { from: Math.max(Math.min(begin, end - MINUTE), end - MAX_RANGE_MS), to: end }
}

const range = {
  from: Time.openapi({ description: 'the whole minute it begins with' }),
  to: Time.openapi({ description: 'the whole minute it ends before' }),
}

const Flags = {
  firing: z.int(),
  suppressed: z.int(),
  stale: z.int(),
  flapping: z.int(),
  unbound: z.int(),
}

export const LiveStats = z
  .strictObject({
    at: Time,
    open: z.int().openapi({ description: 'incidents that are open or forming' }),
    forming: z.int().openapi({ description: 'of them, those below the open policy' }),
    unacknowledged: z.int().openapi({ description: 'of them, those acknowledged by nobody' }),
    byPriority: z.array(z.int()).length(5).openapi({ description: 'of them, by priority 1 to 5' }),
    burning: z
      .array(
        z.strictObject({
          service: z.string().nullable().openapi({ description: 'id of a service CI' }),
          byPriority: z.array(z.int()).length(5),
        }),
      )
      .openapi({ description: 'by service, the worst first, at most 100' }),
    alerts: z.strictObject(Flags).openapi({ description: 'that fire now, and how many are so' }),
    silent: z
      .array(
        z.strictObject({
          source: z.string(),
          reporter: z.string(),
          silentSince: Time,
          stale: z.int().openapi({ description: 'alerts of it that nobody confirms' }),
        }),
      )
      .openapi({ description: 'reporters that have fallen silent, the longest first' }),
    ledger: z.strictObject({ balanced: z.boolean(), received: z.int(), rejected: z.int() }),
    deadLetters: z.int(),
  })
  .openapi('LiveStats')

const TimesView = z.strictObject({
  count: z.int(),
  medianMs: z.number().nullable(),
  p90Ms: z.number().nullable(),
})

export const RangeStats = z
  .strictObject({
    ...range,
    received: z.int().openapi({ description: 'items that tools sent, by the ledger' }),
    rejected: z.int().openapi({ description: 'of them, unreadable' }),
    changes: z.int().openapi({ description: 'of them, changes' }),
    alerts: z.int().openapi({ description: 'episodes that began' }),
    suppressed: z.int().openapi({ description: 'of them, muted' }),
    incidents: z.int().openapi({ description: 'that began and were not merged away' }),
    opened: z.int().openapi({ description: 'of them, those that met the open policy' }),
    reduction: z.number().nullable().openapi({
      description:
        'share of the reports about alerts that nobody had to look at: 1 - opened / (received - rejected - changes)',
    }),
    toAcknowledge: TimesView.openapi({ description: 'opened to acknowledged' }),
    toResolve: TimesView.openapi({ description: 'opened to resolved' }),
  })
  .openapi('RangeStats')

const Talker = z.strictObject({
  name: z.string(),
  alerts: z.int().openapi({ description: 'episodes that began' }),
  reports: z.int().openapi({ description: 'of those episodes, repeats included' }),
  incidents: z.int().openapi({ description: 'that those episodes are in' }),
})
const Talkers = z.strictObject({
  byReports: z.array(Talker).readonly(),
  byIncidents: z.array(Talker).readonly(),
})

export const TalkerStats = z
  .strictObject({
    ...range,
    rules: Talkers,
    cis: Talkers,
    flappers: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        rule: z.string(),
        ci: z.string().nullable(),
        episodes: z.int().openapi({ description: 'that began while it flapped' }),
      }),
    ),
  })
  .openapi('TalkerStats')

export const SeriesStats = z
  .strictObject({
    ...range,
    stepMs: z.int(),
    buckets: z.array(
      z.strictObject({
        at: Time.openapi({ description: 'start of the step' }),
        alerts: z.record(SeverityName, z.int()).openapi({ description: 'episodes that began' }),
        incidents: z.array(z.int()).length(5).openapi({ description: 'by priority 1 to 5' }),
      }),
    ),
  })
  .openapi('SeriesStats')

export function toTimes({ count, median, p90 }: Times): z.output<typeof TimesView> {
  return { count, medianMs: median, p90Ms: p90 }
}

export function toBucket({
  at,
  alerts,
  incidents,
}: Bucket): z.output<typeof SeriesStats>['buckets'][number] {
  return { at: iso(at), alerts: { ...alerts }, incidents: [...incidents] }
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map(
  (minutes) => minutes * MINUTE,
)
const MAX_BUCKETS = 96

/** The shortest step that cuts a range into at most 96. */
export function stepOf({ from, to }: Range): number {
  return STEPS_MS.find((step) => (to - from) / step <= MAX_BUCKETS) ?? 7 * DAY_MS
}
