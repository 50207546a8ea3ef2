/** Rules and weights proposed from corrections: listed, tried on the past, taken, dismissed. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { RuleChange } from '../../core/backtest/rule-change.ts'
import { proposed, proposedWeights } from '../../core/engine/corrections.ts'
import type { ProposalCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { filesOf, stateOf } from '../../core/learn/proposal-files.ts'
import type { Proposal } from '../../core/learn/proposals.ts'
import type { WeightChange, WeightsProposal } from '../../core/learn/weights.ts'
import { DAY } from '../../core/time.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { BacktestView, viewBacktest } from '../schemas/backtest.ts'
import { countScopes, defined, IdParams, isOfAny } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import {
  ProposalAcceptance,
  ProposalDismissal,
  ProposalFiles,
  ProposalPage,
  ProposalQuery,
  ProposalRange,
  ProposalView,
  viewProposal,
  viewWeights,
} from '../schemas/proposal.ts'
import { WeightsVersionView } from '../schemas/weights.ts'
import { backtestsOf } from './backtests.ts'
import { acts, reads } from './guards.ts'
import { submitWeights } from './weights.ts'

const path = '/api/v1/proposals'
const tags = ['learning']
const one = { 'application/json': { schema: ProposalView } }
/** A backtest of a proposal goes back so far unless a range is given. */
const USUAL_MS = 30 * DAY

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listProposals', middleware: reads },
  summary: 'Rules and weights proposed from corrections, those of most weight first',
  description: 'At most 100 rules, and weights of each scope. None is applied by itself.',
  request: { query: ProposalQuery },
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: ProposalPage } } },
    ...readProblems,
  },
})

const get = createRoute({
  ...{ method: 'get', path: `${path}/{id}`, tags, operationId: 'getProposal', middleware: reads },
  summary: 'One proposal, with what its newest backtest came to',
  request: { params: IdParams },
  responses: { 200: { description: 'As it is now', content: one }, ...readProblems },
})

const files = createRoute({
  ...{ method: 'get', path: `${path}/{id}/files`, tags, operationId: 'getProposalFiles' },
  summary: 'The rule and a case for it, put into the files of the folder of rules',
  description: 'Nothing is written: put them into the folder, from where they are taken over.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'Texts', content: { 'application/json': { schema: ProposalFiles } } },
    ...readProblems,
  },
})

const backtest = createRoute({
  ...{ method: 'post', path: `${path}/{id}/backtest`, tags, operationId: 'backtestProposal' },
  summary: 'Tries exactly this on a range of the journal; the last 30 days unless given',
  middleware: acts,
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: ProposalRange } } },
  },
  responses: {
    202: {
      description: 'It waits or runs',
      content: { 'application/json': { schema: BacktestView } },
    },
    ...actProblems,
  },
})

const accept = createRoute({
  ...{ method: 'post', path: `${path}/{id}/accept`, tags, operationId: 'acceptProposal' },
  summary: 'Puts proposed weights in force, for incidents of their scope that begin from now on',
  description: 'Rules are put in force by their files.',
  middleware: acts,
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: ProposalAcceptance } } },
  },
  responses: {
    200: {
      description: 'The version in force',
      content: { 'application/json': { schema: WeightsVersionView } },
    },
    ...actProblems,
  },
})

const dismiss = createRoute({
  ...{ method: 'post', path: `${path}/{id}/dismiss`, tags, operationId: 'dismissProposal' },
  summary: 'It is not wanted: it comes back once its weight has doubled',
  middleware: acts,
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: ProposalDismissal } } },
  },
  responses: { 200: { description: 'As it is then', content: one }, ...actProblems },
})

const restore = createRoute({
  ...{ method: 'post', path: `${path}/{id}/restore`, tags, operationId: 'restoreProposal' },
  summary: 'Takes the dismissal back',
  middleware: acts,
  request: { params: IdParams },
  responses: { 200: { description: 'As it is then', content: one }, ...actProblems },
})

type AnyProposal = Proposal | WeightsProposal

/** @throws AppError `not_found` */
function proposalOf({ journey }: ServerDeps, id: string): AnyProposal {
  const found = allOf(journey.engine).find((each) => each.id === id)
  if (found !== undefined) return found
  throw new AppError('not_found', 'this is not proposed, or no longer')
}

function allOf(engine: ServerDeps['journey']['engine']): readonly AnyProposal[] {
  return [...proposedWeights(engine), ...proposed(engine)]
}

