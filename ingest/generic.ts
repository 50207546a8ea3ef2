/**
 * Faultline's own alert format → events: one object or an array. For tools without a source of
 * their own, scripts and recorded streams (samples: test/ingest/fixtures/generic/).
 *
 * Identity: the `dedupKey` alone where there is one. Else the labels, with the title standing in for
 * a missing `alertname`: then give a title without values, or two readings are two alerts.
 */
import { z } from 'zod'
import { labelFingerprint } from '../src/core/fingerprint.ts'
import type { AlertEvent, Labels } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import {
  checkAge,
  checkAhead,
  checkLength,
  checkOrder,
  fail,
  isRecord,
  MAX_AHEAD,
  readAnnotations,
  readLabels,
  readTime,
  readUrl,
  titleOf,
  withNotes,
} from './fields.ts'
import { severityOf } from './severity.ts'
import { defineSource, readItems } from './source.ts'

/** Scripts send numbers where we want texts: they are taken as they print. */
const Text = z.union([z.string(), z.number()], { error: 'must be a text' })

const Alert = z.object({
  title: z.string().min(1),
  status: z.enum(['firing', 'resolved']),
  severity: Text.nullish(),
  dedupKey: Text.nullish(),
  labels: z.unknown().optional(),
  annotations: z.unknown().optional(),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
})
type Alert = z.infer<typeof Alert>

export const generic = defineSource({
  id: 'generic',
  family: 'generic',
  payload: z.custom<object>((value) => Array.isArray(value) || isRecord(value), {
    error: 'must be an alert or an array of alerts',
  }),
  toItems: (payload, context) =>
    readItems(Array.isArray(payload) ? payload : [payload], context, {
      schema: Alert,
      pathOf: (index) => (Array.isArray(payload) ? [index] : []),
      read: toEvent,
    }),
})

function toEvent(alert: Alert, reading: Reading): AlertEvent {
  const { startsAt, endsAt } = readTimes(alert, reading)
  const labels = readLabels(reading, alert.labels, 'coerce')
  const annotations = readAnnotations(reading, alert.annotations, 'coerce')
  const generatorUrl = readUrl(reading, 'generatorURL', alert.generatorURL)
  const severityText = textOf(alert.severity)
  const title = titleOf(alert.title)
  checkLength(reading, 'title', alert.title)
  checkLength(reading, 'severity', severityText ?? '')
  if (title === undefined) fail(reading, ['title'], '`title` must not be blank.')
  const identity = identify(alert, labels, reading)
  return {
    kind: 'alert',
    source: 'generic',
    family: 'generic',
    reporter: 'generic',
    relay: false,
    identity,
    status: alert.status,
    severity: severityOf(severityText),
    ...(severityText === undefined ? undefined : { severityText }),
    rule: labels['alertname'] ?? title ?? alert.title,
    title: title ?? alert.title,
    labels,
    annotations: withNotes(annotations, reading.notes),
    startsAt,
    ...(endsAt === undefined ? undefined : { endsAt }),
    ...(generatorUrl === undefined ? undefined : { generatorUrl }),
    fingerprint: labelFingerprint(identity),
  }
}

/** The two forms cannot be mistaken for each other: the second always has an `alertname`. */
function identify(alert: Alert, labels: Labels, reading: Reading): Labels {
  const dedupKey = textOf(alert.dedupKey)
  if (dedupKey === undefined)
    return labels['alertname'] === undefined ? { ...labels, alertname: alert.title } : labels
  checkLength(reading, 'dedupKey', dedupKey)
  return { dedupKey }
}

function textOf(value: string | number | null | undefined): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

/** No start: when it came in. No end: never lapses; resolved without one ended when it came in. */
function readTimes(
  alert: Alert,
  reading: Reading,
): { readonly startsAt: EpochMs; readonly endsAt: EpochMs | undefined } {
  const { at } = reading
  const start = readTime(reading, 'startsAt', alert.startsAt)
  const end = readTime(reading, 'endsAt', alert.endsAt)
  const resolved = alert.status === 'resolved'
  const endsAt = end ?? (resolved ? Math.max(at, start ?? at) : undefined)
  const startsAt = start ?? Math.min(at, endsAt ?? at)
  checkAhead(reading, 'startsAt', startsAt, MAX_AHEAD)
  if (end === undefined) checkAge(reading, 'startsAt', startsAt)
  else {
    if (resolved) checkAhead(reading, 'endsAt', end, MAX_AHEAD)
    checkOrder(reading, startsAt, end)
    checkAge(reading, 'endsAt', end)
  }
  return { startsAt, endsAt }
}
