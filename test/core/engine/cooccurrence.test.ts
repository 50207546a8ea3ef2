/** What begins together is counted from when and where alerts begin, and is one more term of a link. */
import { describe, expect, it } from 'vitest'
import { togetherWith } from '../../../src/core/engine/cooccurrence.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { MINUTE, SECOND } from '../../../src/core/time.ts'
import {
  at,
  ci,
  cmdb,
  depends,
  fire,
  instant,
  play,
  resolve,
  rules,
  type Step,
  type Story,
  together,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const ESTATE = cmdb({
  items: ['web', 'db', 'far', 'mid', 'end'].map((id) => ci(id)),
  relations: [depends('web', 'db'), depends('web', 'mid'), depends('mid', 'end')],
})
const HOUR_S = 3600
const W = { scope: 'default', signature: 'w|host' }

/** On `times` occasions, an hour apart: `web` fires, and `gap` seconds later the other does. */
function occasions(times: number, gap: number, host = 'db', more: Step[] = []): Step[] {
  return Array.from({ length: times }, (_, n) => {
    const start = 10 + n * HOUR_S
    return [
      at(start, fire('web', 'w')),
      at(start + gap, fire(host, 'd')),
      at(start + 900, resolve('web', 'w'), resolve(host, 'd')),
    ]
  })
    .flat()
    .concat(more)
}

const counted = (story: Story, of = 'w|host', other = 'd|host'): number =>
  togetherWith(story.engine, { scope: 'default', signature: of }, story.engine.state.now)?.get(
    other,
  )?.n ?? 0
const story = (...steps: Step[]): Story => play(at(0, ESTATE), ...steps)
const LATER = at(10 * HOUR_S, fire('far', 'x'))

describe('what begins together', () => {
  it.each<[string, Step[], number]>([
    ['on one CI', occasions(4, 5, 'web'), 4],
    ['one relation apart', occasions(4, 5, 'db'), 4],
    ['two relations apart', occasions(4, 5, 'end'), 4],
    ['in no relation', occasions(4, 5, 'far'), 0],
    ['within two minutes', occasions(4, 120), 4],
    ['later than that', occasions(4, 121), 0],
  ])('is counted by occasion: %s', (_name, steps, times) => {
    const told = story(...steps, LATER)
    expect(counted(told)).toBeCloseTo(times, 0)
    expect(counted(told, 'd|host', 'w|host')).toBeCloseTo(times, 0)
  })

  it('is not counted before the fault is some minutes old: it does not teach about itself', () => {
    const young = story(
      at(10, fire('web', 'w')),
      at(15, fire('db', 'd')),
      at(200, fire('far', 'x')),
    )
    expect(counted(young)).toBe(0)
    expect(counted(story(...occasions(1, 5), LATER))).toBeCloseTo(1, 0)
  })

  it('is counted alike whichever incident the alerts joined', () => {
    const apart = rules({
      correlate: { rules: [{ name: 'alone', when: ['host=~".+"'], decide: 'apart' }] },
    })
    const joined = story(...occasions(3, 5), LATER)
    const split = story(at(1, apart), ...occasions(3, 5), LATER)
    expect(split.alert('db', 'd').incident).not.toBe(split.alert('web', 'w').incident)
    expect(joined.alert('db', 'd').incident).toBe(joined.alert('web', 'w').incident)
    expect([...split.engine.state.partners.values()]).toEqual([
      ...joined.engine.state.partners.values(),
    ])
  })

  it('is counted alike in whatever order within the tolerance, and however often', () => {
    const w = fire('web', 'w', { startsAt: 10 })
    const d = fire('db', 'd', { startsAt: 12 })
    const tables = [
      [at(12, w), at(13, d)],
      [at(12, d), at(13, w)],
      [at(12, together(w, d)), at(13, together(w, d))],
      [at(12, w), at(13, d), at(14, w), at(14, d), at(15, w)],
    ].map((steps) => [...story(...steps, LATER).engine.state.partners.values()])
    for (const table of tables.slice(1)) expect(sorted(table)).toEqual(sorted(tables[0] ?? []))
  })

  it('is counted in time order after a clock that ran ahead', () => {
    const ahead = fire('far', 'x', { startsAt: 3 * HOUR_S })
    const told = story(at(1, ahead), ...occasions(2, 5), LATER)
    expect(counted(told)).toBeCloseTo(2, 0)
  })

  it('without a CI is what shares a label', () => {
    const one = (host: string, rule: string, namespace: string) =>
      fire(host, rule, { labels: { namespace } })
    const pair = (namespace: string) =>
      play(
        at(10, one('ghost-1', 'w', 'pay')),
        at(15, one('ghost-2', 'd', namespace)),
        at(HOUR_S, fire('ghost-3', 'x')),
      )
    expect(counted(pair('pay'), 'w|?', 'd|?')).toBeCloseTo(1, 0)
    expect(counted(pair('shop'), 'w|?', 'd|?')).toBe(0)
  })
})

function sorted(records: readonly { readonly signature: string }[]): unknown[] {
  return [...records].sort((a, b) => (a.signature < b.signature ? -1 : 1))
}

describe('the term', () => {
  const again = [at(20 * HOUR_S, fire('web', 'w')), at(20 * HOUR_S + 5, fire('db', 'd'))]

  it('is there once something was seen together, with its counts, and the terms add up', () => {
    const told = story(...occasions(8, 5), ...again)
    const { evidence } = told.alert('db', 'd')
    const term = evidence?.terms.find(({ name }) => name === 'cooccurrence')
    const { n, expected } = (term?.inputs ?? {}) as { n: number; expected: number }
    expect(n).toBeCloseTo(8, 0)
    expect(expected).toBeLessThan(0.3)
    expect(term).toMatchObject({ w: 0.5, x: Math.log((n + 10) / (expected + 10)) })
    expect(term?.note).toMatch(/^such alerts began together 7\.\d times lately, 0\.\d by chance$/)
    const sum = evidence?.terms.reduce((all, { x, w }) => all + x * w, 0) ?? 0
    expect(Math.abs(sum - (evidence?.score ?? 0))).toBeLessThan(1e-9)
  })

  it('is not there the first time, nor between what is too far apart', () => {
    const names = (told: Story) => told.alert('db', 'd').evidence?.terms.map(({ name }) => name)
    expect(names(story(...occasions(1, 5)))).not.toContain('cooccurrence')
    expect(names(story(...occasions(2, 5)))).toContain('cooccurrence')
  })

  it('goes by the weight of the packs', () => {
    const weight = rules({ correlate: { weights: { cooccurrence: 2 } } })
    const told = story(at(1, weight), ...occasions(4, 5), ...again)
    const term = told.alert('db', 'd').evidence?.terms.find(({ name }) => name === 'cooccurrence')
    expect(term?.w).toBe(2)
  })
})

it('goes on after a restart, also with starts that are still to be counted', () => {
  const told = story(...occasions(3, 5), at(9 * HOUR_S, fire('web', 'w'), fire('db', 'd')))
  expect(told.engine.state.scopes.get('default')?.countAt).toBeGreaterThan(0)
  const snapshot = beginSnapshot(told.engine, 1)
  const { add, finish } = restoreEngine()
  for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
  const restored = finish()
  if (restored === null) throw new Error('the snapshot could not be read')
  const entry = { kind: 'time', at: instant(9 * HOUR_S) + 10 * MINUTE, scope: 'default' } as const
  for (const engine of [restored, told.engine]) engine.apply({ offset: 99, entry })
  expect(digest(restored)).toBe(digest(told.engine))
  expect(togetherWith(restored, W, restored.state.now)?.get('d|host')?.n).toBeCloseTo(4, 0)
  expect(restored.state.scopes.get('default')?.countedUntil).toBeGreaterThan(
    instant(9 * HOUR_S) + SECOND,
  )
})

it('is counted within a scope: what begins at another tenant is no partner', () => {
  const of = (tenant: string) => ({ labels: { tenant } })
  const told = story(
    at(1, rules({ correlate: { scope: ['tenant'] } })),
    at(10, fire('web', 'w', of('a')), fire('db', 'd', of('a'))),
    at(11, fire('web', 'x', of('b'))),
    at(HOUR_S, fire('far', 'x', of('a')), fire('far', 'x', of('b'))),
  )
  const partners = (scope: string, signature: string) =>
    [...told.engine.state.partners.values()]
      .find((one) => one.scope === scope && one.signature === signature)
      ?.partners.map((one) => one.signature)
  expect(partners('a', 'w|host')).toEqual(['d|host'])
  expect(partners('b', 'x|host')).toEqual([])
})
