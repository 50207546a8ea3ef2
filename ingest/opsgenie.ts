/**
 * Opsgenie's alert API, as tools post to it, and its successor in Jira Service Management.
 * Wire: https://docs.opsgenie.com/docs/alert-api (create, close, acknowledge)
 * (samples: test/ingest/fixtures/opsgenie/).
 *
 * Create is the body as it is documented. Close and acknowledge have the alert and the deed in their
 * path there (`/v2/alerts/<identifier>/close`); in a body they are `alias` (or `identifier`) and
 * `action`. Identity: the alias; a create without one has none to be closed by, and is identified
 * by message, entity and source.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, quoted } from './fields.ts'
import type { Values } from './report.ts'
import {
  defineReports,
  Fields,
  firstText,
  List,
  severityIn,
  Text,
  textOf,
  toAlert,
} from './report.ts'

/** Without a priority Opsgenie takes P3. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  p1: 'critical',
  p2: 'error',
  p3: 'warning',
  p4: 'info',
  p5: 'info',
}

const Alert = z.object({
  message: Text,
  alias: Text,
  identifier: Text,
  action: Text,
  description: Text,
  entity: Text,
  source: Text,
  priority: Text,
  user: Text,
  note: Text,
  tags: List,
  details: Fields,
  extraProperties: Fields,
})
type Alert = z.infer<typeof Alert>

const CREATE = ['create', 'open']
const CLOSE = ['close', 'resolve']

export const opsgenie = defineReports({ id: 'opsgenie', schema: Alert, read: toItem })

function toItem(alert: Alert, reading: Reading): IngestItem {
  const action = (textOf(alert.action) ?? 'create').toLowerCase()
  const closes = CLOSE.includes(action)
  const alias = firstText(alert.alias, alert.identifier)
  checkAction(action, reading)
  if (closes && alias === undefined) fail(reading, ['alias'], '`alias` is missing.')
  if (!closes && textOf(alert.message) === undefined)
    fail(reading, ['message'], '`message` is missing.')
  const severityText = textOf(alert.priority) ?? (closes ? undefined : 'P3')
  return toAlert(
    {
      source: 'opsgenie',
      status: closes ? 'resolved' : 'firing',
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: alias === undefined ? unnamed(alert) : { alias },
      rule: firstText(alert.details?.['alertname'], alert.message, alias),
      title: firstText(alert.message, alias),
      labels: {
        ...tagsOf(alert.tags),
        ...alert.extraProperties,
        ...alert.details,
        ...placeOf(alert),
      },
      annotations: { description: alert.description, note: alert.note, user: alert.user },
    },
    reading,
  )
}

function checkAction(action: string, reading: Reading): void {
  if (action.startsWith('ack'))
    fail(
      reading,
      ['action'],
      '`action` is acknowledge, which changes no alert: acknowledge the incident in Faultline.',
    )
  else if (!CREATE.includes(action) && !CLOSE.includes(action))
    fail(
      reading,
      ['action'],
      `\`action\` must be create, close or acknowledge, not ${quoted(action)}.`,
    )
}

function unnamed({ message, entity, source }: Alert): Values {
  return { message, entity, source }
}

/** An entity is free text: often a host, sometimes a service. */
function placeOf({ entity, source }: Alert): Values {
  return { entity, tool: source, host: entity }
}

/** Tags are texts; `name:value` is a label, another is one without a value. */
function tagsOf(tags: readonly unknown[]): Values {
  const entries = tags.flatMap((tag) => {
    const text = textOf(tag)
    if (text === undefined) return []
    const at = text.indexOf(':')
    return at > 0 ? [[text.slice(0, at).trim(), text.slice(at + 1).trim()]] : [[text, 'true']]
  })
  return Object.fromEntries(entries)
}
