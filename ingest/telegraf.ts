/**
 * The Influx family → events: notifications of InfluxDB 2 checks, Kapacitor's alerts, and Telegraf's
 * metrics as JSON where they say how something is.
 * Wire: https://docs.influxdata.com/influxdb/v2/monitor-alert/notification-endpoints/,
 * https://docs.influxdata.com/kapacitor/v1/reference/event_handlers/post/ and
 * https://docs.influxdata.com/telegraf/v1/data_formats/output/json/
 * (samples: test/ingest/fixtures/telegraf/).
 *
 * Identity: check and tags; the alert's id (Kapacitor); measurement and tags (Telegraf). Level OK
 * resolves. A metric needs a tag or field `level`, `severity` or `status` to be a report.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import { DAY } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { firstText, readReports, severityIn, textOf, toAlert } from './report.ts'
import { defineSource, readItems } from './source.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  ok: 'info',
  resolved: 'info',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  crit: 'critical',
  critical: 'critical',
}

const Body = z.custom<Values>(isRecord, { error: 'must be an object' })

export const telegraf = defineSource({
  id: 'telegraf',
  family: 'telegraf',
  payload: z.custom<object>((value) => typeof value === 'object' && value !== null, {
    error: 'must be an object',
  }),
  toItems: (payload, context) => {
    const metrics = isRecord(payload) ? payload['metrics'] : undefined
    if (!Array.isArray(metrics))
      return readReports(payload, context, { schema: Body, read: readOne })
    return readItems(metrics, context, {
      schema: Body,
      pathOf: (i) => ['metrics', i],
      read: readMetric,
    })
  },
})

function readOne(body: Values, reading: Reading): IngestItem {
  if (body['_check_id'] !== undefined) return readCheck(body, reading)
  return isRecord(body['fields']) || isRecord(body['tags'])
    ? readMetric(body, reading)
    : readKapacitor(body, reading)
}

function statusOf(
  field: string,
  level: string | undefined,
  reading: Reading,
): 'firing' | 'resolved' {
  const word = level?.trim().toLowerCase()
  if (word === 'ok' || word === 'resolved') return 'resolved'
  if (word === undefined) fail(reading, [field], `\`${field}\` is missing.`)
  return 'firing'
}

/** Columns of the row: names with `_` are Influx', texts are tags, the rest are values. */
function readCheck(body: Values, reading: Reading): IngestItem {
  const level = textOf(body['_level'])
  const status = statusOf('_level', level, reading)
  const own = Object.entries(body).filter(([name]) => !name.startsWith('_'))
  const tags = Object.fromEntries(own.filter(([, value]) => typeof value === 'string'))
  const values = Object.fromEntries(own.filter(([, value]) => typeof value === 'number'))
  const time =
    readMoment(reading, ['_status_timestamp'], body['_status_timestamp']) ??
    readMoment(reading, ['_time'], body['_time'])
  const name = textOf(body['_check_name'])
  return toAlert(
    {
      source: 'telegraf',
      status,
      severity: severityIn(SEVERITY, level),
      severityText: level,
      identity: { check: textOf(body['_check_id']), ...prefixed(tags) },
      rule: firstText(name, body['_check_id']),
      title: firstText(body['_message'], name),
      labels: { ...tags, measurement: body['_source_measurement'] },
      annotations: {
        values: valuesText(values),
        check: name,
        rule: body['_notification_rule_name'],
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
    },
    reading,
  )
}

/** `time` is when the data is from, `duration` how long it has not been OK, in nanoseconds. */
function readKapacitor(body: Values, reading: Reading): IngestItem {
  const level = textOf(body['level'])
  const status = statusOf('level', level, reading)
  const time = readMoment(reading, ['time'], body['time'])
  const start = time === undefined ? undefined : time - sinceOf(body['duration'])
  const data = isRecord(body['data']) ? body['data'] : {}
  const listed: unknown = data['series']
  const [series = {}] = Array.isArray(listed) ? listed.filter(isRecord) : []
  const id = textOf(body['id'])
  return toAlert(
    {
      source: 'telegraf',
      status,
      severity: severityIn(SEVERITY, level),
      severityText: level,
      identity: { id },
      rule: firstText(series['name'], id),
      title: firstText(body['message'], id),
      labels: { ...(isRecord(series['tags']) ? series['tags'] : {}), measurement: series['name'] },
      annotations: { description: body['details'], previous_level: body['previousLevel'] },
      startsAt: status === 'firing' ? start : undefined,
      endsAt: status === 'resolved' ? time : undefined,
    },
    reading,
  )
}

/** Nanoseconds as milliseconds; what is no such count, or more than ten years, is none. */
function sinceOf(duration: unknown): number {
  const ms = typeof duration === 'number' ? Math.floor(duration / 1e6) : 0
  return ms > 0 && ms < 3650 * DAY ? ms : 0
}

const LEVELS = ['level', 'severity', 'status']

function readMetric(body: Values, reading: Reading): IngestItem {
  const tags = isRecord(body['tags']) ? body['tags'] : {}
  const fields = isRecord(body['fields']) ? body['fields'] : {}
  const level = firstText(
    ...LEVELS.map((name) => tags[name]),
    ...LEVELS.map((name) => fields[name]),
  )
  if (level !== undefined && severityIn(SEVERITY, level) === 'unknown')
    fail(
      reading,
      ['fields'],
      `The level ${quoted(level)} is neither OK nor INFO, WARN, ERROR or CRIT.`,
    )
  const status = statusOf('level', level, reading)
  const place = Object.fromEntries(Object.entries(tags).filter(([name]) => !LEVELS.includes(name)))
  const name = textOf(body['name'])
  const time = readMoment(reading, ['timestamp'], body['timestamp'])
  return toAlert(
    {
      source: 'telegraf',
      status,
      severity: severityIn(SEVERITY, level),
      severityText: level,
      identity: name === undefined ? { name } : { name, ...prefixed(place) },
      rule: name,
      title: firstText(fields['message'], tags['message'], name),
      labels: { ...place, measurement: name },
      annotations: { values: valuesText(fields) },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
    },
    reading,
  )
}

/** Tags beside the names of the identity's own fields. */
function prefixed(tags: Values): Values {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`tag ${name}`, value]))
}

function valuesText(values: Values): string | undefined {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    const text = textOf(value)
    return text === undefined ? [] : [`${name}=${text}`]
  })
  return textOf(parts.join(', '))
}
