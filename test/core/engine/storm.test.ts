/** A storm: the cost of an alert and the memory it leaves are bounded, however many there are. */
import { describe, expect, it } from 'vitest'
import { MAX_LIKE, MAX_NEAR_ALERTS, MAX_PER_LOCUS } from '../../../src/core/correlate/candidates.ts'
import type { Placement, Placements } from '../../../src/core/correlate/placements.ts'
import { ci, cmdb, depends, instant, report, Story } from '../../support/engine.ts'
import { expectSound } from './invariants.ts'

const CIS = 50
const ALERTS = 5000
const MAX_GLOBAL = 512

/** Fifty CIs in a ring, ten of them near each other at most. */
function estate(story: Story): void {
  const items = Array.from({ length: CIS }, (_, n) => ci(`ci-${n}`))
  const relations = items.map(({ id }, n) => depends(id, `ci-${(n + 1) % CIS}`))
  const deed = cmdb({ items, relations })
  if (deed.kind === 'entry') story.apply(deed.entry(instant(0), story))
}

/** Counts what the look-ups of the index hand out. */
function counting(placements: Placements): { seen: number } {
  const count = { seen: 0 }
  const counted = (list: Placement[]): Placement[] => {
    count.seen += list.length
    return list
  }
  const { on, like, latest, after } = placements
  placements.on = (...args) => counted(on.apply(placements, args))
  placements.like = (...args) => counted(like.apply(placements, args))
  placements.latest = (...args) => counted(latest.apply(placements, args))
  placements.after = (...args) => counted(after.apply(placements, args))
  return count
}

function alert(n: number, second: number, status: 'firing' | 'resolved' = 'firing') {
  const ends = status === 'resolved' ? { endsAt: second } : {}
  const options = { labels: { n: `${n}` }, startsAt: 1, ...ends }
  return report(status, `ci-${n % CIS}`, `rule ${n % 7}`, options)
}

function post(story: Story, second: number, items: readonly ReturnType<typeof alert>[]): void {
  const source = 'prometheus'
  const entry = { kind: 'received', scope: 'default', source, receipt: 'r', body: '' } as const
  story.apply({ ...entry, at: instant(second) }, items)
}

const numbers = Array.from({ length: ALERTS }, (_, n) => n)

describe('a storm of 5,000 alerts on 50 CIs', () => {
  it.each([
    ['in one body', 5000, 5000],
    ['in bodies of 64', 5000, 64],
    ['one by one', 1000, 1],
  ])('costs a bounded number of links per alert: %s', (_name, total, size) => {
    const story = new Story()
    estate(story)
    const count = counting(story.engine.ix.placements.of('default'))
    let worst = 0
    for (let start = 0; start < total; start += size) {
      const before = count.seen
      const items = numbers.slice(start, start + size).map((n) => alert(n, 1))
      post(story, 1 + start / ALERTS, items)
      worst = Math.max(worst, (count.seen - before) / items.length)
    }
    const perAlert = MAX_NEAR_ALERTS + MAX_PER_LOCUS + MAX_LIKE + MAX_GLOBAL
    expect(worst).toBeLessThanOrEqual(size === 1 ? 33 * perAlert : perAlert + 257)
    expect(count.seen / total).toBeLessThanOrEqual(2 * perAlert)
    expectSound(story.engine)
  })

  it('leaves nothing behind once it is over and closed', () => {
    const story = new Story()
    estate(story)
    post(
      story,
      1,
      numbers.map((n) => alert(n, 1)),
    )
    const { state, ix } = story.engine
    expect(ix.timers.size).toBeLessThan(10 * state.incidents.size + 10)
    post(
      story,
      60,
      numbers.map((n) => alert(n, 60, 'resolved')),
    )
    expect(ix.timers.size).toBeLessThan(2 * ALERTS)
    for (const hours of [1, 3, 25, 27, 49, 51, 75])
      story.apply({ kind: 'time', at: instant(hours * 3600), scope: 'default' })
    expect([state.alerts.size, state.incidents.size, ix.timers.size, ix.ids.size]).toEqual([
      0, 0, 0, 0,
    ])
    expect(ix.placements.of('default').latest(instant(0), ALERTS)).toEqual([])
    expect(state.rates.size).toBeLessThanOrEqual(7 * CIS + 7)
  })
})
