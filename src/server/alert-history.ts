/** One alert over time, put together from its decisions: pure. */
import type { Decision, DecisionAction } from '../core/decision.ts'
import type { AlertRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'

export type SpanKind = 'suppressed' | 'flapping' | 'stale'

/** A time in which something was so; `to` is null while it is. */
export interface Span {
  readonly kind: SpanKind
  readonly from: EpochMs
  readonly to: EpochMs | null
  /** One sentence for people. */
  readonly why: string
}

const BEGINS: Partial<Record<DecisionAction, SpanKind>> = {
  'alert.suppressed': 'suppressed',
  'alert.flapping': 'flapping',
  'alert.stale': 'stale',
}

const ENDS: Partial<Record<DecisionAction, readonly SpanKind[]>> = {
  'alert.unsuppressed': ['suppressed'],
  'alert.settled': ['flapping'],
  'alert.refreshed': ['stale'],
  // flapping is about the alert, the others about the episode that ends
  'alert.resolved': ['suppressed', 'stale'],
}

/**
 * When an alert was muted, flapping or stale, oldest first. What had begun before the first decision
 * that is known begins there. What no decision ended has no end while the newest episode says the
 * same of itself, and else ends with that episode.
 *
 * @param decisions of this alert, oldest first
 * @param newest its newest episode
 */
export function spansOf(decisions: readonly Decision[], newest: AlertRecord): Span[] {
  const spans: Span[] = []
  const open = new Map<SpanKind, { from: EpochMs; why: string }>()
  const close = (kind: SpanKind, to: EpochMs | null, begun = open.get(kind)): void => {
    if (begun === undefined) return
    open.delete(kind)
    if (to === null || to > begun.from) spans.push({ kind, to, ...begun })
  }
  const first = decisions[0]?.at ?? newest.firstSeenAt
  for (const { action, at, text } of decisions) {
    const begins = BEGINS[action]
    if (begins !== undefined && !open.has(begins)) open.set(begins, { from: at, why: text })
    const known = action !== 'alert.resolved'
    for (const kind of ENDS[action] ?? [])
      close(kind, at, open.get(kind) ?? (known ? { from: first, why: text } : undefined))
  }
  const still: Readonly<Record<SpanKind, boolean>> = {
    suppressed: newest.state === 'firing' && newest.suppressedBy !== null,
    flapping: newest.flappingSince !== null,
    stale: newest.state === 'firing' && newest.stale,
  }
  for (const kind of ['suppressed', 'flapping', 'stale'] as const)
    close(kind, still[kind] ? null : (newest.endsAt ?? newest.lastSeenAt))
  return spans.sort((a, b) => a.from - b.from || (a.kind < b.kind ? -1 : 1))
}
