/**
 * Sentry → events: webhooks of an integration (issue alerts, metric alerts, issues) and of the legacy
 * "WebHooks" plugin.
 * Wire: https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 * (samples: test/ingest/fixtures/sentry/).
 *
 * Identity: the issue; for metric alerts the rule. An issue alert never says that it is over: the
 * issue's own webhook does, when it is resolved or archived.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, Fields, firstText, severityIn, Text, textOf, toAlert } from './report.ts'

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  fatal: 'critical',
  error: 'error',
  warning: 'warning',
  info: 'info',
  debug: 'info',
}

const RESOLVING = ['resolved', 'archived', 'ignored']
const FIRING = ['created', 'unresolved', 'assigned', 'unassigned']

const Body = z.looseObject({ action: Text, data: Fields })
type Body = z.infer<typeof Body>

const KINDS = ['event', 'error', 'metric_alert', 'issue']

export const sentry = defineReports({
  id: 'sentry',
  schema: Body,
  /** Installations, comments and whatever else an integration is told about. */
  idle: ({ data, installation }) =>
    isRecord(installation) && isRecord(data) && !KINDS.some((kind) => isRecord(data[kind])),
  read: toItem,
})

function toItem(body: Body, reading: Reading): IngestItem {
  const { data = {} } = body
  const metric = data['metric_alert']
  if (isRecord(metric)) return readMetric(body, metric, reading)
  const issue = data['issue']
  if (isRecord(issue)) return readIssue(body, issue, reading)
  const event = data['event'] ?? data['error']
  if (isRecord(event)) return readEvent(event, data, reading)
  if (!isRecord(body['event']))
    fail(reading, ['data'], '`data` has no event, issue or metric alert.')
  return readLegacy(body, isRecord(body['event']) ? body['event'] : {}, reading)
}

function readEvent(event: Values, data: Values, reading: Reading): IngestItem {
  const severityText = textOf(event['level'])
  const issue = firstText(
    event['issue_id'],
    /\/issues\/(\d+)/.exec(textOf(event['issue_url']) ?? '')?.[1],
  )
  const path = ['data', 'event']
  return toAlert(
    {
      source: 'sentry',
      status: 'firing',
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { issue },
      rule: firstText(event['title'], event['message']),
      title: firstText(event['title'], event['message']),
      labels: labelsOf(event),
      annotations: {
        description: event['message'],
        culprit: event['culprit'],
        triggered_rule: data['triggered_rule'],
      },
      startsAt:
        readMoment(reading, [...path, 'datetime'], event['datetime'], 'utc') ??
        readMoment(reading, [...path, 'timestamp'], event['timestamp'], 'utc'),
      url: firstText(event['web_url'], event['url']),
    },
    reading,
  )
}

/** Regressions come as `unresolved` with the first sight of the issue: it fires again from now on. */
function readIssue({ action }: Body, issue: Values, reading: Reading): IngestItem {
  const word = action ?? ''
  const resolved =
    RESOLVING.includes(word) || (word.endsWith('assigned') && issue['status'] === 'resolved')
  if (!resolved && !FIRING.includes(word))
    fail(reading, ['action'], `\`action\` is ${quoted(word)}, which is none of an issue.`)
  const severityText = textOf(issue['level'])
  const project = isRecord(issue['project']) ? issue['project'] : {}
  const title = firstText(issue['title'], issue['shortId'])
  return toAlert(
    {
      source: 'sentry',
      status: resolved ? 'resolved' : 'firing',
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { issue: textOf(issue['id']) },
      rule: title,
      title,
      labels: { project: project['slug'], service: project['slug'], platform: issue['platform'] },
      annotations: { culprit: issue['culprit'], action, short_id: issue['shortId'] },
      startsAt:
        word === 'created'
          ? readMoment(reading, ['data', 'issue', 'firstSeen'], issue['firstSeen'], 'utc')
          : undefined,
      url: firstText(issue['web_url'], issue['permalink']),
    },
    reading,
  )
}

function readMetric({ action, data = {} }: Body, alert: Values, reading: Reading): IngestItem {
  const word = action ?? ''
  if (!['critical', 'warning', 'resolved'].includes(word)) {
    const reason = `\`action\` must be critical, warning or resolved, not ${quoted(word)}.`
    fail(reading, ['action'], reason)
  }
  const rule = isRecord(alert['alert_rule']) ? alert['alert_rule'] : {}
  const projects: unknown = alert['projects'] ?? rule['projects']
  const project = Array.isArray(projects) ? textOf(projects[0]) : undefined
  const id = textOf(rule['id'])
  const at = (field: string) =>
    readMoment(reading, ['data', 'metric_alert', field], alert[field], 'utc')
  const status = word === 'resolved' ? 'resolved' : 'firing'
  return toAlert(
    {
      source: 'sentry',
      status,
      severity: severityIn(SEVERITY, word),
      severityText: status === 'resolved' ? undefined : word,
      identity: id === undefined ? { metric_alert: textOf(alert['id']) } : { metric_rule: id },
      rule: firstText(rule['name'], alert['title']),
      title: firstText(data['description_title'], alert['title']),
      labels: { project, service: project, environment: rule['environment'] },
      annotations: { description: data['description_text'], query: rule['query'] },
      startsAt: at('date_started') ?? at('date_detected'),
      endsAt: status === 'resolved' ? at('date_closed') : undefined,
      url: textOf(data['web_url']),
    },
    reading,
  )
}

/** The plugin's `id` is the issue's. */
function readLegacy(body: Body, event: Values, reading: Reading): IngestItem {
  const severityText = firstText(body['level'], event['level'])
  const title = firstText(event['title'], body['message'])
  return toAlert(
    {
      source: 'sentry',
      status: 'firing',
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { issue: textOf(body['id']) },
      rule: title,
      title,
      labels: {
        ...labelsOf(event),
        project: body['project'],
        service: firstText(body['project_slug'], body['project']),
      },
      annotations: { description: body['message'], culprit: body['culprit'] },
      startsAt: readMoment(reading, ['event', 'timestamp'], event['timestamp'], 'utc'),
      url: textOf(body['url']),
    },
    reading,
  )
}

/** Tags are pairs, as `[["browser", "Chrome"]]`. */
function labelsOf(event: Values): Values {
  const tags: unknown = event['tags']
  const pairs = Array.isArray(tags) ? tags.filter(Array.isArray) : []
  const named: Values = Object.fromEntries(
    pairs.flatMap(([name, value]: readonly unknown[]) => {
      const label = textOf(name)
      return label === undefined ? [] : [[label, value]]
    }),
  )
  return {
    ...named,
    project: event['project'],
    environment: firstText(event['environment'], named['environment']),
    release: event['release'],
    platform: event['platform'],
    host: textOf(named['server_name']),
  }
}
