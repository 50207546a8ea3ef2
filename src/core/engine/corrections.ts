/** Corrections as the engine keeps them, and what people say of the rules proposed from them. */
import { signatureOf } from '../identity.ts'
import { kindsOf, type Saying } from '../learn/constraints.ts'
import {
  CORRECTION_KEEP_MS,
  type CorrectionState,
  MAX_DECLINED,
  MAX_SAMPLES,
  older,
  oldestToForget,
  type Sample,
  type Statement,
  sampleOf,
} from '../learn/corrections.ts'
import { isDismissed, type Proposal, proposalsOf } from '../learn/proposals.ts'
import type { Seen } from '../roster.ts'
import type { IncidentState, State } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide } from './context.ts'
import { serviceOf } from './service.ts'

/** What is proposed now, dismissed ones with it. Worked out anew only after something has changed. */
export function proposed({ state, ix }: Pick<Ctx, 'state' | 'ix'>): readonly Proposal[] {
  const { corrections, declined, now, rules } = state
  const scopeLabels = rules.correlate.scope
  if (ix.proposed !== null && now < ix.proposed.until) return ix.proposed.list
  const all = [...corrections.values()]
  const list = proposalsOf({
    ...{ corrections: all, declined: (id) => declined.get(id), now, scopeLabels },
  })
  const ends = all.map(({ at }) => at + CORRECTION_KEEP_MS).filter((end) => end > now)
  const until = ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY)
  ix.proposed = { list, until }
  return list
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
  statements: readonly Statement[],
): void {
  const { state } = ctx
  const said = statements.slice(0, MAX_SAMPLES)
  if (said.length === 0) return
  ctx.out.corrected ??= { before: waiting(ctx), incident: target.id }
  const known = state.corrections.edit(about.id)
  if (known !== undefined && known.kind !== 'confirm_cause') known.said = [...known.said, ...said]
  else {
    const old = oldestToForget([...state.corrections.values()], about.by)
    if (old !== null) state.corrections.delete(old)
    state.correctionCounter += 1
    const [first, second] = older(target.id, other)
    state.corrections.set({
      ...about,
      ...{ snap: 0, number: state.correctionCounter, scope: target.scope, at: state.now },
      ...{ incident: first, other: second, said },
    })
  }
  ctx.ix.proposed = null
}

/** Says what is proposed since the corrections of this entry; to be called once all are kept. */
export function sayProposed(ctx: Ctx): void {
  const { corrected } = ctx.out
  if (corrected === null) return
  for (const one of proposed(ctx))
    if (!isDismissed(one) && !corrected.before.has(one.id))
      decide(ctx, {
        action: 'proposal.made',
        reason: one.relation,
        text: `A rule is proposed (${one.id}): ${one.text}`,
        incident: corrected.incident,
      })
}

/** Ids of what people are asked about. */
function waiting(ctx: Ctx): ReadonlySet<string> {
  const open = proposed(ctx).filter((one) => !isDismissed(one))
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

/** A person does not want it; it comes back when its support has grown considerably. */
export function dismissProposal(
  ctx: Ctx,
  { proposal, reason }: { readonly proposal: string; readonly reason?: string },
  actor: string,
): ProposalResult {
  const { state } = ctx
  const one = proposed(ctx).find(({ id }) => id === proposal)
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
export function restoreProposal(ctx: Ctx, proposal: string, actor: string): ProposalResult {
  const { state } = ctx
  const one = proposed(ctx).find(({ id }) => id === proposal)
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
  if (known.said.length === 0) state.corrections.delete(correction)
  ix.proposed = null
}

function textOf(signatures: readonly string[]): string {
  return JSON.stringify([...signatures].sort(compare))
}

function signatureOfSample({ name, ciClass }: Sample): string {
  return signatureOf(name, ciClass)
}
