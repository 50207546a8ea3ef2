/** The review after an incident, as people wrote it. */
import type { EpochMs } from './time.ts'

export interface ReviewMoment {
  readonly at: EpochMs
  readonly text: string
}

/** One version of a review, whole. */
export interface IncidentReview {
  readonly summary: string
  readonly impact: string
  readonly rootCause: string
  readonly wentWell: string
  /** What is to be done so that it does not come back. */
  readonly actions: readonly string[]
  /** By time. */
  readonly timeline: readonly ReviewMoment[]
}
