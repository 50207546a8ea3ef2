/** Rules and weights proposed from corrections: what they say, who said so, what a backtest of them came to. */
import { z } from '@hono/zod-openapi'
import type { RuleChange } from '../../core/backtest/rule-change.ts'
import { LEARNED_TERMS } from '../../core/evidence.ts'
import type { CorrectionState } from '../../core/learn/corrections.ts'
import { PROPOSAL_STATES, type ProposalState, ruleYaml } from '../../core/learn/proposal-files.ts'
import type { Proposal } from '../../core/learn/proposals.ts'
import { isDismissed } from '../../core/learn/support.ts'
import type { WeightsProposal } from '../../core/learn/weights.ts'
import { DEFAULT_SCOPE } from '../../core/scope.ts'
import { BACKTEST_STATES, type Backtest } from '../deps.ts'
import { FiguresView, viewFigures } from './backtest.ts'
import { defined, iso, ScopeCounts, ScopeFilter, Time, TimeInput } from './common.ts'
import { WeightChangeView } from './weights.ts'

const CorrectionView = z
  .strictObject({
    kind: z.enum(['merge', 'split', 'move', 'dismiss', 'confirm_cause']),
    by: z.string(),
    at: Time,
    incident: z.string(),
    other: z.string().openapi({ description: 'the same where it was about one incident' }),
  })
  .openapi('ProposalCorrection')

const TriedView = z
  .strictObject({
    id: z.string().openapi({ description: 'of the backtest' }),
    state: z.enum(BACKTEST_STATES),
    from: Time,
    to: Time,
    done: z.int(),
    total: z.int().nullable(),
    endedAt: Time.nullable(),
    failure: z.string().nullable(),
    isCurrent: z.boolean().openapi({ description: 'false: what is proposed has changed since' }),
    before: z.union([FiguresView, z.null()]),
    after: z.union([FiguresView, z.null()]),
    totals: z
      .record(z.string(), z.int())
      .openapi({ description: 'how many of each difference; empty: there is no result' }),
  })
  .openapi('ProposalBacktest')

const base = z.strictObject({
  id: z.string(),
  scope: z
    .string()
    .openapi({ description: 'correlation scope of its corrections; the weights are its' }),
  text: z.string(),
  weight: z.int().openapi({
    description: 'incidents; of one person at most 2 where several people correct',
  }),
  incidents: z.int(),
  people: z.array(z.string()),
  corrections: z
    .array(CorrectionView)
    .openapi({ description: 'what it is made of, the newest 50 first' }),
  against: z.array(CorrectionView).openapi({ description: 'corrections that say the opposite' }),
  dismissed: z
    .union([z.strictObject({ by: z.string(), at: Time, reason: z.string().nullable() }), z.null()])
    .openapi({ description: 'the newest dismissal, also where it holds no more' }),
  backtest: z.union([TriedView, z.null()]).openapi({ description: 'the newest of it' }),
})

const rule = base
  .extend({
    kind: z.literal('rule'),
    state: z.enum(PROPOSAL_STATES).openapi({ description: '`in_use`: the rules in force have it' }),
    relation: z.enum(['together', 'apart', 'noise']),
    pack: z.enum(['correlate', 'suppress', 'priority']),
    name: z.string().openapi({ description: 'of the rule' }),
    yaml: z.string().openapi({ description: 'the rule, as a list of one' }),
  })
  .openapi('RuleProposal')

const weights = base
  .extend({
    kind: z.literal('weights'),
    state: z.enum(['open', 'dismissed']),
    version: z.string().nullable().openapi({
      description: 'the version in force that they go on from; null: what the rules say',
    }),
    changes: z.array(WeightChangeView),
    links: z
      .strictObject({ of: z.int(), before: z.int(), after: z.int() })
      .openapi({ description: 'links of corrections that the score judges as people did' }),
  })
  .openapi('WeightsProposal')

export const ProposalView = z.union([rule, weights]).openapi('Proposal')

