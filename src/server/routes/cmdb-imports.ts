/** Imports into the CMDB: upload, diff, confirm, undo; and who says what of a CI. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { BASE_SOURCE, OBSERVED_SOURCE } from '../../core/cmdb/model.ts'
import { reconcile } from '../../core/cmdb/reconcile.ts'
import { CLASS_TERMS, RELATION_TERMS } from '../../core/cmdb/terms.ts'
import { recordsOf } from '../../core/engine/cmdb.ts'
import { AppError } from '../../core/errors.ts'
import { compare } from '../../core/topology.ts'
import { actorOf, requires } from '../auth.ts'
import type { AppEnv, CmdbImports, CmdbPull, ServerDeps } from '../deps.ts'
import {
  FormatPage,
  ImportInput,
  ImportPage,
  ImportView,
  ProvenanceView,
  PullParams,
  SourcePage,
  TermsView,
  UndoInput,
  viewImport,
  viewImportSummary,
} from '../schemas/cmdb-import.ts'
import { IdParams, iso } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, importing, reads } from './guards.ts'

const path = '/api/v1/cmdb/imports'
const tags = ['cmdb']
const one = { 'application/json': { schema: ImportView } }

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listImports', middleware: reads },
  summary: 'Imports into the CMDB, the newest first, without their diffs',
  responses: {
    200: {
      description: 'All that are kept',
      content: { 'application/json': { schema: ImportPage } },
    },
    ...readProblems,
  },
})

const get = createRoute({
  ...{ method: 'get', path: `${path}/{id}`, tags, operationId: 'getImport' },
  summary: 'One import: how far it is, and its diff',
  middleware: [requires('import')],
  request: { params: IdParams },
  responses: { 200: { description: 'As it is now', content: one }, ...readProblems },
})

const post = createRoute({
  ...{ method: 'post', path, tags, operationId: 'startImport', middleware: importing },
  summary: 'Imports files into the CMDB, or says what that would change',
  description:
    'Imports run one after the other, beside live traffic. What a source says no more is retired, never erased.',
  request: { body: { required: true, content: { 'application/json': { schema: ImportInput } } } },
  responses: { 202: { description: 'It waits or runs', content: one }, ...actProblems },
})

const confirm = createRoute({
  ...{ method: 'post', path: `${path}/{id}/confirm`, tags, operationId: 'confirmImport' },
  summary: 'Applies a dry run, or an import that retires so much that it waits for this',
  middleware: acts,
  request: { params: IdParams },
  responses: { 202: { description: 'It waits or runs', content: one }, ...actProblems },
})

const undo = createRoute({
  ...{ method: 'post', path: `${path}/{id}/undo`, tags, operationId: 'undoImport' },
  summary:
    'Takes the newest import of a source back, by an import that restores; or says what that would change',
  middleware: acts,
  request: {
    params: IdParams,
    body: { content: { 'application/json': { schema: UndoInput } } },
  },
  responses: { 202: { description: 'The import that does it', content: one }, ...actProblems },
})

const sources = createRoute({
  ...{ method: 'get', path: '/api/v1/cmdb/sources', tags, operationId: 'listCmdbSources' },
  summary: 'Sources of the CMDB, with how much they say and their last import',
  middleware: reads,
  responses: {
    200: { description: 'By name', content: { 'application/json': { schema: SourcePage } } },
    ...readProblems,
  },
})

const pull = createRoute({
  ...{ method: 'post', path: '/api/v1/cmdb/sources/{source}/pull', tags },
  operationId: 'pullCmdbSource',
  summary: 'Reads a source by its API now, out of its turn; never twice at a time',
  middleware: acts,
  request: { params: PullParams },
  responses: { 202: { description: 'The import that it is', content: one }, ...actProblems },
})

const terms = createRoute({
  ...{ method: 'get', path: '/api/v1/cmdb/terms', tags, operationId: 'getCmdbTerms' },
  summary: 'Classes and relations: what they mean, and what ITIL and CSDM call them',
  middleware: [requires('import')],
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: TermsView } } },
    ...readProblems,
  },
})

const formats = createRoute({
  ...{ method: 'get', path: '/api/v1/cmdb/formats', tags, operationId: 'listCmdbFormats' },
  summary: 'Formats of files that can be imported',
  middleware: [requires('import')],
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: FormatPage } } },
    ...readProblems,
  },
})

const provenance = createRoute({
  ...{ method: 'get', path: '/api/v1/cis/{id}/provenance', tags, operationId: 'getCiProvenance' },
  summary: 'Which sources say what of a CI, attribute by attribute',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'As it is now',
      content: { 'application/json': { schema: ProvenanceView } },
    },
    ...readProblems,
  },
})

/** @throws AppError `not_found` where nothing can be imported */
function importsOf({ imports }: Pick<ServerDeps, 'imports'>): CmdbImports {
  if (imports !== undefined) return imports
  throw new AppError('not_found', 'this server imports nothing')
}

