/** Corrections as the engine keeps them, and what people say of what is proposed from them. */
import { isWeightsCommand, type ProposalCommand, type WeightsCommand } from '../entry.ts'
import { signatureOf } from '../identity.ts'
import { kindsOf, type Saying } from '../learn/constraints.ts'
import {
  CORRECTION_KEEP_MS,
  type CorrectionState,
  type JudgedLink,
  MAX_DECLINED,
  MAX_SAMPLES,
  older,
  oldestToForget,
  type Sample,
  type Statement,
  sampleOf,
} from '../learn/corrections.ts'
import { type Proposal, proposalsOf } from '../learn/proposals.ts'
import { isDismissed } from '../learn/support.ts'
import { FADES_MS, type WeightsProposal, weightsProposalOf } from '../learn/weights.ts'
import { overRules, versionInForce } from '../learn/weights-versions.ts'
import type { Seen } from '../roster.ts'
import type { IncidentState, State } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide } from './context.ts'
import { serviceOf } from './service.ts'
import { applyWeightsCommand, type WeightsResult } from './weights.ts'

type Where = Pick<Ctx, 'state' | 'ix'>

/** Rules that are proposed now, dismissed ones with them. */
export function proposed(where: Where): readonly Proposal[] {
  return allProposed(where).list
}

/** Weights that are proposed now, of each scope at most one, dismissed ones with them. */
export function proposedWeights(where: Where): readonly WeightsProposal[] {
  return allProposed(where).weights
}

/** Worked out anew only after something has changed. */
function allProposed({ state, ix }: Where): NonNullable<Ctx['ix']['proposed']> {
  const { corrections, declined, now, rules } = state
  const scopeLabels = rules.correlate.scope
  if (ix.proposed !== null && now < ix.proposed.until) return ix.proposed
  const all = [...corrections.values()]
  const taught = { corrections: all, declined: (id: string) => declined.get(id), now }
  const list = proposalsOf({ ...taught, scopeLabels })
  const scopes = [...new Set(all.map(({ scope }) => scope))].sort(compare)
  const { join, weights: ofRules } = rules.correlate
  const weights = scopes.flatMap((scope) => {
    const version = versionInForce(state.weights.get(scope))
    const found = weightsProposalOf({
      ...{ ...taught, scope, version: version?.id ?? null, rules: ofRules },
      ...{ inForce: overRules(ofRules, version), threshold: Math.log(join / (1 - join)) },
    })
    return found === null ? [] : [found]
  })
  const ends = all
    .flatMap(({ at }) => [at + FADES_MS, at + CORRECTION_KEEP_MS])
    .filter((end) => end > now)
  const until = ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY)
  ix.proposed = { list, weights, until }
  return ix.proposed
}

/** What a person may dismiss. */
function anyProposed(where: Where): readonly (Proposal | WeightsProposal)[] {
  const { list, weights } = allProposed(where)
  return [...list, ...weights]
}

/** The alert as a rule would see it. */
export function sample({ state }: Ctx, member: Seen): Sample {
  const { topology, rules } = state
  const service = serviceOf(member, topology)
  return sampleOf(member, {
    ci: topology.items.get(member.ci ?? '') ?? null,
    service: topology.items.get(service ?? '')?.name ?? service,
    dropLabels: rules.dedup.drop_labels,
    scopeLabels: rules.correlate.scope,
  })
}

type About = Pick<CorrectionState, 'id' | 'kind' | 'by'> & { readonly other: string }

/** Keeps what a correction of `target` says; of a correction that says several things, one by one. */
export function noteCorrection(
  ctx: Ctx,
  target: Readonly<Pick<IncidentState, 'id' | 'scope'>>,
  { other, ...about }: About,
  {
    said: statements = [],
    links = [],
  }: { readonly said?: readonly Statement[]; readonly links?: readonly JudgedLink[] },
): void {
  const { state } = ctx
  const said = statements.slice(0, MAX_SAMPLES)
  if (said.length === 0 && links.length === 0) return
  ctx.out.corrected ??= { before: waiting(ctx), incident: target.id }
  const known = state.corrections.edit(about.id)
  if (known !== undefined && known.kind !== 'confirm_cause') {
    known.said = [...known.said, ...said]
    known.links = [...known.links, ...links]
  } else {
    const old = oldestToForget([...state.corrections.values()], about.by)
    if (old !== null) state.corrections.delete(old)
    state.correctionCounter += 1
    const [first, second] = older(target.id, other)
    state.corrections.set({
      ...about,
      ...{ snap: 0, number: state.correctionCounter, scope: target.scope, at: state.now },
      ...{ incident: first, other: second, said, links },
    })
  }
  ctx.ix.proposed = null
}

