/**
 * New Relic → events: the webhook of workflows with its default template, and the legacy channel.
 * Wire: https://docs.newrelic.com/docs/alerts-applied-intelligence/applied-intelligence/incident-workflows/custom-variables-incident-workflows/
 * and https://docs.newrelic.com/docs/alerts/new-relic-alerts/managing-notification-channels/customize-your-webhook-payload/
 * (samples: test/ingest/fixtures/newrelic/).
 *
 * Identity: the issue (workflows) or the incident (legacy).
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, severityIn, textOf, toAlert } from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  warn: 'warning',
  warning: 'warning',
  low: 'info',
  info: 'info',
}

const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  created: 'firing',
  activated: 'firing',
  acknowledged: 'firing',
  open: 'firing',
  deactivated: 'resolved',
  closed: 'resolved',
}

export const newrelic = defineReports({
  id: 'newrelic',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  read: (body, reading) =>
    body['current_state'] === undefined ? readIssue(body, reading) : readLegacy(body, reading),
})

function readIssue(body: Values, reading: Reading): IngestItem {
  const status = statusOf('state', body, reading)
  const at = (...fields: readonly string[]) => momentOf(body, fields, reading)
  const severityText = firstText(body['priority'], body['severity'])
  const entities = textsOf(body['impactedEntities'])
  const conditions = textsOf(body['alertConditionNames'])
  const title = firstText(body['title'], ...textsOf(body['title']))
  return toAlert(
    {
      source: 'newrelic',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { issue: firstText(body['id'], body['issueId']) },
      rule: firstText(conditions[0], title),
      title,
      labels: {
        ...(isRecord(body['tags']) ? body['tags'] : {}),
        host: entities[0],
        service: entities[0],
        policy: textsOf(body['alertPolicyNames'])[0],
        condition: conditions[0],
        workflow: body['workflowName'],
      },
      annotations: {
        entities: entities.length > 1 ? entities.join(', ') : undefined,
        trigger: textsOf(body['trigger'])[0] ?? body['trigger'],
        runbook_url: firstText(body['runbookUrl'], ...textsOf(body['runbookUrl'])),
      },
      startsAt: at('activatedAt', 'createdAt'),
      endsAt: status === 'resolved' ? at('closedAt', 'updatedAt') : undefined,
      url: firstText(body['issueUrl'], body['issuePageUrl']),
    },
    reading,
  )
}

/** A legacy incident says when its state changed, and how long it has been open. */
function readLegacy(body: Values, reading: Reading): IngestItem {
  const status = statusOf('current_state', body, reading)
  const severityText = textOf(body['severity'])
  const listed: unknown = body['targets']
  const [target = {}] = Array.isArray(listed) ? listed.filter(isRecord) : []
  const time = momentOf(body, ['timestamp'], reading)
  return toAlert(
    {
      source: 'newrelic',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { account: textOf(body['account_id']), incident: firstText(body['incident_id']) },
      rule: textOf(body['condition_name']),
      title: firstText(body['details'], body['condition_name']),
      labels: {
        ...(isRecord(target['labels']) ? target['labels'] : {}),
        host: target['name'],
        service: target['name'],
        policy: body['policy_name'],
        condition: body['condition_name'],
      },
      annotations: {
        runbook_url: body['runbook_url'],
        state: body['current_state'],
        owner: body['owner'],
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: textOf(body['incident_url']),
    },
    reading,
  )
}

function statusOf(field: string, body: Values, reading: Reading): 'firing' | 'resolved' {
  const given = textOf(body[field])
  const word = given?.trim().toLowerCase() ?? ''
  const status = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (given === undefined) fail(reading, [field], `\`${field}\` is missing.`)
  else if (status === undefined)
    fail(reading, [field], `\`${field}\` is ${quoted(given)}, which is no state of an issue.`)
  return status ?? 'firing'
}

/** The first of some fields that is there, as a time. */
function momentOf(body: Values, fields: readonly string[], reading: Reading): EpochMs | undefined {
  for (const field of fields) {
    const time = readMoment(reading, [field], body[field])
    if (time !== undefined) return time
  }
  return undefined
}

/** Templates print one name as a text and several as an array. */
function textsOf(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.flatMap((one) => textOf(one) ?? [])
}
