/** Binding: how good it is, which names nobody knows, and what people say that names mean. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type AlertName, type Alias, MAX_ALIASES } from '../../core/aliases.ts'
import { decideBinding } from '../../core/bind.ts'
import { bindingBy } from '../../core/engine/context.ts'
import type { AliasCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { missingCi, suggestCis } from '../../core/suggest.ts'
import { DAY } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { countBindings } from '../../store/bindings.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import {
  AliasInput,
  AliasList,
  AliasView,
  BindingReport,
  toAliasView,
  UnboundList,
} from '../schemas/binding.ts'
import { IdParams, iso } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const path = '/api/v1/bindings'

const report = createRoute({
  method: 'get',
  path,
  operationId: 'getBindings',
  tags: ['cmdb'],
  summary: 'How many alerts were bound, by which rule, per source',
  middleware: reads,
  request: { query: z.object({ days: z.coerce.number().int().min(1).max(31).default(7) }) },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: BindingReport } } },
    ...readProblems,
  },
})

const unbound = createRoute({
  method: 'get',
  path: `${path}/unbound` as const,
  operationId: 'listUnbound',
  tags: ['cmdb'],
  summary: 'Names in alerts that no CI has, most alerts first, with what they may mean',
  middleware: reads,
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) }) },
  responses: {
    200: { description: 'The names', content: { 'application/json': { schema: UnboundList } } },
    ...readProblems,
  },
})

const aliases = createRoute({
  method: 'get',
  path: `${path}/aliases` as const,
  operationId: 'listAliases',
  tags: ['cmdb'],
  summary: 'Names that people said the meaning of, the newest first',
  middleware: reads,
  request: {},
  responses: {
    200: { description: 'The aliases', content: { 'application/json': { schema: AliasList } } },
    ...readProblems,
  },
})

const learn = createRoute({
  method: 'post',
  path: `${path}/aliases` as const,
  operationId: 'learnAlias',
  tags: ['cmdb'],
  summary:
    'Says which CI a name means: alerts with it are bound to that CI at once, and from then on',
  middleware: acts,
  request: { body: { required: true, content: { 'application/json': { schema: AliasInput } } } },
  responses: {
    200: { description: 'It is in force', content: { 'application/json': { schema: AliasView } } },
    ...actProblems,
  },
})

const forget = createRoute({
  method: 'post',
  path: `${path}/aliases/{id}/delete` as const,
  operationId: 'deleteAlias',
  tags: ['cmdb'],
  summary: 'Takes an alias back: alerts it bound are bound anew, or unbound',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: { description: 'As it was', content: { 'application/json': { schema: AliasView } } },
    ...actProblems,
  },
})

function allAliases({ journey }: ServerDeps): readonly Alias[] {
  return [...journey.engine.state.aliases.values()]
    .flatMap((one) => one.aliases)
    .sort((a, b) => b.at - a.at || compare(b.id, a.id))
}

/** The name that is meant: one of the unbound ones, or the one by which an alert was bound. */
function nameOf({ journey }: ServerDeps, given: z.output<typeof AliasInput>): AlertName {
  const { state, ix } = journey.engine
  if ('unbound' in given) {
    const found = [...state.unbound.values()].find(({ id }) => id === given.unbound)
    if (found === undefined) throw new AppError('not_found', 'there is no such unbound name')
    const { label, kind, name, realm } = found
    return { label, kind, name, realm }
  }
  const alert = state.alerts.get(ix.ids.get(given.alert.replace(/\.\d+$/, '')) ?? '')
  if (alert === undefined)
    throw new AppError('not_found', 'there is no such alert, or it is long over')
  const { named } = decideBinding({ labels: alert.labels, at: alert.startsAt }, bindingBy(state))
  if (named !== null) return named
  throw new AppError('payload_invalid', 'the alert names nothing but an id of the CMDB', {
    pointer: '#/alert',
  })
}

async function submit(deps: ServerDeps, actor: string, command: AliasCommand): Promise<string> {
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor, command },
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === true && 'alias' in result) return result.alias
  const text = result?.ok === false ? result.text : 'it was not applied'
  throw new AppError('payload_invalid', text, { pointer: '#/ci' })
}

export function bindingRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(report, async (c) => {
    const { store, clock } = c.get('deps')
    const to = clock.now()
    const from = to - c.req.valid('query').days * DAY
    const rules = await countBindings(store, { from, to: to + 1 })
    const sum = (some: typeof rules): number => some.reduce((all, { alerts }) => all + alerts, 0)
    const bound = sum(rules.filter(({ rule }) => rule !== ''))
    return c.json(
      { from: iso(from), to: iso(to), alerts: sum(rules), bound, rules: [...rules] },
      200,
    )
  })

  app.openapi(unbound, (c) => {
    const { state } = c.get('deps').journey.engine
    const all = [...state.unbound.values()].sort(
      (a, b) => b.count - a.count || b.lastAt - a.lastAt || compare(a.id, b.id),
    )
    const items = all.slice(0, c.req.valid('query').limit).map((one) => {
      const { id, label, kind, name, realm, reason, count, rules, sources } = one
      const { aliases: _none, ...missing } = missingCi(one)
      return {
        ...{ id, label, kind, name, realm: { ...realm }, reason, count },
        ...{ rules: [...rules], sources: [...sources], lastAt: iso(one.lastAt) },
        suggestions: suggestCis(one, state.topology).map((found) => ({
          ...found,
          reasons: [...found.reasons],
        })),
        missing: { ...missing, labels: { ...missing.labels } },
      }
    })
    return c.json({ items, total: all.length }, 200)
  })

  app.openapi(aliases, (c) => {
    const items = allAliases(c.get('deps')).map(toAliasView)
    return c.json({ items, limit: MAX_ALIASES }, 200)
  })

  app.openapi(learn, async (c) => {
    const deps = c.get('deps')
    const given = c.req.valid('json')
    const name = nameOf(deps, given)
    const id = await submit(deps, actorOf(c), {
      ...{ do: 'alias.learn', name, ci: given.ci },
      ...('alert' in given ? { correction: true } : {}),
    })
    const alias = allAliases(deps).find((one) => one.id === id)
    if (alias === undefined) throw new AppError('not_found', 'it was taken back meanwhile')
    return c.json(toAliasView(alias), 200)
  })

  app.openapi(forget, async (c) => {
    const deps = c.get('deps')
    const { id } = c.req.valid('param')
    const known = allAliases(deps).find((one) => one.id === id)
    // what never was does not belong into the journal
    if (known === undefined) throw new AppError('not_found', 'there is no such alias')
    await submit(deps, actorOf(c), { do: 'alias.forget', alias: id })
    return c.json(toAliasView(known), 200)
  })
}
