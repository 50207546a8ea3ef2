/**
 * PagerDuty's Events API v2, as tools post to it: alert events and change events.
 * Wire: https://developer.pagerduty.com/docs/events-api-v2-overview (trigger, acknowledge, resolve)
 * and https://developer.pagerduty.com/docs/send-change-event (samples: test/ingest/fixtures/pagerduty/).
 *
 * Identity: routing key and dedup key, as there. The routing key is a secret, so a hash of it stands
 * for it. A trigger without a dedup key is an alert of its own by what it is about: source, component,
 * group and class, else its summary.
 */
import { z } from 'zod'
import { hash64 } from '../src/core/fingerprint.ts'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, kindOf, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
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
  toChange,
} from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  info: 'info',
}

const Event = z.object({
  routing_key: Text,
  event_action: z.unknown().optional(),
  dedup_key: Text,
  payload: Fields,
  client: Text,
  client_url: Text,
  links: List,
  images: List,
})
type Event = z.infer<typeof Event>

/** A change event is the one without an action. */
export const pagerduty = defineReports({
  id: 'pagerduty',
  schema: Event,
  read: (event, reading) =>
    event.event_action === undefined ? readChange(event, reading) : readAlert(event, reading),
})

function readAlert(event: Event, reading: Reading): IngestItem {
  const { dedup_key, client, event_action: action } = event
  const payload = event.payload ?? {}
  const status = action === 'resolve' ? 'resolved' : 'firing'
  checkAction(event, reading)
  const summary = textOf(payload['summary'])
  if (action === 'trigger' && summary === undefined)
    fail(reading, ['payload', 'summary'], '`payload.summary` is missing.')
  const severityText = textOf(payload['severity'])
  const { component, group, class: kind, source: host } = payload
  return toAlert(
    {
      source: 'pagerduty',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { routing: routingOf(event), ...identify(dedup_key, payload) },
      rule: firstText(kind, summary, dedup_key),
      title: summary ?? dedup_key,
      labels: { host, component, group, class: kind, client },
      annotations: { ...detailsOf(payload['custom_details']), ...linksOf(event) },
      startsAt: status === 'firing' ? timeOf(payload, reading) : undefined,
      endsAt: status === 'resolved' ? timeOf(payload, reading) : undefined,
      url: firstText(event.client_url, hrefOf(event.links[0])),
    },
    reading,
  )
}

function checkAction({ event_action: action, dedup_key }: Event, reading: Reading): void {
  if (action === 'acknowledge')
    fail(
      reading,
      ['event_action'],
      '`event_action` is acknowledge, which changes no alert: acknowledge the incident in Faultline.',
    )
  else if (action !== 'trigger' && action !== 'resolve') {
    const given = typeof action === 'string' ? quoted(action) : kindOf(action)
    const reason = `\`event_action\` must be trigger, acknowledge or resolve, not ${given}.`
    fail(reading, ['event_action'], reason)
  }
  if (action === 'resolve' && textOf(dedup_key) === undefined)
    fail(reading, ['dedup_key'], '`dedup_key` is missing.')
}

function identify(dedupKey: string | undefined, payload: Values): Values {
  if (dedupKey !== undefined) return { dedup_key: dedupKey }
  const { source, component, group, class: kind, summary } = payload
  return firstText(component, group, kind) === undefined
    ? { source, summary }
    : { source, component, group, class: kind }
}

function routingOf({ routing_key: key }: Event): string | undefined {
  return key === undefined ? undefined : hash64(key)
}

function timeOf(payload: Values, reading: Reading): number | undefined {
  return readMoment(reading, ['payload', 'timestamp'], payload['timestamp'])
}

/** Clients also send a text or an array. */
function detailsOf(details: unknown): Values {
  if (isRecord(details))
    return Object.fromEntries(
      Object.entries(details).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
      ]),
    )
  if (details === undefined || details === null) return {}
  return { details: typeof details === 'string' ? details : JSON.stringify(details) }
}

function linksOf({ links, images }: Event): Values {
  const all = links.flatMap((link) => hrefOf(link) ?? [])
  const [image] = images
  return {
    links: all.length === 0 ? undefined : all.join('\n'),
    image_url: isRecord(image) ? textOf(image['src']) : undefined,
  }
}

function hrefOf(link: unknown): string | undefined {
  return isRecord(link) ? textOf(link['href']) : undefined
}

function readChange(event: Event, reading: Reading): IngestItem {
  const payload = event.payload ?? {}
  const summary = textOf(payload['summary'])
  const host = textOf(payload['source'])
  if (summary === undefined) fail(reading, ['payload', 'summary'], '`payload.summary` is missing.')
  const details = isRecord(payload['custom_details']) ? payload['custom_details'] : {}
  return toChange(
    {
      source: 'pagerduty',
      id: undefined,
      title: summary,
      changeKind: 'change',
      cis: [host, textOf(details['service'])],
      labels: { ...details, host },
      startsAt: timeOf(payload, reading),
      url: hrefOf(event.links[0]),
    },
    reading,
  )
}
