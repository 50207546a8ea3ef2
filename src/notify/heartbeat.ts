/**
 * Outbound heartbeat: as long as the engine is healthy, a URL hears from us every interval, so that
 * something else (a dead man's switch) raises the alarm when Faultline cannot.
 */
import type { EpochMs } from '../core/time.ts'
import type { Clock } from './clock.ts'
import { type HttpDeps, type Resolve, send } from './http.ts'
import type { Secret } from './secret.ts'

export interface HeartbeatDeps {
  readonly url: Secret
  readonly intervalMs: number
  /** No beat is sent unless this says true within one interval. */
  readonly healthy: () => Promise<boolean> | boolean
  readonly clock: Clock
  readonly method?: 'GET' | 'POST'
  readonly allowPrivate?: boolean
  readonly resolve?: Resolve
  /** Called after every beat, sent or not. */
  readonly onBeat?: (status: HeartbeatStatus) => void
}

export interface HeartbeatStatus {
  /** Scheme, host and port only. */
  readonly origin: string
  readonly lastSuccessAt: EpochMs | null
  readonly lastFailureAt: EpochMs | null
  /** Of the last failure; without secrets. Null when the newest beat arrived. */
  readonly error: string | null
  readonly sent: number
  /** Beats that were not sent because the engine was not healthy, and beats that did not arrive. */
  readonly withheld: number
  readonly failed: number
}

export interface Heartbeat {
  /** Beats now and then every interval; a beat that takes longer than one lets the next ones out. */
  start(): void
  status(): HeartbeatStatus
  /** No beat begins after this; one under way still ends and is reported. */
  stop(): void
}

export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const { clock, intervalMs, onBeat } = deps
  let status: HeartbeatStatus = {
    origin: deps.url.toString(),
    lastSuccessAt: null,
    lastFailureAt: null,
    error: null,
    sent: 0,
    withheld: 0,
    failed: 0,
  }
  let timer: unknown
  let underWay = false
  const tick = (): void => {
    timer = clock.setTimeout(tick, intervalMs)
    if (underWay) return
    underWay = true
    void beat(deps, status).then((next) => {
      status = next
      underWay = false
      onBeat?.(next)
    })
  }
  return {
    start: () => {
      if (timer === undefined) tick()
    },
    status: () => status,
    stop: () => {
      clock.clearTimeout(timer)
      timer = undefined
    },
  }
}

/** One beat; never rejects. */
async function beat(deps: HeartbeatDeps, status: HeartbeatStatus): Promise<HeartbeatStatus> {
  const { clock, url, method, allowPrivate, resolve } = deps
  if (!(await isHealthy(deps))) {
    const error = 'not sent: the engine is not healthy'
    return { ...status, lastFailureAt: clock.now(), error, withheld: status.withheld + 1 }
  }
  const http: HttpDeps = resolve === undefined ? { clock } : { clock, resolve }
  const answer = await send(
    { url, method: method ?? 'GET', allowPrivate: allowPrivate ?? false },
    http,
  )
  const now = clock.now()
  const sent = status.sent + 1
  if (answer.kind === 'answer' && answer.status >= 200 && answer.status < 300) {
    return { ...status, lastSuccessAt: now, error: null, sent }
  }
  const error = answer.kind === 'error' ? answer.error : `${url}: HTTP ${answer.status}`
  return { ...status, lastFailureAt: now, error, sent, failed: status.failed + 1 }
}

/** A check that throws or gives no answer within an interval is a "no". */
function isHealthy({ healthy, clock, intervalMs }: HeartbeatDeps): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => resolve(false), intervalMs)
    const answer = (well: boolean): void => {
      clock.clearTimeout(timer)
      resolve(well)
    }
    Promise.resolve()
      .then(healthy)
      .then(answer, () => answer(false))
  })
}
