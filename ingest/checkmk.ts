/**
 * Checkmk → events, by the notification script of docs/sources/checkmk.md, which posts the variables
 * `NOTIFY_*` as they are; also scripts that post them under plain names (`host`, `service`, `what` …).
 * Wire: https://docs.checkmk.com/latest/en/notifications.html#environment_variables
 * (samples: test/ingest/fixtures/checkmk/).
 *
 * Identity: site, host and service. Times: microseconds since 1970, else a date that names UTC.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import { toCheckAlert } from './checks.ts'
import type { Reading } from './fields.ts'
import { isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf } from './report.ts'

/** `NOTIFY_HOSTNAME` → `hostname`. */
function plain(body: Values): Values {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name.replace(/^NOTIFY_/i, '').toLowerCase(),
      value,
    ]),
  )
}

export const checkmk = defineReports({
  id: 'checkmk',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }).transform(plain),
  read: toItem,
})

function toItem(body: Values, reading: Reading): IngestItem {
  const service = firstText(body['servicedesc'], body['service'])
  const host = firstText(body['hostname'], body['host'])
  const about = service === undefined ? 'host' : 'service'
  return toCheckAlert(
    {
      source: 'checkmk',
      site: firstText(body['omd_site'], body['site']),
      host,
      address: firstText(body['hostaddress'], body['address']),
      service,
      ...stateOf(body, service),
      type: firstText(body['notificationtype'], body['notification_type']),
      output: firstText(body[`${about}output`], body['output']),
      at: timeOf(body, reading),
      url: webUrl(firstText(body[`${about}url`], body['url'])),
      labels: labelsOf(body),
      annotations: {
        long_output: firstText(body[`long${about}output`], body['long_output']),
        problem_id: firstText(body[`${about}problemid`], body['id']),
        comment: firstText(body['notificationcomment']),
      },
    },
    reading,
  )
}

/** With plain names, a service's state is in `severity`, and `status` only says up or down. */
function stateOf(body: Values, service: string | undefined) {
  const field = service === undefined ? 'hoststate' : 'servicestate'
  if (textOf(body[field]) !== undefined) return { state: textOf(body[field]), stateField: field }
  const own = service === undefined ? 'status' : 'severity'
  return { state: firstText(body[own], body['status']), stateField: own }
}

function timeOf(body: Values, reading: Reading) {
  const micro = readMoment(reading, ['microtime'], body['microtime'])
  if (micro !== undefined) return micro
  const long = firstText(body['longdatetime'], body['long_date_time'])
  return /\b(UTC|GMT)\b/.test(long ?? '')
    ? readMoment(reading, ['long_date_time'], long)
    : undefined
}

/** The address is a path on the site's server, which only a script can complete. */
function webUrl(url: string | undefined): string | undefined {
  return url?.startsWith('/') === true ? undefined : url
}

/** `NOTIFY_HOSTLABEL_os`, `NOTIFY_SERVICELABEL_…`, `NOTIFY_HOSTTAG_…` */
function labelsOf(body: Values): Values {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      const label = /^(?:host|service)(?:label|tag)_(.+)$/.exec(name)?.[1]
      return label === undefined ? [] : [[label, value]]
    }),
  )
}
