/** Planned changes as maintenance windows: only within them, only those that count, never past their end. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { plannedWindow } from '../../../src/core/calendar.ts'
import { applyChange, MAX_KEPT_CHANGES } from '../../../src/core/engine/changes.ts'
import { emptyOutput } from '../../../src/core/engine/context.ts'
import type { Engine } from '../../../src/core/engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { ChangeEvent } from '../../../src/core/model.ts'
import { defaultRules } from '../../../src/core/rules.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import {
  at,
  type ChangeOptions,
  change,
  ci,
  cmdb,
  type Deed,
  depends,
  fire,
  instant,
  play,
  rules,
  type Step,
  Story,
  together,
} from '../../support/engine.ts'
import { check, expectAlert, expectIncident, expectIncidents } from '../../support/engine-expect.ts'
import { change as aChange } from '../rootcause/scene.ts'

const ESTATE = cmdb({
  items: [ci('web-1'), ci('db-1'), ci('shop', { class: 'service' })],
  relations: [depends('web-1', 'shop', 'member_of')],
})
const by = (mode: string, version = 'r2') => rules({ suppress: { changes: { mode } } }, version)
const CHG = (status: string, some: ChangeOptions = {}) =>
  change('CHG1', ['web-1'], { startsAt: 100, endsAt: 200, labels: { status }, ...some })
const down = fire('web-1', 'down', { severity: 'critical' })
const muted = (id: string | null) =>
  expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id ?? null).toBe(id))

describe('a planned change', () => {
  it('mutes alerts on its CIs from its start to its end, with the reason; what lasts comes up then', () => {
    play(
      at(0, ESTATE, by('mute'), CHG('Scheduled')),
      at(110, down),
      at(
        111,
        expectIncidents(0),
        expectAlert('web-1', 'down', ({ suppressedBy }) =>
          expect(suppressedBy).toEqual({
            kind: 'maintenance',
            id: 'change:change:CHG1',
            reason:
              'maintenance by change: planned change CHG1 until 2026-03-02 08:03 UTC: deploy CHG1',
          }),
        ),
      ),
      at(199, muted('change:change:CHG1')),
      at(200, muted(null), expectIncident({ status: 'open', alerts: 1, muted: 0 })),
    )
  })

  it('mutes what fires already when it begins, and what is a part of its CIs', () => {
    play(
      at(
        0,
        ESTATE,
        by('mute'),
        change('CHG2', ['shop'], { startsAt: 50, endsAt: 90, labels: { state: 'implement' } }),
      ),
      at(10, down),
      at(49, muted(null)),
      at(50, muted('change:change:CHG2')),
      at(90, muted(null)),
    )
  })

  it.each<[string, Step]>([
    ['cancelled', at(150, CHG('Canceled'))],
    ['over before its time', at(150, CHG('Closed'))],
    ['moved to later', at(150, CHG('Scheduled', { startsAt: 400, endsAt: 500 }))],
    ['switched off by the rules', at(150, by('off', 'r3'))],
  ])('lets alerts come up at once when it is %s', (_name, step) => {
    play(
      at(0, ESTATE, by('mute'), CHG('Scheduled')),
      at(110, down),
      at(149, muted('change:change:CHG1'), expectIncidents(0)),
      step,
      at(151, muted(null), expectIncident({ status: 'open', alerts: 1, muted: 0 })),
    )
  })

  it('that is moved mutes in its new time, and in no other', () => {
    play(
      at(0, ESTATE, by('mute'), CHG('Approved')),
      at(50, CHG('Approved', { startsAt: 300, endsAt: 400 })),
      at(150, down),
      at(151, muted(null)),
      at(300, muted('change:change:CHG1')),
      at(400, muted(null)),
    )
  })

  it('is kept until its end, however far ahead it was told of', () => {
    play(
      at(0, ESTATE, by('mute'), CHG('Scheduled', { startsAt: 90_000, endsAt: 91_000 })),
      at(90_500, down),
      at(90_501, muted('change:change:CHG1')),
    )
  })

  it('that is only marked leaves its alerts loud, and says so with them', () => {
    const story = play(
      at(0, ESTATE, by('mark'), CHG('Scheduled')),
      at(110, down),
      at(111, muted(null), expectIncident({ status: 'open' })),
    )
    expect(story.decisions('alert.marked').map(({ reason, text }) => [reason, text])).toEqual([
      ['change:change:CHG1', 'Within planned change CHG1 until 2026-03-02 08:03 UTC: deploy CHG1'],
    ])
  })

  it('goes on muting after a restart, to its end', () => {
    const story = play(at(0, ESTATE, by('mute'), CHG('Scheduled')), at(110, down))
    const restored = copyOf(story.engine)
    const isMuted = () =>
      [...restored.state.alerts.values()].some((one) => one.suppressedBy !== null)
    const time = (second: number) =>
      restored.apply({
        offset: 9000 + second,
        entry: { kind: 'time', at: instant(second), scope: 'default' },
      })
    time(199)
    expect(isMuted()).toBe(true)
    time(200)
    expect(isMuted()).toBe(false)
  })
})

describe('a calendar that is posted again and again', () => {
  const told = CHG('Scheduled')
  const moved = CHG('Scheduled', { startsAt: 100, endsAt: 300 })
  const often = (...seconds: readonly number[]) => seconds.map((second) => at(second, told))

  it.each(['mute', 'mark'])('adds no timers for what it said before: %s', (mode) => {
    const timersOf = (...steps: readonly Step[]) =>
      play(at(0, ESTATE, by(mode), told), ...steps).engine.ix.timers.size
    expect(timersOf(...often(10, 20, 30))).toBe(timersOf())
  })

  it.each<[string, boolean, string, Deed]>([
    ['the same again', false, 'mute', told],
    ['another end', true, 'mute', moved],
    [
      'another CI',
      true,
      'mute',
      change('CHG1', ['db-1'], { startsAt: 100, endsAt: 200, labels: { status: 'Scheduled' } }),
    ],
    ['cancelled', true, 'mute', CHG('Canceled')],
    ['another end, where changes only mark', false, 'mark', moved],
  ])('is judged by only where it mutes otherwise: %s', (_name, expected, mode, deed) => {
    const { engine } = play(at(0, ESTATE, by(mode), told), at(110, down))
    expect(applied(engine, deed, 120).mutesAnew).toBe(expected)
  })

  it('is looked at once for all changes of a body, and at no time that a window left', () => {
    const { engine } = play(at(0, ESTATE, by('mute'), told), at(10, down), at(110, moved))
    const looks = vi.spyOn(engine.state.alerts, 'values')
    const time = (second: number) => {
      looks.mockClear()
      const entry = { kind: 'time', at: instant(second), scope: 'default' } as const
      engine.apply({ offset: 9000 + second, entry })
      return looks.mock.calls.length
    }
    expect([time(210), time(310)]).toEqual([0, 1])
    looks.mockClear()
    const items = ['A', 'B', 'C'].flatMap((id) =>
      changesOf(change(id, ['db-1'], { endsAt: 500, labels: { status: 'Started' } }), 320),
    )
    const head = { kind: 'received', scope: 'default', receipt: 'r', body: '' } as const
    engine.apply({ offset: 9999, entry: { ...head, at: instant(320), source: 'change' } }, items)
    expect(looks).toHaveBeenCalledTimes(1)
  })

  it('mutes by all changes of one body', () => {
    const labels = { status: 'Scheduled' }
    const both = together(told, change('CHG2', ['db-1'], { startsAt: 100, endsAt: 200, labels }))
    const { engine } = play(at(0, ESTATE, by('mute'), down, fire('db-1', 'down')), at(120, both))
    const by_ = [...engine.state.alerts.values()].map(({ suppressedBy }) => suppressedBy?.id)
    expect(by_).toEqual(['change:change:CHG1', 'change:change:CHG2'])
  })
})

/** What one change comes to, in an engine as it stands. */
function applied(engine: Engine, deed: Deed, second: number) {
  const [event] = changesOf(deed, second)
  if (event === undefined) throw new Error('not a change')
  const { state, ix } = engine
  return applyChange({ state, ix, out: emptyOutput(), explains: true }, event)
}

