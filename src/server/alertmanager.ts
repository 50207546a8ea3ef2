/**
 * What Prometheus and amtool need of an Alertmanager, in its own forms: they are pointed at
 * Faultline and notice no difference. Errors on these paths are JSON strings (problem-json.ts).
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { Context } from 'hono'
import { prometheus } from '../../ingest/prometheus.ts'
import type { EpochMs } from '../core/time.ts'
import { checkReading, type Tokens } from './auth.ts'
import type { AppEnv } from './deps.ts'
import { type IngestPort, rejectedOf, takeBody } from './ingest.ts'
import { iso } from './schemas/common.ts'

const NAMED_REASONS = 10

/** `POST /api/v2/alerts`: 200 without a body when anything was accepted. */
export async function postAlerts(c: Context<AppEnv>, port: IngestPort): Promise<Response> {
  const { items, oversize } = await takeBody(c, prometheus, port)
  const rejected = rejectedOf(items)
  if (rejected.length < items.length || items.length === 0) return c.body(null, 200)
  const reasons = rejected.slice(0, NAMED_REASONS).map(({ reason }) => reason)
  return c.json(reasons.join('; '), oversize ? 413 : 400)
}

/** There is no routing tree behind this: the least that `amtool config` can read. */
const CONFIG = 'route:\n  receiver: faultline\nreceivers:\n  - name: faultline\n'

/** `GET /api/v2/status`; clients read every text of `versionInfo` without looking. */
export function getStatus(
  c: Context<AppEnv>,
  { startedAt, tokens }: { readonly startedAt: EpochMs; readonly tokens: Tokens },
): Response {
  checkReading(c, tokens, prometheus.id)
  const { version } = c.get('deps')
  return c.json(
    {
      cluster: { status: 'disabled', peers: [] },
      versionInfo: {
        version,
        revision: version,
        branch: 'faultline',
        buildUser: 'faultline',
        buildDate: '',
        goVersion: '',
      },
      config: { original: CONFIG },
      uptime: iso(startedAt),
    },
    200,
  )
}
