/**
 * Sources of the CMDB that are pulled: each at the start, anew so long after it was read last, and when
 * somebody asks; never one twice at a time.
 */
import { AppError } from '../core/errors.ts'
import { type EpochMs, MINUTE, SECOND } from '../core/time.ts'
import type { Clock } from '../notify/clock.ts'

export interface Pulled {
  readonly source: string
  readonly from: string
  readonly everyMinutes: number
}

/** How a source stands. */
export interface PullState extends Pulled {
  readonly isRunning: boolean
  /** When it was read last, however that ended. */
  readonly lastAt: EpochMs | null
  /** null: it is being read, or nothing is read by the clock. */
  readonly nextAt: EpochMs | null
  /** Why the last time failed. */
  readonly failure: string | null
}

/** One reading; `ended` settles when what it says is worked in. */
export interface Pulling<R> {
  readonly begun: R
  readonly ended: Promise<{ readonly failure: string | null }>
}

export interface PullsDeps<S extends Pulled, R> {
  readonly sources: readonly S[]
  /** Begins to read one; throws where that cannot be. */
  readonly pull: (source: S, by: string) => Pulling<R>
  readonly clock: Clock
  /** It could not be begun; it is tried again in its turn. */
  readonly onError: (cause: unknown) => void
}

export interface Pulls<R> {
  list(): readonly PullState[]
  /**
   * Reads a source now.
   *
   * @throws AppError `not_found` where none has the name; `conflict` where it is being read; what `pull` throws
   */
  now(source: string, by: string): R
  start(): void
  stop(): void
}

/** The start itself comes first. */
const FIRST_MS = 5 * SECOND
/** Who reads by the clock. */
const SCHEDULE = 'schedule'

interface Known<S> {
  readonly source: S
  state: Omit<PullState, keyof Pulled>
  timer: unknown
}

/** By the clock one source is read at a time. */
export function createPulls<S extends Pulled, R>(deps: PullsDeps<S, R>): Pulls<R> {
  const { clock, onError } = deps
  const all = new Map<string, Known<S>>()
  for (const source of deps.sources) {
    const state = { isRunning: false, lastAt: null, nextAt: null, failure: null }
    all.set(source.source, { source, state, timer: null })
  }
  let tail: Promise<void> = Promise.resolve()
  let [started, stopped] = [false, false]
  const arm = (known: Known<S>, ms: EpochMs): void => {
    if (!started || stopped) return
    known.state = { ...known.state, nextAt: clock.now() + ms }
    known.timer = clock.setTimeout(() => turn(known), ms)
  }
  const end = (known: Known<S>, failure: string | null): void => {
    known.state = { isRunning: false, lastAt: clock.now(), nextAt: null, failure }
    arm(known, known.source.everyMinutes * MINUTE)
  }
  const begin = (known: Known<S>, by: string): Pulling<R> => {
    const pulling = deps.pull(known.source, by)
    clock.clearTimeout(known.timer)
    known.state = { ...known.state, isRunning: true, nextAt: null }
    const ended = pulling.ended.then(
      (how) => {
        end(known, how.failure)
        return how
      },
      (cause: unknown) => {
        onError(cause)
        const how = { failure: 'it failed within' }
        end(known, how.failure)
        return how
      },
    )
    return { begun: pulling.begun, ended }
  }
  const turn = (known: Known<S>): void => {
    tail = tail.then(async () => {
      if (stopped || known.state.isRunning) return
      try {
        await begin(known, SCHEDULE).ended
      } catch (cause) {
        onError(cause)
        end(known, cause instanceof AppError ? cause.message : 'it could not be begun')
      }
    })
  }
  return {
    list: () => [...all.values()].map(({ source, state }) => ({ ...pick(source), ...state })),
    now: (name, by) => {
      const known = all.get(name)
      if (known === undefined) throw new AppError('not_found', 'no source of this name is pulled')
      if (known.state.isRunning) throw new AppError('conflict', 'it is being read already')
      return begin(known, by).begun
    },
    start: () => {
      started = true
      for (const known of all.values()) arm(known, FIRST_MS)
    },
    stop: () => {
      stopped = true
      for (const { timer } of all.values()) clock.clearTimeout(timer)
    },
  }
}

function pick({ source, from, everyMinutes }: Pulled): Pulled {
  return { source, from, everyMinutes }
}
