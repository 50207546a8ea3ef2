/**
 * Pingdom's webhook → events.
 * Wire: https://www.pingdom.com/resources/webhooks/ (samples: test/ingest/fixtures/pingdom/).
 *
 * Identity: the check's id. Severity: the importance the check was given.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import {
  defineReports,
  Fields,
  firstText,
  Id,
  List,
  severityIn,
  Text,
  textOf,
  toAlert,
} from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = { high: 'critical', low: 'warning' }

/** Transaction checks succeed and fail. */
const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  down: 'firing',
  failing: 'firing',
  up: 'resolved',
  success: 'resolved',
}

const Body = z.object({
  check_id: Id,
  current_state: Id,
  check_name: Text,
  check_type: Text,
  check_params: Fields,
  tags: List,
  previous_state: Text,
  importance_level: Text,
  state_changed_timestamp: z.unknown().optional(),
  state_changed_utc_time: Text,
  description: Text,
  long_description: Text,
})
type Body = z.infer<typeof Body>

export const pingdom = defineReports({ id: 'pingdom', schema: Body, read: toItem })

function toItem(body: Body, reading: Reading): IngestItem {
  const { check_id, check_name, current_state, check_params: params = {} } = body
  const word = current_state.toLowerCase()
  const status = Object.hasOwn(STATES, word) ? (STATES[word] ?? 'firing') : undefined
  if (status === undefined)
    fail(
      reading,
      ['current_state'],
      `\`current_state\` must be UP or DOWN, not ${quoted(current_state)}.`,
    )
  const time =
    readMoment(reading, ['state_changed_timestamp'], body.state_changed_timestamp) ??
    readMoment(reading, ['state_changed_utc_time'], body.state_changed_utc_time, 'utc')
  const host = textOf(params['hostname'])
  return toAlert(
    {
      source: 'pingdom',
      status: status ?? 'firing',
      severity: severityIn(SEVERITY, body.importance_level),
      severityText: body.importance_level,
      identity: { check: check_id },
      rule: firstText(check_name, check_id),
      title: `${firstText(check_name, check_id)} is ${current_state}`,
      labels: { ...tagsOf(body.tags), host, check: check_name, type: body.check_type },
      annotations: {
        description: firstText(body.long_description, body.description),
        target: params['full_url'],
        previous_state: body.previous_state,
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: `https://my.pingdom.com/app/reports/uptime#check=${encodeURIComponent(check_id)}`,
    },
    reading,
  )
}

function tagsOf(tags: readonly unknown[]): Values {
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const text = textOf(tag)
      return text === undefined ? [] : [[text, 'true']]
    }),
  )
}
