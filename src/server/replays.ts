/** Answers to requests that carried an idempotency key, for as long as they are kept. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { DAY, type EpochMs } from '../core/time.ts'

const KEPT_MS = DAY
/** Bounds of what is kept; the oldest goes first. */
const KEPT_KEYS = 10_000
const KEPT_BYTES = 16 * 2 ** 20

export interface ReplayedAnswer {
  readonly status: ContentfulStatusCode
  readonly type: string
  readonly body: string
}

export interface KeptAnswer {
  readonly fingerprint: string
  readonly at: EpochMs
  /** `null` while the first request is under way. */
  answer: ReplayedAnswer | null
}

/** The answers of one server. */
export class Replays {
  private readonly kept = new Map<string, KeptAnswer>()
  private bytes = 0

  find(key: string, now: EpochMs): KeptAnswer | undefined {
    const found = this.kept.get(key)
    if (found === undefined || now - found.at < KEPT_MS) return found
    this.forget(key)
    return undefined
  }

  begin(key: string, fingerprint: string, now: EpochMs): void {
    this.kept.set(key, { fingerprint, at: now, answer: null })
  }

  finish(key: string, answer: ReplayedAnswer): void {
    const found = this.kept.get(key)
    if (found === undefined) return
    found.answer = answer
    this.bytes += answer.body.length
    for (const [oldest, { answer: known }] of this.kept) {
      if (this.kept.size <= KEPT_KEYS && this.bytes <= KEPT_BYTES) return
      if (known !== null) this.forget(oldest)
    }
  }

  forget(key: string): void {
    this.bytes -= this.kept.get(key)?.answer?.body.length ?? 0
    this.kept.delete(key)
  }
}
