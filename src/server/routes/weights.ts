/** Weights that people accepted: their versions, and the way back. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { WeightsCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { versionInForce } from '../../core/learn/weights-versions.ts'
import { compare } from '../../core/topology.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { IdParams } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { viewVersion, WeightsVersionList, WeightsVersionView } from '../schemas/weights.ts'
import { acts, reads } from './guards.ts'

const path = '/api/v1/weights'
const tags = ['learning']

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listWeights', middleware: reads },
  summary: 'Versions of the weights that people accepted, of each scope the newest 50',
  description: 'The newest first. Without one the weights of the rules are in force.',
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: WeightsVersionList } } },
    ...readProblems,
  },
})

const undo = createRoute({
  ...{ method: 'post', path: `${path}/{id}/undo`, tags, operationId: 'undoWeights' },
  summary: 'Takes the version in force of a scope back: the one before holds again',
  description: 'Incidents that began with it keep it.',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'As it is then',
      content: { 'application/json': { schema: WeightsVersionView } },
    },
    ...actProblems,
  },
})

function versionsOf({ journey }: ServerDeps): z.output<typeof WeightsVersionView>[] {
  const all = [...journey.engine.state.weights.values()].sort((a, b) => compare(a.scope, b.scope))
  return all.flatMap(({ scope, versions }) => {
    const inForce = versionInForce({ versions })?.id
    return versions.map((one) => viewVersion(one, { scope, inForce })).reverse()
  })
}

/** @throws AppError `not_found` */
function versionOf(deps: ServerDeps, id: string): z.output<typeof WeightsVersionView> {
  const found = versionsOf(deps).find((one) => one.id === id)
  if (found !== undefined) return found
  throw new AppError('not_found', `there is no version ${id} of weights`)
}

/** @throws AppError `conflict` where it was refused */
export async function submitWeights(
  deps: ServerDeps,
  actor: string,
  command: WeightsCommand,
): Promise<z.output<typeof WeightsVersionView>> {
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor, command },
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === true && 'version' in result) return versionOf(deps, result.version)
  throw new AppError('conflict', result?.ok === false ? result.text : 'it was not taken')
}

export function weightsRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => c.json({ items: versionsOf(c.get('deps')) }, 200))

  app.openapi(undo, async (c) => {
    const deps = c.get('deps')
    const { id } = versionOf(deps, c.req.valid('param').id)
    return c.json(await submitWeights(deps, actorOf(c), { do: 'weights.undo', version: id }), 200)
  })
}