function sourcesOf(deps: ServerDeps): z.output<typeof SourcePage> {
  const counts = new Map<string, { items: number; retired: number }>()
  for (const { source, retired } of deps.journey.engine.state.sourceRecords.values()) {
    const known = counts.get(source) ?? { items: 0, retired: 0 }
    known[retired ? 'retired' : 'items'] += 1
    counts.set(source, known)
  }
  const runs = importsOf(deps).list()
  const pulled = new Map((deps.pulls?.list() ?? []).map((one) => [one.source, one]))
  const names = new Set([...counts.keys(), ...runs.map((run) => run.source), ...pulled.keys()])
  const items = [...names].sort(compare).map((source) => {
    const last = runs.find((run) => run.source === source)
    return {
      ...{ source, items: 0, retired: 0 },
      ...counts.get(source),
      last: last === undefined ? null : viewImportSummary(last),
      pull: viewPull(pulled.get(source)),
    }
  })
  return { items }
}

function viewPull(one: CmdbPull | undefined): z.output<typeof SourcePage>['items'][number]['pull'] {
  if (one === undefined) return null
  const { from, everyMinutes, isRunning, lastAt, nextAt, failure } = one
  return {
    from,
    everyMinutes,
    running: isRunning,
    lastAt: iso(lastAt),
    nextAt: iso(nextAt),
    failure,
  }
}

function provenanceOf(deps: ServerDeps, id: string): z.output<typeof ProvenanceView> {
  const { engine } = deps.journey
  if (!engine.state.topology.items.has(id)) throw new AppError('not_found', 'there is no such CI')
  const records = recordsOf(engine, id)
  if (records.length === 0) return { records: [], attributes: {} }
  const said = Object.entries(reconcile(id, records).provenance)
  return {
    records: records
      .map(({ source, key, rank: authority, at, retired }) => ({
        ...{ source, key, authority, retired },
        at: iso(at),
      }))
      .sort((a, b) => a.authority - b.authority || compare(a.source, b.source)),
    attributes: Object.fromEntries(said.map(([name, by]) => [name, { ...by, at: iso(by.at) }])),
  }
}

export function cmdbImportRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) =>
    c.json({ items: importsOf(c.get('deps')).list().map(viewImportSummary) }, 200),
  )
  app.openapi(get, (c) => {
    const found = importsOf(c.get('deps')).find(c.req.valid('param').id)
    if (found === undefined) throw new AppError('not_found', 'there is no such import')
    return c.json(viewImport(found), 200)
  })
  app.openapi(post, (c) => {
    const { authority: rank, ...asked } = c.req.valid('json')
    if (asked.files.length === 0)
      throw new AppError('payload_invalid', 'there is no file', { pointer: '#/files' })
    if (asked.source === BASE_SOURCE || asked.source === OBSERVED_SOURCE)
      throw new AppError('payload_invalid', 'this name is taken', { pointer: '#/source' })
    return c.json(viewImport(importsOf(c.get('deps')).start(actorOf(c), { ...asked, rank })), 202)
  })
  app.openapi(confirm, (c) => {
    const { id } = c.req.valid('param')
    return c.json(viewImport(importsOf(c.get('deps')).confirm(id, actorOf(c))), 202)
  })
  app.openapi(undo, (c) => {
    const { id } = c.req.valid('param')
    const { dryRun } = c.req.valid('json')
    return c.json(viewImport(importsOf(c.get('deps')).undo(id, actorOf(c), dryRun)), 202)
  })
  app.openapi(pull, (c) => {
    const { pulls } = c.get('deps')
    if (pulls === undefined) throw new AppError('not_found', 'no source is pulled')
    return c.json(viewImport(pulls.now(c.req.valid('param').source, actorOf(c))), 202)
  })
  app.openapi(terms, (c) =>
    c.json({ classes: [...CLASS_TERMS], relations: [...RELATION_TERMS] }, 200),
  )
  app.openapi(sources, (c) => c.json(sourcesOf(c.get('deps')), 200))
  app.openapi(formats, (c) => c.json({ items: [...importsOf(c.get('deps')).formats()] }, 200))
  app.openapi(provenance, (c) => c.json(provenanceOf(c.get('deps'), c.req.valid('param').id), 200))
}
