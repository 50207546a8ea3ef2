/**
 * Dynatrace's problem notification (custom integration) → events, with the body that
 * docs/sources/dynatrace.md gives; names of fields are compared without case.
 * Wire: https://docs.dynatrace.com/docs/analyze-explore-automate/notifications-and-alerting/problem-notifications/webhook-integration
 * (samples: test/ingest/fixtures/dynatrace/).
 *
 * Identity: `{PID}`. A problem that was merged into another is over: the other goes on.
 */
import { z } from 'zod'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, severityIn, textOf, toAlert } from './report.ts'

/** A custom alert has no rank there. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  availability: 'critical',
  error: 'error',
  performance: 'warning',
  resource_contention: 'warning',
  monitoring_unavailable: 'warning',
}

const STATES: Readonly<Record<string, 'firing' | 'resolved'>> = {
  open: 'firing',
  resolved: 'resolved',
  closed: 'resolved',
  merged: 'resolved',
}

/** The label that a type of entity is. */
const PLACES: Readonly<Record<string, string>> = {
  host: 'host',
  service: 'service',
  application: 'application',
  process_group_instance: 'process',
  kubernetes_cluster: 'cluster',
  cloud_application: 'workload',
}

function lowered(body: Values): Values {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

export const dynatrace = defineReports({
  id: 'dynatrace',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }).transform(lowered),
  read: toItem,
})

function toItem(body: Values, reading: Reading): IngestItem {
  const status = statusOf(body, reading)
  const severityText = firstText(body['problemseverity'], body['severity'])
  const details = isRecord(body['problemdetailsjsonv2'])
    ? body['problemdetailsjsonv2']
    : isRecord(body['problemdetailsjson'])
      ? body['problemdetailsjson']
      : {}
  const title = firstText(body['problemtitle'], body['title'])
  const pid = firstText(body['pid'], body['problemid'])
  const at = (field: string) => readMoment(reading, ['ProblemDetailsJSON', field], details[field])
  return toAlert(
    {
      source: 'dynatrace',
      status,
      severity: severityIn(SEVERITY, severityText),
      severityText,
      identity: { pid },
      rule: title,
      title,
      labels: {
        ...tagsOf(textOf(body['tags'])),
        ...entitiesOf(body['impactedentities']),
        impact: body['problemimpact'],
        problem: body['problemid'],
      },
      annotations: {
        description: firstText(body['problemdetails'], body['problemdetailstext']),
        entities: firstText(body['impactedentity'], body['impactedentitynames']),
        state: textOf(body['state']),
      },
      startsAt: at('startTime'),
      endsAt: status === 'resolved' ? at('endTime') : undefined,
      url: firstText(body['problemurl']),
    },
    reading,
  )
}

function statusOf(body: Values, reading: Reading): 'firing' | 'resolved' {
  const given = textOf(body['state'])
  const word = given?.trim().toLowerCase() ?? ''
  const status = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (given === undefined) fail(reading, ['State'], '`State` is missing.')
  else if (status === undefined)
    fail(reading, ['State'], `\`State\` must be OPEN, RESOLVED or MERGED, not ${quoted(given)}.`)
  return status ?? 'firing'
}

/** The first entity of each type. */
function entitiesOf(entities: unknown): Values {
  const all = Array.isArray(entities) ? entities.filter(isRecord) : []
  return Object.fromEntries(
    all
      .flatMap(({ type, name, entity }) => {
        const label = PLACES[textOf(type)?.toLowerCase() ?? '']
        return label === undefined ? [] : [[label, firstText(name, entity)] as const]
      })
      .reverse(),
  )
}

/** `env:prod, team:web, plain` */
function tagsOf(tags: string | undefined): Values {
  return Object.fromEntries(
    (tags ?? '').split(',').flatMap((tag) => {
      const [, name, value] = /^\s*([^:]+):(.+?)\s*$/.exec(tag) ?? []
      return name === undefined ? [] : [[name, value]]
    }),
  )
}
