/**
 * Graylog's HTTP notification → events.
 * Wire: https://go2docs.graylog.org/current/interacting_with_your_log_data/notifications.html (HTTP
 * notification) (samples: test/ingest/fixtures/graylog/).
 *
 * Identity: the event definition with its key and the fields it groups by. Graylog says nothing when a
 * condition is over; an event with a custom field `alert_status` that is `resolved` does.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import { defineReports, Fields, firstText, severityIn, Text, textOf, toAlert } from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  '1': 'info',
  '2': 'warning',
  '3': 'error',
  '4': 'critical',
}
const NAMES = ['', 'low', 'normal', 'high', 'critical']

const Body = z.object({
  event_definition_id: Text,
  event_definition_title: Text,
  event_definition_description: Text,
  event: Fields,
})
type Body = z.infer<typeof Body>

/** What "Execute test notification" sends. */
const TEST = 'NotificationTestId'

export const graylog = defineReports({
  id: 'graylog',
  schema: Body,
  idle: (body) => body['event_definition_id'] === TEST,
  read: toItem,
})

function toItem(body: Body, reading: Reading): IngestItem {
  const { event = {} } = body
  if (body.event === undefined) fail(reading, ['event'], '`event` is missing.')
  const fields = isRecord(event['fields']) ? event['fields'] : {}
  const groups = isRecord(event['group_by_fields']) ? event['group_by_fields'] : {}
  const priority = textOf(event['priority'])
  const over = textOf(fields['alert_status'])?.toLowerCase() === 'resolved'
  const time = readMoment(reading, ['event', 'timestamp'], event['timestamp'], 'utc')
  const definition = firstText(body.event_definition_id, event['event_definition_id'])
  const groupNames = Object.entries(groups).map(([name, value]) => [`field ${name}`, value])
  return toAlert(
    {
      source: 'graylog',
      status: over ? 'resolved' : 'firing',
      severity: severityIn(SEVERITY, priority),
      severityText: priority === undefined ? undefined : (NAMES[Number(priority)] ?? priority),
      identity:
        definition === undefined
          ? { event_definition_id: definition }
          : { definition, key: event['key'], ...Object.fromEntries(groupNames) },
      rule: firstText(body.event_definition_title, definition),
      title: firstText(event['message'], body.event_definition_title),
      labels: { ...fields, ...groups, host: firstText(groups['source'], fields['source']) },
      annotations: {
        description: body.event_definition_description,
        event: event['id'],
        key: event['key'],
      },
      startsAt: over ? undefined : time,
      endsAt: over ? time : undefined,
    },
    reading,
  )
}
