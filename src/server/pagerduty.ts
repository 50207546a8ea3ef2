/**
 * PagerDuty's Events API v2 at its own paths, so that tools need a new address only.
 * @see https://developer.pagerduty.com/docs/events-api-v2-overview
 */
import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { z } from 'zod'
import { pagerduty } from '../../ingest/pagerduty.ts'
import { hash64 } from '../core/fingerprint.ts'
import type { RawBody } from '../journey.ts'
import { acknowledgeAlert } from './acknowledge.ts'
import type { AppEnv } from './deps.ts'
import { type IngestPort, rejectedOf, takeBody } from './ingest.ts'

const Event = z.looseObject({
  routing_key: z.string().optional(),
  event_action: z.string().optional(),
  dedup_key: z.string().optional(),
})

function parse({ body, encoding }: RawBody): z.output<typeof Event> | null {
  try {
    return Event.safeParse(encoding === undefined ? JSON.parse(body) : null).data ?? null
  } catch {
    return null
  }
}

/**
 * `POST /v2/enqueue` and `/v2/change/enqueue`. 202 with the dedup key, which clients read; 400 with
 * PagerDuty's own words where the event cannot be read. An acknowledgement is one of the incident.
 */
export async function enqueue(
  c: Context<AppEnv>,
  port: IngestPort,
  kind: 'alert' | 'change',
): Promise<Response> {
  let dedupKey: string | undefined
  let action: string | undefined
  const taken = await takeBody(c, pagerduty, port, {
    keyOf: (raw) => parse(raw)?.routing_key,
    instead: async (raw) => {
      const event = parse(raw)
      if (kind === 'change' || event?.event_action !== 'acknowledge') return false
      action = event.event_action
      dedupKey = event.dedup_key
      const { routing_key: key, dedup_key } = event
      const routing = key === undefined ? {} : { routing: hash64(key) }
      const identity = { ...routing, dedup_key: dedup_key ?? '' }
      const { id: actor, family } = pagerduty
      return acknowledgeAlert(port.deps, { family, identity, actor })
    },
    adapt: (raw) => {
      const event = parse(raw)
      if (event === null || kind === 'change') return raw
      action = event.event_action
      dedupKey = event.dedup_key
      if (action !== 'trigger' || dedupKey !== undefined) return raw
      // as there: a trigger without a key gets one, which the tool resolves it by
      dedupKey = randomUUID()
      return { body: JSON.stringify({ ...event, dedup_key: dedupKey }) }
    },
  })
  const [fault] = rejectedOf(taken.items)
  if (fault !== undefined && action !== 'acknowledge')
    return c.json(
      { status: 'invalid event', message: 'Event object is invalid', errors: [fault.reason] },
      taken.oversize ? 413 : 400,
    )
  const message = kind === 'change' ? 'Change event processed' : 'Event processed'
  const key = dedupKey === undefined ? undefined : { dedup_key: dedupKey }
  return c.json({ status: 'success', message, ...key }, 202)
}
