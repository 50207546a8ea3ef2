/** What keeps coming alone and clearing by itself is held, until it is news. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { Severity } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const HOUR_S = 3600
const HOSTS = ['h1', 'h2', 'h3', 'h4', 'h5']
const ESTATE = cmdb({ items: HOSTS.map((id) => ci(id)), relations: [] })

interface Spells {
  readonly severity?: Severity
  readonly every?: number
  readonly lasts?: number
  /** What happens in the middle of each. */
  readonly meanwhile?: (n: number) => Deed[]
  readonly from?: number
}

/** It comes alone `times` times and clears by itself. */
function spells(
  host: string,
  times: number,
  { severity = 'warning', every = HOUR_S, lasts = 120, meanwhile, from = 10 }: Spells = {},
): Step[] {
  return Array.from({ length: times }, (_, n) => {
    const begin = from + n * every
    return [
      at(begin, fire(host, 'slow', { severity })),
      ...(meanwhile === undefined ? [] : [at(begin + 60, ...meanwhile(n))]),
      at(begin + lasts, resolve(host, 'slow', { severity })),
    ]
  }).flat()
}

/** Which of the incidents opened, in the order in which they began. */
function opened(story: Story): boolean[] {
  const known = new Set(story.decisions('incident.opened').map(({ incident }) => incident))
  return story.decisions('alert.opened').map(({ incident }) => known.has(incident))
}

const openedOf = (...steps: Step[]): boolean[] => opened(play(at(0, ESTATE), ...steps))
const tick = (second: number): Step => at(second, fire('h5', 'other', { severity: 'info' }))

describe('an alert that keeps clearing by itself', () => {
  it.each<[string, Severity, number]>([
    ['a warning', 'warning', 3],
    ['an error', 'error', 3],
    ['a critical one', 'critical', 6],
  ])('%s is held from then on', (_name, severity, after) => {
    const all = openedOf(...spells('h1', after + 3, { severity }))
    expect(all).toEqual([...Array(after).fill(true), false, false, false])
  })

  it('says how often, how long it lasted and when it opens', () => {
    const story = play(at(0, ESTATE), ...spells('h1', 4))
    const held = story.decisions('alert.held')
    expect(held.map(({ reason, text }) => [reason, text])).toEqual([
      [
        'transient',
        'It came alone and cleared by itself 3 times lately, after 2 min on average: opens if it still fires at 11:10 UTC',
      ],
    ])
    expect(story.alert('h1', 'slow').outcome).toBe('held')
  })

  it('opens when it lasts longer than it used to, and says so', () => {
    const lasting = fire('h1', 'slow', { severity: 'warning' })
    const begin = 10 + 3 * HOUR_S
    const until = (second: number): Story =>
      play(at(0, ESTATE), ...spells('h1', 3), at(begin, lasting), tick(begin + second))
    expect(opened(until(599)).slice(0, 4)).toEqual([true, true, true, false])
    const late = until(601)
    expect(opened(late).slice(0, 4)).toEqual([true, true, true, true])
    expect(late.incident('INC-000004').openReason).toBe('outlasts')
    const long = play(
      at(0, ESTATE),
      ...spells('h1', 3, { lasts: 600 }),
      at(begin, lasting),
      tick(begin + 2390),
    )
    expect(opened(long).slice(0, 4)).toEqual([true, true, true, false])
  })

  it('opens when news fires with it', () => {
    const begin = 10 + 3 * HOUR_S
    const story = play(
      at(0, ESTATE),
      ...spells('h1', 3),
      at(begin, fire('h1', 'slow', { severity: 'warning' })),
      at(begin + 5, fire('h1', 'errors', { severity: 'warning' })),
      tick(begin + 20),
    )
    expect(story.incident('INC-000004')).toMatchObject({ openReason: 'severity', memberCount: 2 })
  })

  it.each<[string, (id: string) => Deed[]]>([
    ['acknowledges', (id) => [command({ do: 'acknowledge', incident: id })]],
    ['assigns', (id) => [command({ do: 'assign', incident: id, to: 'ada' })]],
    ['resolves', (id) => [command({ do: 'resolve', incident: id, force: true })]],
  ])('is news again once somebody %s one of it', (_name, act) => {
    const meanwhile = (n: number) => (n === 1 ? act('INC-000002') : [])
    expect(openedOf(...spells('h1', 5, { meanwhile }))).toEqual(Array(5).fill(true))
    expect(openedOf(...spells('h1', 12, { meanwhile })).slice(-2)).toEqual([false, false])
  })

  it('is news each time where it comes less than every second day', () => {
    expect(openedOf(...spells('h1', 6, { every: 4 * 24 * HOUR_S }))).toEqual(Array(6).fill(true))
    expect(openedOf(...spells('h1', 6, { every: 12 * HOUR_S })).slice(-1)).toEqual([false])
  })

  it('is held on a CI it is new on where it cleared on three others, if it is not critical', () => {
    const elsewhere = (severity: Severity) => [
      ...['h1', 'h2', 'h3'].flatMap((host, n) => spells(host, 3, { severity, from: 10 + n * 600 })),
      ...spells('h4', 1, { severity, from: 4 * HOUR_S }),
    ]
    expect(openedOf(...elsewhere('warning')).slice(-1)).toEqual([false])
    expect(openedOf(...elsewhere('critical')).slice(-1)).toEqual([true])
  })

  it('is never held where the setting says so', () => {
    const off = at(1, rules({ lifecycle: { transient_after: 0 } }))
    expect(openedOf(off, ...spells('h1', 5))).toEqual(Array(5).fill(true))
  })

  it('counts for problems all the same', () => {
    const story = play(at(0, ESTATE), ...spells('h1', 7, { every: 3 * HOUR_S }))
    expect(opened(story)).toEqual([true, true, true, false, false, false, false])
    expect(story.engine.state.past.size).toBe(6)
    const mild = play(at(0, ESTATE), ...spells('h1', 7, { severity: 'info' }))
    expect(mild.engine.state.past.size).toBe(0)
  })

  it('is known after a restart as before it', () => {
    const story = play(at(0, ESTATE), ...spells('h1', 3))
    const snapshot = beginSnapshot(story.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next())
      restoring.add(JSON.parse(JSON.stringify(chunk)))
    expect(digest(restoring.finish() ?? story.engine)).toBe(digest(story.engine))
    expect([...story.engine.state.rates.values()].some(({ rate }) => rate.alone)).toBe(true)
  })
})
