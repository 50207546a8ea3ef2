/** Alerts far apart that often begin together are found; those that do by chance are not. */
import { describe, expect, it } from 'vitest'
import { companionsOf } from '../../../src/core/engine/companions.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import {
  at,
  ci,
  cmdb,
  command,
  depends,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const HOSTS = ['mail', 'pay', 'web', 'db', ...Array.from({ length: 12 }, (_, n) => `h${n}`)]
const ESTATE = cmdb({ items: HOSTS.map((id) => ci(id)), relations: [depends('web', 'db')] })
/** Between two occasions: no round number of hours, so that nothing falls together by itself. */
const APART_S = 5 * 3600 + 7 * 60

interface Pair {
  /** Seconds between the two. */
  readonly gap?: number
  readonly second?: string
  /** What else begins with them. */
  readonly more?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

/** On `times` occasions `mail` queues and, some seconds later, `pay` is slow: no relation is known. */
function occasions(
  times: number,
  { gap = 20, second = 'pay', more = [], labels = {} }: Pair = {},
): Step[] {
  return Array.from({ length: times }, (_, n) => {
    const start = 10 + n * APART_S
    const others = more.map((host, i) => at(start + 1 + i, fire(host, 'down', { labels })))
    const ends = more.map((host) => resolve(host, 'down', { labels }))
    return [
      at(start, fire('mail', 'queue', { labels })),
      ...others,
      at(start + gap, fire(second, 'slow', { labels })),
      at(
        start + 900,
        resolve('mail', 'queue', { labels }),
        resolve(second, 'slow', { labels }),
        ...ends,
      ),
    ]
  }).flat()
}

const story = (...steps: Step[]): Story => play(at(0, ESTATE), ...steps)
const next = (times: number): number => 10 + times * APART_S

/** Whether `mail` and `pay` were one incident when both fired for the last time. */
function joined(told: Story, second = 'pay'): boolean {
  return told.alert(second, 'slow').incident === told.alert('mail', 'queue').incident
}

const companions = (told: Story): readonly string[] =>
  (companionsOf(told.engine, told.alert('mail', 'queue')) ?? []).map(
    ({ signature, place }) => `${signature} ${place}`,
  )

describe('two alerts with no relation between them', () => {
  it.each<[string, Step[], boolean]>([
    ['that begin together the first time', occasions(1), false],
    ['the third time', occasions(3), false],
    ['often', occasions(8), true],
    ['often, a minute apart', occasions(8, { gap: 60 }), true],
    ['often, more than two minutes apart', occasions(8, { gap: 130 }), false],
    ['often, with two others', occasions(8, { more: ['h1', 'h2'] }), true],
    ['only in large faults', occasions(8, { more: HOSTS.slice(4) }), false],
  ])('%s', (_name, steps, expected) => {
    expect(joined(story(...steps))).toBe(expected)
  })

  it('say in the evidence how often, and the terms add up', () => {
    const { evidence } = story(...occasions(8)).alert('pay', 'slow')
    const term = evidence?.terms.find(({ name }) => name === 'cooccurrence')
    expect(term?.note).toMatch(
      /^these two, far apart, began together 6\.\d times lately, 0\.\d by chance$/,
    )
    expect(evidence?.terms.some(({ note }) => /no short path/.test(note))).toBe(true)
    const sum = evidence?.terms.reduce((all, { x, w }) => all + x * w, 0) ?? 0
    expect(Math.abs(sum - (evidence?.score ?? 0))).toBeLessThan(1e-9)
  })

  it('are found whichever begins first', () => {
    const start = next(8)
    const reversed = [at(start, fire('pay', 'slow')), at(start + 15, fire('mail', 'queue'))]
    expect(joined(story(...occasions(8), ...reversed))).toBe(true)
  })

  it('are the very two: the same kinds elsewhere have not begun together', () => {
    const start = next(8)
    const elsewhere = [at(start, fire('mail', 'queue')), at(start + 15, fire('h3', 'slow'))]
    expect(joined(story(...occasions(8), ...elsewhere), 'h3')).toBe(false)
  })

  it('are no companions where one of them begins all the time, so that chance explains it', () => {
    // `pay` every eight minutes for two days: some of it falls near every queue of `mail`
    const busy = Array.from({ length: 360 }, (_, n) => {
      const start = 3 + n * 480
      return [at(start, fire('pay', 'slow')), at(start + 200, resolve('pay', 'slow'))]
    }).flat()
    const queues = Array.from({ length: 40 }, (_, n) => {
      const start = 500 + n * 4019
      return [at(start, fire('mail', 'queue')), at(start + 100, resolve('mail', 'queue'))]
    }).flat()
    const told = story(...[...busy, ...queues].sort((a, b) => a.second - b.second))
    const record = [...told.engine.state.companions.values()].find(({ place }) => place === 'mail')
    expect(record?.companions[0]?.n).toBeGreaterThan(3)
    expect(companions(told)).toEqual([])
  })

  it('are forgotten after months without', () => {
    const later = next(8) + 60 * 86_400
    const again = [at(later, fire('mail', 'queue')), at(later + 20, fire('pay', 'slow'))]
    expect(joined(story(...occasions(8), ...again))).toBe(false)
  })

  it('stay apart where a person said so', () => {
    const start = next(8)
    const split = (told: Story) =>
      command({
        do: 'split',
        incident: told.alert('pay', 'slow').incident ?? '',
        members: [told.key('pay', 'slow')],
      })
    const said: Step = {
      second: start - 3600,
      deeds: [
        {
          kind: 'entry',
          entry: (now, told) => {
            const deed = split(told)
            if (deed.kind !== 'entry') throw new Error('not a command')
            return deed.entry(now, told)
          },
        },
      ],
    }
    const during = [
      at(start - 3700, fire('mail', 'queue')),
      at(start - 3680, fire('pay', 'slow')),
      said,
      at(start - 3000, resolve('mail', 'queue'), resolve('pay', 'slow')),
    ]
    const again = [at(start, fire('mail', 'queue')), at(start + 20, fire('pay', 'slow'))]
    expect(joined(story(...occasions(8), ...during, ...again))).toBe(false)
  })
})

describe('what is known of companions', () => {
  it('is counted alike in whatever order within the tolerance, and however often', () => {
    const shuffled = (swap: boolean, twice: boolean): Step[] =>
      [0, 1, 2, 3, 4].flatMap((n) => {
        const s = 20 + n * APART_S
        const a = fire('mail', 'queue', { startsAt: s })
        const b = fire('pay', 'slow', { startsAt: s + 2 })
        const steps = swap ? [at(s + 3, b), at(s + 4, a)] : [at(s + 3, a), at(s + 4, b)]
        const repeat = twice ? [at(s + 9, a, b)] : []
        return [...steps, ...repeat, at(s + 900, resolve('mail', 'queue'), resolve('pay', 'slow'))]
      })
    const records = (steps: Step[]) =>
      [...story(...steps).engine.state.companions.values()].sort((a, b) =>
        a.place < b.place ? -1 : 1,
      )
    const expected = records(shuffled(false, false))
    expect(expected.map(({ companions: all }) => all.length)).toEqual([1, 1])
    expect(records(shuffled(true, false))).toEqual(expected)
    expect(records(shuffled(false, true))).toEqual(expected)
  })

  it('is in a snapshot, which goes on as the engine would', () => {
    const told = story(...occasions(6))
    const snapshot = beginSnapshot(told.engine, 1)
    const { add, finish } = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
    const restored = finish()
    if (restored === null) throw new Error('the snapshot could not be read')
    expect(digest(restored)).toBe(digest(told.engine))
    const alert = told.alert('mail', 'queue')
    expect(companionsOf(restored, alert)).toEqual(companionsOf(told.engine, alert))
    expect(companions(told)).toEqual(['slow|host pay'])
  })

  it('is that of a scope: what began at another tenant has begun together with nothing', () => {
    const scoped = at(1, rules({ correlate: { scope: ['tenant'] } }))
    const labels = { tenant: 'a' }
    const told = story(scoped, ...occasions(8, { labels }))
    expect(joined(told)).toBe(true)
    const { signature } = told.alert('mail', 'queue')
    const asked = { signature, locus: 'mail', startsAt: told.engine.state.now }
    expect(companionsOf(told.engine, { ...asked, scope: 'a' })).toHaveLength(1)
    expect(companionsOf(told.engine, { ...asked, scope: 'b' })).toBeUndefined()
  })
})
