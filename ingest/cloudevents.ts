/**
 * CloudEvents 1.0, structured (one event or a batch) → alerts and changes.
 * Wire: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, with the
 * extension https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/severity.md; CDEvents:
 * https://cdevents.dev/docs/ (samples: test/ingest/fixtures/cloudevents/).
 *
 * Status: `data.status`, else the last word of the type (`….alert.resolved`), else it fires. Identity:
 * source with a key in `data` (`dedup_key`, `fingerprint`, `alert_id`), else source, subject and the
 * type without its last word of state. Deployments of CDEvents are changes.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, Fields, firstText, Id, Text, textOf, toAlert, toChange } from './report.ts'
import { severityOf } from './severity.ts'

const Event = z.looseObject({
  specversion: z.literal('1.0', { error: 'must be 1.0' }),
  id: Id,
  source: Id,
  type: Id,
  subject: Text,
  time: Text,
  data: Fields,
  data_base64: Text,
  severitytext: Text,
  severitynumber: Text,
})
type Event = z.infer<typeof Event>

const RESOLVED = [
  'resolved',
  'resolve',
  'recovered',
  'recovery',
  'closed',
  'cleared',
  'clear',
  'ok',
  'up',
  'normal',
]
const FIRING = [
  'firing',
  'fired',
  'triggered',
  'opened',
  'open',
  'raised',
  'detected',
  'reported',
  'created',
  'started',
  'down',
  'alarm',
]
/** https://cdevents.dev/docs/cd/ and its neighbours: what changed something that runs. */
const CDEVENT =
  /^dev\.cdevents\.(service|environment|artifact)\.(deployed|upgraded|rolledback|removed|published|modified|created|deleted)\b/

export const cloudevents = defineReports({
  id: 'cloudevents',
  schema: Event,
  read: (event, reading) => {
    const deed = CDEVENT.exec(event.type)
    return deed === null
      ? readAlert(event, reading)
      : readChange(event, deed[2] ?? 'change', reading)
  },
})

function dataOf(event: Event): Values {
  if (event.data !== undefined) return event.data
  if (event.data_base64 === undefined) return {}
  try {
    const bytes = Uint8Array.from(atob(event.data_base64), (char) => char.charCodeAt(0))
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRecord(data) ? data : {}
  } catch {
    return {}
  }
}

/** `com.example.disk.alert.resolved.v1` → stem `com.example.disk.alert`, word `resolved`. */
function partsOf(type: string): { readonly stem: string; readonly word: string | undefined } {
  const parts = type.replace(/(\.v?\d+)+(-[\w.]+)?$/, '').split('.')
  const last = parts.at(-1)?.toLowerCase() ?? ''
  const state = parts.length > 1 && (RESOLVED.includes(last) || FIRING.includes(last))
  return state
    ? { stem: parts.slice(0, -1).join('.'), word: last }
    : { stem: parts.join('.'), word: undefined }
}

function readAlert(event: Event, reading: Reading): IngestItem {
  const data = dataOf(event)
  const { stem, word } = partsOf(event.type)
  const said = firstText(data['status'], data['state'])?.toLowerCase()
  const known = said !== undefined && (RESOLVED.includes(said) || FIRING.includes(said))
  const resolved = RESOLVED.includes((known ? said : word) ?? '')
  const severityText = firstText(
    data['severity'],
    data['priority'],
    data['level'],
    event.severitytext,
  )
  const key = firstText(data['dedup_key'], data['dedupKey'], data['fingerprint'], data['alert_id'])
  const time = readMoment(reading, ['time'], event.time)
  const labels = isRecord(data['labels']) ? data['labels'] : {}
  return toAlert(
    {
      source: 'cloudevents',
      status: resolved ? 'resolved' : 'firing',
      severity:
        severityText === undefined ? byNumber(event.severitynumber) : severityOf(severityText),
      severityText: severityText ?? event.severitynumber,
      identity:
        key === undefined
          ? { source: event.source, subject: event.subject, type: stem }
          : { source: event.source, key },
      rule: firstText(data['rule'], data['name'], stem),
      title: firstText(
        data['title'],
        data['summary'],
        data['message'],
        `${stem} ${event.subject ?? ''}`,
      ),
      labels: {
        ...labels,
        host: firstText(labels['host'], data['host']),
        service: firstText(labels['service'], data['service']),
        subject: event.subject,
        event_source: event.source,
      },
      annotations: { description: firstText(data['description']), type: event.type, id: event.id },
      startsAt: resolved ? undefined : time,
      endsAt: resolved ? time : undefined,
      url: firstText(data['url'], data['link']),
    },
    reading,
  )
}

/** The scale of OpenTelemetry. */
function byNumber(text: string | undefined): Severity {
  const number = Number(text ?? 0)
  if (number >= 21) return 'critical'
  if (number >= 17) return 'error'
  if (number >= 13) return 'warning'
  return number >= 1 ? 'info' : 'unknown'
}

function readChange(event: Event, deed: string, reading: Reading): IngestItem {
  const data = dataOf(event)
  const subject = isRecord(data['subject']) ? data['subject'] : {}
  const content = isRecord(subject['content']) ? subject['content'] : {}
  const environment = isRecord(content['environment'])
    ? textOf(content['environment']['id'])
    : undefined
  const name = firstText(subject['id'], event.subject)
  const time = readMoment(reading, ['time'], event.time)
  return toChange(
    {
      source: 'cloudevents',
      id: `${event.source} ${event.id}`,
      title: `${name ?? event.source} ${deed}${environment === undefined ? '' : ` in ${environment}`}`,
      changeKind: deed === 'rolledback' ? 'rollback' : 'deploy',
      cis: [name],
      labels: { artifact: content['artifactId'], environment, type: event.type },
      startsAt: time,
      endsAt: time,
    },
    reading,
  )
}
