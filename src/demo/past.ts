/**
 * The year before the demo: scenes that come back, scenes that came once, deployments, noise, and
 * what people did about it. The same seed and the same end give the same year.
 */
import { z } from 'zod'
import type { Entry } from '../core/entry.ts'
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '../core/time.ts'
import { type Random, seeded } from './random.ts'
import {
  type Checks,
  changePost,
  type DemoAlert,
  type Played,
  type Post,
  play,
  postsOf,
  SceneScript,
} from './scene.ts'

const PastScene = SceneScript.extend({
  when: z.strictObject({
    every: z.number().positive().optional(),
    jitter: z.number().default(0),
    last: z.number().default(1),
    ago: z.array(z.number()).optional(),
    at: z.number().min(0).max(23),
  }),
  people: z.strictObject({
    who: z.array(z.string()).min(1),
    /** Minutes until somebody acknowledges. */
    ack: z.tuple([z.number(), z.number()]),
    cause: z.string(),
    article: z.string(),
    comments: z.array(z.string()).default([]),
    fixes: z.array(z.string()).min(1),
  }),
})
type PastScene = z.output<typeof PastScene>

const LateScene = SceneScript.extend({
  minutesAgo: z.number().positive(),
  people: z.strictObject({ who: z.string(), ack: z.number(), comment: z.string() }),
})

export const PastScript = z.strictObject({
  noise: z.array(
    z.strictObject({
      check: z.string(),
      on: z.record(z.string(), z.string()),
      perDay: z.number().positive(),
      lasts: z.tuple([z.number(), z.number()]),
    }),
  ),
  deploys: z.strictObject({ perWeekday: z.number(), services: z.array(z.string()).min(1) }),
  people: z.array(z.string()).min(1),
  lately: z.array(LateScene),
  /** A maintenance window: minutes before and after the demo begins. */
  maintenance: z.strictObject({
    ci: z.string(),
    from: z.number().positive(),
    to: z.number().positive(),
    by: z.string(),
    comment: z.string(),
  }),
  scenes: z.array(PastScene),
})
export type PastScript = z.output<typeof PastScript>

/** What a person does to the incident that an alert is in by then. */
export interface Act {
  readonly at: EpochMs
  readonly who: string
  readonly about: DemoAlert
  readonly act:
    | { readonly do: 'acknowledge' }
    | { readonly do: 'comment'; readonly text: string }
    | { readonly do: 'confirm_cause'; readonly ci: string }
    | { readonly do: 'vote'; readonly article: string; readonly helpful: boolean }
    | { readonly do: 'resolve'; readonly resolution: string }
}

export type Happening = Post | Act

export interface PastInput {
  readonly script: PastScript
  readonly checks: Checks
  readonly seed: number
  /** The year ends here. */
  readonly until: EpochMs
}

export const PAST_DAYS = 365

/** Everything that happened in the year before `until`, in order of time. */
export function pastOf({ script, checks, seed, until }: PastInput): Happening[] {
  const random = seeded(seed)
  const scenes = script.scenes.flatMap((scene) =>
    datesOf(scene, random, until).flatMap((at) => {
      const played = play(scene, { at, random, checks })
      return [...played.changes, ...postsOf(played.alerts), ...actsOf(scene, played, random)]
    }),
  )
  const all: Happening[] = [
    ...scenes,
    ...script.lately.flatMap((scene) => latelyOf(scene, { checks, random, until })),
    ...postsOf(noiseOf(script, { checks, random, until })),
    ...deploysOf(script, random, until),
  ]
  return all.filter(({ at }) => at < until).sort((a, b) => a.at - b.at)
}

/** Latest first for recurring ones; whole hours of the day, a few minutes off. */
function datesOf({ when }: PastScene, random: Random, until: EpochMs): EpochMs[] {
  const days = when.ago ?? recurring(when, random)
  return days.map((ago) => {
    const day = Math.floor((until - ago * DAY) / DAY) * DAY
    return day + when.at * HOUR + random.int(0, 50) * MINUTE
  })
}

function recurring(
  { every = PAST_DAYS, jitter, last }: PastScene['when'],
  random: Random,
): number[] {
  const days: number[] = []
  for (let ago = last; ago < PAST_DAYS - 2; ago += every)
    days.push(Math.max(1, ago + jitter * (2 * random.next() - 1)))
  return days
}

