/**
 * CloudWatch alarms by Amazon SNS → events: SNS' envelope, raw message delivery, and EventBridge's
 * "CloudWatch Alarm State Change".
 * Wire: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 * (samples: test/ingest/fixtures/cloudwatch/).
 *
 * Identity: the alarm's ARN, else account, region and name. Alarms have no severity: one may be written
 * into the description, as `severity: critical`. Missing data fires: it is only sent where it was asked
 * for.
 */
import { z } from 'zod'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'

const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  ALARM: 'firing',
  INSUFFICIENT_DATA: 'firing',
  OK: 'resolved',
}

/** Dimensions that name what our labels name. */
const PLACES: readonly (readonly [label: string, dimensions: readonly string[]])[] = [
  ['host', ['InstanceId', 'Host']],
  ['database', ['DBInstanceIdentifier', 'DBClusterIdentifier', 'TableName']],
  ['service', ['ServiceName', 'FunctionName', 'ApiName', 'QueueName', 'LoadBalancer']],
]

export const cloudwatch = defineReports({
  id: 'cloudwatch',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  read: (body, reading) => {
    const alarm = alarmOf(body, reading)
    return toAlert(toReport(alarm, body, reading), reading)
  },
})

interface Alarm {
  readonly name: string | undefined
  readonly arn: string | undefined
  readonly account: string | undefined
  readonly region: string | undefined
  readonly state: unknown
  readonly stateField: readonly string[]
  readonly time: unknown
  readonly reason: string | undefined
  readonly description: string | undefined
  readonly priority: string | undefined
  readonly trigger: Values
  readonly dimensions: Values
}

function alarmOf(body: Values, reading: Reading): Alarm {
  const type = textOf(body['Type'])
  if (type !== undefined && type !== 'Notification') {
    const reason =
      type === 'SubscriptionConfirmation'
        ? 'This is no alarm but SNS asking to confirm the subscription: open the address in `SubscribeURL`.'
        : `\`Type\` is ${quoted(type)}, which is no notification.`
    fail(reading, ['Type'], reason)
  }
  if (isRecord(body['detail'])) return fromEventBridge(body, body['detail'])
  const message = body['Message'] ?? body
  const inner = typeof message === 'string' ? parsed(message) : message
  if (isRecord(inner) && isRecord(inner['detail'])) return fromEventBridge(inner, inner['detail'])
  if (!isRecord(inner) || textOf(inner['AlarmName']) === undefined)
    fail(reading, ['Message'], '`Message` is not a CloudWatch alarm: it has no `AlarmName`.')
  return fromMessage(isRecord(inner) ? inner : {})
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fromMessage(alarm: Values): Alarm {
  const trigger = isRecord(alarm['Trigger']) ? alarm['Trigger'] : alarm
  const listed: unknown = trigger['Dimensions']
  const dimensions = Array.isArray(listed) ? listed.filter(isRecord) : []
  const arn = textOf(alarm['AlarmArn'])
  return {
    name: textOf(alarm['AlarmName']),
    arn,
    account: firstText(alarm['AWSAccountId'], arn?.split(':')[4]),
    region: firstText(arn?.split(':')[3], alarm['Region']),
    state: alarm['NewStateValue'],
    stateField: ['Message', 'NewStateValue'],
    time: alarm['StateChangeTime'],
    reason: textOf(alarm['NewStateReason']),
    description: textOf(alarm['AlarmDescription']),
    priority: firstText(alarm['Severity'], alarm['Priority']),
    trigger: { metric_namespace: trigger['Namespace'], metric: trigger['MetricName'] },
    dimensions: Object.fromEntries(
      dimensions.flatMap((one) => {
        const name = firstText(one['name'], one['Name'])
        return name === undefined ? [] : [[name, one['value'] ?? one['Value']]]
      }),
    ),
  }
}

function fromEventBridge(event: Values, detail: Values): Alarm {
  const resources: unknown = event['resources']
  const state = isRecord(detail['state']) ? detail['state'] : {}
  const configuration = isRecord(detail['configuration']) ? detail['configuration'] : {}
  const metrics: unknown = configuration['metrics']
  const [first] = Array.isArray(metrics) ? metrics.filter(isRecord) : []
  const stat = isRecord(first?.['metricStat']) ? first['metricStat'] : {}
  const metric = isRecord(stat['metric']) ? stat['metric'] : {}
  return {
    name: textOf(detail['alarmName']),
    arn: Array.isArray(resources) ? textOf(resources[0]) : undefined,
    account: textOf(event['account']),
    region: textOf(event['region']),
    state: state['value'],
    stateField: ['detail', 'state', 'value'],
    time: state['timestamp'] ?? event['time'],
    reason: textOf(state['reason']),
    description: textOf(configuration['description']),
    priority: undefined,
    trigger: { metric_namespace: metric['namespace'], metric: metric['name'] },
    dimensions: isRecord(metric['dimensions']) ? metric['dimensions'] : {},
  }
}

function toReport(alarm: Alarm, body: Values, reading: Reading) {
  const { name, arn, account, region, dimensions, description, reason, priority } = alarm
  const status = statusOf(alarm, reading)
  const written = /\bseverity\s*[:=]\s*([\w-]+)/i.exec(description ?? '')?.[1]
  const severityText = written ?? priority
  const time = readMoment(reading, alarm.stateField, alarm.time)
  const places = PLACES.map(([label, names]) => [
    label,
    firstText(...names.map((n) => dimensions[n])),
  ])
  return {
    source: 'cloudwatch',
    status,
    severity: severityOf(severityText),
    severityText,
    identity: arn === undefined ? { account, region, name } : { arn },
    rule: name,
    title: name,
    labels: {
      ...dimensions,
      ...Object.fromEntries(places),
      ...(arn === undefined ? { region_name: region } : { region }),
      account,
      ...alarm.trigger,
      alarm: name,
    },
    annotations: { description, reason, state: textOf(alarm.state), topic: body['TopicArn'] },
    startsAt: status === 'firing' ? time : undefined,
    endsAt: status === 'resolved' ? time : undefined,
  } as const
}

function statusOf({ state, stateField }: Alarm, reading: Reading): 'firing' | 'resolved' {
  const word = textOf(state)?.toUpperCase()
  if (word === undefined) {
    reading.notes.push(`\`${stateField.join('.')}\` is missing: taken as ALARM.`)
    return 'firing'
  }
  const status = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (status === undefined) {
    const reason = `must be ALARM, OK or INSUFFICIENT_DATA, not ${quoted(word)}`
    fail(reading, stateField, `\`${stateField.join('.')}\` ${reason}.`)
  }
  return status ?? 'firing'
}
