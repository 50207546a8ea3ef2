/**
 * Kubernetes events → alerts and changes: `v1` and `events.k8s.io/v1`, as objects, lists, or lines of a
 * watch; also with what kubernetes-event-exporter adds.
 * Wire: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 * (samples: test/ingest/fixtures/kubernetes/).
 *
 * Identity: the object, the reason, and the container. Warnings fire, whatever else is normal reports
 * nothing, but for what changes a workload and for nodes. There is no end but that of `NodeNotReady`:
 * an event lapses an hour after it was last seen, as long as Kubernetes keeps it.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import { HOUR } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { firstText, readReports, textOf, toAlert, toChange } from './report.ts'
import { defineSource, readItems } from './source.ts'

/** Reasons that are worse than the warning they come as; some come as `Normal`. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  NodeNotReady: 'critical',
  SystemOOM: 'critical',
  OOMKilling: 'error',
  BackOff: 'error',
  Evicted: 'error',
  Failed: 'error',
  FailedAttachVolume: 'error',
  FailedCreate: 'error',
  FailedCreatePodSandBox: 'error',
  FailedMount: 'error',
  FailedScheduling: 'error',
}
/** What ends another event of the same object. */
const ENDS: Readonly<Record<string, string>> = { NodeReady: 'NodeNotReady' }
const CHANGES: Readonly<Record<string, string>> = {
  ScalingReplicaSet: 'deploy',
  SuccessfulRescale: 'scale',
}
const LAPSE_MS = HOUR

const Event = z.custom<Values>(isRecord, { error: 'must be an object' }).transform(unwrapped)

export const kubernetes = defineSource({
  id: 'kubernetes',
  family: 'kubernetes',
  payload: z.custom<object>((value) => typeof value === 'object' && value !== null, {
    error: 'must be an event, a list of events, or a line of a watch',
  }),
  toItems: (payload, context) => {
    const items = isRecord(payload) ? payload['items'] : undefined
    if (!Array.isArray(items))
      return readReports(payload, context, { schema: Event, idle, read: toItem })
    const places = items.flatMap((item, i) => (isRecord(item) && idle(item) ? [] : [i]))
    return readItems(
      places.map((i) => items[i] as unknown),
      context,
      { schema: Event, pathOf: (i) => ['items', places[i] ?? i], read: toItem },
    )
  },
})

/** A line of a watch has the event inside. */
function unwrapped(body: Values): Values {
  return isRecord(body['object']) && typeof body['type'] === 'string' ? body['object'] : body
}

function idle(body: Values): boolean {
  if (isRecord(body['object']) && ['DELETED', 'BOOKMARK'].includes(textOf(body['type']) ?? ''))
    return true
  const event = unwrapped(body)
  const reason = textOf(event['reason']) ?? ''
  return (
    event['type'] === 'Normal' &&
    aboutOf(event) !== undefined &&
    reason !== '' &&
    !Object.hasOwn(SEVERITY, reason) &&
    !Object.hasOwn(ENDS, reason) &&
    !Object.hasOwn(CHANGES, reason)
  )
}

function aboutOf(event: Values): Values | undefined {
  const about = event['involvedObject'] ?? event['regarding']
  return isRecord(about) ? about : undefined
}

function toItem(event: Values, reading: Reading): IngestItem {
  const about = aboutOf(event)
  const reason = textOf(event['reason'])
  if (about === undefined) fail(reading, ['involvedObject'], '`involvedObject` is missing.')
  if (reason === undefined) fail(reading, ['reason'], '`reason` is missing.')
  const seen = lastSeen(event, reading)
  const change = reason === undefined ? undefined : lookUp(CHANGES, reason)
  if (change !== undefined) return readChange(event, about ?? {}, { seen, kind: change }, reading)
  return readAlert(event, { about: about ?? {}, reason: reason ?? 'Event', seen }, reading)
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** When it was seen last: the series, else the fields of either version. */
function lastSeen(event: Values, reading: Reading): EpochMs | undefined {
  const series = isRecord(event['series']) ? event['series'] : {}
  const inSeries = readMoment(reading, ['series', 'lastObservedTime'], series['lastObservedTime'])
  if (inSeries !== undefined) return inSeries
  const fields = ['lastTimestamp', 'deprecatedLastTimestamp', 'eventTime', 'firstTimestamp']
  for (const field of fields) {
    const time = readMoment(reading, [field], event[field])
    if (time !== undefined) return time
  }
  return undefined
}

interface Seen {
  readonly about: Values
  readonly reason: string
  readonly seen: EpochMs | undefined
}

function readAlert(event: Values, { about, reason, seen }: Seen, reading: Reading): IngestItem {
  const ended = lookUp(ENDS, reason)
  const rule = ended ?? reason
  const kind = textOf(about['kind'])
  const name = textOf(about['name'])
  const type = textOf(event['type'])
  const container = /\{(.+)\}$/.exec(textOf(about['fieldPath']) ?? '')?.[1]
  const warning = type === 'Warning' ? 'warning' : 'unknown'
  return toAlert(
    {
      source: 'kubernetes',
      status: ended === undefined ? 'firing' : 'resolved',
      severity: lookUp(SEVERITY, rule) ?? warning,
      severityText: type,
      identity:
        firstText(about['uid'], name) === undefined
          ? { uid: undefined }
          : {
              cluster: firstText(event['clusterName']),
              kind,
              namespace: textOf(about['namespace']),
              object: firstText(about['uid'], name),
              container,
              reason: rule,
            },
      rule,
      title: `${rule}: ${kind ?? 'object'} ${[about['namespace'], name].flatMap((part) => textOf(part) ?? []).join('/')}`,
      labels: { ...labelsOf(event, about), container, reason: rule },
      annotations: {
        description: firstText(event['message'], event['note']),
        count: firstText(event['count'], event['deprecatedCount']),
        component: componentOf(event),
      },
      startsAt: ended === undefined ? seen : undefined,
      endsAt: ended === undefined ? Math.max(seen ?? reading.at, reading.at) + LAPSE_MS : seen,
    },
    reading,
  )
}

/** The label of a kind: `Pod` → `pod`. */
function labelsOf(event: Values, about: Values): Values {
  const source = isRecord(event['source']) ? event['source'] : {}
  const own = isRecord(about['labels']) ? about['labels'] : {}
  const kind = textOf(about['kind'])
  const name = textOf(about['name'])
  return {
    ...own,
    ...(kind === undefined ? {} : { [kind.toLowerCase()]: name }),
    kind,
    namespace: textOf(about['namespace']),
    node: kind === 'Node' ? name : firstText(source['host']),
    cluster: firstText(event['clusterName']),
  }
}

function componentOf(event: Values): string | undefined {
  const source = isRecord(event['source']) ? event['source'] : {}
  return firstText(event['reportingComponent'], event['reportingController'], source['component'])
}

function readChange(
  event: Values,
  about: Values,
  { seen, kind }: { readonly seen: EpochMs | undefined; readonly kind: string },
  reading: Reading,
): IngestItem {
  const metadata = isRecord(event['metadata']) ? event['metadata'] : {}
  const name = textOf(about['name'])
  const uid = firstText(metadata['uid'], metadata['name'])
  const message = firstText(event['message'], event['note'], event['reason'])
  return toChange(
    {
      source: 'kubernetes',
      id: uid === undefined ? undefined : `${uid} ${firstText(event['count']) ?? '1'}`,
      title: name === undefined ? message : `${name}: ${message}`,
      changeKind: kind,
      cis: [name],
      labels: labelsOf(event, about),
      startsAt: seen,
      endsAt: seen,
    },
    reading,
  )
}
