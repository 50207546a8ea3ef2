/** Every rule on streams small enough to see what it must do, and the scores of what comes out. */
import { describe, expect, it } from 'vitest'
import { BASELINES, estateOf, oracleByCi } from './measure/baselines.ts'
import type { Outcome } from './measure/outcome.ts'
import { scoresOfEngine, scoresOfGroups } from './measure/scores.ts'
import type { Item } from './measure/stream.ts'
import { interval, percentile } from './measure/summary.ts'

const estate = estateOf({
  items: [],
  relations: [
    { from: 'web', type: 'depends_on', to: 'api' },
    { from: 'api', type: 'depends_on', to: 'db' },
    { from: 'mail', type: 'depends_on', to: 'relay' },
  ],
})

type Draft = readonly [minute: number, ci: string | null, group: string, severity?: string]

function items(...drafts: readonly Draft[]): Item[] {
  return drafts.map(([minute, ci, group, severity = 'warning'], index) => ({
    at: minute * 60_000,
    labels: { service: ci ?? 'nobody', severity },
    rule: ci === 'db' ? 'DatabaseSlow' : 'ErrorsHigh',
    text: ci === 'db' ? 'queries are slow' : `${ci} answers with errors`,
    ci,
    truth: {
      fingerprint: '',
      startsAt: new Date(minute * 60_000).toISOString(),
      kind: group.startsWith('fault') ? 'incident' : 'background',
      incident: group.startsWith('fault') ? group : null,
      group,
      severity,
      line: `e${index}`,
      index: 0,
    },
  }))
}

/** Groups as letters, in the order in which they appear. */
function grouped(rule: string, setting: string, list: readonly Item[]): string {
  const baseline = BASELINES.find((one) => one.rule === rule && one.setting === setting)
  const groups = baseline?.group(list, estate) ?? []
  const seen = [...new Set(groups)]
  return groups.map((group) => 'abcdefgh'[seen.indexOf(group)]).join('')
}

describe('the rules', () => {
  const stream = items(
    [0, 'db', 'fault-1'],
    [1, 'api', 'fault-1'],
    [2, 'relay', 'fault-2'],
    [4, 'web', 'fault-1'],
    [20, 'web', 'background x'],
  )

  it.each([
    ['one incident per alert', '', 'abcde'],
    ['everything in one', '', 'aaaaa'],
    ['gap window', 'gap 1 min', 'aaabc'],
    ['gap window', 'gap 5 min', 'aaaab'],
    ['gap window', 'no gap', 'aaaaa'],
    ['by alert name', 'gap 10 min', 'abbbc'],
    ['by service', 'no gap', 'abcdd'],
    ['same CI', 'gap 30 min', 'abcdd'],
    ['ServiceNow-like (same or related CI)', 'gap 5 min, life 30 min', 'aabac'],
    ['Keep-like (application)', 'look-back 15 min', 'aabac'],
    ['connected component', '≤ 1 hops, gap 2 min', 'aabcd'],
    ['connected component', '≤ 2 hops, gap 10 min', 'aabac'],
    ['text Jaccard', '≥ 0.6, gap 30 min', 'abbbb'],
  ])('%s, %s', (rule, setting, expected) => {
    expect(grouped(rule, setting, stream)).toBe(expected)
  })

  it('bring components together only where they may merge', () => {
    const apart = items([0, 'web', 'fault-1'], [1, 'db', 'fault-1'], [2, 'api', 'fault-1'])
    expect(grouped('connected component', '≤ 1 hops, gap 5 min', apart)).toBe('aaa')
    expect(grouped('ServiceNow-like (same or related CI)', 'gap 5 min, life 30 min', apart)).toBe(
      'abb',
    )
  })

  it('end groups at their lifetime', () => {
    const long = items(...[0, 9, 18, 27, 36].map((minute): Draft => [minute, 'db', 'fault-1']))
    expect(grouped('ServiceNow-like (same or related CI)', 'gap 10 min, life 30 min', long)).toBe(
      'aaaab',
    )
  })

  it('leave informative alerts alone where they are told to', () => {
    const mixed = items(
      [0, 'db', 'fault-1'],
      [1, 'api', 'background i', 'info'],
      [2, 'web', 'fault-1'],
    )
    expect(grouped('gap window', 'gap 5 min, info alone', mixed)).toBe('aba')
  })

  it('never link alerts that nothing is known of', () => {
    const unbound = items([0, null, 'fault-1'], [1, null, 'fault-1'])
    expect(grouped('connected component', '≤ 3 hops, gap 10 min', unbound)).toBe('ab')
  })

  it('are below the oracle, which splits a fault by CI only', () => {
    const twice = items(
      [0, 'db', 'fault-1'],
      [0, 'db', 'fault-2'],
      [1, 'db', 'fault-1'],
      [1, 'api', 'fault-1'],
    )
    const groups = oracleByCi(twice)
    expect(groups[0]).toBe(groups[2])
    expect(new Set(groups).size).toBe(3)
  })
})

