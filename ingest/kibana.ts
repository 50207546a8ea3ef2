/**
 * Kibana's webhook connector → events, with the bodies of docs/sources/kibana.md: one per alert, or a
 * summary of a rule's alerts.
 * Wire: https://www.elastic.co/docs/explore-analyze/alerts-cases/alerts/rule-action-variables
 * (samples: test/ingest/fixtures/kibana/).
 *
 * Identity: rule and alert id (the host, the group …), over all its activations; without them the
 * alert's uuid, which is one activation.
 */
import { z } from 'zod'
import type { AlertEvent, IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { firstText, readReports, snakeNames, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'
import type { IngestContext } from './source.ts'
import { defineSource, readItems } from './source.ts'

const Body = z.custom<Values>(isRecord, { error: 'must be an object' })

export const kibana = defineSource({
  id: 'kibana',
  family: 'kibana',
  payload: z.custom<object>((value) => typeof value === 'object' && value !== null, {
    error: 'must be an object',
  }),
  toItems: (payload, context) =>
    isRecord(payload) && isRecord(payload['alerts'])
      ? readSummary(payload, payload['alerts'], context)
      : readReports(payload, context, { schema: Body, read: readOne }),
})

/** New, ongoing and recovered alerts of one rule. */
function readSummary(body: Values, alerts: Values, context: IngestContext): readonly IngestItem[] {
  const found = ['new', 'ongoing', 'recovered'].flatMap((group) => {
    const part = alerts[group]
    const data: unknown = isRecord(part) ? part['data'] : undefined
    const all: readonly unknown[] = Array.isArray(data) ? data : []
    return all.map((value, i) => ({ value, path: ['alerts', group, 'data', i] }))
  })
  const recovered = (i: number) => found[i]?.path[1] === 'recovered'
  if (found.length === 0)
    return readItems([body], context, { schema: Body, pathOf: () => [], read: readOne })
  return readItems(
    found.map(({ value }) => value),
    context,
    {
      schema: Body,
      pathOf: (i) => found[i]?.path ?? [],
      read: (alert, reading, i) => readRow(body, alert, recovered(i), reading),
    },
  )
}

function readOne(given: Values, reading: Reading): IngestItem {
  const body = snakeNames(given)
  const rule = isRecord(body['rule']) ? body['rule'] : {}
  const alert = isRecord(body['alert']) ? body['alert'] : {}
  const context = isRecord(body['context']) ? body['context'] : {}
  const group = firstText(body['action_group'], alert['actionGroup'], body['action_group_name'])
  if (group === undefined) fail(reading, ['action_group'], '`action_group` is missing.')
  return toEvent(
    {
      status: /recovered/i.test(group ?? '') ? 'resolved' : 'firing',
      group,
      uuid: firstText(body['alert_uuid'], alert['uuid']),
      ruleId: firstText(body['rule_id'], rule['id']),
      alertId: firstText(body['alert_id'], alert['id']),
      name: firstText(body['rule_name'], rule['name']),
      tags: body['tags'] ?? rule['tags'],
      severity: firstText(body['severity'], context['severity']),
      reason: firstText(body['reason'], context['reason'], body['message'], context['message']),
      url: firstText(body['url'], context['alertDetailsUrl'], rule['url']),
      date: body['date'],
      end: undefined,
    },
    reading,
  )
}

/** Alerts of a summary are documents: `kibana.alert.uuid` and so on, flat. */
function readRow(body: Values, row: Values, recovered: boolean, reading: Reading): IngestItem {
  const rule = isRecord(body['rule']) ? body['rule'] : {}
  const of = (name: string): unknown => row[`kibana.alert.${name}`]
  const group = textOf(of('action_group'))
  return toEvent(
    {
      status: recovered || of('status') === 'recovered' ? 'resolved' : 'firing',
      group,
      uuid: textOf(of('uuid')),
      ruleId: firstText(of('rule.uuid'), body['rule_id'], rule['id']),
      alertId: textOf(of('instance.id')),
      name: firstText(of('rule.name'), body['rule_name'], rule['name']),
      tags: of('rule.tags') ?? body['tags'],
      severity: textOf(of('severity')),
      reason: textOf(of('reason')),
      url: firstText(of('url'), body['url'], rule['url']),
      date: of('start'),
      end: of('end'),
    },
    reading,
  )
}

interface Said {
  readonly status: AlertEvent['status']
  readonly group: string | undefined
  readonly uuid: string | undefined
  readonly ruleId: string | undefined
  readonly alertId: string | undefined
  readonly name: string | undefined
  readonly tags: unknown
  readonly severity: string | undefined
  readonly reason: string | undefined
  readonly url: string | undefined
  readonly date: unknown
  readonly end: unknown
}

function toEvent(said: Said, reading: Reading): AlertEvent {
  const { status, group, uuid, ruleId, alertId, name, reason, url } = said
  const tags = tagsOf(said.tags)
  const severityText = firstText(said.severity, tags['severity'], levelOf(group))
  const start = readMoment(reading, ['date'], said.date)
  const end = readMoment(reading, ['end'], said.end)
  const summary = said.end !== undefined || status === 'firing'
  return toAlert(
    {
      source: 'kibana',
      status,
      severity: severityOf(severityText),
      severityText,
      identity:
        ruleId === undefined || alertId === undefined ? { uuid } : { rule: ruleId, alert: alertId },
      rule: name,
      title: name === undefined || alertId === undefined ? name : `${name}: ${alertId}`,
      labels: { ...tags, alert: alertId, host: hostOf(alertId), rule: ruleId },
      annotations: { description: reason, action_group: group, uuid },
      startsAt: summary ? start : undefined,
      endsAt: status === 'resolved' ? (end ?? (summary ? undefined : start)) : undefined,
      url,
    },
    reading,
  )
}

/** Alerts of rules that group by host are called like it; others `query matched`, or `a, b`. */
function hostOf(alertId: string | undefined): string | undefined {
  return alertId === undefined || /[\s,*]/.test(alertId) ? undefined : alertId
}

/** `metrics.threshold.warning` has its level in its name; `threshold met` has none. */
function levelOf(group: string | undefined): string | undefined {
  const level = group?.split(/[.\s]/).at(-1)
  return severityOf(level) === 'unknown' ? undefined : level
}

/** `a,b` or an array; `name:value` is a label. */
function tagsOf(tags: unknown): Readonly<Record<string, string>> {
  const all: readonly unknown[] = Array.isArray(tags) ? tags : (textOf(tags) ?? '').split(',')
  return Object.fromEntries(
    all.flatMap((tag) => {
      const [, name, value] = /^\s*([^:]+):(.+?)\s*$/.exec(textOf(tag) ?? '') ?? []
      return name === undefined || value === undefined ? [] : [[name, value]]
    }),
  )
}
