/** Other rules on the past: started, looked at, cancelled. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { parse as parseYaml } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { actorOf, requires } from '../auth.ts'
import type { AppEnv, BacktestAsked, Backtests, ServerDeps } from '../deps.ts'
import {
  BacktestInput,
  BacktestPacks,
  BacktestPage,
  BacktestView,
  viewBacktest,
  viewSummary,
} from '../schemas/backtest.ts'
import { IdParams, iso } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const path = '/api/v1/backtests'
const tags = ['learning']
const one = { 'application/json': { schema: BacktestView } }

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listBacktests', middleware: reads },
  summary: 'Backtests that are kept, the newest first, and how far back one may begin',
  responses: {
    200: {
      description: 'All that are kept, without their reports',
      content: { 'application/json': { schema: BacktestPage } },
    },
    ...readProblems,
  },
})

const packs = createRoute({
  ...{ method: 'get', path: `${path}/packs`, tags, operationId: 'getBacktestPacks' },
  summary: 'The packs in the folder of rules, as they are written: to begin a change with',
  middleware: reads,
  responses: {
    200: { description: 'Texts', content: { 'application/json': { schema: BacktestPacks } } },
    ...readProblems,
  },
})

const get = createRoute({
  ...{ method: 'get', path: `${path}/{id}`, tags, operationId: 'getBacktest' },
  summary: 'One backtest: how far it is, and what it came to',
  middleware: reads,
  request: { params: IdParams },
  responses: { 200: { description: 'As it is now', content: one }, ...readProblems },
})

const post = createRoute({
  ...{ method: 'post', path, tags, operationId: 'startBacktest', middleware: acts },
  summary: 'Tries other rules on a range of the journal, beside live traffic',
  description: 'One runs at a time, up to five wait. Nothing is changed and nobody is told.',
  request: { body: { required: true, content: { 'application/json': { schema: BacktestInput } } } },
  responses: { 202: { description: 'It waits or runs', content: one }, ...actProblems },
})

const remove = createRoute({
  ...{ method: 'delete', path: `${path}/{id}`, tags, operationId: 'deleteBacktest' },
  summary: 'Cancels a backtest, or forgets one that has ended',
  middleware: [requires('act')],
  request: { params: IdParams },
  responses: { 200: { description: 'As it was left', content: one }, ...readProblems },
})

/** @throws AppError `not_found` where there are none */
export function backtestsOf({ backtests }: Pick<ServerDeps, 'backtests'>): Backtests {
  if (backtests !== undefined) return backtests
  throw new AppError('not_found', 'this server runs no backtests')
}

/** @throws AppError `payload_invalid` that points at what is at fault */
function askedOf({
  from,
  to,
  packs: texts = {},
  set = {},
}: z.output<typeof BacktestInput>): BacktestAsked {
  if (from > to)
    throw new AppError('payload_invalid', 'the range ends before it begins', { pointer: '#/to' })
  if (Object.keys(texts).length === 0 && Object.keys(set).length === 0)
    throw new AppError('payload_invalid', 'give packs or settings to try', { pointer: '#/packs' })
  const read = Object.entries(texts).map(([name, text]) => [name, yamlOf(name, text)])
  return { from, to, change: { base: 'recorded', packs: Object.fromEntries(read), set } }
}

function yamlOf(name: string, text: string): unknown {
  try {
    return parseYaml(text) ?? {}
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'not readable'
    throw new AppError('payload_invalid', `${name}: ${why}`, { pointer: `#/packs/${name}` }, cause)
  }
}

export function backtestRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const backtests = backtestsOf(c.get('deps'))
    const at = await backtests.earliest()
    return c.json({ items: backtests.list().map(viewSummary), earliest: iso(at) }, 200)
  })

  app.openapi(packs, (c) => c.json({ packs: { ...backtestsOf(c.get('deps')).packs() } }, 200))

  app.openapi(get, (c) => {
    const found = backtestsOf(c.get('deps')).find(c.req.valid('param').id)
    if (found === undefined) throw new AppError('not_found', 'there is no such backtest')
    return c.json(viewBacktest(found), 200)
  })

  app.openapi(post, (c) => {
    const asked = askedOf(c.req.valid('json'))
    return c.json(viewBacktest(backtestsOf(c.get('deps')).start(actorOf(c), asked)), 202)
  })

  app.openapi(remove, (c) => {
    const found = backtestsOf(c.get('deps')).remove(c.req.valid('param').id)
    if (found === undefined) throw new AppError('not_found', 'there is no such backtest')
    return c.json(viewBacktest(found), 200)
  })
}
