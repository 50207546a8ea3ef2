/** What comes at its hour of the week surprises little then, and more at any other. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { toAlertRecord } from '../../../src/core/project.ts'
import {
  at,
  ci,
  cmdb,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
  together,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const WEEK_S = 7 * DAY_S
const ESTATE = cmdb({ items: [ci('db'), ci('web')], relations: [] })

/** Every week, on Monday at 08:00 UTC, the backup makes `db` slow for ten minutes. */
function weekly(times: number, labels: Readonly<Record<string, string>> = {}): Step[] {
  return Array.from({ length: times }, (_, n) => [
    at(10 + n * WEEK_S, fire('db', 'slow', { labels })),
    at(610 + n * WEEK_S, resolve('db', 'slow', { labels })),
  ]).flat()
}

/** The alert as it was seen after `times` weeks, `later` seconds after its hour. */
function seen(times: number, later: number, labels: Readonly<Record<string, string>> = {}) {
  const asked = at(10 + times * WEEK_S + later, fire('db', 'slow', { labels }))
  return toAlertRecord(play(at(0, ESTATE), ...weekly(times, labels), asked).alert('db', 'slow'))
}

describe('an alert that comes every week', () => {
  it.each<[string, number, string | undefined]>([
    ['at its hour', 0, 'comes most weeks about now'],
    ['some minutes late', 20 * 60, 'comes most weeks about now'],
    ['on another day at the hour', 2 * DAY_S, undefined],
    ['at another hour of its day', 9 * HOUR_S, undefined],
  ])('%s says so in words', (_name, later, note) => {
    expect(seen(8, later).habit?.note).toBe(note)
  })

  it('surprises less at its hour, the less the longer it has come, and no less at others', () => {
    const gap = (times: number): number =>
      seen(times, 9 * HOUR_S).surprise - seen(times, 0).surprise
    expect(gap(1)).toBeGreaterThan(0.5)
    expect(gap(3)).toBeGreaterThan(gap(1))
    expect(gap(12)).toBeGreaterThan(2.5)
    const atOnce = seen(12, 0)
    expect(atOnce.surprise).toBeLessThan(4.5)
    expect(seen(12, 9 * HOUR_S).surprise).toBeGreaterThan(6.5)
    expect(atOnce.habit?.times).toBeGreaterThan(6)
  })

  it('that opens an incident by being rare does so at other hours only', () => {
    const rare = rules({ lifecycle: { open_surprise: 6, open_severity: 'critical' } })
    const opened = (later: number): boolean => {
      const asked = 10 + 12 * WEEK_S + later
      const fired = at(asked, fire('db', 'slow'))
      const told = play(
        at(0, ESTATE, rare),
        ...weekly(12),
        fired,
        at(asked + 120, fire('web', 'x')),
      )
      const { incident } = told.alert('db', 'slow')
      return told.engine.state.incidents.get(incident ?? '')?.openedAt != null
    }
    expect([opened(0), opened(9 * HOUR_S)]).toEqual([false, true])
  })
})

describe('what is known of the hours', () => {
  const records = ({ engine }: Story) =>
    [...engine.state.partners.values()].sort((a, b) => (a.signature < b.signature ? -1 : 1))

  it('does not depend on the order of arrival within the tolerance, nor on duplicates', () => {
    const week = (n: number, order: 'as they began' | 'late' | 'twice'): Step[] => {
      const s = 100 + n * WEEK_S
      const [a, b] = [fire('db', 'slow', { startsAt: s }), fire('db', 'full', { startsAt: s + 2 })]
      const end = at(s + 600, resolve('db', 'slow'), resolve('db', 'full'))
      if (order === 'late') return [at(s + 3, b), at(s + 4, a), end]
      if (order === 'twice') return [at(s + 3, together(a, b)), at(s + 30, together(a, b)), end]
      return [at(s + 3, a), at(s + 4, b), end]
    }
    const told = (order: 'as they began' | 'late' | 'twice') =>
      play(at(0, ESTATE), ...[0, 1, 2, 3].flatMap((n) => week(n, order)))
    const expected = told('as they began')
    for (const order of ['late', 'twice'] as const) {
      expect(records(told(order))).toEqual(records(expected))
      for (const rule of ['slow', 'full']) {
        const [one, other] = [told(order).alert('db', rule), expected.alert('db', rule)]
        expect(one.surprise).toBeCloseTo(other.surprise, 9)
        expect(one.habit).toEqual(other.habit)
      }
    }
  })

  it('is in a snapshot, which goes on as the engine would', () => {
    const { engine } = play(at(0, ESTATE), ...weekly(5))
    const snapshot = beginSnapshot(engine, 1)
    const { add, finish } = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
    const restored = finish()
    if (restored === null) throw new Error('the snapshot could not be read')
    expect(digest(restored)).toBe(digest(engine))
    const [known] = [...restored.state.partners.values()]
    expect(known?.week?.hours).toEqual([[8, expect.closeTo(3.4, 0)]])
  })

  it('is that of the scope: what one tenant has every week is news to another', () => {
    const scoped = at(1, rules({ correlate: { scope: ['tenant'] } }))
    const asked = at(10 + 8 * WEEK_S, fire('db', 'slow', { labels: { tenant: 'b' } }))
    const told = play(at(0, ESTATE), scoped, ...weekly(8, { tenant: 'a' }), asked)
    const alert = [...told.engine.state.alerts.values()].find(({ scope }) => scope === 'b')
    expect(alert?.habit).toBeNull()
    expect(alert?.surprise).toBeGreaterThan(9)
    const own = at(10 + 8 * WEEK_S, fire('db', 'slow', { labels: { tenant: 'a' } }))
    const home = play(at(0, ESTATE), scoped, ...weekly(8, { tenant: 'a' }), own)
    expect(home.alert('db', 'slow').habit?.note).toBe('comes most weeks about now')
  })

  it('is not taught by one long storm: many alerts of some hours are no habit', () => {
    const storm = Array.from({ length: 200 }, (_, n) => [
      at(10 + n * 60, fire('db', 'slow')),
      at(40 + n * 60, resolve('db', 'slow')),
    ]).flat()
    const told = play(at(0, ESTATE), ...storm, at(10 + WEEK_S, fire('db', 'slow')))
    const { habit } = told.alert('db', 'slow')
    expect(habit?.times ?? 0).toBeLessThan(2)
    expect(habit?.note ?? '').not.toContain('most')
  })
})
