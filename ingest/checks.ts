/**
 * What Nagios and its relatives notify about: a host, or a service on it, is in a state.
 * Words: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html
 *
 * The state decides, not the type of the notification: an acknowledgement, a downtime or flapping says
 * in passing what the state is. Identity is host and service (and site), over all their problems.
 */
import { z } from 'zod'
import type { AlertEvent, Severity } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, severityIn, textOf, toAlert } from './report.ts'
import type { Source } from './source.ts'

/** Unknown: the check itself failed. Unreachable: something in front of it is down. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  ok: 'info',
  up: 'info',
  down: 'critical',
  critical: 'critical',
  crit: 'critical',
  warning: 'warning',
  warn: 'warning',
  unknown: 'warning',
  unkn: 'warning',
  unreachable: 'warning',
  unreach: 'warning',
}

/** Checkmk writes `DOWN`, `OK`, or `UNREACH`; Icinga numbers too. */
const HOST_NUMBERS = ['UP', 'DOWN', 'UNREACHABLE']
const SERVICE_NUMBERS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']

export interface Check {
  readonly source: string
  readonly site?: string | undefined
  readonly host: string | undefined
  readonly address?: string | undefined
  /** Absent: the host itself. */
  readonly service: string | undefined
  readonly state: string | undefined
  /** The field of the state, for reasons. */
  readonly stateField: string
  /** PROBLEM, RECOVERY, ACKNOWLEDGEMENT, DOWNTIMESTART, FLAPPINGSTART … */
  readonly type: string | undefined
  readonly output: string | undefined
  readonly at: EpochMs | undefined
  readonly url?: string | undefined
  readonly labels?: Values
  readonly annotations?: Values
}

export function toCheckAlert(check: Check, reading: Reading): AlertEvent {
  const { source, site, host, address, service, output, at, url } = check
  const type = check.type?.trim().toUpperCase()
  const state = stateOf(check, type, reading)
  const status = ['OK', 'UP'].includes(state.toUpperCase()) ? 'resolved' : 'firing'
  if (textOf(host) === undefined) fail(reading, ['host'], 'The name of the host is missing.')
  const about = service === undefined ? host : `${service} on ${host}`
  return toAlert(
    {
      source,
      status,
      severity: severityIn(SEVERITY, state),
      severityText: state,
      identity: { site, host, service },
      rule: service ?? 'Host check',
      title: `${about} is ${state}`,
      labels: { ...check.labels, host, ip: address, check: service, site },
      annotations: {
        description: output,
        notification: type,
        acknowledged: type === 'ACKNOWLEDGEMENT' ? 'true' : undefined,
        ...check.annotations,
      },
      startsAt: status === 'firing' ? at : undefined,
      endsAt: status === 'resolved' ? at : undefined,
      url,
    },
    reading,
  )
}

function stateOf(check: Check, type: string | undefined, reading: Reading): string {
  const { service, stateField } = check
  const given = textOf(check.state)?.trim()
  if (given === undefined) {
    if (type === 'RECOVERY') return service === undefined ? 'UP' : 'OK'
    fail(reading, [stateField], `\`${stateField}\` is missing.`)
    return 'UNKNOWN'
  }
  const numbers = service === undefined ? HOST_NUMBERS : SERVICE_NUMBERS
  const state = /^\d$/.test(given) ? (numbers[Number(given)] ?? given) : given
  if (severityIn(SEVERITY, state) === 'unknown')
    fail(reading, [stateField], `\`${stateField}\` is ${quoted(given)}, which is no state.`)
  return state
}

/** A tool whose notification script posts the JSON of docs/sources/nagios.md, or its macros as they are. */
export function defineChecks(id: string): Source {
  return defineReports({
    id,
    schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
    read: (body, reading) => readNotification(id, body, reading),
  })
}

/** `{"host": {"name": …}, "service": {…}}`, or `{"NAGIOS_HOSTNAME": …}`. */
export function readNotification(source: string, body: Values, reading: Reading): AlertEvent {
  const flat = plainNames(body)
  const host = isRecord(body['host']) ? body['host'] : {}
  const service = isRecord(body['service']) ? body['service'] : {}
  const name = firstText(service['name'], flat['servicedesc'], flat['servicename'], flat['service'])
  const about = name === undefined ? host : service
  const kind = name === undefined ? 'host' : 'service'
  const nested = textOf(about['state']) !== undefined
  return toCheckAlert(
    {
      source,
      host: firstText(host['name'], flat['hostname'], flat['host']),
      address: firstText(host['address'], flat['hostaddress'], flat['address']),
      service: name,
      state: firstText(about['state'], flat[`${kind}state`], flat['state']),
      stateField: nested ? kind : `${kind}state`,
      type: firstText(flat['notification_type'], flat['notificationtype']),
      output: firstText(about['output'], flat[`${kind}output`], flat['output']),
      at: readMoment(reading, ['timestamp'], firstText(flat['timestamp'], flat['timet'])),
      url: firstText(flat['url'], flat[`${kind}notesurl`], flat[`${kind}actionurl`]),
      labels: {
        hostgroups: firstText(listed(body['groups']), flat['hostgroupnames']),
        display_name: firstText(about['display_name']),
      },
      annotations: {
        problem_id: firstText(flat['problem_id'], flat[`${kind}problemid`]),
        author: firstText(flat['author'], flat['notificationauthor']),
        comment: firstText(flat['comment'], flat['notificationcomment']),
      },
    },
    reading,
  )
}

/** Environment variables: `NAGIOS_HOSTNAME` → `hostname`. */
function plainNames(body: Values): Values {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name.replace(/^(?:NAGIOS|ICINGA)_/i, '').toLowerCase(),
      value,
    ]),
  )
}

function listed(value: unknown): string | undefined {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []).join(',') : textOf(value)
}
