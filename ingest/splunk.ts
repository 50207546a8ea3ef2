/**
 * Splunk → events: the webhook alert action of a saved search, and webhooks of Splunk Observability.
 * Wire: https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks and
 * https://docs.splunk.com/observability/en/admin/notif-services/webhook.html
 * (samples: test/ingest/fixtures/splunk/).
 *
 * A search knows no severity and no end: its first result may have them, as `severity` and
 * `alert_status`. Identity: app and search, with the result's `alert_key`, else its `host`. When the
 * events were is kept beside it (`_time`): an alert begins when the search found it.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'

export const splunk = defineReports({
  id: 'splunk',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  read: (body, reading) =>
    body['incidentId'] === undefined ? readSearch(body, reading) : readDetector(body, reading),
})

function readSearch(body: Values, reading: Reading): IngestItem {
  const result = isRecord(body['result']) ? body['result'] : {}
  const name = textOf(body['search_name'])
  const sid = textOf(body['sid'])
  if (sid === undefined && name === undefined) fail(reading, ['sid'], '`sid` is missing.')
  const first = (field: string): string | undefined => {
    const value: unknown = result[field]
    return firstText(value, ...(Array.isArray(value) ? value : []))
  }
  const severityText = firstText(first('severity'), first('urgency'))
  const app = textOf(body['app'])
  const status = /^(resolved|ok|closed)$/i.test(first('alert_status') ?? '') ? 'resolved' : 'firing'
  return toAlert(
    {
      source: 'splunk',
      status,
      severity: severityOf(severityText),
      severityText,
      identity:
        name === undefined
          ? { app, sid }
          : { app, search: name, key: firstText(first('alert_key'), first('host')) },
      rule: firstText(name, 'Ad-hoc search'),
      title: firstText(first('alert_title'), name, 'Ad-hoc search'),
      labels: {
        ...Object.fromEntries(
          Object.keys(result)
            .filter((field) => !field.startsWith('_') && field !== 'alert_status')
            .map((field) => [field, first(field)]),
        ),
        app,
        search: name,
      },
      annotations: { owner: body['owner'], sid, time: first('_time'), description: first('_raw') },
      url: textOf(body['results_link']),
    },
    reading,
  )
}

const OVER = ['ok', 'manually resolved', 'stopped', 'auto resolved', 'autoresolved', 'resolved']

/** A detector's rule, of Splunk Observability (SignalFx). */
function readDetector(body: Values, reading: Reading): IngestItem {
  const inputs = isRecord(body['inputs']) ? body['inputs'] : {}
  const given = firstText(body['statusExtended'], body['status'])
  const word = given?.toLowerCase() ?? ''
  if (given === undefined) fail(reading, ['status'], '`status` is missing.')
  else if (word !== 'anomalous' && !OVER.includes(word))
    fail(reading, ['status'], `\`status\` must be anomalous or ok, not ${quoted(given)}.`)
  const status = OVER.includes(word) ? 'resolved' : 'firing'
  const time = readMoment(reading, ['timestamp'], body['timestamp'])
  const severityText = textOf(body['severity'])
  const rule = firstText(body['rule'], inputs['rule'], body['detector'])
  return toAlert(
    {
      source: 'splunk',
      status,
      severity: severityOf(severityText),
      severityText,
      identity: { incident: textOf(body['incidentId']) },
      rule: firstText(rule, body['originatingMetric'], 'Detector'),
      title: firstText(body['messageTitle'], inputs['messageTitle'], body['detector'], rule),
      labels: {
        ...(isRecord(body['dimensions']) ? body['dimensions'] : {}),
        detector: firstText(body['detector'], body['detectorId']),
        metric: body['originatingMetric'],
      },
      annotations: {
        description: firstText(body['description'], inputs['description'], body['messageBody']),
        runbook_url: firstText(body['runbookUrl'], inputs['runbookUrl']),
        tip: body['tip'],
        state: given,
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: textOf(body['detectorUrl']),
    },
    reading,
  )
}
