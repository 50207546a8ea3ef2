/** Whether the process takes work: what `/readyz` says, and what ends when it stops. */

export type Phase = 'starting' | 'ready' | 'failed' | 'stopping'

export interface Lifecycle {
  phase(): Phase
  /** One sentence about the phase; it is shown to whoever asks, so without secrets. */
  detail(): string
  /** Recovery is done: from `starting` to `ready`. */
  ready(): void
  /** The fold has stopped: nothing is decided any more until a restart. Wins over `ready`. */
  fail(detail: string): void
  /** Begins the end; calls what was given to `onStop`. Idempotent. */
  stop(): void
  /** Called once when the end begins, at once where it has begun; the answer takes it back. */
  onStop(end: () => void): () => void
}

export function createLifecycle(): Lifecycle {
  let phase: Phase = 'starting'
  let detail = 'the state is being recovered'
  const ends = new Set<() => void>()
  return {
    phase: () => phase,
    detail: () => detail,
    ready: () => {
      if (phase !== 'starting') return
      phase = 'ready'
      detail = 'alerts are taken and decided'
    },
    fail: (reason) => {
      if (phase === 'stopping') return
      phase = 'failed'
      detail = reason
    },
    stop: () => {
      if (phase === 'stopping') return
      phase = 'stopping'
      detail = 'the process is stopping'
      for (const end of ends) end()
      ends.clear()
    },
    onStop: (end) => {
      if (phase === 'stopping') end()
      else ends.add(end)
      return () => {
        ends.delete(end)
      }
    },
  }
}
