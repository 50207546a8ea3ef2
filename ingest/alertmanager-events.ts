/**
 * Alertmanager's event recorder (webhook output, one event or a batch) → events.
 * Wire: https://github.com/prometheus/alertmanager/blob/main/eventrecorder/eventrecorderpb/eventrecorder.proto
 * in the JSON encoding of protobuf: names in lower camel case, defaults left out
 * (samples: test/ingest/fixtures/alertmanager-events/).
 *
 * Alerts that are created, grouped or resolved are reports; silences, notifications and the process
 * itself report nothing. Alerts are those of the Alertmanager family: a relay of the same ones.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import { FAMILY, toFamilyEvent } from './alertmanager-family.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, textOf } from './report.ts'

const ALERTS = [
  'alertCreated',
  'alert_created',
  'alertGrouped',
  'alert_grouped',
  'alertResolved',
  'alert_resolved',
]
const OTHERS = /^(alertmanager|notification|silence|inhibition)/

const Event = z.looseObject({ data: z.custom<Values>(isRecord, { error: 'must be an object' }) })

export const alertmanagerEvents = defineReports({
  id: 'alertmanager-events',
  family: FAMILY,
  schema: Event,
  idle: ({ data }) =>
    isRecord(data) &&
    !ALERTS.some((name) => name in data) &&
    Object.keys(data).some((name) => OTHERS.test(name)),
  read: ({ data, ...event }, reading) => {
    const name = ALERTS.find((one) => isRecord(data[one]))
    if (name === undefined) fail(reading, ['data'], '`data` has no event of an alert.')
    const found = name === undefined ? undefined : data[name]
    const outer = isRecord(found) ? found['alert'] : undefined
    const details = isRecord(outer) ? outer['details'] : undefined
    // In groups an alert may be named by its hash only.
    const alert = isRecord(outer) && 'labels' in outer ? outer : details
    if (!isRecord(alert))
      fail(reading, ['data', name ?? 'alert'], 'The event has no details of its alert.')
    const path = ['data', name ?? 'alert', 'alert']
    return toItem(
      isRecord(alert) ? alert : {},
      { path, over: /resolved/i.test(name ?? '') },
      event,
      reading,
    )
  },
})

interface Place {
  readonly path: readonly string[]
  readonly over: boolean
}

function toItem(alert: Values, { path, over }: Place, event: Values, reading: Reading): IngestItem {
  const at = (...fields: readonly string[]) => {
    const field = fields.find((one) => textOf(alert[one]) !== undefined)
    return field === undefined ? undefined : readMoment(reading, [...path, field], alert[field])
  }
  const status = over || alert['resolved'] === true ? 'resolved' : 'firing'
  const start = at('startsAt', 'starts_at')
  // A firing alert has an end ahead, which nothing here repeats.
  const end =
    status === 'resolved'
      ? (at('endsAt', 'ends_at') ??
        readMoment(reading, ['@timestamp'], event['@timestamp']) ??
        reading.at)
      : undefined
  const startsAt = start ?? Math.min(reading.at, end ?? reading.at)
  return toFamilyEvent(
    { labels: textsOf(alert['labels']), annotations: textsOf(alert['annotations']) },
    {
      source: 'alertmanager-events',
      relay: true,
      status,
      startsAt,
      endsAt: end === undefined ? undefined : Math.max(startsAt, end),
    },
    reading,
  )
}

/** `{"labels": [{"key": …, "value": …}]}`; an empty value is left out by the encoding. */
function textsOf(set: unknown): unknown {
  if (set === undefined || set === null) return {}
  const list = isRecord(set) ? (set['labels'] ?? []) : set
  if (!Array.isArray(list)) return list
  const pairs = list.filter(isRecord)
  return Object.fromEntries(pairs.map((pair) => [String(pair['key'] ?? ''), pair['value'] ?? '']))
}
