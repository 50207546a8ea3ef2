/** What mutes again and again: windows by the clock, rules by hours; each time as a one-time window would. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { Recurrence } from '../../../src/core/hours.ts'
import { muteState, turnAt } from '../../../src/core/recurrence.ts'
import { DAY, HOUR, SECOND } from '../../../src/core/time.ts'
import { at, ci, cmdb, depends, fire, play, rules, silence, T0 } from '../../support/engine.ts'
import { check, expectAlert, expectIncident, expectIncidents } from '../../support/engine-expect.ts'

const ESTATE = cmdb({
  items: [ci('web-1'), ci('shop', { class: 'service' })],
  relations: [depends('shop', 'web-1', 'runs_on')],
})
const YEAR = 365 * 86_400

/** Stories begin on Monday, 2026-03-02, at 08:00 UTC. */
const window = (from: string, to: string, more: object = {}) =>
  silence('patches', {
    ...{ cis: ['web-1'], from: 0, to: YEAR },
    recurs: { windows: [{ from, to, ...more }] },
  })
const down = fire('web-1', 'down', { severity: 'critical' })
const muted = (id: string | null) =>
  expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id ?? null).toBe(id))
const hour = (hours: number) => hours * 3600

function restored(engine: Engine): Engine | null {
  const restoring = restoreEngine()
  const snapshot = beginSnapshot(engine, 1)
  for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
  return restoring.finish()
}

