/** A storm: when it begins and ends, what it hides, and that nothing stays hidden. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, type Chunk, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { Severity } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  depends,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
  together,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

/** Hosts that have nothing to do with each other, each of a rule of its own: an incident each. */
function host(n: number): readonly [string, string] {
  return [`host-${n}`, `rule ${n}`]
}

const SOON = { storm: { min_alerts: 10, quiet: '2m', update: '3m', first: 2 } }
const ESTATE = cmdb({
  items: [
    ...Array.from({ length: 60 }, (_, n) => ci(`host-${n}`, { class: `class-${n}` })),
    ci('shop', { class: 'service', criticality: 1 }),
  ],
  relations: [depends('shop', 'host-50', 'runs_on')],
})

const begin: Step = at(0, ESTATE, rules({ lifecycle: SOON }))

function burst(second: number, from: number, to: number, severity: Severity = 'critical'): Step {
  const all = Array.from({ length: to - from }, (_, n) => fire(...host(from + n), { severity }))
  return at(second, together(...all))
}

function end(second: number, from: number, to: number): Step {
  const all = Array.from({ length: to - from }, (_, n) => resolve(...host(from + n)))
  return at(second, together(...all))
}

/** Time goes on to `second`. */
function until(second: number): Step {
  return at(second, { kind: 'check', check: () => undefined })
}

function storms(story: Story): [string, string][] {
  return story
    .decisions('storm.began', 'storm.told', 'storm.ended')
    .map(({ action, reason }) => [action, reason])
}

/** Of each incident that was told, how often for which reason. */
function told(story: Story): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  for (const { incident = '', reason } of story.decisions('incident.notified'))
    all[incident] = [...(all[incident] ?? []), reason]
  return all
}

function reasons(story: Story): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const reason of Object.values(told(story)).flat()) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

describe('a storm', () => {
  it('begins where the alerts of a minute are too many, and says what it measured', () => {
    const story = play(begin, burst(10, 0, 9), until(69), burst(70, 9, 10))
    expect(storms(story)).toEqual([])
    const more = play(begin, burst(10, 0, 9), burst(59, 9, 10))
    expect(storms(more)).toEqual([['storm.began', 'rate_above_threshold']])
    expect(more.decisions('storm.began')).toMatchObject([
      {
        storm: 'STORM-1',
        text: 'Storm STORM-1: 10 new alerts within a minute; none are usual',
        terms: [{ name: 'rate', x: 10, inputs: { rate: 10, usual: 0, threshold: 10 } }],
      },
    ])
  })

  it('ends when it was quiet for long enough, not with the first gap', () => {
    const story = play(
      begin,
      burst(0, 0, 12),
      // below the threshold, but not below half of it
      ...[60, 120, 180, 240].map((second, n) => burst(second, 20 + 5 * n, 25 + 5 * n)),
      until(340),
    )
    expect(storms(story)).toEqual([
      ['storm.began', 'rate_above_threshold'],
      ['storm.told', 'first'],
      ['storm.told', 'update'],
    ])
    const over = play(begin, burst(0, 0, 12), until(240))
    expect(storms(over)).toEqual([
      ['storm.began', 'rate_above_threshold'],
      ['storm.told', 'first'],
      ['storm.ended', 'quiet'],
    ])
  })

  it('is counted for each scope apart', () => {
    const inScope = (n: number, tenant: string) =>
      fire(...host(n), { labels: { tenant }, severity: 'critical' })
    const story = play(
      at(0, ESTATE, rules({ lifecycle: SOON, correlate: { scope: ['tenant'] } })),
      at(1, together(...Array.from({ length: 9 }, (_, n) => inScope(n, 'a')))),
      at(2, together(...Array.from({ length: 9 }, (_, n) => inScope(n, 'b')))),
    )
    expect(storms(story)).toEqual([])
  })

  it('comes of repeats and of muted alerts never', () => {
    const story = play(begin, burst(0, 0, 9), burst(1, 0, 9), burst(2, 0, 9))
    expect(storms(story)).toEqual([])
  })

  it('is in a snapshot with all it counts, and goes on from there', () => {
    const story = play(begin, burst(0, 0, 20), until(25))
    const snapshot = beginSnapshot(story.engine, 1)
    const restored = restoreEngine()
    for (let chunk: Chunk | null = snapshot.next(); chunk !== null; chunk = snapshot.next())
      restored.add(chunk)
    const engine = restored.finish()
    const time = { kind: 'time', at: story.engine.state.now + 600_000, scope: 'default' } as const
    const record = { offset: story.engine.state.offset + 1, entry: time }
    expect(engine?.apply(record).decisions).toEqual(story.engine.apply(record).decisions)
    expect(engine === null ? '' : digest(engine)).toBe(digest(story.engine))
  })
})

