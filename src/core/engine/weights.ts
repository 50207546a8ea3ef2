/** Learned weights as the engine keeps them: in force for a scope, of an incident, accepted, undone. */

import type { OpenIncident } from '../correlate/open.ts'
import type { WeightsCommand } from '../entry.ts'
import type { LinkEvidence } from '../evidence.ts'
import { LEARNED_TERMS, type LearnedTerm } from '../evidence.ts'
import { boundsOfWeight, changesText, type WeightChange, type Weights } from '../learn/weights.ts'
import {
  MAX_VERSIONS,
  overRules,
  versionInForce,
  type WeightsState,
  type WeightsVersion,
} from '../learn/weights-versions.ts'
import type { IncidentState } from '../state.ts'
import { type Ctx, decide, versionsOf } from './context.ts'

type Where = Pick<Ctx, 'state' | 'ix'>

/** Weights that incidents of the scope begin with now. */
export function weightsInForce({ state }: Pick<Ctx, 'state'>, scope: string): Weights {
  return overRules(state.rules.correlate.weights, versionInForce(state.weights.get(scope)))
}

/** What decisions in the scope are made with at present. */
export function versionsIn({ state }: Pick<Ctx, 'state'>, scope: string): LinkEvidence['versions'] {
  const version = versionInForce(state.weights.get(scope))
  return { ...versionsOf(state), ...(version === undefined ? {} : { weights: version.id }) }
}

/** The learned weights that an incident began with; those of the rules where its version is forgotten. */
export function beganWith(
  { state, ix }: Where,
  { scope, weights: id }: Readonly<Pick<IncidentState, 'scope' | 'weights'>>,
): NonNullable<OpenIncident['weights']> {
  const version = id ?? ''
  const known = ix.weights.get(version)
  if (known !== undefined) return { version, values: known }
  const found = state.weights.get(scope)?.versions.find((one) => one.id === version)
  const values = overRules(state.rules.correlate.weights, found)
  ix.weights.set(version, values)
  return { version, values }
}

export type WeightsResult =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** Incidents that begin from now on have them; those that are open go on as they began. */
export function applyWeightsCommand(
  ctx: Ctx,
  command: WeightsCommand,
  actor: string,
): WeightsResult {
  return command.do === 'weights.accept'
    ? accept(ctx, command, actor)
    : undo(ctx, command.version, actor)
}

function accept(
  ctx: Ctx,
  { proposal, scope, changes }: Extract<WeightsCommand, { do: 'weights.accept' }>,
  actor: string,
): WeightsResult {
  const read = changes.flatMap(({ term, from, to }): WeightChange[] => {
    const known = LEARNED_TERMS.find((one) => one === term)
    return known === undefined ? [] : [{ term: known, from, to }]
  })
  const isWhole = read.length > 0 && read.length === changes.length
  const fault = isWhole ? faultOf(ctx, scope, read) : 'unknown_weight'
  if (fault !== null) return refuse(ctx, fault, `these weights cannot be accepted: ${fault}`, actor)
  const version = stand(ctx, scope, { by: actor, proposal, changes: read })
  decide(ctx, {
    action: 'weights.accepted',
    reason: 'by_person',
    text: `From now on ${changesText(read)} (${version.id}, ${proposal})`,
    actor,
  })
  return { ok: true, version: version.id }
}

/** Why not, as a stable token; `null`: they go on from what is in force, within the bounds. */
function faultOf({ state }: Ctx, scope: string, changes: readonly WeightChange[]): string | null {
  const inForce = weightsInForce({ state }, scope)
  const { weights: rules } = state.rules.correlate
  if (new Set(changes.map(({ term }) => term)).size < changes.length) return 'named_twice'
  for (const { term, from, to } of changes) {
    if (inForce[term] !== from) return 'not_in_force'
    const { least, most } = boundsOfWeight(term, { inForce, rules })
    if (!(to >= least && to <= most)) return 'out_of_bounds'
  }
  return null
}

type Standing = Pick<WeightsVersion, 'by' | 'proposal' | 'changes'>

/** Puts changed weights in force in a scope, whatever their bounds. */
export function stand({ state, ix }: Where, scope: string, standing: Standing): WeightsVersion {
  const rules = state.rules.correlate.weights
  const to = { ...overRules(rules, versionInForce(state.weights.get(scope))) }
  for (const change of standing.changes) to[change.term] = change.to
  const learned = Object.fromEntries(
    LEARNED_TERMS.flatMap((term): [LearnedTerm, { rules: number; to: number }][] =>
      to[term] === rules[term] ? [] : [[term, { rules: rules[term], to: to[term] }]],
    ),
  )
  const known = editWeights({ state }, scope)
  known.counter += 1
  const id = scope === 'default' ? `W-${known.counter}` : `${scope}/W-${known.counter}`
  const version = { ...standing, id, at: state.now, learned, undone: null }
  known.versions = [...known.versions, version].slice(-MAX_VERSIONS)
  ix.proposed = null
  ix.weights.clear()
  return version
}

/** Lets what the rules say hold for what begins from now on, in every scope. */
export function putAside({ state, ix }: Where, by: string): void {
  const undone = { by, at: state.now }
  for (const scope of [...state.weights.values()].map((one) => one.scope)) {
    const known = editWeights({ state }, scope)
    known.versions = known.versions.map((one) => ({ ...one, undone: one.undone ?? undone }))
  }
  ix.proposed = null
}

function editWeights({ state }: Pick<Ctx, 'state'>, scope: string): WeightsState {
  const known = state.weights.edit(scope)
  if (known !== undefined) return known
  const made: WeightsState = { snap: 0, scope, counter: 0, versions: [] }
  state.weights.set(made)
  return made
}

function undo(ctx: Ctx, id: string, actor: string): WeightsResult {
  const { state } = ctx
  const scope = [...state.weights.values()].find((one) => versionInForce(one)?.id === id)?.scope
  const known = scope === undefined ? undefined : state.weights.edit(scope)
  if (known === undefined)
    return refuse(ctx, 'not_in_force', `${id} is not the newest version in force`, actor)
  const undone = { by: actor, at: state.now }
  known.versions = known.versions.map((one) => (one.id === id ? { ...one, undone } : one))
  ctx.ix.proposed = null
  const before = versionInForce(known)
  decide(ctx, {
    action: 'weights.undone',
    reason: 'by_person',
    text: `${id} is undone: from now on weights are those of ${before?.id ?? 'the rules'}`,
    actor,
  })
  return { ok: true, version: id }
}

function refuse(ctx: Ctx, reason: string, text: string, actor: string): WeightsResult {
  decide(ctx, { action: 'command.refused', reason, text, actor })
  return { ok: false, reason, text }
}