describe('a recurring maintenance window', () => {
  it('mutes within each of its times; what outlives one comes up at its end', () => {
    const story = play(
      at(0, ESTATE, window('09:00', '10:00')),
      at(hour(1.5), down),
      at(hour(1.9), muted('patches'), expectIncidents(0)),
      at(
        hour(2),
        muted(null),
        expectIncident({ status: 'open', alerts: 1, muted: 0, openedAt: hour(2) }),
      ),
    )
    expect(story.decisions('alert.suppressed')).toMatchObject([
      { text: 'Muted by maintenance by ada: patches' },
    ])
  })

  it('mutes what fires already when a time begins, as a one-time window does, and again on the next day', () => {
    const recurring = play(
      at(0, ESTATE, window('09:00', '10:00')),
      at(10, down),
      at(hour(1) - 1, muted(null)),
      at(hour(1), muted('patches'), expectIncident({ firing: 0, muted: 1 })),
      at(hour(2), muted(null), expectIncident({ firing: 1, muted: 0 })),
      at(hour(25), muted('patches')),
      at(hour(26), muted(null)),
    )
    const once = play(
      at(0, ESTATE, silence('patches', { cis: ['web-1'], from: hour(1), to: hour(2) })),
      at(10, down),
      at(hour(2), muted(null)),
    )
    const until = T0 + hour(2) * SECOND
    const said = (story: typeof once) =>
      story.decisions('alert.suppressed', 'alert.unsuppressed').filter(({ at }) => at <= until)
    const plain = (story: typeof once) => said(story).map(({ seq: _s, ...one }) => one)
    expect(plain(recurring)).toEqual(plain(once))
    expect(plain(once)).toHaveLength(2)
  })

  it('that is made or changed within one of its times begins at once', () => {
    play(
      at(10, ESTATE, down),
      at(20, window('07:00', '09:00'), muted('patches')),
      at(30, window('10:00', '11:00'), muted(null)),
      at(hour(1), muted(null)),
      at(hour(2), muted('patches')),
      // its end is the end, whatever its hours say
      at(hour(2.5), silence('patches', { cis: ['web-1'], from: 0, to: hour(2.5) }), muted(null)),
      at(hour(26.5), muted(null)),
    )
  })

  it('begins no earlier and ends no later than it lasts', () => {
    const recurs = { windows: [{ from: '07:00', to: '09:00' }] }
    const patches = silence('patches', { cis: ['web-1'], from: 1800, to: hour(24.25), recurs })
    play(
      at(0, ESTATE, patches),
      at(10, down),
      at(1799, muted(null)),
      at(1800, muted('patches')),
      at(hour(1), muted(null)),
      at(hour(23), muted('patches')),
      at(hour(24.25), muted(null)),
      at(hour(47), muted(null)),
    )
  })

  it('goes on without a break where its times touch, and beyond what can be seen at once', () => {
    const recurs = {
      windows: [
        { from: '08:30', to: '09:00' },
        { from: '09:00', to: '09:30' },
      ],
    }
    const touching = play(
      at(0, ESTATE, silence('touch', { cis: ['web-1'], from: 0, to: YEAR, recurs })),
      at(hour(0.75), down),
      at(hour(1.25), muted('touch')),
      at(hour(1.5), muted(null)),
    )
    expect(touching.decisions('alert.unsuppressed')).toHaveLength(1)
    const always = silence('ever', {
      ...{ cis: ['web-1'], from: 0, to: 5 * YEAR },
      recurs: { windows: [{}] },
    })
    const long = play(at(0, ESTATE, always, down), at(4 * YEAR, muted('ever')))
    expect(long.decisions('alert.unsuppressed')).toEqual([])
    const leap = silence('leap', {
      ...{ cis: ['web-1'], from: 0, to: 5 * YEAR },
      recurs: { windows: [{ dates: [29], months: ['feb'] }] },
    })
    const day = (Date.UTC(2028, 1, 29) - T0) / SECOND
    play(
      at(0, ESTATE, leap, down),
      at(day - 1, muted(null)),
      at(day, muted('leap')),
      at(day + 86_400, muted(null)),
    )
  })

  it('passes on to another one that begins as it ends, without a moment in which all is loud', () => {
    const story = play(
      at(0, ESTATE, window('08:30', '09:00')),
      at(
        1,
        silence('other', {
          ...{ cis: ['web-1'], from: 0, to: YEAR },
          recurs: { windows: [{ from: '09:00', to: '10:00' }] },
        }),
      ),
      at(hour(0.75), down),
      at(hour(1), muted('other'), expectIncidents(0)),
      at(hour(2), muted(null), expectIncident({ status: 'open' })),
    )
    expect(story.decisions('alert.unsuppressed')).toHaveLength(1)
  })

  it('that is ended for good is forgotten at once, and comes back with what takes that back', () => {
    const recurs = { windows: [{ from: '09:00', to: '10:00' }] }
    play(
      at(0, ESTATE, window('09:00', '10:00')),
      at(10, down),
      at(hour(1.25), muted('patches')),
      at(hour(1.5), silence('patches', { cis: ['web-1'], from: 0, to: hour(1.5), recurs })),
      at(
        hour(1.5),
        muted(null),
        check(({ engine: { state, ix } }) =>
          expect([state.silences.size, ix.turns.windows.size]).toEqual([0, 0]),
        ),
      ),
      at(hour(1.6), window('09:00', '10:00'), muted('patches')),
      at(hour(2), muted(null)),
      at(hour(25.5), muted('patches')),
    )
  })

  it('that is over is left out of a restart', () => {
    const { engine } = play(
      at(0, ESTATE, window('09:00', '10:00')),
      at(1, silence('later', { cis: ['web-1'], from: hour(3), to: hour(4) })),
    )
    const [kept] = [...engine.state.silences.values()]
    if (kept === undefined) throw new Error('the window was not kept')
    engine.state.silences.set({
      snap: 0,
      silence: { ...kept.silence, endsAt: engine.state.now },
    })
    const ids = [...(restored(engine)?.state.silences.values() ?? [])].map(
      ({ silence }) => silence.id,
    )
    expect(ids).toEqual(['later'])
  })

  it.each([0.5, 1, 1.5, 2, 25.5])('decides the same after a restart at hour %d', (hours) => {
    const tick = (engine: Engine, time: number) =>
      engine.apply({ offset: time, entry: { kind: 'time', at: time, scope: 'default' } }).decisions
    const { engine } = play(at(0, ESTATE, window('09:00', '10:00')), at(10, down))
    tick(engine, T0 + hours * HOUR)
    const again = restored(engine)
    const until = T0 + 3 * DAY
    const goneOn = tick(engine, until)
    expect(goneOn.map(({ action }) => action)).toContain('alert.suppressed')
    expect(again === null ? null : tick(again, until)).toEqual(goneOn)
  })
})

