/** What a notification about a storm holds. */
import type { StormRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'

/** Whoever hears of incidents that open hears of storms. */
export const STORM_TYPES = ['storm.began', 'storm.updated', 'storm.ended'] as const
export type StormType = (typeof STORM_TYPES)[number]

export function isStormType(type: string): type is StormType {
  return STORM_TYPES.some((one) => one === type)
}

/** `data` of the webhook's payload. Rates are alerts a minute. */
export interface StormData {
  readonly headline: string
  readonly text: string
  readonly reason: string
  readonly actor: string
  readonly storm: {
    readonly id: string
    readonly scope: string
    readonly since: EpochMs
    readonly beganAt: EpochMs
    readonly endedAt: EpochMs | null
    readonly rate: number
    readonly peak: number
    readonly usual: number
    readonly threshold: number
    readonly alerts: number
  }
  /**
   * `alone`: told of by themselves, `folded`: only here, `new` of them since the last message,
   * `resolved` of them in the storm, `left` of them open at its end: they follow one by one.
   */
  readonly incidents: StormRecord['incidents'] & { readonly new: number }
  /** The most urgent of the folded ones. */
  readonly priority: number | null
  /** What most alerts are about: each came at least so often. */
  readonly top: Pick<StormRecord, 'rules' | 'cis' | 'sites'>
  /** Its incidents in the console. */
  readonly url: string
}
