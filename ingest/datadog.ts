/**
 * Datadog's webhook integration → events, with the body that docs/sources/datadog.md gives; other
 * templates work as far as they have its fields, and so do exported monitors.
 * Wire: https://docs.datadoghq.com/integrations/webhooks/ (samples: test/ingest/fixtures/datadog/).
 *
 * Identity: `$AGGREG_KEY`, which is one monitor and group over all its cycles; else monitor and
 * scope; else `$ALERT_CYCLE_KEY`, which is one cycle. Variables that Datadog had nothing for arrive
 * as they are written (`$HOSTNAME`) and count as absent.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, List, severityIn, textOf, toAlert } from './report.ts'

/** A priority refines the type of the alert. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  p1: 'critical',
  p2: 'error',
  p3: 'warning',
  p4: 'info',
  p5: 'info',
  error: 'error',
  warning: 'warning',
  success: 'info',
  info: 'info',
}

const STATUS: Readonly<Record<string, 'firing' | 'resolved'>> = {
  triggered: 'firing',
  're-triggered': 'firing',
  warn: 'firing',
  're-warn': 'firing',
  'no data': 'firing',
  're-no data': 'firing',
  renotify: 'firing',
  recovered: 'resolved',
}

const Field = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value))
  .transform((text) => (/^\$[A-Z_]+(\[.*\])?$/.test(text) ? undefined : text))
  .optional()
  .catch(undefined)

const Alert = z.object({
  transition: Field,
  alert_transition: Field,
  cycle_key: Field,
  alert_cycle_key: Field,
  aggreg_key: Field,
  monitor_id: Field,
  alert_id: Field,
  id: Field,
  title: Field,
  alert_title: Field,
  text: Field,
  body: Field,
  message: Field,
  priority: Field,
  alert_priority: Field,
  alert_type: Field,
  event_type: Field,
  scope: Field,
  scopes: List,
  hostname: Field,
  tags: z.union([Field, List]).catch(undefined),
  date: Field,
  last_updated: Field,
  link: Field,
  url: Field,
  query: Field,
  org_id: Field,
})
type Alert = z.infer<typeof Alert>

export const datadog = defineReports({ id: 'datadog', schema: Alert, read: toItem })

function toItem(alert: Alert, reading: Reading): IngestItem {
  const status = statusOf(alert, reading)
  const tags = tagsOf(alert.tags)
  const scope = scopeOf(alert)
  const time =
    readMoment(reading, ['date'], alert.date) ??
    readMoment(reading, ['last_updated'], alert.last_updated)
  const severityText = severityTextOf(alert)
  const title = firstText(alert.title, alert.alert_title)
  return toAlert(
    {
      source: 'datadog',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: identify(alert, scope),
      rule: firstText(alert.alert_title, alert.title, alert.monitor_id),
      title,
      labels: {
        ...tags,
        ...tagsOf(scope),
        host: firstText(alert.hostname, tagsOf(scope)['host'], tags['host']),
        monitor_id: firstText(alert.monitor_id, alert.alert_id),
        scope,
      },
      annotations: {
        description: firstText(alert.text, alert.body, alert.message),
        transition: transitionOf(alert),
        query: alert.query,
      },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
      url: firstText(alert.link, alert.url),
    },
    reading,
  )
}

function transitionOf(alert: Alert): string | undefined {
  return firstText(alert.transition, alert.alert_transition)
}

/** A body without a transition comes from a template without one, which only ever fires. */
function statusOf(alert: Alert, reading: Reading): 'firing' | 'resolved' {
  const transition = transitionOf(alert)
  if (transition === undefined) {
    reading.notes.push('`transition` is missing: taken as triggered.')
    return alert.alert_type === 'success' ? 'resolved' : 'firing'
  }
  const word = transition.trim().toLowerCase()
  const status = Object.hasOwn(STATUS, word) ? STATUS[word] : undefined
  if (status === undefined)
    fail(
      reading,
      ['transition'],
      `\`transition\` is ${quoted(transition)}, which is none of Datadog's.`,
    )
  return status ?? 'firing'
}

/** Exported monitors have a bare number as priority. */
function severityTextOf(alert: Alert): string | undefined {
  const priority = firstText(alert.priority, alert.alert_priority)
  if (priority !== undefined && /^[1-5]$/.test(priority)) return `P${priority}`
  return priority !== undefined && /^p[1-5]$/i.test(priority)
    ? priority
    : (alert.alert_type ?? priority)
}

function identify(alert: Alert, scope: string | undefined): Values {
  const monitor = firstText(alert.monitor_id, alert.alert_id)
  if (alert.aggreg_key !== undefined) return { org: alert.org_id, aggreg_key: alert.aggreg_key }
  if (monitor !== undefined && scope !== undefined)
    return { org: alert.org_id, monitor_id: monitor, scope }
  const cycle = firstText(alert.cycle_key, alert.alert_cycle_key)
  if (cycle !== undefined) return { cycle_key: cycle }
  return monitor === undefined
    ? { id: alert.id }
    : { org: alert.org_id, monitor_id: monitor, host: alert.hostname }
}

/** `host:a,role:b`; exported monitors have an array. */
function scopeOf({ scope, scopes }: Alert): string | undefined {
  return firstText(scope, scopes.flatMap((one) => textOf(one) ?? []).join(','))
}

/** `env:prod,team:web`, or an array of such; a tag without a value is left out. */
function tagsOf(tags: string | readonly unknown[] | undefined): Readonly<Record<string, string>> {
  const all = typeof tags === 'string' ? tags.split(',') : (tags ?? [])
  const entries = all.flatMap((tag) => {
    const [, name, value] = /^\s*([^:]+):(.+?)\s*$/.exec(textOf(tag) ?? '') ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}
