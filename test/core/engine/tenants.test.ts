/** What is learned is learned within a scope: tenants never teach each other, nor share a problem. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { toProblemRecord } from '../../../src/core/project.ts'
import type { AlertRecord, ProblemRecord } from '../../../src/core/record.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  depends,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { RUNS } from './streams.ts'

const DAY = 86_400
const HOSTS = ['web', 'db', 'mail', 'pay'] as const
const START = at(
  0,
  cmdb({ items: HOSTS.map((id) => ci(id)), relations: [depends('web', 'db')] }),
  rules({ correlate: { scope: ['tenant'] } }),
)

/** `rule` on `host` of a tenant, so often, each for ten minutes. */
interface Course {
  readonly tenant: 'a' | 'b'
  readonly host: (typeof HOSTS)[number]
  readonly rule: 'slow' | 'full'
  readonly from: number
  readonly every: number
  readonly times: number
}

function stepsOf({ tenant, host, rule, from, every, times }: Course): Step[] {
  const options = { severity: 'error', labels: { tenant } } as const
  return Array.from({ length: times }, (_, n) => [
    at(from + n * every, fire(host, rule, options)),
    at(from + n * every + 600, resolve(host, rule, options)),
  ]).flat()
}

/** Plays the courses in the order of time, and then until the looks of the nights are over. */
function storyOf(courses: readonly Course[], ...more: readonly Step[]): Story {
  const steps = [...courses.flatMap(stepsOf), ...more].sort((x, y) => x.second - y.second)
  const end: Deed = { kind: 'check', check: () => undefined }
  return play(START, ...steps, at(60 * DAY, end))
}

function problemsOf({ engine: { state, ix } }: Story): readonly ProblemRecord[] {
  return [...state.problems.values()].map((problem) =>
    toProblemRecord(problem, ix.problems.members.get(problem.id) ?? new Set()),
  )
}

/** All that a scope has become, and all that was learned in it. */
function become(story: Story, scope: string): unknown {
  const { state } = story.engine
  const own = <T extends { readonly scope: string }>(records: Iterable<T>): readonly T[] =>
    [...records].filter((one) => one.scope === scope)
  const sorted = (records: readonly unknown[]): readonly string[] =>
    records.map((one) => JSON.stringify(one)).sort()
  return {
    alerts: last(
      own(story.applied.flatMap(({ alerts }) => alerts.map(inScope))),
      ({ id, episode }) => `${id}.${episode}`,
    ),
    incidents: last(own(story.applied.flatMap(({ incidents }) => incidents)), ({ id }) => id),
    problems: sorted(own(problemsOf(story))),
    partners: sorted(own(state.partners.values()).map(({ snap: _, ...one }) => one)),
    companions: sorted(own(state.companions.values()).map(({ snap: _, ...one }) => one)),
    rates: [...state.rates.values()]
      .filter(({ key }) => key.startsWith(`1:${scope}/`))
      .map(({ key, rate }) => JSON.stringify([key, rate]))
      .sort(),
    confirmed: sorted(own(state.confirmed.values()).map(({ snap: _, ...one }) => one)),
    votes: sorted(own(state.votes.values()).map(({ snap: _, ...one }) => one)),
  }
}

