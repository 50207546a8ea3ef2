/** Incidents of other tools that are over: imported from files, listed by import, taken back. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { newestFirst } from '../../core/engine/imported.ts'
import { AppError } from '../../core/errors.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import type { PastImports } from '../past-imports.ts'
import { stored } from '../patience.ts'
import { IdParams } from '../schemas/common.ts'
import {
  ImportedIncidentView,
  PastFormats,
  PastImportInput,
  PastImportRuns,
  PastImportView,
  viewImported,
  viewPastImport,
  viewPastRun,
} from '../schemas/past-import.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { administers, reads } from './guards.ts'

const path = '/api/v1/past-incidents'
const tags = ['problems']

const formats = createRoute({
  ...{ method: 'get', path: `${path}/formats`, tags, operationId: 'listPastFormats' },
  summary: 'Formats of files that past incidents can be imported from',
  middleware: reads,
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: PastFormats } } },
    ...readProblems,
  },
})

const list = createRoute({
  ...{ method: 'get', path: `${path}/imports`, tags, operationId: 'listPastImports' },
  summary: 'Imports of past incidents, the newest first',
  middleware: reads,
  responses: {
    200: {
      description: 'The newest 100',
      content: { 'application/json': { schema: PastImportRuns } },
    },
    ...readProblems,
  },
})

const post = createRoute({
  ...{ method: 'post', path: `${path}/imports`, tags, operationId: 'importPastIncidents' },
  summary: 'Imports past incidents of another tool, or says what that would change',
  description:
    'They count in problems and among similar incidents, and are no incidents of Faultline. An incident is known by its key: the same files again change nothing, a later export updates. What is missing from an export stays.',
  middleware: administers,
  request: {
    body: { required: true, content: { 'application/json': { schema: PastImportInput } } },
  },
  responses: {
    200: {
      description: 'What it changes, or has changed',
      content: { 'application/json': { schema: PastImportView } },
    },
    ...actProblems,
  },
})

const undo = createRoute({
  ...{ method: 'post', path: `${path}/imports/{id}/undo`, tags, operationId: 'undoPastImport' },
  summary: 'Takes the newest import of a source back, by an import that restores',
  middleware: administers,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The imports as they are then',
      content: { 'application/json': { schema: PastImportRuns } },
    },
    ...actProblems,
  },
})

const one = createRoute({
  ...{ method: 'get', path: `${path}/{id}`, tags, operationId: 'getPastIncident' },
  summary: 'One imported incident, by its id `<source>:<key>`',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'As it was imported last',
      content: { 'application/json': { schema: ImportedIncidentView } },
    },
    ...readProblems,
  },
})

/** @throws AppError `not_found` where nothing can be imported */
function importsOf({ pastImports }: Pick<ServerDeps, 'pastImports'>): PastImports {
  if (pastImports !== undefined) return pastImports
  throw new AppError('not_found', 'this server imports no past incidents')
}

function runsOf({ journey: { engine } }: Pick<ServerDeps, 'journey'>) {
  const { state } = engine
  return {
    items: newestFirst(state).map((run) => viewPastRun(run, state)),
    kept: state.imported.size,
  }
}

export function pastImportRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(formats, (c) => c.json({ items: [...importsOf(c.get('deps')).formats()] }, 200))
  app.openapi(list, (c) => c.json(runsOf(c.get('deps')), 200))
  app.openapi(post, async (c) => {
    const deps = c.get('deps')
    const { cmdb, address, ...asked } = c.req.valid('json')
    const { done } = await importsOf(deps).run(actorOf(c), {
      ...asked,
      ...{ cmdb: cmdb ?? asked.source, address: address ?? null },
    })
    const late = 'the files are read, and what they say is not applied yet'
    return c.json(viewPastImport(await stored(deps, done, late)), 200)
  })
  app.openapi(undo, async (c) => {
    const deps = c.get('deps')
    await stored(deps, importsOf(deps).undo(c.req.valid('param').id, actorOf(c)))
    return c.json(runsOf(deps), 200)
  })
  app.openapi(one, (c) => {
    const { engine } = c.get('deps').journey
    const found = engine.state.imported.get(c.req.valid('param').id)
    if (found === undefined) throw new AppError('not_found', 'there is no such imported incident')
    return c.json(viewImported(found), 200)
  })
}
