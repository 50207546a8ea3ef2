/**
 * Azure Monitor's common alert schema → events.
 * Wire: https://learn.microsoft.com/en-us/azure/azure-monitor/alerts/alerts-common-schema
 * (samples: test/ingest/fixtures/azure/).
 *
 * Identity: `alertId`, the same when it is fired and when it is resolved.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
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

/** Sev4 is verbose. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  sev0: 'critical',
  sev1: 'error',
  sev2: 'warning',
  sev3: 'info',
  sev4: 'info',
}

const Essentials = z.object({
  alertId: Id,
  monitorCondition: Id,
  alertRule: Text,
  severity: Text,
  signalType: Text,
  monitoringService: Text,
  alertTargetIDs: List,
  configurationItems: List,
  firedDateTime: Text,
  resolvedDateTime: Text,
  description: Text,
  investigationLink: Text,
})

const Alert = z.object({
  schemaId: z.literal('azureMonitorCommonAlertSchema', {
    error: 'must be azureMonitorCommonAlertSchema (turn the common alert schema on)',
  }),
  data: z.object({ essentials: Essentials, alertContext: Fields, customProperties: Fields }),
  customProperties: Fields,
})
type Alert = z.infer<typeof Alert>

export const azure = defineReports({ id: 'azure', schema: Alert, read: toItem })

function toItem({ data, ...outer }: Alert, reading: Reading): IngestItem {
  const { essentials, alertContext = {} } = data
  const status = statusOf(essentials.monitorCondition, reading)
  const at = (field: 'firedDateTime' | 'resolvedDateTime') =>
    readMoment(reading, ['data', 'essentials', field], essentials[field], 'utc')
  const target = textOf(essentials.alertTargetIDs[0])
  const item = firstText(essentials.configurationItems[0], target?.split('/').at(-1))
  const properties = isRecord(alertContext['properties']) ? alertContext['properties'] : {}
  return toAlert(
    {
      source: 'azure',
      status,
      severity: severityIn(SEVERITY, essentials.severity),
      severityText: essentials.severity,
      identity: { alert_id: essentials.alertId },
      rule: essentials.alertRule,
      title: essentials.alertRule,
      labels: {
        ...properties,
        ...outer.customProperties,
        ...data.customProperties,
        ...dimensionsOf(alertContext),
        host: item,
        ci_id: target,
        resource_group: /\/resourcegroups\/([^/]+)/i.exec(target ?? '')?.[1],
        signal: essentials.signalType,
        monitoring_service: essentials.monitoringService,
      },
      annotations: { description: essentials.description, condition: conditionOf(alertContext) },
      startsAt: at('firedDateTime'),
      endsAt: status === 'resolved' ? at('resolvedDateTime') : undefined,
      url: firstText(essentials.investigationLink, alertContext['LinkToSearchResults']),
    },
    reading,
  )
}

function statusOf(condition: string, reading: Reading): 'firing' | 'resolved' {
  const word = condition.toLowerCase()
  if (word === 'resolved') return 'resolved'
  if (word !== 'fired')
    fail(
      reading,
      ['data', 'essentials', 'monitorCondition'],
      `\`monitorCondition\` must be Fired or Resolved, not ${quoted(condition)}.`,
    )
  return 'firing'
}

function criteriaOf(context: Values): readonly Values[] {
  const condition = isRecord(context['condition']) ? context['condition'] : {}
  const all: unknown = condition['allOf']
  return Array.isArray(all) ? all.filter(isRecord) : []
}

function dimensionsOf(context: Values): Values {
  const all = criteriaOf(context).flatMap((criterion) => {
    const dimensions: unknown = criterion['dimensions']
    return Array.isArray(dimensions) ? dimensions.filter(isRecord) : []
  })
  return Object.fromEntries(
    all.flatMap((one) => {
      const name = textOf(one['name'])
      return name === undefined ? [] : [[name, one['value']]]
    }),
  )
}

/** `Percentage CPU GreaterThan 80 (93.2)` */
function conditionOf(context: Values): string | undefined {
  const parts = criteriaOf(context).map(({ metricName, operator, threshold, metricValue }) =>
    [metricName, operator, threshold, metricValue === undefined ? undefined : `(${metricValue})`]
      .flatMap((part) => textOf(part) ?? [])
      .join(' '),
  )
  return firstText(parts.join('; '), context['SearchQuery'])
}
