/**
 * Versions of the weights that people accepted, by scope: what each says of which weights, and what was said
 * of them by the rules then. What somebody writes into the rules since counts before what was learned.
 */

import { LEARNED_TERMS, type LearnedTerm } from '../evidence.ts'
import type { Snapped } from '../table.ts'
import type { EpochMs } from '../time.ts'
import type { WeightChange, Weights } from './weights.ts'

/** Versions of one scope that are kept: the newest. */
export const MAX_VERSIONS = 50

export interface WeightsVersion {
  /** `W-3`, with its scope before it where it has a name; in the evidence of what it scored. */
  readonly id: string
  readonly by: string
  readonly at: EpochMs
  /** Id of the proposal that was accepted. */
  readonly proposal: string
  /** What was accepted: against the version before. */
  readonly changes: readonly WeightChange[]
  /** Every weight that differs from the rules, with what those said then. */
  readonly learned: Readonly<
    Partial<Record<LearnedTerm, { readonly rules: number; readonly to: number }>>
  >
  readonly undone: { readonly by: string; readonly at: EpochMs } | null
}

export interface WeightsState extends Snapped {
  readonly scope: string
  counter: number
  /** The oldest first; replaced, never changed. */
  versions: readonly WeightsVersion[]
}

/** The newest that was not undone; `undefined`: what the rules say holds. */
export function versionInForce(
  state: { readonly versions: readonly WeightsVersion[] } | undefined,
): WeightsVersion | undefined {
  return state?.versions.findLast(({ undone }) => undone === null)
}

/** The weights of a version over what the rules say now. */
export function overRules(
  rules: Readonly<Weights>,
  version: Pick<WeightsVersion, 'learned'> | undefined,
): Weights {
  if (version === undefined) return rules
  const weights = { ...rules }
  for (const term of LEARNED_TERMS) {
    const learned = version.learned[term]
    if (learned !== undefined && learned.rules === rules[term]) weights[term] = learned.to
  }
  return weights
}
