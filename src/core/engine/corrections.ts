/** Corrections as the engine keeps them, and what people say of the rules proposed from them. */
import { signatureOf } from '../identity.ts'
import { kindsOf, type Saying } from '../learn/constraints.ts'
import {
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

/** What is proposed now, dismissed ones with it. */
export function proposed({ corrections, declined, now }: State): Proposal[] {
  return proposalsOf({ corrections: corrections.values(), declined: (id) => declined.get(id), now })
}

/** The alert as a rule would see it. */
export function sample({ state }: Ctx, member: Seen): Sample {
  const { topology, rules } = state
  const service = serviceOf(member, topology)
  return sampleOf(member, {
    ci: topology.items.get(member.ci ?? '') ?? null,
    service: topology.items.get(service ?? '')?.name ?? service,
    dropLabels: rules.dedup.drop_labels,
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
  const before = waiting(state)
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
  for (const one of proposed(state))
    if (!isDismissed(one) && !before.has(one.id))
      decide(ctx, {
        action: 'proposal.made',
        reason: one.relation,
        text: `A rule is proposed (${one.id}): ${one.text}`,
        incident: target.id,
      })
}

/** Ids of what people are asked about. */
function waiting(state: State): ReadonlySet<string> {
  const open = proposed(state).filter((one) => !isDismissed(one))
  return new Set(open.map(({ id }) => id))
}

/** What was undone was no correction. */
export function dropCorrection({ state }: Ctx, id: string): void {
  state.corrections.delete(id)
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
  const one = proposed(state).find(({ id }) => id === proposal)
  if (one === undefined)
    return refuse(ctx, 'unknown_proposal', `${proposal} is not proposed`, actor)
  if (isDismissed(one))
    return refuse(ctx, 'already_dismissed', `${proposal} was dismissed already`, actor)
  if (one.declined !== null) state.declined.delete(one.declined.id)
  const about = { id: one.id, by: actor, at: state.now, reason: reason ?? null }
  state.declined.set({ snap: 0, ...about, weight: one.weight })
  forgetOldest(state)
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
  const one = proposed(state).find(({ id }) => id === proposal)
  const declined = one?.declined ?? state.declined.get(proposal)
  if (declined === undefined || declined === null)
    return refuse(ctx, 'not_dismissed', `${proposal} was not dismissed`, actor)
  state.declined.delete(declined.id)
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
export function takeStatement({ state }: Ctx, correction: string, taken: Readonly<Saying>): void {
  const known = state.corrections.edit(correction)
  if (known === undefined) return
  const signatures = textOf(kindsOf(taken).map(({ signature }) => signature))
  known.said = known.said.filter(
    (said) =>
      said.relation !== taken.relation ||
      textOf(('b' in said ? [said.a, said.b] : [said.a]).map(signatureOfSample)) !== signatures,
  )
  if (known.said.length === 0) state.corrections.delete(correction)
}

function textOf(signatures: readonly string[]): string {
  return JSON.stringify([...signatures].sort(compare))
}

function signatureOfSample({ name, ciClass }: Sample): string {
  return signatureOf(name, ciClass)
}
