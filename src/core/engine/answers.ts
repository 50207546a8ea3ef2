/** What is answered of the items of a body, and kept of those that could not be read. */
import type { ReceivedEntry } from '../entry.ts'
import type { RejectedItem } from '../model.ts'
import type { DeadLetterRecord, Outcome } from '../record.ts'
import type { EpochMs } from '../time.ts'
import { type Ctx, episodeKey } from './context.ts'

/** What became of one item of a received body, in the body's order. */
export interface ItemOutcome {
  readonly outcome: Outcome
  readonly fingerprint: string | null
  /** Start of the episode the item belongs to. */
  readonly startsAt: EpochMs | null
  /** `<alert id>.<start>` */
  readonly alert: string | null
  readonly ci: string | null
  readonly ciConfidence: number | null
  readonly incident: string | null
}

/** @param index of the item among those of the entry */
export function toDeadLetter(
  entry: ReceivedEntry,
  item: RejectedItem,
  { index, scope }: { readonly index: number; readonly scope: string },
): DeadLetterRecord {
  return {
    id: `${entry.receipt}.${entry.part?.items[index] ?? index}`,
    at: entry.at,
    scope,
    source: entry.source,
    receipt: entry.receipt,
    step: item.step,
    reason: item.reason,
    pointer: item.pointer,
    body: entry.body,
  }
}

/** The answer to an item of an alert; `null`: it started the episode, whose outcome is its own. */
export function answerAlert(ctx: Ctx, identity: string, outcome: Outcome | null): ItemOutcome {
  const alert = ctx.state.alerts.get(identity)
  return {
    outcome: outcome ?? alert?.outcome ?? 'held',
    fingerprint: alert?.fingerprint ?? null,
    startsAt: alert?.startsAt ?? null,
    alert: alert === undefined ? null : episodeKey(alert),
    ci: alert?.binding?.ci ?? null,
    ciConfidence: alert?.binding?.confidence ?? null,
    incident: alert?.incident ?? null,
  }
}

export function answerOther(outcome: Outcome, startsAt: EpochMs | null): ItemOutcome {
  return {
    outcome,
    fingerprint: null,
    startsAt,
    alert: null,
    ci: null,
    ciConfidence: null,
    incident: null,
  }
}