function changesOf(deed: Deed, second: number): readonly ChangeEvent[] {
  const items = deed.kind === 'items' ? deed.items(second, new Story()) : []
  return items.filter((item) => item.kind === 'change')
}

describe('how long a change is kept', () => {
  const keptFor = (status: string, some: ChangeOptions) => {
    const { engine } = play(at(0, ESTATE, CHG(status, some)))
    const [record] = [...engine.state.changes.values()]
    return ((record?.forgetAt ?? Number.NaN) - instant(0)) / HOUR
  }
  const days = (count: number) => count * 86_400

  it.each<[string, number, string, ChangeOptions]>([
    ['a window: two hours past its end', 14, 'Scheduled', { startsAt: 0, endsAt: days(0.5) }],
    ['too long for a window', 2, 'Scheduled', { startsAt: 0, endsAt: days(3000) }],
    ['a status that does not count', 2, 'New', { startsAt: 0, endsAt: days(0.5) }],
    ['one to come, and for too long', 26, 'Scheduled', { startsAt: days(1), endsAt: days(3000) }],
    ['a window to come', 38, 'Scheduled', { startsAt: days(1), endsAt: days(1.5) }],
  ])('%s', (_name, hours, status, some) => {
    expect(keptFor(status, some)).toBe(hours)
  })

  it('is as long as the window lasts that new rules make of it', () => {
    const longer = (changes: object) => rules({ suppress: { changes } }, 'r4')
    play(
      at(0, ESTATE, by('mute'), CHG('Scheduled', { startsAt: 0, endsAt: 180_000 })),
      at(10, longer({ mode: 'mute', longest: '72h' }), down),
      at(20_000, muted('change:change:CHG1')),
      at(179_000, muted('change:change:CHG1')),
      at(180_000, muted(null)),
    )
  })

  it('is bounded in number: the farthest from now go first', () => {
    const { engine } = play(at(0, ESTATE, by('mute'), down, CHG('Scheduled', { startsAt: 0 })))
    for (let i = 0; i < MAX_KEPT_CHANGES * 1.2; i += 1)
      applied(engine, change(`far-${i}`, [], { startsAt: 1000 + i }), 0)
    expect(engine.state.changes.size).toBe(MAX_KEPT_CHANGES)
    expect(engine.state.changes.has('change:CHG1')).toBe(true)
    expect(engine.state.changes.has(`change:far-${MAX_KEPT_CHANGES * 1.2 - 1}`)).toBe(false)
  })

  it('without an end in sight explains what begins soon after it began, and no more', () => {
    const endless = CHG('Scheduled', { startsAt: 100, endsAt: days(3000) })
    const nearOf = (second: number) => {
      const story = play(at(0, ESTATE), at(100, endless), at(7000, endless), at(second, down))
      return story.incidents().flatMap(({ changes }) => changes)
    }
    expect(nearOf(7100)).toEqual([])
  })
})