describe('one of its times', () => {
  const recurs = { windows: [{ from: '09:00', to: '10:00' }] }
  const instantOf = (hours: number) => T0 + hours * HOUR
  const except = (startsAt: number, to: readonly [number, number] | null) => ({
    ...{ startsAt: instantOf(startsAt), by: 'ada', at: T0, reason: 'the release is today' },
    to: to === null ? null : { startsAt: instantOf(to[0]), endsAt: instantOf(to[1]) },
  })
  const patches = (...exceptions: readonly ReturnType<typeof except>[]) =>
    silence('patches', { cis: ['web-1'], from: 0, to: YEAR, recurs, exceptions })

  it('is skipped, before it begins or while it runs; the next one comes', () => {
    for (const from of [0, hour(1.5)]) {
      const story = play(
        at(0, ESTATE, patches()),
        at(from, patches(except(1, null))),
        at(from + 1, down),
        at(hour(1.75), muted(null)),
        at(hour(25), muted('patches')),
        at(hour(26), muted(null)),
      )
      expect(story.decisions('silence.changed').at(-1)?.text).toBe(
        'maintenance: patches: its time of 2026-03-02 09:00 UTC is skipped (the release is today)',
      )
    }
  })

  it('is skipped and restored while it runs', () => {
    play(
      at(0, ESTATE, patches()),
      at(hour(1.1), down),
      at(hour(1.2), patches(except(1, null)), muted(null)),
      at(hour(1.3), patches(), muted('patches')),
      at(hour(2), muted(null)),
    )
  })

  it('is moved, once; also to where another one is', () => {
    play(
      at(0, ESTATE, patches(except(1, [3, 4.5]))),
      at(10, down),
      at(hour(1.5), muted(null)),
      at(hour(3), muted('patches')),
      at(hour(4.5), muted(null)),
      at(hour(25), muted('patches')),
    )
    const touching = play(
      at(0, ESTATE, patches(except(1, [24.5, 25.5]))),
      at(10, down),
      at(hour(24.5), muted('patches')),
      at(hour(26), muted(null)),
      at(hour(49), muted('patches')),
    )
    expect(touching.decisions('alert.unsuppressed')).toHaveLength(1)
  })

  it('stays so after a restart', () => {
    const { engine } = play(at(0, ESTATE, patches(except(1, [3, 4]))), at(10, down))
    const tick = (one: Engine) =>
      one.apply({
        offset: 9,
        entry: { kind: 'time', at: instantOf(5), scope: 'default' },
      }).decisions
    const again = restored(engine)
    const goneOn = tick(engine)
    expect(goneOn.filter(({ action }) => action === 'alert.suppressed')).toMatchObject([
      { at: instantOf(3) },
    ])
    expect(again === null ? null : tick(again)).toEqual(goneOn)
  })

  it('is the one that runs or begins then; one that never pauses is none', () => {
    const timed = (windows: object[]) => ({
      ...{ startsAt: instantOf(0.5), endsAt: instantOf(900) },
      recurs: Recurrence.parse({ windows }),
    })
    const daily = timed([{ from: '08:00', to: '10:00' }])
    // the first one is cut by the beginning of the window
    expect(turnAt(daily, instantOf(0.5))).toBe(instantOf(0))
    expect([24, 24.5].map((at) => turnAt(daily, instantOf(at)))).toEqual([24, 24].map(instantOf))
    expect([0.25, 3, 26, 912].map((at) => turnAt(daily, instantOf(at)))).toEqual([
      ...[null, null, null, null],
    ])
    expect(turnAt(timed([{}]), instantOf(16))).toBeNull()
  })

  it('is left out as a whole where it goes on for days', () => {
    const weekend = [{ days: ['fri'], from: '20:00', to: '24:00' }, { days: ['sat', 'sun'] }]
    // Friday, 20:00, from Monday, 08:00
    const friday = 4 * 24 + 12
    const patch = (...exceptions: readonly ReturnType<typeof except>[]) =>
      silence('patches', {
        ...{ cis: ['web-1'], from: 0, to: YEAR, exceptions },
        recurs: { windows: weekend },
      })
    const timed = { startsAt: T0, endsAt: T0 + YEAR * SECOND }
    const recurs = Recurrence.parse({ windows: weekend })
    expect(turnAt({ ...timed, recurs }, instantOf(friday + 40))).toBe(instantOf(friday))
    const hours = [friday + 1, friday + 20, friday + 40]
    play(
      at(0, ESTATE, patch(except(friday, null))),
      at(10, down),
      ...hours.map((one) => at(hour(one), muted(null))),
      at(hour(friday + 7 * 24), muted('patches')),
    )
    play(at(0, ESTATE, patch(), down), ...hours.map((one) => at(hour(one), muted('patches'))))
    // from its midst on
    play(
      at(0, ESTATE, patch(), down),
      at(hour(friday + 30), patch(except(friday, null)), muted(null)),
      at(hour(friday + 40), muted(null)),
    )
  })

  it('law: between exceptions it mutes when it recurs, and never in what was skipped', () => {
    const anyException = fc.record({
      day: fc.nat(9),
      to: fc.option(fc.tuple(fc.nat(240), fc.integer({ min: 1, max: 30 })), { nil: null }),
    })
    const anyList = fc.uniqueArray(anyException, { selector: ({ day }) => day, maxLength: 4 })
    fc.assert(
      fc.property(anyList, fc.nat(260), (list, hours) => {
        const exceptions = list.map(({ day, to }) =>
          except(1 + 24 * day, to === null ? null : [to[0], to[0] + to[1]]),
        )
        const timed = {
          ...{ startsAt: T0, endsAt: instantOf(240), recurs: Recurrence.parse(recurs), exceptions },
        }
        const now = instantOf(hours) + 1
        const isRegular =
          hours % 24 === 1 && !list.some(({ day }) => day === Math.floor(hours / 24))
        const isMoved = list.some(
          ({ to }) => to !== null && to[0] <= hours && hours < to[0] + to[1],
        )
        const expected = hours >= 240 ? 'expired' : isRegular || isMoved ? 'active' : 'pending'
        expect(muteState(timed, now)).toBe(expected)
      }),
    )
  })
})

