/** The outage that the demo plays: several faults within one minute, and noise beside them. */
import { z } from 'zod'
import { type EpochMs, SECOND } from '../core/time.ts'
import { seeded } from './random.ts'
import {
  type Checks,
  changePost,
  type DemoAlert,
  type Post,
  play,
  postsOf,
  SceneScript,
} from './scene.ts'

const Change = SceneScript.shape.changes.unwrap().element

const StormScene = SceneScript.extend({
  /** What is wrong, and what mends it; without, the scene is noise. */
  title: z.string().optional(),
  mend: z.string().optional(),
  /** Seconds after the outage began. */
  starts: z.number().min(0),
  /** Changes that mend it. */
  mended: z.array(Change).default([]),
})

export const StormScript = z.strictObject({ scenes: z.array(StormScene).min(1) })
export type StormScript = z.output<typeof StormScript>

/** One of the faults behind the storm, as far as it can be told and mended. */
export interface Fault {
  readonly id: string
  readonly title: string
  readonly mend: string
  readonly alerts: readonly DemoAlert[]
  readonly changes: StormScript['scenes'][number]['mended']
}

export interface Storm {
  readonly alerts: readonly DemoAlert[]
  readonly posts: readonly Post[]
  readonly faults: readonly Fault[]
}

export interface StormInput {
  readonly script: StormScript
  readonly checks: Checks
  readonly seed: number
  readonly at: EpochMs
  /** How many times faster than the script. */
  readonly speed: number
}

/** Tools tell what happened within so many seconds of the script together. */
const TOLD_TOGETHER_S = 1.5

/** The outage that begins `at`, in order of time. */
export function stormOf({ script, checks, seed, at, speed }: StormInput): Storm {
  const random = seeded(seed)
  const secondMs = SECOND / speed
  const scenes = script.scenes.map((scene) => ({
    scene,
    played: play(scene, { at: at + scene.starts * secondMs, random, checks, secondMs }),
  }))
  const alerts = scenes.flatMap(({ played }) => played.alerts)
  const changes = scenes.flatMap(({ played }) => played.changes)
  const faults = scenes.flatMap(({ scene: { name, title, mend, mended }, played }): Fault[] =>
    title === undefined || mend === undefined
      ? []
      : [{ id: name, title, mend, alerts: played.alerts, changes: mended }],
  )
  const posts = [...changes, ...postsOf(alerts, TOLD_TOGETHER_S * secondMs)].sort(
    (a, b) => a.at - b.at,
  )
  return { alerts, posts, faults }
}

/** What mends a fault: its changes, then the ends of its alerts, some seconds apart. */
export function mendingOf({ alerts, changes }: Fault, at: EpochMs): Post[] {
  const ends = alerts
    .filter(({ endsAt }) => endsAt === null)
    .map((alert, i, all) => ({ ...alert, endsAt: at + 2 * SECOND + (i / all.length) * 8 * SECOND }))
    .map((alert) => ({ ...alert, endsAt: Math.round(alert.endsAt) }))
  const posts = postsOf(ends).filter(({ body }) => isResolved(body))
  return [...changes.map((change) => changePost(change, { at })), ...posts]
}

function isResolved(body: object): boolean {
  const first: unknown = Array.isArray(body) ? body[0] : body
  return z.object({ status: z.literal('resolved') }).safeParse(first).success
}
