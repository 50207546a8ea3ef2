/** Plays the outage of a running demo, as tools would: it posts to the sources, and mends on demand. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../core/engine/engine.ts'
import { AppError } from '../core/errors.ts'
import { type EpochMs, SECOND } from '../core/time.ts'
import type { Demo, DemoState } from '../server/demo.ts'
import type { DemoAlert, Post } from './scene.ts'
import { type Fault, mendingOf, type Storm } from './storm.ts'

export interface DirectorDeps {
  readonly engine: Engine
  /** Address of the running Faultline. */
  readonly url: string
  /** Names this run: a banner that was dismissed stays so until the next one. */
  readonly run: string
  /** The outage as it begins at a time. */
  readonly storm: (at: EpochMs) => Storm
  /** Seconds from the first look until the outage begins by itself. */
  readonly afterSeconds: number
  readonly now: () => EpochMs
  readonly onError: (cause: unknown) => void
}

export interface Director extends Demo {
  stop(): Promise<void>
}

export function createDirector(deps: DirectorDeps): Director {
  const { now, afterSeconds, onError } = deps
  const ending = new AbortController()
  const mended = new Set<string>()
  const work = new Set<Promise<void>>()
  let startsAt: EpochMs | null = null
  let running: { readonly storm: Storm; readonly startedAt: EpochMs } | null = null
  let sent = 0
  let over = false

  const later = (job: () => Promise<void>): void => {
    const done = job()
      .catch((cause: unknown) => {
        if (!ending.signal.aborted) onError(cause)
      })
      .finally(() => work.delete(done))
    work.add(done)
  }
  const wait = (until: EpochMs): Promise<void> =>
    sleep(Math.max(0, until - now()), undefined, { signal: ending.signal })

  const begin = (): void => {
    if (running !== null) return
    const storm = deps.storm(now())
    running = { storm, startedAt: now() }
    later(async () => {
      for (const one of storm.posts) {
        await wait(one.at)
        await post(deps, one, ending.signal)
        sent += firingIn(one.body)
        over ||= sent >= storm.alerts.length
      }
    })
  }

  const countDown = (): void => {
    if (startsAt !== null) return
    const at = now() + afterSeconds * SECOND
    startsAt = at
    later(async () => {
      await wait(at)
      begin()
    })
  }

  return {
    look: () => {
      countDown()
      const faults = running?.storm.faults ?? []
      return {
        run: deps.run,
        phase: running === null ? 'quiet' : over ? 'over' : 'storm',
        startsAt: running?.startedAt ?? startsAt ?? now(),
        alerts: { sent, total: running?.storm.alerts.length ?? 0 },
        faults: faults.map((fault) => describe(deps.engine, fault, mended.has(fault.id))),
      }
    },
    begin,
    mend: (id) => {
      const fault = running?.storm.faults.find((one) => one.id === id)
      if (fault === undefined) throw new AppError('not_found', 'there is no such fault now')
      if (mended.has(id)) return
      mended.add(id)
      later(async () => {
        for (const one of mendingOf(fault, now())) {
          await wait(one.at)
          await post(deps, one, ending.signal)
        }
      })
    },
    stop: async () => {
      ending.abort()
      await Promise.all(work)
    },
  }
}

async function post(
  { url }: DirectorDeps,
  { source, body }: Post,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${url}/ingest/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  })
  const answer = await response.text()
  if (!response.ok) throw new AppError('internal', `the demo was refused: ${answer.slice(0, 500)}`)
}

/** Alerts in a body that begin to fire. */
function firingIn(body: object): number {
  const alerts: unknown = 'alerts' in body ? body.alerts : body
  const list: readonly unknown[] = Array.isArray(alerts) ? alerts : []
  return list.filter((alert) => JSON.stringify(alert).includes('"status":"firing"')).length
}

function describe(engine: Engine, fault: Fault, mended: boolean): DemoState['faults'][number] {
  const { id, title, mend } = fault
  return { id, title, mend, mended, incident: incidentOf(engine, fault.alerts[0]) }
}

/** The incident the first alert of a fault is in; a demo has few enough alerts to look at all. */
function incidentOf(engine: Engine, first: DemoAlert | undefined): string | null {
  if (first === undefined) return null
  const wanted = JSON.stringify(Object.entries(first.labels).sort())
  for (const { rule, labels, incident } of engine.state.alerts.values()) {
    if (rule !== first.check) continue
    if (JSON.stringify(Object.entries(labels).sort()) === wanted) return incident
  }
  return null
}
