/** Planned changes as maintenance windows: only within them, only those that count, never past their end. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plannedWindow } from '../../../src/core/calendar.ts'
import type { Engine } from '../../../src/core/engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { defaultRules } from '../../../src/core/rules.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import {
  at,
  type ChangeOptions,
  change,
  ci,
  cmdb,
  depends,
  fire,
  instant,
  play,
  rules,
  type Step,
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