describe('the window of a change', () => {
  const TENANTS = rules({
    correlate: { scope: ['tenant'] },
    suppress: { changes: { mode: 'mute' } },
  })
  it.each([
    ['a', true],
    ['b', false],
    ['', false],
  ])('of tenant a mutes alerts of tenant %j: %s', (tenant, mutes) => {
    const labels = { status: 'Scheduled', tenant: 'a' }
    const story = play(
      at(0, ESTATE, TENANTS, CHG('', { labels })),
      at(90, fire('web-1', 'slow', { labels: { tenant } })),
      at(110, fire('web-1', 'down', { labels: { tenant } })),
      at(111),
    )
    const ids = [...story.engine.state.alerts.values()].map((one) => one.suppressedBy !== null)
    expect(ids).toEqual([mutes, mutes])
  })

  it('of no tenant mutes those of all', () => {
    const story = play(
      at(0, ESTATE, TENANTS, CHG('Scheduled')),
      at(110, fire('web-1', 'down', { labels: { tenant: 'b' } })),
    )
    const [alert] = story.engine.state.alerts.values()
    expect(alert?.suppressedBy?.id).toBe('change:change:CHG1')
  })

  const on = (...cis: readonly string[]) =>
    change('CHG1', cis, { startsAt: 100, endsAt: 200, labels: { status: 'Scheduled' } })
  it.each<[string, string | null, Deed]>([
    ['on other CIs', null, on('db-1')],
    ['on other CIs, not all known', 'change:change:CHG1', on('db-1', 'what')],
    ['on none that it names', 'change:change:CHG1', on()],
  ])('is on what the newest report names: %s', (_name, by_, deed) => {
    const story = play(at(0, ESTATE, by('mute'), on('web-1')), at(110, down), at(120, deed))
    const [alert] = story.engine.state.alerts.values()
    expect(alert?.suppressedBy?.id ?? null).toBe(by_)
    const [record] = story.engine.state.changes.values()
    expect(record?.change.cis).toContain('web-1')
  })

  it('stays where it began, though the clock of its tool is ahead', () => {
    const status = (some: ChangeOptions) => CHG('Started', some)
    const story = play(
      at(0, ESTATE, by('mute')),
      at(100, CHG('Started', { startsAt: 100 })),
      at(150, status({ startsAt: 151, endsAt: 151 })),
    )
    const [record] = story.engine.state.changes.values()
    expect(record?.change).toMatchObject({ startsAt: instant(100), endsAt: instant(151) })
  })

  it('that ends last is named with alerts, whichever was told first', () => {
    const labels = { status: 'Scheduled' }
    const other = change('CHG0', ['web-1'], { startsAt: 100, endsAt: 150, labels })
    const story = play(at(0, ESTATE, by('mark'), other, CHG('Scheduled')), at(110, down))
    expect(story.decisions('alert.marked').map(({ reason }) => reason)).toEqual([
      'change:change:CHG1',
    ])
  })
})