/** The last record of each, by its key: what lies between depends on how often time is told. */
function last<T>(records: readonly T[], keyOf: (record: T) => string): readonly [string, T][] {
  const newest = new Map(records.map((record) => [keyOf(record), record]))
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Every record says its scope. */
function inScope(record: AlertRecord): AlertRecord & { readonly scope: string } {
  return { ...record, scope: record.scope ?? 'default' }
}

const anyCourse = fc.record({
  tenant: fc.constantFrom('a', 'b'),
  host: fc.constantFrom(...HOSTS),
  rule: fc.constantFrom('slow', 'full'),
  from: fc.integer({ min: 10, max: 9 * DAY }),
  every: fc.constantFrom(DAY, 7 * DAY, 2 * DAY + 7777, 3 * DAY),
  times: fc.integer({ min: 1, max: 7 }),
})
/** The other tenant's alerts begin with those of the first: what is not kept apart would be seen. */
const anyCourses = fc
  .array(anyCourse, { minLength: 1, maxLength: 5 })
  .map((courses) =>
    courses.flatMap((one): Course[] => [
      one,
      { ...one, tenant: one.tenant === 'a' ? 'b' : 'a', from: one.from + 20, host: 'pay' },
    ]),
  )

const WEEKLY = { host: 'db', rule: 'full', from: DAY, every: 7 * DAY, times: 6 } as const

describe('two tenants', () => {
  it('become and learn together what each becomes and learns alone', () => {
    fc.assert(
      fc.property(anyCourses, (courses) => {
        const mixed = storyOf(courses)
        for (const tenant of ['a', 'b'] as const) {
          const alone = storyOf(courses.filter((one) => one.tenant === tenant))
          expect(become(mixed, tenant)).toEqual(become(alone, tenant))
        }
      }),
      RUNS,
    )
  })

  it('have a problem each, under their own numbers, with incidents of their own', () => {
    const told = storyOf([
      { ...WEEKLY, tenant: 'a' },
      { ...WEEKLY, tenant: 'b', from: DAY + 30 },
    ])
    const problems = problemsOf(told)
    expect(problems.map(({ id, scope }) => [id, scope]).sort()).toEqual([
      ['a-PRB-000001', 'a'],
      ['b-PRB-000001', 'b'],
    ])
    for (const { scope, incidents } of problems) {
      expect(incidents).toHaveLength(6)
      expect(incidents.every((id) => id.startsWith(`${scope}-INC-`))).toBe(true)
    }
  })

  it('have none together of what each has seen too seldom', () => {
    const once = { host: 'db', rule: 'full', every: 7 * DAY, times: 2 } as const
    const courses = [0, 1, 2].map((n) => ({ ...once, from: DAY + n * 14 * DAY }))
    const shared = courses.map((one, n): Course => ({ ...one, tenant: n % 2 === 0 ? 'a' : 'b' }))
    const rare = shared.slice(0, 2)
    expect(problemsOf(storyOf(rare))).toEqual([])
    const one = storyOf(rare.map((course): Course => ({ ...course, tenant: 'a' })))
    expect(problemsOf(one)).toHaveLength(1)
  })

  it('are kept apart by people as well: neither merged nor linked', () => {
    const told = storyOf([
      { ...WEEKLY, tenant: 'a' },
      { ...WEEKLY, tenant: 'b', from: DAY + 30 },
    ])
    const refused = (deed: Deed): unknown => {
      if (deed.kind !== 'entry') throw new Error('not a command')
      return told.apply(deed.entry(told.engine.state.now, told)).result
    }
    const answer = { ok: false, reason: 'other_scope' }
    const ids = { problem: 'a-PRB-000001' }
    expect(refused(command({ do: 'problem.merge', ...ids, from: ['b-PRB-000001'] }))).toMatchObject(
      answer,
    )
    const link = { do: 'problem.link', ...ids, incidents: ['b-INC-000001'] } as const
    expect(refused(command(link))).toMatchObject(answer)
    const split = { do: 'problem.split', ...ids, incidents: ['a-INC-000001'] } as const
    expect(refused(command(split))).toMatchObject({ ok: true })
    expect(told.engine.state.problems.get('a-PRB-000002')?.scope).toBe('a')
  })

  it('learn nothing from causes confirmed and articles voted on at another', () => {
    const courses: Course[] = [
      { ...WEEKLY, tenant: 'a' },
      { ...WEEKLY, tenant: 'b', from: DAY + 30 },
    ]
    const say = at(
      8 * DAY + 60,
      command({ do: 'confirm_cause', incident: 'a-INC-000002', ci: 'db' }),
      command({ do: 'vote', incident: 'a-INC-000002', article: 'kb-1', helpful: true }),
    )
    const [told, silent] = [storyOf(courses, say), storyOf(courses)]
    expect(told.engine.state.confirmed.size).toBeGreaterThan(0)
    expect(told.engine.state.votes.size).toBeGreaterThan(0)
    expect(become(told, 'b')).toEqual(become(silent, 'b'))
    expect(become(told, 'a')).not.toEqual(become(silent, 'a'))
  })

  it('are in a snapshot with the looks that are still to come', () => {
    const { engine } = play(
      START,
      ...stepsOf({ ...WEEKLY, tenant: 'a' }),
      at(37 * DAY, { kind: 'check', check: () => undefined }),
    )
    const snapshot = beginSnapshot(engine, 1)
    const { add, finish } = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
    const restored = finish()
    if (restored === null) throw new Error('the snapshot could not be read')
    expect(digest(restored)).toBe(digest(engine))
    const entry = { kind: 'time', at: engine.state.now + DAY * 1000, scope: 'default' } as const
    for (const one of [restored, engine]) one.apply({ offset: 999_999, entry })
    expect(digest(restored)).toBe(digest(engine))
  })
})
