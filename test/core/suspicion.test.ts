import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/core/model.ts'
import { type PastOfKind, type SuspicionInput, suspectChanges } from '../../src/core/suspicion.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { change, NOW, SHOP } from './rootcause/scene.ts'

const scene = (some: Partial<SuspicionInput>): SuspicionInput => ({
  changes: [],
  firstAlertAt: NOW,
  firstAlerts: new Map([['orders', NOW]]),
  cause: null,
  topology: SHOP,
  past: new Map<string, PastOfKind>(),
  ...some,
})

const order = (some: Partial<SuspicionInput>): readonly string[] =>
  suspectChanges(scene(some)).map((one) => one.change.id)

const reason = (some: Partial<SuspicionInput>, name: string) =>
  suspectChanges(scene(some))[0]?.reasons.find((one) => one.name === name)

describe('suspectChanges', () => {
  it.each<[string, Partial<SuspicionInput>]>([
    [
      'the later one of two before the first alert',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], startsAt: NOW - HOUR, endsAt: NOW - HOUR }),
          change({ id: 'a', cis: ['orders'] }),
        ],
      },
    ],
    [
      'not the one that began after it',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], startsAt: NOW + 5 * MINUTE, endsAt: null }),
          change({ id: 'a', cis: ['db'], startsAt: NOW - HOUR, endsAt: NOW - HOUR }),
        ],
      },
    ],
    [
      'the one on a CI with alerts, not the one beside it',
      { changes: [change({ id: 'b', cis: ['db'] }), change({ id: 'a', cis: ['orders'] })] },
    ],
    [
      'the one on the likely cause',
      {
        cause: 'db',
        changes: [change({ id: 'b', cis: ['orders'] }), change({ id: 'a', cis: ['db'] })],
      },
    ],
    [
      'the one that failed by its own tool',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], labels: { status: 'success' } }),
          change({ id: 'c', cis: ['orders'], labels: { status: 'Rolled back' } }),
        ].map((one) => (one.id === 'c' ? { ...one, id: 'a' } : one)),
      },
    ],
    [
      'the one of a kind that was to blame before',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], changeKind: 'feature-flag' }),
          change({ id: 'a', cis: ['orders'], changeKind: 'deploy' }),
        ],
        past: new Map([
          ['deploy', { seen: 20, blamed: 9, ended: 0, failed: 0 }],
          ['feature-flag', { seen: 40, blamed: 1, ended: 0, failed: 0 }],
        ]),
      },
    ],
    [
      'the one of a kind that failed before',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], changeKind: 'standard' }),
          change({ id: 'a', cis: ['orders'], changeKind: 'normal' }),
        ],
        past: new Map([
          ['normal', { seen: 20, blamed: 1, ended: 20, failed: 6 }],
          ['standard', { seen: 20, blamed: 1, ended: 20, failed: 0 }],
        ]),
      },
    ],
    [
      'the one that was backed out',
      {
        changes: [
          change({ id: 'b', cis: ['orders'], labels: { outcome: 'successful' } }),
          change({ id: 'a', cis: ['orders'], labels: { status: 'closed', outcome: 'Backed out' } }),
        ],
      },
    ],
  ])('first: %s', (_name, some) => {
    expect(order(some)[0]).toBe('a')
  })

  it('adds up to the sum of its reasons, each with a sentence', () => {
    const [one] = suspectChanges(
      scene({
        cause: 'orders',
        changes: [change({ cis: ['orders'], labels: { result: 'FAILURE' } })],
        past: new Map([['deploy', { seen: 10, blamed: 4, ended: 9, failed: 3 }]]),
      }),
    )
    expect(one?.reasons.map(({ note }) => note)).toEqual([
      'ended 4 min before the first alert in its reach, on orders',
      'on orders, which has alerts',
      'on orders, the likely cause',
      'its tool says result FAILURE',
      '4 of 10 changes of its kind (deploy) were to blame before',
      '3 of 9 other changes of its kind (deploy) failed',
    ])
    const sum = one?.reasons.reduce((all, { x, w }) => all + x * w, 0)
    expect(one?.suspicion).toBe(sum)
  })

  it('says nothing of the past of a kind that was never seen, and of places that are far', () => {
    const far = { changes: [change({ cis: ['elsewhere'] })] }
    expect(reason(far, 'past')).toBeUndefined()
    expect(reason(far, 'place')).toMatchObject({ x: 0, note: 'on nothing near its alerts' })
  })

  it.each<[string, Partial<Change>, string, number]>([
    // the incident began on mail 30 min before orders failed
    [
      'that touched what failed later',
      { cis: ['orders'], startsAt: NOW - MINUTE, endsAt: null },
      'began 1 min before the first alert in its reach, on orders',
      1.9,
    ],
    [
      'beside it, on what it depends on',
      { cis: ['db'], startsAt: NOW - MINUTE, endsAt: null },
      'began 1 min before the first alert in its reach, on orders',
      1.9,
    ],
    [
      'that touched what failed first',
      { cis: ['mail'], startsAt: NOW - MINUTE, endsAt: null },
      'began after the first alert in its reach, on mail',
      -2,
    ],
    [
      'near none of them: the first alert of all counts',
      { cis: ['elsewhere'], startsAt: NOW - MINUTE, endsAt: null },
      'began after the first alert',
      -2,
    ],
  ])('counts the time of a change %s from there', (_name, some, note, x) => {
    const alerts = {
      firstAlertAt: NOW - 30 * MINUTE,
      firstAlerts: new Map([
        ['mail', NOW - 30 * MINUTE],
        ['orders', NOW],
      ]),
    }
    const time = reason({ ...alerts, changes: [change(some)] }, 'time')
    expect(time?.note).toBe(note)
    expect(time?.x).toBeCloseTo(x, 1)
  })

  it('says how its tool counts it, and counts a failure only', () => {
    const said = (labels: Change['labels']) =>
      reason({ changes: [change({ cis: ['orders'], labels })] }, 'outcome')
    expect(said({ status: 'success' })).toMatchObject({
      x: 0,
      note: 'its tool says status success',
    })
    expect(said({ status: 'completed', result: 'unsuccessful' })).toMatchObject({ x: 1 })
    expect(said({ status: 'running' })).toBeUndefined()
  })

  it('another alert of the incident far away changes nothing of a change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -120, max: 120 }),
        fc.integer({ min: 0, max: 90 }),
        (m, lead) => {
          const changes = [change({ cis: ['orders'], startsAt: NOW - lead * MINUTE, endsAt: null })]
          const far = new Map([
            ['orders', NOW],
            ['elsewhere', NOW + m * MINUTE],
          ])
          const firstAlertAt = Math.min(...far.values())
          expect(suspectChanges(scene({ changes, firstAlerts: far, firstAlertAt }))).toEqual(
            suspectChanges(scene({ changes })),
          )
        },
      ),
    )
  })

  it('bounds what the past says', () => {
    const past = new Map([['deploy', { seen: 9000, blamed: 0, ended: 0, failed: 0 }]])
    expect(reason({ changes: [change({ cis: ['orders'] })], past }, 'past')?.x).toBe(-1.5)
  })
})