function copyOf(engine: Engine): Engine {
  const snapshot = beginSnapshot(engine, 1)
  const restore = restoreEngine()
  for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restore.add(chunk)
  const restored = restore.finish()
  if (restored === null) throw new Error('not of this format')
  return restored
}

describe('what is a window', () => {
  const settings = { ...defaultRules().suppress.changes, mode: 'mute' as const }
  const planned = {
    ...{ cis: ['a'], startsAt: DAY, endsAt: DAY + HOUR, labels: { status: 'approved' } },
  }
  it.each([
    ['an approved one', {}, 'planned'],
    ['one whose state is written otherwise', { labels: { state: 'In_Progress' } }, 'planned'],
    ['a draft', { labels: { status: 'New' } }, 'status'],
    ['a deployment that says nothing', { labels: {} }, 'status'],
    ['an emergency', { changeKind: 'Emergency' }, 'kind'],
    ['one without an end', { endsAt: null }, 'no_end'],
    ['one on nothing that is known', { cis: [] }, 'no_ci'],
    ['one of many days', { endsAt: 9 * DAY }, 'too_long'],
  ] as const)('%s: %s', (_name, some, reason) => {
    const found = plannedWindow(aChange({ ...planned, ...some }), settings)
    expect([found.reason, found.window !== null]).toEqual([reason, reason === 'planned'])
  })

  it('is none while the rules have it off', () => {
    const off = plannedWindow(aChange(planned), { ...settings, mode: 'off' })
    expect(off).toEqual({ window: null, reason: 'off' })
  })
})

it('law: an alert is muted just while the change, as it was told last, runs and counts', () => {
  const told = fc.record({
    at: fc.integer({ min: 1, max: 300 }),
    status: fc.constantFrom('Scheduled', 'Scheduled', 'Canceled'),
    startsAt: fc.integer({ min: 301, max: 500 }),
    lasts: fc.integer({ min: 1, max: 200 }),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(told, { minLength: 1, maxLength: 4, selector: (one) => one.at }),
      fc.uniqueArray(fc.integer({ min: 302, max: 720 }), { minLength: 1, maxLength: 5 }),
      (reports, looks) => {
        const inOrder = [...reports].sort((a, b) => a.at - b.at)
        const last = inOrder.at(-1)
        const mutes = (second: number): boolean =>
          last?.status === 'Scheduled' &&
          last.startsAt <= second &&
          second < last.startsAt + last.lasts
        play(
          at(0, ESTATE, by('mute'), down),
          ...inOrder.map(({ at: second, status, startsAt, lasts }) =>
            at(second, CHG(status, { startsAt, endsAt: startsAt + lasts })),
          ),
          ...[...looks]
            .sort((a, b) => a - b)
            .map((second) =>
              at(
                second,
                check((story) => {
                  const [alert] = [...story.engine.state.alerts.values()]
                  expect(alert?.suppressedBy !== null).toBe(mutes(second))
                }),
              ),
            ),
        )
      },
    ),
  )
})