describe('a suppress rule with hours', () => {
  const BACKUPS = {
    hours: [
      { name: 'night', time_zone: 'Asia/Kathmandu', windows: [{ from: '14:45', to: '15:45' }] },
    ],
    rules: [
      {
        name: 'backup',
        when: ['host="web-1"'],
        during: ['night'],
        reason: 'backups take the disk',
      },
    ],
  }
  const by = (suppress: object, version = 'r2') => rules({ suppress }, version)

  it('mutes within its hours only, and what outlives them comes up', () => {
    const story = play(
      at(0, ESTATE, by(BACKUPS)),
      at(10, down),
      at(hour(1) - 1, muted(null)),
      at(hour(1), muted('backup')),
      at(hour(2), muted(null), expectIncident({ firing: 1, muted: 0 })),
      at(hour(25), muted('backup')),
    )
    expect(story.decisions('alert.suppressed')).toMatchObject([
      { at: T0 + HOUR, text: 'Muted by backups take the disk' },
      { at: T0 + 25 * HOUR },
    ])
  })

  it('mutes at all other times where it says outside, and follows new rules at once', () => {
    const [rule] = BACKUPS.rules
    const outside = { ...BACKUPS, rules: [{ ...rule, during: [], outside: ['night'] }] }
    const later = { ...BACKUPS.hours[0], windows: [{ from: '16:00', to: '17:00' }] }
    play(
      at(0, ESTATE, by(outside)),
      at(10, down),
      at(20, muted('backup')),
      at(hour(1), muted(null)),
      at(hour(2), muted('backup')),
      at(hour(2) + 1, by({ ...BACKUPS, hours: [later] }, 'r3'), muted(null)),
      at(hour(2.25), muted('backup')),
      at(hour(3), by({}, 'r4'), muted(null)),
      at(hour(26.5), muted(null)),
    )
  })
})
