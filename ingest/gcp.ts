/**
 * Google Cloud Monitoring's webhook (schema 1.2) → events; also pushed by Pub/Sub, which wraps it.
 * Wire: https://cloud.google.com/monitoring/support/notification-options#webhooks and
 * https://cloud.google.com/pubsub/docs/push (samples: test/ingest/fixtures/gcp/).
 *
 * Identity: `incident_id`, the same when it is open and when it is closed. Severity: the incident's,
 * else a label `severity` of the policy or of the resource.
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
  severityIn,
  Text,
  textOf,
  toAlert,
} from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  info: 'info',
}

const Incident = z.object({
  incident_id: Id,
  state: Id,
  started_at: z.unknown().optional(),
  ended_at: z.unknown().optional(),
  severity: Text,
  summary: Text,
  url: Text,
  policy_name: Text,
  condition_name: Text,
  condition: Fields,
  observed_value: Text,
  threshold_value: Text,
  scoping_project_id: Text,
  resource: Fields,
  resource_name: Text,
  resource_display_name: Text,
  metric: Fields,
  metadata: Fields,
  policy_user_labels: Fields,
  documentation: Fields,
})
type Incident = z.infer<typeof Incident>

export const gcp = defineReports({
  id: 'gcp',
  schema: z.preprocess(unwrapped, z.object({ incident: Incident })),
  read: ({ incident }, reading) => toItem(incident, reading),
})

/** Pub/Sub carries the body as base64 of its bytes. */
function unwrapped(body: unknown): unknown {
  const message = isRecord(body) ? body['message'] : undefined
  const data = isRecord(message) ? message['data'] : undefined
  if (typeof data !== 'string') return body
  try {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return body
  }
}

function toItem(incident: Incident, reading: Reading): IngestItem {
  const status = statusOf(incident.state, reading)
  const { metadata = {}, policy_user_labels: policyLabels = {}, documentation = {} } = incident
  const userLabels = labelsIn(metadata, 'user_labels')
  const severityText = firstText(
    incident.severity,
    policyLabels['severity'],
    userLabels['severity'],
    labelsIn(metadata, 'system_labels')['severity'],
  )
  const rule = firstText(
    incident.condition_name,
    incident.condition?.['displayName'],
    incident.policy_name,
  )
  const at = (field: 'started_at' | 'ended_at') =>
    readMoment(reading, ['incident', field], incident[field])
  return toAlert(
    {
      source: 'gcp',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { incident_id: incident.incident_id },
      rule,
      title: firstText(incident.summary, documentation['subject'], rule),
      labels: {
        ...userLabels,
        ...policyLabels,
        ...placesOf(incident),
        policy: incident.policy_name,
      },
      annotations: {
        description: firstText(documentation['content']),
        observed_value: incident.observed_value,
        threshold_value: incident.threshold_value,
      },
      startsAt: at('started_at'),
      endsAt: status === 'resolved' ? at('ended_at') : undefined,
      url: incident.url,
    },
    reading,
  )
}

function statusOf(state: string, reading: Reading): 'firing' | 'resolved' {
  const word = state.toLowerCase()
  if (word === 'closed') return 'resolved'
  if (word !== 'open')
    fail(reading, ['incident', 'state'], `\`state\` must be open or closed, not ${quoted(state)}.`)
  return 'firing'
}

function labelsIn(value: Values | undefined, key: string): Values {
  const labels = value?.[key]
  return isRecord(labels) ? labels : {}
}

/** Labels of the resource and the metric, and what they name in our words. */
function placesOf(incident: Incident): Values {
  const resource = labelsIn(incident.resource, 'labels')
  const metric = labelsIn(incident.metric, 'labels')
  return {
    ...metric,
    ...resource,
    host: firstText(
      metric['instance_name'],
      incident.resource_display_name,
      resource['instance_id'],
    ),
    namespace: textOf(resource['namespace_name']),
    pod: textOf(resource['pod_name']),
    container: textOf(resource['container_name']),
    cluster: textOf(resource['cluster_name']),
    service: firstText(resource['service_name'], resource['module_id']),
    database: textOf(resource['database_id']),
    region: textOf(resource['region']),
    project: firstText(incident.scoping_project_id, resource['project_id']),
    resource_type: textOf(incident.resource?.['type']),
    metric: textOf(incident.metric?.['type']),
    ci_id: incident.resource_name,
  }
}