describe('what people are told in a storm', () => {
  it('is of the first few by themselves, of the others together', () => {
    const story = play(begin, burst(0, 0, 12), until(30))
    expect(reasons(story)).toEqual({ critical_at_once: 2, in_storm: 10 })
    expect(story.last.storms).toMatchObject([
      {
        id: 'STORM-1',
        alerts: 12,
        incidents: { opened: 12, alone: 2, folded: 10, resolved: 0, left: 0 },
      },
    ])
  })

  it('is of the highest priority by itself, however many came before', () => {
    const story = play(begin, burst(0, 0, 12), burst(5, 50, 51), until(6))
    const { incident = '' } = story.alert(...host(50))
    expect(story.incident(incident ?? '').priority).toBe(1)
    expect(told(story)[incident ?? '']).toEqual(['critical_at_once'])
  })

  it('is of one that rises to the highest priority by itself from then on', () => {
    const story = play(
      begin,
      burst(0, 0, 12),
      burst(5, 50, 51, 'warning'),
      until(40),
      at(41, fire(...host(50), { severity: 'critical' })),
      until(60),
    )
    const { incident } = story.alert(...host(50))
    expect(told(story)[incident ?? '']).toEqual(['in_storm', 'priority_rose'])
    expect(story.incident(incident ?? '').toldInStorm).toBeNull()
  })

  it('is one by one, the most urgent first, what outlives it', () => {
    const story = play(begin, burst(0, 0, 20), end(30, 0, 8), until(600))
    const burning = story.incidents().filter(({ status }) => status === 'open')
    const folded = burning.filter(({ id }) => told(story)[id]?.[0] === 'in_storm')
    const outlived = story
      .decisions('incident.notified')
      .filter(({ reason }) => reason === 'outlived_storm')
    expect(outlived.map(({ incident }) => incident).sort()).toEqual(folded.map(({ id }) => id))
    expect(outlived.length).toBeGreaterThanOrEqual(10)
    // five a second
    const [first] = outlived
    const after = outlived.map(({ at: when }) => (when - (first?.at ?? 0)) / 1000)
    expect(after.slice(0, 10)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    expect(story.decisions('storm.ended')[0]?.text).toBe(
      `STORM-1 is over: 20 alerts, 20 incidents opened; 18 were told of together, ${outlived.length} of them still burn`,
    )
    for (const { id, status, toldInStorm } of story.incidents())
      if (status === 'open') expect([id, toldInStorm]).toEqual([id, null])
  })

  it('is of one that comes back after the storm by itself', () => {
    const story = play(
      at(0, ESTATE, rules({ lifecycle: { storm: { ...SOON.storm, quiet: '30s' } } })),
      burst(0, 0, 12),
      end(30, 0, 12),
      until(119),
      burst(120, 5, 6),
      until(150),
    )
    expect(storms(story).at(-1)).toEqual(['storm.ended', 'quiet'])
    const { incident } = story.alert(...host(5))
    const reopened = story.decisions('incident.reopened').filter((one) => one.incident === incident)
    expect([story.incident(incident ?? '').toldInStorm, reopened.length]).toEqual([null, 1])
  })

  it('is together again where another storm follows before', () => {
    const story = play(begin, burst(0, 0, 20), until(200), burst(201, 20, 45), until(240))
    expect(storms(story).filter(([action]) => action === 'storm.began')).toHaveLength(2)
    const ids = new Set(story.incidents().map(({ toldInStorm }) => toldInStorm))
    expect(ids.has('STORM-1')).toBe(false)
  })

  it('weighs fewer candidates for each alert while it lasts, and says so with the alert', () => {
    const crowd = (from: number, to: number): ReturnType<typeof together> =>
      together(
        ...Array.from({ length: to - from }, (_, n) =>
          fire('shop', `rule ${from + n}`, { severity: 'critical' }),
        ),
      )
    const few = rules({ lifecycle: { storm: { ...SOON.storm, min_alerts: 30 } } })
    const story = play(at(0, ESTATE, few), at(5, crowd(0, 20)), at(9, crowd(20, 40)))
    const seen = (n: number) => story.alert('shop', `rule ${n}`).evidence?.storm
    expect(seen(19)).toBeUndefined()
    expect(seen(39)).toEqual({ id: 'STORM-1', weighed: 16, of: 24 })
    expect(story.incidents()).toHaveLength(1)
  })
})
