/**
 * Uptime Kuma's webhook (preset body, JSON) → events.
 * Wire: https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
 * (samples: test/ingest/fixtures/uptimekuma/).
 *
 * Identity: the monitor's id. A notice that a certificate expires has a monitor and no heartbeat: it is
 * an alert of its own. Times are UTC without saying so.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, Fields, firstText, Text, textOf, toAlert } from './report.ts'

const DOWN = '0'
const UP = '1'
/** Pending: it is tried again. Maintenance: nobody asks. */
const NEITHER = ['2', '3']

const Body = z.object({ heartbeat: Fields, monitor: Fields, msg: Text })
type Body = z.infer<typeof Body>

export const uptimekuma = defineReports({
  id: 'uptimekuma',
  schema: Body,
  idle: (body) => isTest(body) || isNeither(body),
  read: toItem,
})

/** The test button sends a text and nothing else. */
function isTest({ heartbeat, monitor, msg }: Values): boolean {
  return heartbeat === null && monitor === null && typeof msg === 'string'
}

function isNeither({ heartbeat }: Values): boolean {
  return isRecord(heartbeat) && NEITHER.includes(textOf(heartbeat['status']) ?? '')
}

function toItem({ heartbeat, monitor = {}, msg }: Body, reading: Reading): IngestItem {
  const id = firstText(monitor['id'], heartbeat?.['monitorID'])
  const name = textOf(monitor['name'])
  const state = textOf(heartbeat?.['status'])
  if (heartbeat !== undefined && state !== DOWN && state !== UP)
    fail(reading, ['heartbeat', 'status'], '`heartbeat.status` must be 0 or 1.')
  const status = state === UP ? 'resolved' : 'firing'
  const certificate = heartbeat === undefined
  const time = readMoment(reading, ['heartbeat', 'time'], heartbeat?.['time'], 'utc')
  const url = textOf(monitor['url'])
  const target = firstText(monitor['hostname'], /^https?:\/\/([^/:?#]+)/.exec(url ?? '')?.[1])
  return toAlert(
    {
      source: 'uptimekuma',
      status,
      severity: certificate ? 'warning' : status === 'firing' ? 'critical' : 'info',
      severityText: certificate ? undefined : status === 'firing' ? 'DOWN' : 'UP',
      identity:
        id === undefined
          ? { monitor: id }
          : { monitor: id, about: certificate ? 'certificate' : undefined },
      rule: certificate ? 'Certificate' : firstText(name, id),
      title: certificate
        ? msg
        : firstText(
            name === undefined ? undefined : `${name} is ${state === UP ? 'up' : 'down'}`,
            msg,
          ),
      labels: { ...tagsOf(monitor['tags']), host: target, monitor: name, type: monitor['type'] },
      annotations: { description: firstText(heartbeat?.['msg'], msg), target: url },
      startsAt: status === 'firing' ? time : undefined,
      endsAt: status === 'resolved' ? time : undefined,
    },
    reading,
  )
}

/** `[{"name": "env", "value": "prod"}]` */
function tagsOf(tags: unknown): Values {
  const all = Array.isArray(tags) ? tags.filter(isRecord) : []
  return Object.fromEntries(
    all.flatMap((tag) => {
      const name = textOf(tag['name'])
      return name === undefined ? [] : [[name, textOf(tag['value']) ?? 'true']]
    }),
  )
}
