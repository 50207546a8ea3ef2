/**
 * What Prometheus posts to an Alertmanager (`POST /api/v2/alerts`) → events; so do vmalert, Thanos,
 * Mimir and Loki rulers, Grafana, Argo CD and amtool.
 * Wire: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (`postableAlerts`)
 * (samples: test/ingest/fixtures/prometheus/).
 *
 * There is no status: an alert is resolved if and only if its end is not after its arrival. A firing
 * one lapses at its end unless it is sent again. Defaults are Alertmanager's, relative to the arrival.
 */
import { z } from 'zod'
import type { AlertEvent } from '../src/core/model.ts'
import { MINUTE } from '../src/core/time.ts'
import { FAMILY, FamilyAlert, toFamilyEvent } from './alertmanager-family.ts'
import type { Reading } from './fields.ts'
import { checkAge, checkAhead, checkOrder, MAX_AHEAD, readTime } from './fields.ts'
import { defineSource, MAX_FAMILY_BODY_BYTES, readItems } from './source.ts'

/** An alert without an end lapses after this long, as with Alertmanager's `resolve_timeout`. */
export const RESOLVE_TIMEOUT_MS = 5 * MINUTE

export const prometheus = defineSource({
  id: 'prometheus',
  family: FAMILY,
  maxBodyBytes: MAX_FAMILY_BODY_BYTES,
  payload: z.array(z.unknown()),
  toItems: (alerts, context) =>
    readItems(alerts, context, {
      schema: FamilyAlert,
      pathOf: (index) => [index],
      read: toEvent,
    }),
})

function toEvent(alert: FamilyAlert, reading: Reading): AlertEvent {
  const { at } = reading
  const start = readTime(reading, 'startsAt', alert.startsAt)
  const end = readTime(reading, 'endsAt', alert.endsAt)
  // Alertmanager takes the end as start where only an end is given, even one ahead of now: such a
  // start would only be in the way, so it is not later than the arrival here.
  const startsAt = start ?? Math.min(end ?? at, at)
  const endsAt = end ?? at + RESOLVE_TIMEOUT_MS
  checkAhead(reading, 'startsAt', startsAt, MAX_AHEAD)
  if (end === undefined) checkAge(reading, 'startsAt', startsAt)
  else {
    checkOrder(reading, startsAt, end)
    checkAge(reading, 'endsAt', end)
  }
  const status = endsAt <= at ? 'resolved' : 'firing'
  return toFamilyEvent(
    alert,
    { source: 'prometheus', relay: false, status, startsAt, endsAt },
    reading,
  )
}
