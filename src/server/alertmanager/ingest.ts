/**
 * What Prometheus and amtool post to an Alertmanager, taken in its own form: they are pointed at
 * Faultline and notice no difference. Errors on these paths are JSON strings (problem-json.ts).
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { Context } from 'hono'
import { prometheus } from '../../../ingest/prometheus.ts'
import type { AppEnv } from '../deps.ts'
import { type IngestPort, rejectedOf, takeBody } from '../ingest.ts'

const NAMED_REASONS = 10

/** `POST /api/v2/alerts`: 200 without a body when anything was accepted. */
export async function postAlerts(c: Context<AppEnv>, port: IngestPort): Promise<Response> {
  const { items, oversize } = await takeBody(c, prometheus, port)
  const rejected = rejectedOf(items)
  if (rejected.length < items.length || items.length === 0) return c.body(null, 200)
  const reasons = rejected.slice(0, NAMED_REASONS).map(({ reason }) => reason)
  return c.json(reasons.join('; '), oversize ? 413 : 400)
}