export const ProposalPage = z
  .strictObject({
    items: z.array(ProposalView),
    total: z.int(),
    corrections: z.int().openapi({ description: 'corrections that are kept' }),
    scopes: ScopeCounts,
  })
  .openapi('ProposalPage')

export const ProposalFiles = z
  .strictObject({
    case: z
      .string()
      .nullable()
      .openapi({ description: 'a case for the tests of the pack; null: none can be made' }),
    files: z
      .array(z.strictObject({ name: z.string(), text: z.string() }))
      .openapi({ description: 'the files of the folder of rules with both in them' }),
  })
  .openapi('ProposalFiles')

export const ProposalQuery = z.object({
  state: z.enum(PROPOSAL_STATES).optional(),
  scope: ScopeFilter,
})
export const ProposalRange = z
  .strictObject({
    from: TimeInput.optional(),
    to: TimeInput.optional(),
  })
  .openapi('ProposalRange')
export const ProposalAcceptance = z
  .strictObject({
    changes: z
      .array(WeightChangeView)
      .max(LEARNED_TERMS.length)
      .optional()
      .openapi({ description: 'as they were read: refused where others are proposed by now' }),
  })
  .openapi('ProposalAcceptance')
export const ProposalDismissal = z
  .strictObject({ reason: z.string().min(1).max(2000).optional() })
  .openapi('ProposalDismissal')

const SHOWN = 50

interface Beside {
  readonly state: ProposalState
  /** The newest one of its rule. */
  readonly backtest: Backtest | undefined
}

export function viewProposal(one: Proposal, beside: Beside): z.output<typeof rule> {
  const { relation, pack } = one
  return {
    ...viewBase(one, beside.backtest, { rules: [{ pack, rule: one.rule }] }),
    ...{ kind: 'rule', state: beside.state, relation, pack },
    ...{ name: one.rule.name, yaml: ruleYaml(one) },
  }
}

export function viewWeights(
  one: WeightsProposal,
  backtest: Backtest | undefined,
): z.output<typeof weights> {
  const { scope, version, changes, links } = one
  return {
    ...viewBase(one, backtest, { weights: { scope, changes } }),
    ...{ kind: 'weights', state: isDismissed(one) ? 'dismissed' : 'open' },
    ...{ scope, version, changes: [...changes], links: { ...links } },
  }
}

type Trying = Pick<RuleChange, 'rules' | 'weights'>

function viewBase(
  one: Proposal | WeightsProposal,
  backtest: Backtest | undefined,
  trying: Trying,
): z.output<typeof base> {
  const { id, text, weight, incidents, declined } = one
  return {
    ...{ id, text, weight, incidents, scope: one.corrections[0]?.scope ?? DEFAULT_SCOPE },
    people: [...new Set(one.corrections.map(({ by }) => by))],
    corrections: one.corrections.slice(0, SHOWN).map(viewCorrection),
    against: one.against.slice(0, SHOWN).map(viewCorrection),
    dismissed:
      declined === null ? null : { by: declined.by, at: iso(declined.at), reason: declined.reason },
    backtest: backtest === undefined ? null : viewTried(backtest, trying),
  }
}

function viewCorrection(one: Readonly<CorrectionState>): z.output<typeof CorrectionView> {
  const { kind, by, at, incident, other } = one
  return { kind, by, at: iso(at), incident, other }
}

function viewTried(backtest: Backtest, trying: Trying): z.output<typeof TriedView> {
  const { id, state, asked, done, total, failure, report } = backtest
  const { rules, weights } = asked.change
  const textOf = (change: Trying): string =>
    JSON.stringify([change.rules ?? null, change.weights ?? null])
  return {
    ...{ id, state, done, total, failure, from: iso(asked.from), to: iso(asked.to) },
    endedAt: iso(backtest.endedAt),
    isCurrent: textOf({ ...defined({ rules, weights }) }) === textOf(trying),
    before: report === null ? null : viewFigures(report.before),
    after: report === null ? null : viewFigures(report.after),
    totals: { ...report?.totals },
  }
}