/** Says what is proposed since the corrections of this entry; to be called once all are kept. */
export function sayProposed(ctx: Ctx): void {
  const { corrected } = ctx.out
  if (corrected === null) return
  for (const one of anyProposed(ctx))
    if (!isDismissed(one) && !corrected.before.has(one.id))
      decide(ctx, {
        action: 'proposal.made',
        ...('rule' in one
          ? { reason: one.relation, text: `A rule is proposed (${one.id}): ${one.text}` }
          : { reason: 'weights', text: `Other weights are proposed (${one.id}): ${one.text}` }),
        incident: corrected.incident,
      })
}

/** Ids of what people are asked about. */
function waiting(ctx: Ctx): ReadonlySet<string> {
  const open = anyProposed(ctx).filter((one) => !isDismissed(one))
  return new Set(open.map(({ id }) => id))
}

/** What was undone was no correction. */
export function dropCorrection({ state, ix }: Ctx, id: string): void {
  state.corrections.delete(id)
  ix.proposed = null
}

export type ProposalResult =
  | { readonly ok: true; readonly proposal: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** What people say of a proposal: it is not wanted, or it is after all; of weights, that they hold. */
export function applyProposalCommand(
  ctx: Ctx,
  command: ProposalCommand | WeightsCommand,
  actor: string,
): ProposalResult | WeightsResult {
  if (isWeightsCommand(command)) return applyWeightsCommand(ctx, command, actor)
  return command.do === 'proposal.dismiss'
    ? dismissProposal(ctx, command, actor)
    : restoreProposal(ctx, command.proposal, actor)
}

/** It comes back when its support has grown considerably. */
function dismissProposal(
  ctx: Ctx,
  { proposal, reason }: { readonly proposal: string; readonly reason?: string },
  actor: string,
): ProposalResult {
  const { state } = ctx
  const one = anyProposed(ctx).find(({ id }) => id === proposal)
  if (one === undefined)
    return refuse(ctx, 'unknown_proposal', `${proposal} is not proposed`, actor)
  if (isDismissed(one))
    return refuse(ctx, 'already_dismissed', `${proposal} was dismissed already`, actor)
  if (one.declined !== null) state.declined.delete(one.declined.id)
  const about = { id: one.id, by: actor, at: state.now, reason: reason ?? null }
  state.declined.set({ snap: 0, ...about, weight: one.weight })
  forgetOldest(state)
  ctx.ix.proposed = null
  decide(ctx, {
    action: 'proposal.dismissed',
    reason: 'by_person',
    text: `Not wanted: ${one.text}${reason === undefined ? '' : ` (${reason})`}`,
    actor,
  })
  return { ok: true, proposal }
}

/** Takes a dismissal back. */
function restoreProposal(ctx: Ctx, proposal: string, actor: string): ProposalResult {
  const { state } = ctx
  const one = anyProposed(ctx).find(({ id }) => id === proposal)
  const declined = one?.declined ?? state.declined.get(proposal)
  if (declined === undefined || declined === null)
    return refuse(ctx, 'not_dismissed', `${proposal} was not dismissed`, actor)
  state.declined.delete(declined.id)
  ctx.ix.proposed = null
  decide(ctx, {
    action: 'proposal.restored',
    reason: 'by_person',
    text: `Proposed again: ${one?.text ?? proposal}`,
    actor,
  })
  return { ok: true, proposal }
}

function refuse(ctx: Ctx, reason: string, text: string, actor: string): ProposalResult {
  decide(ctx, { action: 'command.refused', reason, text, actor })
  return { ok: false, reason, text }
}

function forgetOldest({ declined }: State): void {
  if (declined.size <= MAX_DECLINED) return
  const [oldest] = [...declined.values()].sort((a, b) => a.at - b.at || compare(a.id, b.id))
  if (oldest !== undefined) declined.delete(oldest.id)
}

/** What a person takes back of a correction is no ground for a rule either. */
export function takeStatement(
  { state, ix }: Ctx,
  correction: string,
  taken: Readonly<Saying>,
): void {
  const known = state.corrections.edit(correction)
  if (known === undefined) return
  const signatures = textOf(kindsOf(taken).map(({ signature }) => signature))
  known.said = known.said.filter(
    (said) =>
      said.relation !== taken.relation ||
      textOf(('b' in said ? [said.a, said.b] : [said.a]).map(signatureOfSample)) !== signatures,
  )
  known.links = []
  if (known.said.length === 0) state.corrections.delete(correction)
  ix.proposed = null
}

function textOf(signatures: readonly string[]): string {
  return JSON.stringify([...signatures].sort(compare))
}

function signatureOfSample({ name, ciClass }: Sample): string {
  return signatureOf(name, ciClass)
}
