/**
 * Zabbix → events, by the media type of docs/sources/zabbix.md; other scripts work as far as they name
 * their parameters after Zabbix' macros (`EVENT.ID`, `event_id` and `eventId` are the same here).
 * Wire: https://www.zabbix.com/documentation/current/en/manual/appendix/macros/supported_by_location
 * (samples: test/ingest/fixtures/zabbix/).
 *
 * Identity: the problem's event id, which its updates and its recovery carry too: a trigger may have
 * several problems at once. Zabbix gives its times without a zone: the arrival stands in, unless there
 * is a timestamp. Macros Zabbix had nothing for count as absent.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, severityIn, snakeNames, textOf, toAlert } from './report.ts'

/** https://www.zabbix.com/documentation/current/en/manual/config/triggers/severity */
const SEVERITY: Readonly<Record<string, Severity>> = {
  information: 'info',
  warning: 'warning',
  average: 'warning',
  high: 'error',
  disaster: 'critical',
  '1': 'info',
  '2': 'warning',
  '3': 'warning',
  '4': 'error',
  '5': 'critical',
}
const NAMES = ['Not classified', 'Information', 'Warning', 'Average', 'High', 'Disaster']

const FIRING = ['1', 'problem', 'trigger', 'firing', 'problem started']
const RESOLVED = ['0', 'ok', 'resolved', 'recovery', 'resolve']

function named(body: Values): Values {
  return Object.fromEntries(
    Object.entries(snakeNames(body)).map(([name, value]) => [
      name,
      typeof value === 'string' && UNRESOLVED.test(value.trim()) ? undefined : value,
    ]),
  )
}

/** Macros that Zabbix had nothing for. */
const UNRESOLVED = /^(\*UNKNOWN\*|\{[A-Z][A-Z.\d_]*\}|\{\$[A-Z._\d]+\})$/

export const zabbix = defineReports({
  id: 'zabbix',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }).transform(named),
  read: toItem,
})

function toItem(body: Values, reading: Reading): IngestItem {
  const status = statusOf(body, reading)
  const severityText = severityTextOf(body)
  const name = firstText(body['event_name'], body['name'], body['alert_subject'], body['subject'])
  const host = firstText(body['host_host'], body['host'], body['service'], body['host_name'])
  const eventId = firstText(body['event_id'], body['problem_id'], body['id'])
  const trigger = firstText(body['trigger_id'], body['triggerid'])
  const time = (...names: string[]) => {
    const field = names.find((one) => textOf(body[one]) !== undefined)
    return field === undefined ? undefined : readMoment(reading, [field], body[field])
  }
  return toAlert(
    {
      source: 'zabbix',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: eventId === undefined ? { trigger_id: trigger, host } : { event_id: eventId },
      rule: firstText(body['trigger_name'], name),
      title: name,
      labels: {
        ...tagsOf(firstText(body['event_tagsjson'], body['tags_json']) ?? body['tags']),
        host,
        hostname: firstText(body['host_name'], host),
        ip: firstText(body['host_ip'], body['ip']),
        trigger_id: trigger,
        hostgroup: firstText(body['trigger_hostgroup_name'], body['host_groups'], body['groups']),
      },
      annotations: annotationsOf(body),
      startsAt: time('event_timestamp', 'timestamp'),
      endsAt:
        status === 'resolved' ? time('event_recovery_timestamp', 'recovery_timestamp') : undefined,
      url: firstText(body['url'], body['problem_url'], body['trigger_url']),
    },
    reading,
  )
}

function statusOf(body: Values, reading: Reading): 'firing' | 'resolved' {
  const given = firstText(body['event_value'], body['status'], body['trigger_status'])
  const word = given?.trim().toLowerCase() ?? ''
  if (RESOLVED.includes(word)) return 'resolved'
  if (given === undefined) fail(reading, ['event_value'], '`event_value` is missing.')
  else if (!FIRING.includes(word))
    fail(reading, ['event_value'], `\`event_value\` must be 1 or 0, not ${quoted(given)}.`)
  return 'firing'
}

function severityTextOf(body: Values): string | undefined {
  const word = firstText(body['event_severity'], body['severity'], body['trigger_severity'])
  if (word !== undefined) return word
  const number = firstText(body['event_nseverity'], body['nseverity'])
  return number === undefined ? undefined : (NAMES[Number(number)] ?? number)
}

function annotationsOf(body: Values): Values {
  const date = firstText(body['event_date'], body['date'])
  const time = firstText(body['event_time'], body['time'])
  const acknowledged = firstText(body['event_ack_status'], body['ack_status'])
  return {
    description: firstText(body['trigger_description'], body['alert_message'], body['message']),
    opdata: firstText(body['event_opdata'], body['opdata']),
    update: firstText(body['event_update_message'], body['update_message']),
    acknowledged: acknowledged?.toLowerCase() === 'yes' ? 'true' : undefined,
    zabbix_time: date === undefined ? undefined : `${date} ${time ?? ''}`.trim(),
    item: firstText(body['item_name']),
    value: firstText(body['item_value']),
  }
}

/** `[{"tag": …, "value": …}]`, as an array or as its text. */
function tagsOf(given: unknown): Values {
  const tags = typeof given === 'string' ? parsed(given) : given
  if (!Array.isArray(tags)) return {}
  return Object.fromEntries(
    tags.flatMap((tag: unknown) => {
      const name = isRecord(tag) ? textOf(tag['tag']) : undefined
      return isRecord(tag) && name !== undefined ? [[name, textOf(tag['value']) ?? 'true']] : []
    }),
  )
}

/** Also `name:value, name:value`, as `{EVENT.TAGS}` prints them. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.split(',').map((pair) => {
      const [tag = '', ...value] = pair.trim().split(':')
      return { tag, value: value.join(':') }
    })
  }
}
