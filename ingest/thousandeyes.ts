/**
 * ThousandEyes' classic webhooks → events: alerts of tests, and notices about agents and devices.
 * Wire: https://docs.thousandeyes.com/product-documentation/alerts/standard-notification-methods/classic-webhooks-for-alert-notifs
 * (samples: test/ingest/fixtures/thousandeyes/).
 *
 * Identity: the rule with the test, the agent or the device it watches. The alert's own id is another
 * one each time the rule fires.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
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

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  major: 'error',
  minor: 'warning',
  info: 'info',
}

const Body = z.object({ eventType: Id, alert: Fields, agentAlert: Fields, deviceAlert: Fields })
type Body = z.infer<typeof Body>

const Alert = z.object({
  alertId: Text,
  ruleId: Text,
  ruleName: Text,
  ruleExpression: Text,
  testId: Text,
  testName: Text,
  testLabels: List,
  testTargetsDescription: List,
  agentId: Text,
  agentName: Text,
  deviceId: Text,
  deviceName: Text,
  hostname: Text,
  ipAddress: Text,
  type: Text,
  severity: Text,
  dateStart: z.unknown().optional(),
  dateEnd: z.unknown().optional(),
  permalink: Text,
})

export const thousandeyes = defineReports({ id: 'thousandeyes', schema: Body, read: toItem })

function toItem(body: Body, reading: Reading): IngestItem {
  const alert = Alert.parse(body.alert ?? body.agentAlert ?? body.deviceAlert ?? {})
  const [, does = ''] = /_(TRIGGER|CLEAR)$/.exec(body.eventType.toUpperCase()) ?? []
  if (does === '')
    fail(
      reading,
      ['eventType'],
      `\`eventType\` must end with TRIGGER or CLEAR, not ${quoted(body.eventType)}.`,
    )
  const status = does === 'CLEAR' ? 'resolved' : 'firing'
  const watched = { test: alert.testId, agent: alert.agentId, device: alert.deviceId }
  const isWatched = Object.values(watched).some((id) => textOf(id) !== undefined)
  const target = firstText(alert.testName, alert.agentName, alert.deviceName)
  return toAlert(
    {
      source: 'thousandeyes',
      status,
      severity: severityIn(SEVERITY, alert.severity),
      severityText: alert.severity,
      identity:
        alert.ruleId !== undefined && isWatched
          ? { rule: alert.ruleId, ...watched }
          : { alert: alert.alertId },
      rule: firstText(alert.ruleName, alert.ruleId),
      title: target === undefined ? alert.ruleName : `${alert.ruleName ?? alert.type}: ${target}`,
      labels: {
        test: alert.testName,
        type: alert.type,
        agent: alert.agentName,
        device: alert.deviceName,
        host: alert.hostname,
        ip: alert.ipAddress,
        tags: alert.testLabels
          .flatMap((label) => (isRecord(label) ? (textOf(label['name']) ?? []) : []))
          .join(','),
      },
      annotations: {
        expression: alert.ruleExpression,
        targets: alert.testTargetsDescription.flatMap((one) => textOf(one) ?? []).join(', '),
      },
      startsAt: readMoment(reading, ['alert', 'dateStart'], alert.dateStart, 'utc'),
      endsAt:
        status === 'resolved'
          ? readMoment(reading, ['alert', 'dateEnd'], alert.dateEnd, 'utc')
          : undefined,
      url: alert.permalink,
    },
    reading,
  )
}