/** @throws AppError `not_found`, `conflict` where it is about weights */
function ruleOf(deps: ServerDeps, id: string): Proposal {
  const found = proposalOf(deps, id)
  if ('rule' in found) return found
  throw new AppError('conflict', 'weights are accepted: there are no files of them')
}

function viewOf({ journey, backtests }: ServerDeps, proposal: AnyProposal) {
  const backtest = backtests?.list().find(({ asked }) => asked.proposal === proposal.id)
  return 'rule' in proposal
    ? viewProposal(proposal, { state: stateOf(proposal, journey.engine.state.rules), backtest })
    : viewWeights(proposal, backtest)
}

function changeOf(proposal: AnyProposal): RuleChange {
  const nothing = { base: 'recorded', packs: {}, set: {} } as const
  if ('rule' in proposal)
    return { ...nothing, rules: [{ pack: proposal.pack, rule: proposal.rule }] }
  return { ...nothing, weights: { scope: proposal.scope, changes: proposal.changes } }
}

/** @throws AppError `conflict` where it is no proposal of weights, other ones by now, or was refused */
async function acceptWeights(
  deps: ServerDeps,
  actor: string,
  { id, read }: { readonly id: string; readonly read: readonly WeightChange[] | undefined },
) {
  const found = proposalOf(deps, id)
  if ('rule' in found) throw new AppError('conflict', 'a rule is put into the packs: see its files')
  const { scope, changes } = found
  if (read !== undefined && textOf(read) !== textOf(changes))
    throw new AppError('conflict', 'other weights are proposed by now: read them again')
  return submitWeights(deps, actor, { do: 'weights.accept', proposal: id, scope, changes })
}

function textOf(changes: readonly WeightChange[]): string {
  return JSON.stringify(changes.map(({ term, from, to }) => [term, from, to]))
}

/** @throws AppError `conflict` where it was refused */
async function command(deps: ServerDeps, actor: string, given: ProposalCommand) {
  // what never was does not belong into the journal
  proposalOf(deps, given.proposal)
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor },
    command: given,
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === false) throw new AppError('conflict', result.text)
  return viewOf(deps, proposalOf(deps, given.proposal))
}

export function proposalRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const deps = c.get('deps')
    const { state, scope } = c.req.valid('query')
    const { engine } = deps.journey
    const all = allOf(engine).map((each) => viewOf(deps, each))
    const items = all
      .filter((each) => isOfAny(scope, each))
      .filter((each) => state === undefined || each.state === state)
    const corrections = engine.state.corrections.size
    const scopes = countScopes(all)
    return c.json({ items, total: items.length, corrections, scopes }, 200)
  })

  app.openapi(get, (c) => {
    const deps = c.get('deps')
    return c.json(viewOf(deps, proposalOf(deps, c.req.valid('param').id)), 200)
  })

  app.openapi(files, (c) => {
    const deps = c.get('deps')
    const proposal = ruleOf(deps, c.req.valid('param').id)
    const { backtests } = deps
    const folder = { packs: backtests?.packs() ?? {}, cases: backtests?.cases() ?? {} }
    return c.json(filesOf(proposal, folder), 200)
  })

  app.openapi(backtest, async (c) => {
    const deps = c.get('deps')
    const proposal = proposalOf(deps, c.req.valid('param').id)
    const backtests = backtestsOf(deps)
    const given = c.req.valid('json')
    const to = given.to ?? deps.clock.now()
    const from = given.from ?? Math.max(to - USUAL_MS, (await backtests.earliest()) ?? 0)
    if (from > to)
      throw new AppError('payload_invalid', 'the range ends before it begins', { pointer: '#/to' })
    const asked = { from, to, change: changeOf(proposal), proposal: proposal.id }
    const started = backtests.start(actorOf(c), asked)
    return c.json(viewBacktest(started), 202)
  })

  app.openapi(accept, async (c) => {
    const { id } = c.req.valid('param')
    const read = c.req.valid('json').changes
    return c.json(await acceptWeights(c.get('deps'), actorOf(c), { id, read }), 200)
  })

  app.openapi(dismiss, async (c) => {
    const { reason } = c.req.valid('json')
    const { id } = c.req.valid('param')
    const given = { do: 'proposal.dismiss', proposal: id, ...defined({ reason }) } as const
    return c.json(await command(c.get('deps'), actorOf(c), given), 200)
  })

  app.openapi(restore, async (c) => {
    const { id } = c.req.valid('param')
    const given = { do: 'proposal.restore', proposal: id } as const
    return c.json(await command(c.get('deps'), actorOf(c), given), 200)
  })
}
