/** Regroupings that the engine proposes where people know of the incidents: listed, done, not wanted. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { RegroupingCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { commandOf, type RegroupingState, standingAlerts } from '../../core/regrouping.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { countScopes, defined, IdParams, isOfAny } from '../schemas/common.ts'
import { CommandAnswer } from '../schemas/incident.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import {
  RegroupingDismissal,
  RegroupingList,
  RegroupingQuery,
  RegroupingView,
  viewRegrouping,
} from '../schemas/regrouping.ts'
import { answer } from './commands.ts'
import { acts, reads } from './guards.ts'

const path = '/api/v1/regroupings'
const tags = ['incidents', 'learning']
const one = { 'application/json': { schema: RegroupingView } }

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listRegroupings', middleware: reads },
  summary: 'Merges, splits and moves that the engine proposes, the newest first',
  description:
    'Nothing of it is done by itself. One ends with an incident of it, and when what spoke for it is gone.',
  request: { query: RegroupingQuery },
  responses: {
    200: { description: 'Them', content: { 'application/json': { schema: RegroupingList } } },
    ...readProblems,
  },
})

const accept = createRoute({
  ...{ method: 'post', path: `${path}/{id}/accept`, tags, operationId: 'acceptRegrouping' },
  summary: 'Does it: as the merge, split or move of a person, which can be undone',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The incident it ended at',
      content: { 'application/json': { schema: CommandAnswer } },
    },
    ...actProblems,
  },
})

const dismiss = createRoute({
  ...{ method: 'post', path: `${path}/{id}/dismiss`, tags, operationId: 'dismissRegrouping' },
  summary: 'It is not wanted: it comes back once twice as many alerts speak for it',
  middleware: acts,
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: RegroupingDismissal } } },
  },
  responses: { 200: { description: 'As it is then', content: one }, ...actProblems },
})

const restore = createRoute({
  ...{ method: 'post', path: `${path}/{id}/restore`, tags, operationId: 'restoreRegrouping' },
  summary: 'Takes the dismissal back',
  middleware: acts,
  request: { params: IdParams },
  responses: { 200: { description: 'As it is then', content: one }, ...actProblems },
})

interface Standing {
  readonly known: Readonly<RegroupingState>
  readonly alerts: readonly string[]
}

function standing({ journey }: ServerDeps): readonly Standing[] {
  const { regroupings, incidents } = journey.engine.state
  return [...regroupings.values()]
    .map((known) => ({ known, alerts: standingAlerts(known, incidents) }))
    .filter(({ alerts }) => alerts.length > 0)
    .sort((a, b) => b.known.number - a.known.number)
}

/** @throws AppError `not_found` */
function regroupingOf(deps: ServerDeps, id: string): Standing {
  const found = standing(deps).find(({ known }) => known.id === id)
  if (found !== undefined) return found
  throw new AppError('not_found', 'this is not proposed, or no longer')
}

/** @throws AppError `conflict` where it was refused */
async function say(deps: ServerDeps, actor: string, command: RegroupingCommand) {
  // what never was does not belong into the journal
  regroupingOf(deps, command.regrouping)
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor, command },
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === false) throw new AppError('conflict', result.text, { reason: result.reason })
  const { known, alerts } = regroupingOf(deps, command.regrouping)
  return viewRegrouping(known, alerts, deps.journey.engine.state)
}

export function regroupingRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const deps = c.get('deps')
    const { state, kind, scope, incident, limit } = c.req.valid('query')
    const all = standing(deps)
    const found = all.filter(
      ({ known }) =>
        (known.dismissed === null) === (state === 'open') &&
        (kind === undefined || known.kind === kind) &&
        isOfAny(scope, known) &&
        (incident === undefined || [known.incident, known.other].includes(incident)),
    )
    const items = found
      .slice(0, limit)
      .map(({ known, alerts }) => viewRegrouping(known, alerts, deps.journey.engine.state))
    const scopes = countScopes(all.map(({ known }) => known))
    return c.json({ items, total: found.length, scopes }, 200)
  })

  app.openapi(accept, (c) => {
    const { known, alerts } = regroupingOf(c.get('deps'), c.req.valid('param').id)
    return answer(c, commandOf(known, alerts))
  })

  app.openapi(dismiss, async (c) => {
    const { reason } = c.req.valid('json')
    const { id: regrouping } = c.req.valid('param')
    const given = { do: 'regrouping.dismiss', regrouping, ...defined({ reason }) } as const
    return c.json(await say(c.get('deps'), actorOf(c), given), 200)
  })

  app.openapi(restore, async (c) => {
    const { id: regrouping } = c.req.valid('param')
    const given = { do: 'regrouping.restore', regrouping } as const
    return c.json(await say(c.get('deps'), actorOf(c), given), 200)
  })
}
