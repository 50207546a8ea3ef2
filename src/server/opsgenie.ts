/**
 * Opsgenie's alert API at its own paths: what tools write. It names the alert and the deed in the
 * path, which the source reads in the body.
 * @see https://docs.opsgenie.com/docs/alert-api
 */
import type { Context } from 'hono'
import { opsgenie } from '../../ingest/opsgenie.ts'
import type { RawBody } from '../journey.ts'
import { acknowledgeAlert } from './acknowledge.ts'
import type { AppEnv } from './deps.ts'
import { type IngestPort, rejectedOf, takeBody } from './ingest.ts'

export interface Deed {
  /** `close`, `acknowledge` …; `create` for the alert itself. */
  readonly action: string
  /** Alias of the alert; create has it in the body. */
  readonly alias?: string
}

/** Deeds that open or close; of the others only an acknowledgement does something here. */
const KEPT = new Set(['create', 'close'])

/**
 * Answers as Opsgenie: 202 whatever becomes of it in the background, 422 for an alert that cannot be
 * read. `requestId` is the receipt.
 */
export async function takeAlert(
  c: Context<AppEnv>,
  port: IngestPort,
  { action, alias }: Deed,
): Promise<Response> {
  const begun = performance.now()
  const adapt = (raw: RawBody): RawBody =>
    alias === undefined ? raw : { body: JSON.stringify({ ...fields(raw), action, alias }) }
  const instead = async (raw: RawBody): Promise<boolean> => {
    if (action !== 'acknowledge' || alias === undefined) return false
    const { user } = fields(raw)
    const actor = typeof user === 'string' && user !== '' ? user.slice(0, 64) : opsgenie.id
    return acknowledgeAlert(port.deps, { family: opsgenie.family, identity: { alias }, actor })
  }
  const { items, receipt, oversize } = await takeBody(c, opsgenie, port, { adapt, instead })
  const took = Math.round(performance.now() - begun) / 1000
  const [fault] = rejectedOf(items)
  if (fault === undefined || !KEPT.has(action))
    return c.json({ result: 'Request will be processed', took, requestId: receipt }, 202)
  const answer = { message: fault.reason, took, requestId: receipt }
  return c.json(answer, oversize ? 413 : 422)
}

/** The fields of a body; Opsgenie takes an empty one to close with. */
function fields({ body, encoding }: RawBody): Readonly<Record<string, unknown>> {
  if (encoding !== undefined || body === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