describe('the scores of a grouping', () => {
  it('count incidents, false ones, and background that was pulled in', () => {
    const list = items(
      [0, 'db', 'fault-1'],
      [1, 'api', 'fault-1'],
      [1, 'web', 'background a'],
      [9, 'web', 'background b'],
      [12, 'mail', 'background c', 'info'],
    )
    const scores = scoresOfGroups(list, ['x', 'x', 'x', 'y', 'z'])
    // z holds only what is informative: no incident. y is background alone. One of three in x is background.
    expect(scores).toMatchObject({ incidents: 2, falseIncidents: 1, backgroundInside: 1 })
    expect(scores.reduction).toBeCloseTo(1 - 2 / 5, 12)
    expect(scores.singletons).toBeCloseTo(2 / 3, 12)
    // x: two of three right, twice 2/3 and once 1/3; y and z right: (4/3 + 1/3 + 2) / 5.
    expect(scores.all.precision).toBeCloseTo((5 / 3 + 2) / 5, 12)
    expect(scores.faults).toMatchObject({ precision: 1, recall: 1 })
  })
})

describe('the scores of the engine', () => {
  const list = items(
    [0, 'db', 'fault-1'],
    [1, 'api', 'fault-1'],
    [2, 'web', 'fault-1'],
    [3, 'mail', 'fault-2'],
    [70, 'web', 'background a'],
    [130, 'web', 'background b'],
  )
  const at = (minute: number): string => new Date(minute * 60_000).toISOString()
  const incident = (id: string, minute: number, causes: readonly string[]) =>
    [
      id,
      {
        id,
        openedAt: at(minute),
        abstained: causes.length === 0,
        rootCauses: causes.map((ci) => ({ ci })),
      },
    ] as const
  const outcome: Outcome = {
    bound: new Map(),
    placements: new Map([
      ['e0 0', { placed: 'i1', told: 'i1', final: 'i1' }],
      ['e1 0', { placed: 'i1', told: 'i1', final: 'i1' }],
      ['e2 0', { placed: 'i2', told: 'i2', final: 'i1' }],
      ['e5 0', { placed: 'i3', final: 'i3' }],
    ]),
    incidents: new Map([
      incident('i1', 0.5, ['api', 'db']),
      incident('i2', 2, ['web']),
      incident('i3', 131, []),
    ]),
  }
  const fault = (id: string, cause: string) => ({
    id,
    system: 'x',
    startedAt: at(0),
    rootCauses: [cause],
    known: true,
  })
  const scores = scoresOfEngine(list, outcome, {
    truth: { alerts: [], incidents: [fault('fault-1', 'db'), fault('fault-2', 'mail')] },
  })

  it('tell what people were told from how it ended', () => {
    // Of three alerts people were told of, one ended elsewhere.
    expect(scores.churn).toBeCloseTo(1 / 3, 12)
    expect(scores.placed.recall).toBeLessThan(scores.final.all.recall)
    expect(scores.final.all).toMatchObject({ precision: 1, recall: 1 })
  })

  it('see which faults have an incident, and when', () => {
    expect(scores).toMatchObject({ faults: 2, faultsSeen: 1, unplaced: 1, unopened: 0 })
    expect(scores.secondsToOpen).toEqual([30])
    expect(scores.secondsToSettle).toEqual([120])
  })

  it('rank the true cause, and count naming none as a miss', () => {
    expect(scores.ranks).toEqual([2, null])
    expect(scores.abstained).toBe(1)
  })

  it('count hours without a fault that stayed quiet', () => {
    // Hour 0 has faults; in hour 1 nothing opened, in hour 2 an incident did.
    expect(scores.quietHours).toEqual({ quiet: 1, all: 2 })
    expect(scores.final.falseIncidents).toBe(1)
  })
})

describe('a summary', () => {
  it('has percentiles by rank', () => {
    expect(percentile([5, 1, 3, 2, 4], 0.5)).toBe(3)
    expect(percentile([1, 2, 3, 4], 0.95)).toBe(4)
    expect(percentile([], 0.5)).toBeNaN()
  })

  it('has an interval about the mean, the same every time', () => {
    const list = [0.2, 0.4, 0.6, 0.8]
    const found = interval(list)
    expect(found.mean).toBeCloseTo(0.5, 12)
    expect(found.low).toBeGreaterThanOrEqual(0.2)
    expect(found.low).toBeLessThan(0.5)
    expect(found.high).toBeGreaterThan(0.5)
    expect(interval(list)).toEqual(found)
    expect(interval([0.7, 0.7])).toEqual({ mean: 0.7, low: 0.7, high: 0.7 })
  })
})
