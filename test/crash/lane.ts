/** One data folder and its many lives: it is killed, restarted and looked at, under load all the time. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultPointName } from '../../src/store/fault.ts'
import { freePort } from '../support/estate.ts'
import { ESTATE } from './bodies.ts'
import { createGate, type Gate } from './gate.ts'
import { type Hook, startHook } from './hook.ts'
import { type Home, type Life, startLife } from './life.ts'
import { type Observed, observe, type Seen, verify } from './look.ts'
import { type Operator, startOperator } from './operator.ts'
import type { Shot } from './plan.ts'
import { type Sender, startSender } from './sender.ts'

export interface Lane extends Home {
  readonly url: string
  readonly gate: Gate
  readonly hook: Hook
  readonly sender: Sender
  readonly operator: Operator
  readonly observed: Observed
  /** The life at hand. */
  life: Life | null
}

/** How the kills of a lane went. */
export interface Tally {
  /** Kills at each point, and how many of them came while requests were under way. */
  readonly points: Map<FaultPointName, { kills: number; underLoad: number }>
  timers: number
  stops: number
  /** Kills before it served. */
  starting: number
  /** Lives in which the fault point was not reached. */
  missed: number
  /** Longest start that was not cut short, ms. */
  slowestStartMs: number
}

const WORKERS = 4
/** A fault point that is not reached within this time is tried again at its first passes. */
const PATIENCE_MS = 3000

export interface LaneOptions {
  readonly folder: string
  readonly name: string
  readonly seed: number
  /** Labels that tell scopes apart: bodies span several. */
  readonly scope: readonly string[]
}

export async function openLane({ folder, name, seed, scope }: LaneOptions): Promise<Lane> {
  mkdirSync(folder, { recursive: true })
  const hook = await startHook()
  const port = await freePort()
  writeSettings(folder, hook.url, scope)
  const url = `http://127.0.0.1:${port}`
  const gate = createGate()
  return {
    folder,
    port,
    url,
    gate,
    hook,
    sender: startSender({ name, seed, gate, url, workers: WORKERS }),
    operator: startOperator({ name: `${name}op`, seed: seed + 101, gate, url }),
    observed: {
      homes: new Map(),
      born: new Map(),
      received: new Map(),
      sent: 0,
      posts: 0,
      deeds: 0,
    },
    life: null,
  }
}

/** Short clocks, so that every step of an incident's life happens between two kills. */
function writeSettings(folder: string, hookUrl: string, scope: readonly string[]): void {
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const settings = {
    cmdb: './cmdb.json',
    rules: './rules',
    channels: [
      { type: 'webhook', id: 'hook', url: hookUrl, secrets: [secret], allowPrivate: true },
    ],
    limits: { snapshotSeconds: 0.3 },
  }
  const lifecycle = {
    open_wait: '100ms',
    group_wait: '200ms',
    resolve_hold: '300ms',
    reopen: '2s',
    close: '5s',
  }
  mkdirSync(join(folder, 'rules'))
  writeFileSync(join(folder, 'faultline.yaml'), JSON.stringify(settings))
  writeFileSync(join(folder, 'cmdb.json'), JSON.stringify(ESTATE))
  writeFileSync(join(folder, 'rules/lifecycle.yaml'), JSON.stringify(lifecycle))
  writeFileSync(
    join(folder, 'rules/correlate.yaml'),
    JSON.stringify({ gap: '2s', lifetime: '10s', scope }),
  )
}

/** Fires every shot of the plan, and looks at the program after each restart. */
export async function shootAll(lane: Lane, plan: readonly Shot[]): Promise<Tally> {
  const tally: Tally = {
    points: new Map(),
    timers: 0,
    stops: 0,
    starting: 0,
    missed: 0,
    slowestStartMs: 0,
  }
  const left = [...plan]
  for (let shot = left.shift(); shot !== undefined; shot = left.shift()) {
    const missed = await shoot(lane, shot, tally)
    if (missed !== null) left.push(missed)
  }
  return tally
}

/** One life; the shot to fire instead where it did not hit. */
async function shoot(lane: Lane, shot: Shot, tally: Tally): Promise<Shot | null> {
  const life = startLife(lane, shot.kind === 'point' ? `${shot.point}:${shot.pass}` : null)
  lane.life = life
  const begun = performance.now()
  const unanswered = lane.sender.unanswered()
  const ready = await life.ready
  if (ready) {
    tally.slowestStartMs = Math.max(tally.slowestStartMs, performance.now() - begun)
    await look(lane, life)
    lane.gate.open()
  } else tally.starting += 1
  const missed = await end(life, shot)
  const { code, signal } = await life.ended
  lane.gate.close()
  if (shot.kind === 'stop' ? code !== 0 : signal !== 'SIGKILL')
    throw new Error(`it ended with ${code ?? signal}:\n${tail(life)}`)
  if (shot.kind === 'stop') tally.stops += 1
  else if (shot.kind === 'timer') tally.timers += 1
  else if (missed) {
    tally.missed += 1
    return { ...shot, pass: Math.max(1, Math.floor(shot.pass / 4)) }
  } else {
    const counts = tally.points.get(shot.point) ?? { kills: 0, underLoad: 0 }
    counts.kills += 1
    if (lane.sender.unanswered() > unanswered) counts.underLoad += 1
    tally.points.set(shot.point, counts)
  }
  return null
}

/** Waits for the end, and brings it about where it does not come; true where it had to. */
async function end(life: Life, shot: Shot): Promise<boolean> {
  const abort = new AbortController()
  const waitMs = shot.kind === 'point' ? PATIENCE_MS : shot.afterMs
  const late = sleep(waitMs, true, { signal: abort.signal }).catch(() => false)
  const missed = await Promise.race([late, life.ended.then(() => false)])
  abort.abort()
  if (missed) life.child.kill(shot.kind === 'stop' ? 'SIGTERM' : 'SIGKILL')
  return missed
}

/** Looks at what is there; a look that the end of a life cut short says nothing. */
export async function look(lane: Lane, life: Life): Promise<void> {
  let seen: Seen
  try {
    seen = await observe(lane)
  } catch (cause) {
    await Promise.race([life.ended, sleep(2000)])
    if (life.over()) return
    throw new Error(`it cannot be looked at:\n${tail(life)}`, { cause })
  }
  verify(seen, lane)
}

function tail(life: Life): string {
  return life.log.slice(-30).join('\n')
}
