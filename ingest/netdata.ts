/**
 * Netdata → events: webhooks of Netdata Cloud (alerts, reachability) and the agent's custom sender of
 * docs/sources/netdata.md.
 * Wire: https://learn.netdata.cloud/docs/alerts-&-notifications/notifications/centralized-cloud-notifications/webhook
 * and https://learn.netdata.cloud/docs/alerts-&-notifications/notifications/agent-dispatched-notifications/custom
 * (samples: test/ingest/fixtures/netdata/).
 *
 * Identity: the agent's alarm id with its host. Cloud sends no id: host, chart and alert where it names
 * the host, else the alert's address without its query, else space, chart and alert.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, severityIn, textOf, toAlert } from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  warning: 'warning',
  clear: 'info',
  removed: 'info',
  info: 'info',
}

export const netdata = defineReports({
  id: 'netdata',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  read: (body, reading) =>
    isRecord(body['status'])
      ? readReachability(body, body['status'], reading)
      : readAlert(body, reading),
})

function readAlert(body: Values, reading: Reading): IngestItem {
  const field = body['status'] === undefined ? 'severity' : 'status'
  const severityText = textOf(body[field])
  const word = severityText?.toLowerCase() ?? ''
  const status = word === 'clear' || word === 'removed' ? 'resolved' : 'firing'
  if (severityText === undefined) fail(reading, [field], `\`${field}\` is missing.`)
  else if (!['critical', 'warning', 'clear', 'removed'].includes(word))
    fail(
      reading,
      [field],
      `\`${field}\` is ${quoted(severityText)}, which is no state of an alert.`,
    )
  const alert = firstText(body['alert'], body['name'])
  const host = firstText(body['host'], body['node'])
  const time =
    readMoment(reading, ['when'], body['when']) ??
    readMoment(reading, ['date'], body['date'], 'utc')
  return toAlert(
    {
      source: 'netdata',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: identify(body, alert, host),
      rule: alert,
      title: firstText(body['message'], body['info'], alert),
      labels: {
        host,
        chart: body['chart'],
        context: body['context'],
        family: body['family'],
        class: body['class'],
        space: body['space'],
      },
      annotations: {
        description: body['info'],
        value: body['value_string'],
        duration: body['duration'],
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: firstText(body['alert_url'], body['goto_url']),
    },
    reading,
  )
}

function identify(body: Values, alert: string | undefined, host: string | undefined): Values {
  const { chart, space } = body
  const alarm = textOf(body['alarm_id'])
  if (alarm !== undefined) return { host, alarm }
  if (host !== undefined) return { host, chart, alert }
  const url = textOf(body['alert_url'])
  return url === undefined ? { space, chart, alert } : { url: url.replace(/[?#].*$/s, '') }
}

function readReachability(body: Values, state: Values, reading: Reading): IngestItem {
  const host = textOf(body['host'])
  const text = textOf(state['text'])
  const reachable =
    state['reachable'] === true || (state['reachable'] === undefined && text === 'reachable')
  if (typeof state['reachable'] !== 'boolean' && text !== 'reachable' && text !== 'unreachable')
    fail(reading, ['status', 'reachable'], '`status.reachable` must be true or false.')
  const severityText = textOf(body['severity'])
  return toAlert(
    {
      source: 'netdata',
      status: reachable ? 'resolved' : 'firing',
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: host === undefined ? { host } : { host, about: 'reachability' },
      rule: 'Reachability',
      title: firstText(
        body['message'],
        `${host ?? 'A node'} is ${reachable ? 'reachable' : 'unreachable'}`,
      ),
      labels: { host },
      url: textOf(body['url']),
    },
    reading,
  )
}
