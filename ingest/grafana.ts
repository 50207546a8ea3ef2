/**
 * Grafana's webhook contact point (payload version 1) → events; and the webhook of its legacy
 * alerting, before version 9.
 * Wire: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 * and https://grafana.com/docs/grafana/v8.5/alerting/old-alerting/notifications/#webhook
 * (samples: test/ingest/fixtures/grafana/).
 *
 * Alerts of unified alerting are of the Alertmanager family: the same alert through a contact point of
 * type Alertmanager is the same alert. A legacy rule is one alert, whatever series of it are over.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import { readWebhook, WebhookPayload } from './alertmanager.ts'
import { FAMILY } from './alertmanager-family.ts'
import type { Reading } from './fields.ts'
import { isRecord } from './fields.ts'
import { Fields, Id, List, Text, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'
import { defineSource, MAX_FAMILY_BODY_BYTES, readItems } from './source.ts'

/** `paused`: nobody looks any more, so it is not known to be broken. */
const STATES = {
  alerting: 'firing',
  no_data: 'firing',
  ok: 'resolved',
  paused: 'resolved',
} as const

const Legacy = z.object({
  ruleId: Id,
  state: z.enum(['alerting', 'no_data', 'ok', 'paused']),
  ruleName: Text,
  ruleUrl: Text,
  title: Text,
  message: Text,
  orgId: Text,
  dashboardId: Text,
  panelId: Text,
  imageUrl: Text,
  evalMatches: List,
  tags: Fields,
})
type Legacy = z.infer<typeof Legacy>

export const grafana = defineSource({
  id: 'grafana',
  family: FAMILY,
  maxBodyBytes: MAX_FAMILY_BODY_BYTES,
  payload: z.custom<Readonly<Record<string, unknown>>>(
    (value) => isRecord(value) && (Array.isArray(value['alerts']) || 'ruleId' in value),
    { error: 'must be a notification with `alerts`, or with `ruleId` from legacy alerting' },
  ),
  toItems: (payload, context) => {
    if (!Array.isArray(payload['alerts']))
      return readItems([payload], context, { schema: Legacy, pathOf: () => [], read: readLegacy })
    const { alerts, truncatedAlerts } = WebhookPayload.parse(payload)
    return readWebhook(
      { source: 'grafana', anyAge: true },
      { alerts: alerts.map(withLinks), truncatedAlerts },
      context,
    )
  },
})

/** What Grafana has beside the annotations, as annotations; those of the rule win. */
function withLinks(alert: unknown): unknown {
  if (!isRecord(alert)) return alert
  const annotations = alert['annotations'] ?? {}
  if (!isRecord(annotations)) return alert
  const more = {
    dashboard_url: textOf(alert['dashboardURL']),
    panel_url: textOf(alert['panelURL']),
    image_url: textOf(alert['imageURL']),
    values: textOf(alert['valueString']),
  }
  const said = Object.entries(more).filter(([, value]) => value !== undefined)
  return { ...alert, annotations: { ...Object.fromEntries(said), ...annotations } }
}

function readLegacy(item: Legacy, reading: Reading): IngestItem {
  const { ruleId, orgId, ruleName, state, title, message } = item
  const [match] = item.evalMatches
  const series = isRecord(match) && isRecord(match['tags']) ? match['tags'] : {}
  const severityText = textOf(item.tags?.['severity'])
  return toAlert(
    {
      source: 'grafana',
      family: FAMILY,
      relay: true,
      status: STATES[state],
      severity: severityOf(severityText),
      severityText,
      identity: { grafana_org: orgId, grafana_rule: ruleId },
      rule: ruleName,
      title: ruleName ?? title,
      labels: {
        ...(item.evalMatches.length === 1 ? series : {}),
        ...item.tags,
        alertname: ruleName,
      },
      annotations: {
        description: message,
        state,
        image_url: item.imageUrl,
        matches: item.evalMatches.length === 0 ? undefined : JSON.stringify(item.evalMatches),
      },
      url: item.ruleUrl,
    },
    reading,
  )
}
