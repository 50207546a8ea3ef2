/**
 * Surprise: how unlikely an alert is by itself, in nats, from how often its kind came before.
 *
 * `S = -ln(1 - exp(-rate * window))`: minus the log of the chance that at least one such alert
 * starts within the window anyway. A nightly backup alert has little surprise, one never seen has
 * the most. Rates are Gamma-Poisson estimates, `(alpha + n) / (beta + T)`: the rate of a signature on
 * one CI is drawn towards the mean rate of the signature over the CIs it was seen on, and that one
 * towards a fixed weak prior. Times the habit of the hour (core/habit.ts), for what comes every Monday
 * at 03:00 is news on any other day.
 *
 * The state is one small record per key, for `ciKey(signature, ci)` and for `signatureKey(signature)`;
 * whoever keeps the records bounds them with `leastUseful`.
 */

import { scopeOfKey } from './scope.ts'
import { leastWorth } from './shares.ts'
import type { EpochMs } from './time.ts'
import { DAY, HOUR } from './time.ts'

/** Alerts that came alone and cleared by themselves. */
export interface Alone {
  readonly incidents: number
  readonly starts: number
  /** How long they lasted in all, ms. */
  readonly ms: number
}

/** Starts of one kind of alert, counted with exponential decay. Plain JSON. */
export interface RateRecord {
  /** Decayed number of starts, as of `at`. */
  readonly n: number
  /** When `n` was last brought up to date: the latest start. */
  readonly at: EpochMs
  /** Signature records: how many CIs it was seen on. Always 1 for a CI's record. */
  readonly cis: number
  /** Of what came alone and cleared by itself, decayed alike; absent where nothing did. */
  readonly alone?: Alone
}

/** The most an alert can surprise: about 1 in 160,000 windows. */
export const SURPRISE_CAP = 12
/** Old starts lose half their weight in this time, so that a cured noise becomes surprising again. */
export const HALF_LIFE_MS = 14 * DAY
/** Prior of a signature: half a start in one day of watching. */
const PRIOR_STARTS = 0.5
const PRIOR_MS = DAY
/** Weight of the signature's mean rate against a CI's own history, in starts. */
const MEAN_STARTS = 1
/** Watching this long without a kind of alert makes its first one count half the cap. */
const COLD_MS = 6 * HOUR

const DECAY = Math.LN2 / HALF_LIFE_MS

/** Key of the rate of a signature on a CI; `null` for alerts without a CI. Parts cannot run together. */
export function ciKey(signature: string, ci: string | null): string {
  return `c${signature.length}:${signature}${ci === null ? '' : `:${ci}`}`
}

/** Key of the rate of a signature over all CIs. */
export function signatureKey(signature: string): string {
  return `s${signature}`
}

/**
 * Counts one start. A start older than the record counts as decayed, so that the order of arrival
 * of late alerts changes nothing but rounding.
 *
 * @param newCi the record is of a signature and the start is its first on this CI
 */
export function observe(
  record: RateRecord | undefined,
  at: EpochMs,
  newCi: boolean = false,
): RateRecord {
  if (record === undefined) return { n: 1, at, cis: 1 }
  const latest = Math.max(record.at, at)
  return {
    n: decayed(record, latest) + Math.exp(-DECAY * (latest - at)),
    at: latest,
    cis: record.cis + (newCi ? 1 : 0),
    ...aloneAt(record, latest),
  }
}

/** Counts what came alone and cleared by itself. */
export function countAlone(record: RateRecord, more: Alone): RateRecord {
  const { incidents, starts, ms } = record.alone ?? { incidents: 0, starts: 0, ms: 0 }
  const alone = {
    incidents: incidents + more.incidents,
    starts: starts + more.starts,
    ms: ms + more.ms,
  }
  return { ...record, alone }
}

/** The record without what came alone: somebody cares. */
export function forgetAlone({ n, at, cis }: RateRecord): RateRecord {
  return { n, at, cis }
}

function aloneAt({ alone, at }: RateRecord, now: EpochMs): Pick<RateRecord, 'alone'> {
  if (alone === undefined) return {}
  const left = Math.exp(-DECAY * (now - at))
  const { incidents, starts, ms } = alone
  return { alone: { incidents: incidents * left, starts: starts * left, ms: ms * left } }
}

export interface SurpriseAt {
  /** When the alert started. */
  readonly at: EpochMs
  /** Length of the window an alert could fall into by chance, > 0. */
  readonly windowMs: number
  /** Since when alerts are counted at all. */
  readonly startedAt: EpochMs
  /** How much likelier the kind of alert is at this time of the week than at any; absent: 1. */
  readonly factor?: number
}

/**
 * Surprise of an alert that starts now, from records that do not yet count it.
 *
 * Cold start: a kind of alert never seen before is as surprising as the time we have watched
 * without it allows (5.7 at once, 6 after 6 hours, 9.6 after a day, the cap in the limit), not the
 * cap at once: in the first minutes everything is new, and that must not look like news.
 *
 * @param ci        record of the signature on the CI, if it ever started there
 * @param signature record of the signature over all CIs, if it ever started
 * @returns 0 … SURPRISE_CAP; never rises with one more earlier start, nor with `factor`. O(1)
 */
export function surpriseOf(
  ci: RateRecord | undefined,
  signature: RateRecord | undefined,
  { at, windowMs, startedAt, factor = 1 }: SurpriseAt,
): number {
  const watched = Math.max(0, at - startedAt)
  const exposure = (1 - Math.exp(-DECAY * watched)) / DECAY
  const meanRate = meanRateOf(signature, at, exposure)
  const starts = ci === undefined ? 0 : decayed(ci, at)
  const rate = (MEAN_STARTS + starts) / (MEAN_STARTS / meanRate + exposure)
  const byRate = -Math.log(-Math.expm1(-rate * factor * windowMs))
  const firstEver = ci === undefined && signature === undefined
  const floor = firstEver ? (SURPRISE_CAP * watched) / (watched + COLD_MS) : 0
  return Math.min(SURPRISE_CAP, Math.max(0, byRate, floor))
}

/** Mean starts per ms on one of the CIs the signature was seen on. */
function meanRateOf(record: RateRecord | undefined, at: EpochMs, exposure: number): number {
  const starts = record === undefined ? 0 : decayed(record, at)
  return (PRIOR_STARTS + starts) / ((record?.cis ?? 1) * (PRIOR_MS + exposure))
}

/**
 * The count as of `at`. Where what came last was taken out of the record again, `at` may lie a little
 * before it: then the count is scaled back, so that the order of arrival changes nothing but rounding.
 */
function decayed(record: RateRecord, at: EpochMs): number {
  return record.n * Math.exp(-DECAY * Math.max(-HOUR, at - record.at))
}

/**
 * Keys to forget so that at most `keep` records stay: of each scope those with the least decayed count go
 * first (they change an estimate the least), and none of a scope that has no more than its share. See
 * `leastWorth` for the cost; call it when a table has grown by a good part, not for each record.
 */
export function leastUseful(
  records: ReadonlyMap<string, RateRecord>,
  at: EpochMs,
  keep: number,
): readonly string[] {
  const all = [...records].map(([key, record]) => ({
    ...{ key, scope: scopeOfKey(key) },
    worth: decayed(record, at),
  }))
  return leastWorth(all, keep)
}
