/**
 * Alertmanager's webhook, version 4 → events. Also what Grafana sends in its likeness.
 * Wire: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * (samples: test/ingest/fixtures/alertmanager/).
 *
 * `status` decides, not the times: a firing alert has the end of year 1 (an end it may carry from
 * elsewhere is ignored, as nothing re-sends before it), a resolved one ended at the latest when it
 * came in. Group fields are ignored: grouping is the engine's work.
 */
import { z } from 'zod'
import type { AlertEvent, IngestItem } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import { FAMILY, FamilyAlert, toFamilyEvent } from './alertmanager-family.ts'
import type { Reading } from './fields.ts'
import { checkAge, checkAhead, MAX_AHEAD, readTime } from './fields.ts'
import type { IngestContext } from './source.ts'
import { defineSource, MAX_FAMILY_BODY_BYTES, readItems } from './source.ts'

/** The outside of the webhook. */
export const WebhookPayload = z.object({
  alerts: z.array(z.unknown()),
  /** Alerts that Alertmanager left out of the notification (`max_alerts`). */
  truncatedAlerts: z.number().nullish().catch(null),
})

const Alert = FamilyAlert.extend({ status: z.enum(['firing', 'resolved']) })
type Alert = z.infer<typeof Alert>

export const alertmanager = defineSource({
  id: 'alertmanager',
  family: FAMILY,
  maxBodyBytes: MAX_FAMILY_BODY_BYTES,
  payload: WebhookPayload,
  toItems: (payload, context) =>
    readWebhook({ source: 'alertmanager', anyAge: false }, payload, context),
})

/** Who posts a webhook. */
export interface Sender {
  readonly source: string
  /** Times may be as old as they like: a tool that is not asked what its clock says. */
  readonly anyAge: boolean
}

/** The alerts of a webhook. */
export function readWebhook(
  sender: Sender,
  { alerts, truncatedAlerts }: z.infer<typeof WebhookPayload>,
  context: IngestContext,
): readonly IngestItem[] {
  const truncated = truncatedAlerts ?? 0
  return readItems(alerts, context, {
    schema: Alert,
    pathOf: (index) => ['alerts', index],
    read: (alert, reading) => {
      if (truncated > 0) reading.notes.push(truncationNote(truncated))
      return toEvent(sender, alert, reading)
    },
  })
}

function truncationNote(count: number): string {
  return `Alertmanager left ${count} more alerts of this group out (max_alerts).`
}

function toEvent({ source, anyAge }: Sender, alert: Alert, reading: Reading): AlertEvent {
  const { status } = alert
  const start = readTime(reading, 'startsAt', alert.startsAt)
  const end = readTime(reading, 'endsAt', alert.endsAt)
  const { startsAt, endsAt } =
    status === 'firing'
      ? { startsAt: start ?? reading.at, endsAt: undefined }
      : resolvedTimes(start, end, reading.at)
  checkAhead(reading, 'startsAt', startsAt, MAX_AHEAD)
  if (endsAt !== undefined) checkAhead(reading, 'endsAt', endsAt, MAX_AHEAD)
  if (!anyAge) checkAge(reading, endsAt === undefined ? 'startsAt' : 'endsAt', endsAt ?? startsAt)
  return toFamilyEvent(alert, { source, relay: true, status, startsAt, endsAt }, reading)
}

/** Without an end: it ended when it came in. An end before the start is moved there: no resolve is lost. */
function resolvedTimes(
  start: EpochMs | undefined,
  end: EpochMs | undefined,
  at: EpochMs,
): { readonly startsAt: EpochMs; readonly endsAt: EpochMs } {
  const endsAt = Math.max(end ?? at, start ?? Number.NEGATIVE_INFINITY)
  return { startsAt: start ?? Math.min(endsAt, at), endsAt }
}
