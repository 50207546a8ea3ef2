/**
 * Slack incoming webhook, or one that takes the same messages (https://docs.slack.dev/messaging).
 * The fallback text stands alone: compatible receivers may not show Block Kit. Links instead of
 * buttons: a button needs an app that answers.
 */
import { SECOND } from '../core/time.ts'
import type { SlackChannel } from './channel.ts'
import type { SendResult } from './delivery.ts'
import { type HttpDeps, send } from './http.ts'
import type { Notification, NotificationData } from './notification.ts'
import { parseRetryAfter } from './policy.ts'
import type { StormData } from './storm-data.ts'

interface SlackText {
  readonly type: 'mrkdwn'
  readonly text: string
}

export type SlackBlock =
  | {
      readonly type: 'section'
      readonly text?: SlackText
      readonly fields?: readonly SlackText[]
    }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] }

export interface SlackMessage {
  readonly text: string
  readonly unfurl_links: false
  readonly attachments: readonly {
    readonly color: string
    readonly fallback: string
    readonly blocks: readonly SlackBlock[]
  }[]
}

const MAX_SECTION = 3000
const MAX_FIELD = 2000
const MAX_LINK = 3000
const COLORS = { 1: '#c92a2a', 2: '#e8590c', 3: '#f08c00', 4: '#1971c2', 5: '#868e96' } as const
const RESOLVED = '#2f9e44'

/** The message of a notification, inside Slack's limits and with its three special characters escaped. */
export function toSlackMessage({ type, at, priority, data }: Notification): SlackMessage {
  const { headline } = data
  const isOver = type === 'incident.resolved' || type === 'storm.ended'
  const color = isOver ? RESOLVED : COLORS[priority]
  const date = Math.floor(at / SECOND)
  const when = `<!date^${date}^{date_short_pretty} {time}|${new Date(at).toISOString()}>`
  return {
    text: `*${escapeSlack(headline, MAX_SECTION)}* ${link(data.url, 'Open in Faultline')}`,
    unfurl_links: false,
    attachments: [
      {
        color,
        fallback: escapeSlack(headline, MAX_SECTION),
        blocks: [
          { type: 'section', text: mrkdwn(escapeSlack(data.text, MAX_SECTION) || '-') },
          { type: 'section', fields: 'storm' in data ? toStormFields(data) : toFields(data) },
          { type: 'context', elements: [mrkdwn(`${when} · ${escapeSlack(data.actor, 200)}`)] },
        ],
      },
    ],
  }
}

/**
 * Escapes `&`, `<` and `>`, the only characters special to Slack, and cuts to `max` characters
 * without leaving half an escape.
 */
export function escapeSlack(text: string, max: number): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.length <= max ? escaped : `${escaped.slice(0, max - 1).replace(/&\w*$/, '')}…`
}

/** One attempt. Only 200 with the body `ok` is delivered; 404 and 410 switch the channel off. */
export async function sendSlack(
  channel: SlackChannel,
  notification: Notification,
  deps: HttpDeps,
): Promise<SendResult> {
  const answer = await send(
    {
      url: channel.url,
      method: 'POST',
      allowPrivate: channel.allowPrivate,
      body: JSON.stringify(toSlackMessage(notification)),
      headers: { 'content-type': 'application/json' },
    },
    deps,
  )
  if (answer.kind === 'error') {
    return { outcome: 'retry', status: null, error: answer.error, retryAfterMs: null }
  }
  const { status, retryAfter, body } = answer
  if (status === 200 && body.trim() === 'ok') return { outcome: 'delivered', status }
  const error = `${channel.url}: HTTP ${status} ${toReason(body)}`
  if (status === 404 || status === 410) return { outcome: 'gone', status, error }
  if (status !== 429 && status < 500) return { outcome: 'failed', status, error }
  const retryAfterMs = parseRetryAfter(retryAfter, deps.clock.now())
  return { outcome: 'retry', status, error, retryAfterMs }
}

/** Slack answers with a token such as `invalid_payload`; anything else is not repeated. */
function toReason(body: string): string {
  const text = body.trim()
  return /^[a-z][a-z_]{0,59}$/.test(text) ? text : 'without "ok"'
}

function toFields({
  change,
  incident,
  alerts,
  rootCause,
  hurts,
  article,
}: NotificationData): SlackText[] {
  const { services, serviceCount } = incident
  const more = serviceCount > services.length ? ` and ${serviceCount - services.length} more` : ''
  const news = alerts.new === null || alerts.new === 0 ? '' : `, ${alerts.new} new`
  const rows: (readonly [string, string])[] = [
    ['Priority', `P${incident.priority}, ${incident.severity}`],
    ['Service', (services.join(', ') || incident.service || 'none known') + more],
    ['Alerts', `${alerts.total} (${alerts.firing} firing${news})`],
    ['Root cause', rootCause.text],
  ]
  if (hurts !== null) rows.push(['Hurts', hurts.text])
  if (article !== null) rows.push(['Runbook', `${article.title} (${article.id})`])
  if (incident.owner !== null) rows.push(['Owner', incident.owner])
  if (change.kind === 'resolved' && change.resolution !== null) {
    rows.push(['Resolution', change.resolution])
  }
  return rows.map(toField)
}

function toStormFields({ storm, incidents, top }: StormData): SlackText[] {
  const { opened, alone, folded, resolved } = incidents
  const rows: (readonly [string, string])[] = [
    [
      'Alerts',
      `${storm.alerts}; ${storm.rate} a minute now, ${storm.peak} at most, ${storm.usual} usual`,
    ],
    [
      'Incidents',
      `${opened} opened; ${alone} told of alone, ${folded} here, ${resolved} of these resolved`,
    ],
  ]
  const lists = { 'Most alerts': top.rules, CIs: top.cis, Sites: top.sites }
  for (const [name, all] of Object.entries(lists))
    if (all.length > 0) rows.push([name, all.map((one) => `${one.name} (${one.count})`).join(', ')])
  return rows.map(toField)
}

function toField([name, value]: readonly [string, string]): SlackText {
  return mrkdwn(`*${name}*\n${escapeSlack(value, MAX_FIELD - 20)}`)
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text }
}

/** A link, or only its label where the address is too long to be one. */
function link(url: string, label: string): string {
  const target = escapeSlack(url.replaceAll('|', '%7C'), Number.POSITIVE_INFINITY)
  return target.length > MAX_LINK ? label : `<${target}|${label}>`
}
