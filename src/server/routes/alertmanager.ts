/**
 * Alertmanager's API v2, so that Prometheus, vmalert, amtool, karma and Grafana need a new address
 * and nothing else. Requests are read and refused as Alertmanager does, so these routes are
 * described apart from their handlers.
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { prometheus } from '../../../ingest/prometheus.ts'
import { AppError } from '../../core/errors.ts'
import { findAlerts, groupAlerts, toGettable } from '../alertmanager/alerts.ts'
import { postAlerts } from '../alertmanager/ingest.ts'
import { answerList } from '../alertmanager/list.ts'
import { Refused, readAlertQuery, readMatchers } from '../alertmanager/query.ts'
import { expire, getOne, getSilences, postSilence } from '../alertmanager/silences.ts'
import { RECEIVER, statusOf } from '../alertmanager/status.ts'
import { checkReading, checkWriting } from '../auth.ts'
import { readsJson } from '../body.ts'
import type { AppEnv } from '../deps.ts'
import type { IngestPort } from '../ingest.ts'
import { describeAlertmanager } from './alertmanager-description.ts'
import { SMALL_BODY } from './guards.ts'

type Handler = (c: Context<AppEnv>) => Response | Promise<Response>

/** Answers what Alertmanager would refuse in its own form. */
function refusing(handler: Handler): Handler {
  return async (c) => {
    try {
      return await handler(c)
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause
      const silent = cause.status === 404 && c.req.method !== 'POST'
      return silent ? c.body(null, 404) : c.json(cause.body, cause.status)
    }
  }
}

const MAX_GROUPED_BY = 20

const getGroups: Handler = (c) => {
  const { journey, clock } = c.get('deps')
  const { engine } = journey
  const by = (c.req.queries('group_by') ?? []).filter((name) => name !== '')
  if (by.length > MAX_GROUPED_BY) throw new Refused(400, `at most ${MAX_GROUPED_BY} group_by`)
  const alerts = findAlerts(engine, readAlertQuery(c))
  return answerList(c, groupAlerts(engine, alerts, { by, now: clock.now() }))
}

const getAlerts: Handler = (c) => {
  const { journey, clock } = c.get('deps')
  const { engine } = journey
  const now = clock.now()
  const alerts = findAlerts(engine, readAlertQuery(c))
  return answerList(
    c,
    map(alerts, (alert) => toGettable(engine, alert, now)),
  )
}

function* map<From, To>(items: Iterable<From>, to: (item: From) => To): Generator<To> {
  for (const item of items) yield to(item)
}

const getReceivers: Handler = (c) => {
  const matchers = readMatchers(c, 'receiver_matchers')
  const receivers = matchers.length === 0 ? [{ name: RECEIVER, labels: {} }] : []
  return c.json(receivers, 200)
}

const writeSilence: Handler = (c) => postSilence(c, parseBody(c.get('bodyText')))

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(400, 'parsing body body from "" failed, because it is not JSON')
  }
}

/** Paths of the API before v2 that are not Faultline's own. */
const GONE = [
  ['GET', '/api/v1/status'],
  ['GET', '/api/v1/receivers'],
  ['GET', '/api/v1/alerts/groups'],
  ['POST', '/api/v1/alerts'],
  ['GET', '/api/v1/silence/:id'],
  ['DELETE', '/api/v1/silence/:id'],
] as const

/** The methods and headers that a page of another site may use, as Alertmanager has it. */
const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
}

function commonRoutes(app: OpenAPIHono<AppEnv>): void {
  app.use('/api/v2/*', async (c, next) => {
    // pages may read, and what they may not they cannot send either (checkWriting)
    c.header('Access-Control-Allow-Origin', '*')
    c.header('Cache-Control', 'no-store')
    await next()
  })
  app.options('/api/v2/*', (c) => c.body(null, 204, PREFLIGHT))
  app.get('/-/healthy', (c) => c.text('OK'))
  app.get('/-/ready', (c) => {
    const { lifecycle } = c.get('deps')
    return lifecycle.phase() === 'ready' ? c.text('OK') : c.text(lifecycle.detail(), 503)
  })
  for (const [method, path] of GONE) {
    app.on(method, path, (c) =>
      c.json({ status: 'deprecated', error: 'API v1 is gone; use /api/v2' }, 410),
    )
  }
}

export function alertmanagerRoutes(app: OpenAPIHono<AppEnv>, port: IngestPort): void {
  const startedAt = port.deps.clock.now()
  const reads: MiddlewareHandler<AppEnv> = async (c, next) => {
    checkReading(c, port.tokens, prometheus.id)
    await next()
  }
  const writes: MiddlewareHandler<AppEnv> = async (c, next) => {
    checkWriting(c, port.tokens, prometheus.id)
    const { lifecycle } = c.get('deps')
    if (lifecycle.phase() === 'failed') throw new AppError('store_unavailable', lifecycle.detail())
    await next()
  }
  const idOf = (c: Context<AppEnv>): string => c.req.param('id') ?? ''

  describeAlertmanager(app)
  commonRoutes(app)
  app.post('/api/v2/alerts', (c) => postAlerts(c, port))
  app.get('/api/v2/alerts', reads, refusing(getAlerts))
  app.get('/api/v2/alerts/groups', reads, refusing(getGroups))
  app.get('/api/v2/receivers', reads, refusing(getReceivers))
  app.get('/api/v2/status', reads, (c) => c.json(statusOf(c.get('deps').version, startedAt), 200))
  app.get('/api/v2/silences', reads, refusing(getSilences))
  app.post('/api/v2/silences', writes, readsJson(SMALL_BODY), refusing(writeSilence))
  app.get(
    '/api/v2/silence/:id',
    reads,
    refusing((c) => getOne(c, idOf(c))),
  )
  app.delete(
    '/api/v2/silence/:id',
    writes,
    refusing((c) => expire(c, idOf(c))),
  )
}
