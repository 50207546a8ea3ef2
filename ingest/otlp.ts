/**
 * OpenTelemetry logs and events over HTTP (OTLP, JSON encoding) → events.
 * Wire: https://opentelemetry.io/docs/specs/otlp/#otlphttp and
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/examples/logs.json
 * (samples: test/ingest/fixtures/otlp/).
 *
 * Every log record is a report. Logs know no end and no key, so attributes say them: `alert.status`
 * (`firing`, `resolved`), `alert.id`, `alert.name`, `alert.severity`. Without a key, identity is where
 * it is from (service, host, Kubernetes names) with the event's name, else the exception's type, else
 * the text without its numbers.
 */
import { z } from 'zod'
import { hash64 } from '../src/core/fingerprint.ts'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, kindOf } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { firstText, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'
import { defineSource, readItems } from './source.ts'

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const NUMBERS: readonly (readonly [from: number, severity: Severity])[] = [
  [21, 'critical'],
  [17, 'error'],
  [13, 'warning'],
  [1, 'info'],
]

const Payload = z.custom<Values>(
  (value) =>
    isRecord(value) && (Array.isArray(value['resourceLogs']) || Object.keys(value).length === 0),
  { error: 'must be an object with `resourceLogs`' },
)

/** A record with its surroundings, or what stands where a record, a group or a list of them belongs. */
interface Placed {
  readonly value: Values
  readonly path: readonly PropertyKey[]
  readonly resource: Values
  readonly scope: string | undefined
  /** Why it is no record. */
  readonly fault?: string
}

export const otlp = defineSource({
  id: 'otlp',
  family: 'otlp',
  payload: Payload,
  toItems: (payload, context) => {
    const records = place(payload['resourceLogs'])
    return readItems(
      records.map(({ value }) => value),
      context,
      {
        schema: z.custom<Values>(isRecord),
        pathOf: (i) => records[i]?.path ?? [],
        read: (record, reading, i) => {
          const { resource = {}, scope, fault } = records[i] ?? {}
          if (fault !== undefined) fail(reading, [], fault)
          return toItem(record, { resource, scope }, reading)
        },
      },
    )
  },
})

function place(resourceLogs: unknown): readonly Placed[] {
  const found: Placed[] = []
  each(resourceLogs, ['resourceLogs'], found, (group, path) => {
    const resource = isRecord(group['resource'])
      ? attributesOf(group['resource']['attributes'])
      : {}
    each(group['scopeLogs'], [...path, 'scopeLogs'], found, (scoped, inner) => {
      const scope = isRecord(scoped['scope']) ? textOf(scoped['scope']['name']) : undefined
      each(scoped['logRecords'], [...inner, 'logRecords'], found, (value, at) => {
        found.push({ value, path: at, resource, scope })
      })
    })
  })
  return found
}

/** Calls `use` for each object of a list; what is none, or no list, goes into `found` with the reason. */
function each(
  list: unknown,
  path: readonly PropertyKey[],
  found: Placed[],
  use: (group: Values, path: readonly PropertyKey[]) => void,
): void {
  if (list === undefined) return
  const none = { value: {}, resource: {}, scope: undefined }
  if (!Array.isArray(list)) {
    const fault = `\`${String(path.at(-1))}\` must be an array, not ${kindOf(list)}.`
    found.push({ ...none, path, fault })
    return
  }
  for (const [i, value] of list.entries()) {
    const at = [...path, i]
    if (isRecord(value)) use(value, at)
    else
      found.push({ ...none, path: at, fault: `The item must be an object, not ${kindOf(value)}.` })
  }
}

/** `[{"key": …, "value": {"stringValue": …}}]` */
function attributesOf(list: unknown): Values {
  const all = Array.isArray(list) ? list.filter(isRecord) : []
  return Object.fromEntries(
    all.flatMap((pair) => {
      const key = textOf(pair['key'])
      return key === undefined ? [] : [[key, plainValue(pair['value'])]]
    }),
  )
}

/** Arrays and maps as JSON. 64-bit numbers are texts on the wire. */
function plainValue(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value
  const plain = firstText(stringValue, boolValue, intValue, doubleValue)
  if (plain !== undefined) return plain
  const nested = arrayValue ?? kvlistValue
  return nested === undefined ? undefined : JSON.stringify(nested)
}

interface Surroundings {
  readonly resource: Values
  readonly scope: string | undefined
}

/** What names a place in the semantic conventions, and our word for it. */
const PLACES: readonly (readonly [label: string, attributes: readonly string[]])[] = [
  ['service', ['service.name']],
  ['namespace', ['k8s.namespace.name', 'service.namespace']],
  ['pod', ['k8s.pod.name']],
  ['node', ['k8s.node.name']],
  ['deployment', ['k8s.deployment.name']],
  ['cluster', ['k8s.cluster.name']],
  ['host', ['host.name']],
  ['environment', ['deployment.environment.name', 'deployment.environment']],
]

function toItem(record: Values, { resource, scope }: Surroundings, reading: Reading): IngestItem {
  const attributes = attributesOf(record['attributes'])
  const all = { ...resource, ...attributes }
  const body = plainValue(record['body'])
  const event = firstText(
    record['eventName'],
    attributes['event.name'],
    attributes['k8s.event.reason'],
  )
  const places = Object.fromEntries(
    PLACES.map(([label, names]) => [label, firstText(...names.map((name) => all[name]))]),
  )
  const status =
    textOf(attributes['alert.status'])?.toLowerCase() === 'resolved' ? 'resolved' : 'firing'
  const { severity, severityText } = severityFrom(record, attributes)
  const time =
    readMoment(reading, ['timeUnixNano'], record['timeUnixNano']) ??
    readMoment(reading, ['observedTimeUnixNano'], record['observedTimeUnixNano'])
  const kind = firstText(attributes['alert.name'], event, attributes['exception.type'])
  if (kind === undefined && body === undefined) fail(reading, ['body'], '`body` is missing.')
  return toAlert(
    {
      source: 'otlp',
      status,
      severity,
      severityText,
      identity: identify(all, places, kind, body),
      rule: firstText(kind, scope, places['service'], body),
      title: firstText(attributes['alert.title'], body, kind),
      labels: { ...resource, ...attributes, ...places },
      annotations: {
        description: attributes['exception.message'],
        scope,
        trace_id: record['traceId'],
        span_id: record['spanId'],
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: firstText(attributes['alert.url']),
    },
    reading,
  )
}

function severityFrom(record: Values, attributes: Values) {
  const said = textOf(attributes['alert.severity'])
  if (said !== undefined) return { severity: severityOf(said), severityText: said }
  const number = Number(textOf(record['severityNumber']) ?? 0)
  const text = textOf(record['severityText'])
  const byNumber = NUMBERS.find(([from]) => number >= from && number <= 24)?.[1]
  return { severity: byNumber ?? severityOf(text), severityText: text }
}

function identify(
  all: Values,
  places: Values,
  kind: string | undefined,
  body: string | undefined,
): Values {
  const key = firstText(all['alert.id'], all['alert.fingerprint'])
  if (key !== undefined) return { key }
  const object = textOf(all['k8s.object.uid'])
  const { environment: _, ...where } = places
  if (kind !== undefined) return { ...where, object, kind }
  return body === undefined ? {} : { ...where, text: hash64(withoutNumbers(body)) }
}

/** Ids, counts and times in a line make no other line of it. */
function withoutNumbers(text: string): string {
  return text.replace(/[\da-f]{8,}|\d+/gi, '#')
}
