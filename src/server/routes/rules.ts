/** The rules in force, taking over what the folder of rules holds now, and what its files may hold. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { severityOf } from '../../../ingest/severity.ts'
import { previewRoute } from '../../core/engine/preview-route.ts'
import { AppError } from '../../core/errors.ts'
import type { RoutePack } from '../../core/route-rules.ts'
import { RULE_FILE_KINDS } from '../../core/rule-files.ts'
import { parseRules } from '../../core/rules.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, RulesFault } from '../deps.ts'
import { ProblemError } from '../problem-json.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import {
  RoutePreviewView,
  RouteQuestion,
  RulesReloadView,
  RulesView,
  viewPreview,
  viewReload,
} from '../schemas/rules.ts'
import { administers, asks, reads } from './guards.ts'

const get = createRoute({
  method: 'get',
  path: '/api/v1/rules',
  operationId: 'getRules',
  tags: ['operations'],
  summary: 'The rule packs in force',
  middleware: reads,
  responses: {
    200: {
      description: 'Every pack with its defaults filled in',
      content: { 'application/json': { schema: RulesView } },
    },
    ...readProblems,
  },
})

const reload = createRoute({
  method: 'post',
  path: '/api/v1/rules/reload',
  operationId: 'reloadRules',
  tags: ['operations'],
  summary: 'Checks the folder of rules with its cases and takes it over, whole or not at all',
  middleware: administers,
  responses: {
    200: {
      description: 'Taken over, or nothing has changed; what is at fault is refused with 409',
      content: { 'application/json': { schema: RulesReloadView } },
    },
    ...actProblems,
  },
})

const schema = createRoute({
  method: 'get',
  path: '/api/v1/rules/schemas/{kind}',
  operationId: 'getRulesSchema',
  tags: ['operations'],
  summary: 'The JSON Schema of one kind of rule file, for editors',
  middleware: reads,
  request: { params: z.object({ kind: z.enum(RULE_FILE_KINDS) }) },
  responses: {
    200: {
      description: 'A JSON Schema, draft 7',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
    ...readProblems,
  },
})

const preview = createRoute({
  method: 'post',
  path: '/api/v1/rules/route-preview',
  operationId: 'previewRoute',
  tags: ['operations'],
  summary: 'Where an incident of one alert would go at a given time, and why; nothing is kept',
  middleware: asks,
  request: { body: { required: true, content: { 'application/json': { schema: RouteQuestion } } } },
  responses: {
    200: {
      description: 'By the rules in force, or by the pack that was given',
      content: { 'application/json': { schema: RoutePreviewView } },
    },
    ...actProblems,
  },
})

/** @throws AppError `payload_invalid` with what is at fault */
function packOf(given: Readonly<Record<string, unknown>> | undefined): RoutePack | undefined {
  if (given === undefined) return undefined
  const read = parseRules({ route: given })
  if (read.ok) return read.packs.route
  throw new AppError(
    'payload_invalid',
    `The pack is at fault: ${read.faults.slice(0, MAX_TOLD).join('; ')}`,
    {
      pointer: '#/pack',
    },
  )
}

/** Faults that are told; the settings have all of them. */
const MAX_TOLD = 100

function sentence({ file, case: name, expected, got }: RulesFault): string {
  const where = name === null ? file : `${file}, case "${name}"`
  return `${where}: expected ${expected}, got ${got}`
}

export function ruleRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(get, (c) => {
    const { journey, rules } = c.get('deps')
    const { rules: packs, rulesVersion } = journey.engine.state
    const newest = viewReload(rules?.last())
    return c.json({ version: rulesVersion, packs: { ...packs }, reload: newest }, 200)
  })

  app.openapi(preview, (c) => {
    const { journey, clock } = c.get('deps')
    const { at = clock.now(), severity, pack, ...alert } = c.req.valid('json')
    const found = previewRoute(journey.engine.state, {
      ...{ ...alert, at, pack: packOf(pack) },
      severity: severity ?? severityOf(alert.labels['severity']),
    })
    return c.json(viewPreview(found, { at, isGiven: pack !== undefined }), 200)
  })

  app.openapi(schema, async (c) => {
    const { kind } = c.req.valid('param')
    const text = await readFile(join(c.get('deps').schemasDir, `${kind}.json`), 'utf8')
    return c.json(JSON.parse(text), 200)
  })

  app.openapi(reload, async (c) => {
    const { rules, journey } = c.get('deps')
    if (rules === undefined) throw new AppError('not_found', 'there is no folder of rules')
    const newest = await rules.reload(actorOf(c))
    const view = viewReload(newest)
    if (view === null || newest.outcome === 'refused')
      throw new ProblemError({
        code: 'conflict',
        reason: 'rules_refused',
        detail: `The rules in the folder are at fault; version ${journey.engine.state.rulesVersion} stays in force.`,
        errors: newest.faults.slice(0, MAX_TOLD).map((fault) => ({ detail: sentence(fault) })),
      })
    return c.json(view, 200)
  })
}
