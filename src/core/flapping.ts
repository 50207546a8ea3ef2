/**
 * Flapping as Icinga 2 detects it, on time slots instead of checks, because monitoring tools report
 * only changes: 20 slots, a bit for each slot with a state change, newer ones weigh more.
 * @see https://icinga.com/docs/icinga-2/latest/doc/08-advanced-topics/#check-flapping
 */
import type { EpochMs } from './time.ts'

export interface Flap {
  /** 20 bits; bit 0 is the slot of `slot`, bit 19 the oldest. */
  readonly bits: number
  /** Number of the newest slot: floor(time / width). */
  readonly slot: number
  readonly since: EpochMs | null
}

export const SLOTS = 20
const MASK = 2 ** SLOTS - 1

export interface FlapSettings {
  /** Width of a slot in ms. */
  readonly slot: number
  readonly start: number
  readonly stop: number
}

/**
 * Weighted share of changes in per cent, 0 to 100: 100/20 · Σ (0.8 + 0.02·i) over the set bits,
 * i = 0 for the oldest and 19 for the newest slot.
 */
export function flapPercent(bits: number): number {
  let sum = 0
  for (let age = 0; age < SLOTS; age++) {
    if ((bits & (1 << age)) !== 0) sum += 0.8 + 0.02 * (SLOTS - 1 - age)
  }
  return (100 / SLOTS) * sum
}

/**
 * When a flapping alert that changes no more will have settled: the first slot in which its share of
 * changes is below `settings.stop`; `null` where it does not flap.
 */
export function settlesAt(flap: Flap, settings: FlapSettings): EpochMs | null {
  if (flap.since === null) return null
  let ahead = 0
  while (ahead < SLOTS && flapPercent((flap.bits << ahead) & MASK) >= settings.stop) ahead++
  return (flap.slot + ahead) * settings.slot
}

export type FlapDecision = {
  readonly action: 'start' | 'stop' | 'none'
  readonly reason: 'over_start' | 'under_stop' | 'unchanged'
  readonly flap: Flap
}

/**
 * Moves the slots on to `at` and notes a state change there, if `changed`. Starts above
 * `settings.start`, stops below `settings.stop`. A time before the newest slot counts in it.
 */
export function decideFlapping(
  flap: Flap | null,
  at: EpochMs,
  changed: boolean,
  settings: FlapSettings,
): FlapDecision {
  const slot = Math.floor(at / settings.slot)
  const ahead = flap === null ? SLOTS : Math.max(0, slot - flap.slot)
  const moved = flap === null || ahead >= SLOTS ? 0 : (flap.bits << ahead) & MASK
  const bits = changed ? moved | 1 : moved
  const since = flap?.since ?? null
  const next = { bits, slot: Math.max(slot, flap?.slot ?? slot), since }
  const percent = flapPercent(bits)
  if (since === null && percent > settings.start)
    return { action: 'start', reason: 'over_start', flap: { ...next, since: at } }
  if (since !== null && percent < settings.stop)
    return { action: 'stop', reason: 'under_stop', flap: { ...next, since: null } }
  return { action: 'none', reason: 'unchanged', flap: next }
}