/** Somebody acknowledges, says something, mends it a little before the alerts end, and says what it was. */
function actsOf({ people }: PastScene, { alerts }: Played, random: Random): Act[] {
  const [about] = alerts
  const end = alerts.reduce((last, { endsAt }) => Math.max(last, endsAt ?? 0), 0)
  if (about === undefined || end === 0) return []
  const who = random.pick(people.who)
  const resolvedAt = end - random.int(20, 100) * SECOND
  const [soonest, latest] = people.ack
  const wait = (soonest + (latest - soonest) * random.next() ** 2) * MINUTE
  const ackAt = Math.min(about.startsAt + wait, resolvedAt - MINUTE)
  const acts: Act[] = [{ at: ackAt, who, about, act: { do: 'acknowledge' } }]
  const middle = ackAt + (resolvedAt - ackAt) * (0.2 + 0.5 * random.next())
  if (people.comments.length > 0 && random.chance(0.75))
    acts.push({
      at: middle,
      who,
      about,
      act: { do: 'comment', text: random.pick(people.comments) },
    })
  if (random.chance(0.8))
    acts.push({ at: middle + SECOND, who, about, act: { do: 'confirm_cause', ci: people.cause } })
  if (random.chance(0.5)) {
    const act = { do: 'vote', article: people.article, helpful: random.chance(0.9) } as const
    acts.push({ at: middle + 2 * SECOND, who, about, act })
  }
  if (random.chance(0.88)) {
    const act = { do: 'resolve', resolution: random.pick(people.fixes) } as const
    acts.push({ at: resolvedAt, who, about, act })
  }
  return acts.map((act) => ({ ...act, at: Math.round(act.at) }))
}

function latelyOf(scene: z.output<typeof LateScene>, { until, ...setting }: Setting): Happening[] {
  const at = until - scene.minutesAgo * MINUTE
  const { alerts } = play(scene, { ...setting, at })
  const [about] = alerts
  const { who, ack, comment } = scene.people
  if (about === undefined) return []
  const ackAt = at + ack * MINUTE
  return [
    ...postsOf(alerts),
    { at: ackAt, who, about, act: { do: 'acknowledge' } },
    { at: ackAt + MINUTE, who, about, act: { do: 'comment', text: comment } },
  ]
}

interface Setting {
  readonly checks: Checks
  readonly random: Random
  readonly until: EpochMs
}

function noiseOf({ noise }: PastScript, { checks, random, until }: Setting): DemoAlert[] {
  return noise.flatMap(({ check, on, perDay, lasts }) => {
    const found: DemoAlert[] = []
    const scene = SceneScript.parse({ name: check, alerts: [{ check, on, lasts }] })
    const meanMs = DAY / perDay
    let at = until - PAST_DAYS * DAY - meanMs * Math.log(1 - random.next())
    while (at < until - 2 * HOUR) {
      const { alerts } = play(scene, { at, random, checks })
      found.push(...alerts)
      const end = alerts[0]?.endsAt ?? at
      at = end - meanMs * Math.log(1 - random.next())
    }
    return found
  })
}

function deploysOf({ deploys, people }: PastScript, random: Random, until: EpochMs): Post[] {
  const posts: Post[] = []
  for (let ago = PAST_DAYS - 1; ago >= 1; ago -= 1) {
    const day = Math.floor((until - ago * DAY) / DAY) * DAY
    const weekday = new Date(day).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    const count = Math.floor(deploys.perWeekday + random.next())
    for (let n = 0; n < count; n += 1) {
      const ci = random.pick(deploys.services)
      const title = `${ci} ${random.int(1, 6)}.${random.int(0, 40)}.${random.int(0, 9)} rolled out`
      const at = day + 8 * HOUR + random.int(0, 8 * 60) * MINUTE
      posts.push(
        changePost({ title, kind: 'deploy', ci, who: random.pick(people), before: 0 }, { at }),
      )
    }
  }
  return posts
}

/** The maintenance window that is open when the demo begins; it was planned long before. */
export function maintenanceOf(
  { maintenance }: PastScript,
  { at, now }: { readonly at: EpochMs; readonly now: EpochMs },
): Entry {
  const { ci, from, to, by, comment } = maintenance
  const silence = {
    id: 'demo-maintenance',
    kind: 'maintenance',
    matchers: [],
    cis: [ci],
    startsAt: now - from * MINUTE,
    endsAt: now + to * MINUTE,
    createdBy: by,
    comment,
    updatedAt: at,
  } as const
  return { kind: 'silence', at, scope: 'default', actor: by, silence }
}
