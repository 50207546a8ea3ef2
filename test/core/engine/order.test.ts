/**
 * Law: the order of arrival within 5 s does not matter for the incidents that people are told of.
 *
 * What it covers: alerts that are not critical, their ends and changes, each up to 5 s late, all
 * before anyone was told; with rules, silences and several reports in one body; ids aside. It covers
 * what the alerts are linked by, too. It does not cover muted alerts: they count in the rates of their
 * kind as they come.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IngestItem } from '../../../src/core/model.ts'
import { compare } from '../../../src/core/topology.ts'
import {
  at,
  cmdb,
  type Deed,
  fire,
  instant,
  play,
  report,
  resolve,
  rules,
  type Step,
  type Story,
  silence,
} from '../../support/engine.ts'
import { partition } from '../../support/engine-digest.ts'
import { CMDBS } from './estate.ts'
import { expectSound } from './invariants.ts'
import { RUNS } from './streams.ts'

/** The second at which what is delivered in two orders begins. */
const BASE = 2000

const HOSTS = ['web-1', 'web-2', 'shop', 'cart', 'db-1', 'lonely', 'stranger']

interface Happening {
  readonly host: string
  readonly rule: string
  readonly severity: 'warning' | 'info' | 'error'
  readonly kind: 'alert' | 'change'
  /** Tenths of a second after BASE. */
  readonly start: number
  /** Tenths of a second until it ends; `null`: it fires on. */
  readonly length: number | null
  /** How much later than it began or ended it is heard of, in tenths of a second. */
  readonly late: number
  readonly endLate: number
}

const anyHappening: fc.Arbitrary<Happening> = fc.record({
  host: fc.constantFrom(...HOSTS),
  rule: fc.constantFrom('latency', 'errors', 'alone'),
  severity: fc.constantFrom('warning', 'info', 'error'),
  kind: fc.constantFrom('alert', 'alert', 'alert', 'change'),
  start: fc.nat(80),
  length: fc.option(fc.nat(60), { nil: null }),
  late: fc.nat(50),
  endLate: fc.nat(50),
})

interface Arrival {
  readonly second: number
  readonly item: IngestItem
}

/** What is heard of it and when; `lateBy` 0: at once, 1: as late as the happening says. */
function arrivals(one: Happening, index: number, lateBy: 0 | 1): Arrival[] {
  const start = BASE + one.start / 10
  const first = start + (lateBy * one.late) / 10
  if (one.kind === 'change') return [{ second: first, item: changeOf(one.host, start, index) }]
  const { host, rule, severity } = one
  const options = { severity, labels: { n: `${index}` }, startsAt: start }
  const fires = { second: first, item: report('firing', host, rule, options) }
  if (one.length === null) return [fires]
  const end = start + one.length / 10
  const item = report('resolved', host, rule, { ...options, endsAt: end })
  return [fires, { second: end + (lateBy * one.endLate) / 10, item }]
}

function changeOf(host: string, start: number, index: number): IngestItem {
  const known = { kind: 'change', source: 'change', title: 'deploy', changeKind: 'deploy' } as const
  const startsAt = instant(start)
  return { ...known, changeId: `c${index}`, cis: [host], labels: {}, startsAt }
}

/** What was there before: rules, silences and perhaps older incidents that people know of. */
function setting(more: readonly Step[]): Story {
  const { items, relations } = CMDBS[0] ?? { items: [], relations: [] }
  const packs = {
    correlate: {
      rules: [
        { name: 'alone', when: ['alertname="alone"', 'host="lonely"'], decide: 'apart' },
        { name: 'by host', when: ['alertname="alone"'], decide: 'group', by: ['host'] },
      ],
    },
  }
  const quiet: Deed = silence('quiet', { labels: { host: 'db-1' }, from: 0, to: 5000 })
  return play(at(0, cmdb({ items, relations }), rules(packs), quiet), ...more)
}

function receive(story: Story, second: number, items: readonly IngestItem[]): void {
  const source = 'prometheus'
  const entry = { kind: 'received', scope: 'default', source, receipt: 'r', body: '' } as const
  story.apply({ ...entry, at: instant(second) }, items)
}

/** The incidents people are told of, and why each alert is in its incident. */
function toldOf(all: readonly Happening[], lateBy: 0 | 1, before: readonly Step[]): unknown {
  const story = setting(before)
  const heard = all
    .flatMap((one, index) => arrivals(one, index, lateBy))
    .sort((a, b) => a.second - b.second)
  const bodies = new Map<number, IngestItem[]>()
  for (const { second, item } of heard) bodies.set(second, [...(bodies.get(second) ?? []), item])
  for (const [second, items] of bodies) {
    receive(story, second, items)
    expectSound(story.engine)
  }
  expect(story.decisions('incident.notified').filter(({ at }) => at >= instant(BASE))).toEqual([])
  story.apply({ kind: 'time', at: instant(BASE + 35), scope: 'default' })
  return { incidents: partition(story.engine), why: reasonsOf(story) }
}

/** Why each alert is where it is, ids aside; figures to within what adding up in another order does. */
function reasonsOf({ engine }: Story): unknown[] {
  return [...engine.state.alerts.values()]
    .filter(({ startsAt, incident }) => startsAt >= instant(BASE) && incident !== null)
    .sort((a, b) => compare(a.identity, b.identity))
    .map(({ id, startsAt, incident, surprise, suppressedBy, evidence }) => ({
      id,
      changes: engine.state.incidents.get(incident ?? '')?.members.get(`${id}.${startsAt}`)
        ?.changes,
      ...(suppressedBy === null ? { surprise: surprise.toFixed(3) } : {}),
      how: evidence?.method,
      best: evidence?.best,
      score: evidence?.score.toFixed(3),
    }))
}

interface Noise {
  readonly second: number
  readonly host: string
  readonly rule: string
}

/** So many alerts that much less or more closeness in time decides. */
const anyNoise: fc.Arbitrary<readonly Noise[]> = fc.array(
  fc.record({
    second: fc.integer({ min: 600, max: 1500 }),
    host: fc.constantFrom(...HOSTS.slice(0, 4)),
    rule: fc.constantFrom('latency', 'errors'),
  }),
  { minLength: 20, maxLength: 50 },
)

/** Alerts that came and went, over and done with. */
function passed(noise: readonly Noise[]): Step[] {
  return noise
    .flatMap(({ second, host, rule }, index) => {
      const options = { labels: { n: `old ${index}` }, startsAt: second }
      return [
        { second, deed: fire(host, rule, options) },
        { second: second + 5, deed: resolve(host, rule, { ...options, endsAt: second + 5 }) },
      ]
    })
    .sort((a, b) => a.second - b.second)
    .map(({ second, deed }) => at(second, deed))
}

describe('the order of arrival within 5 s', () => {
  it('does not change what people are told belongs together', () => {
    fc.assert(
      fc.property(fc.array(anyHappening, { minLength: 2, maxLength: 14 }), (all) => {
        expect(toldOf(all, 1, [])).toEqual(toldOf(all, 0, []))
      }),
      { numRuns: RUNS.numRuns * 2 },
    )
  })

  it('does not change it where much is going on, and such alerts surprise nobody', () => {
    const anyCase = fc.array(anyHappening, { minLength: 2, maxLength: 14 })
    fc.assert(
      fc.property(anyCase, anyNoise, (all, noise) => {
        const before = passed(noise)
        expect(toldOf(all, 1, before)).toEqual(toldOf(all, 0, before))
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 2) },
    )
  })

  it('matters where an alert joined what people know of already: that is not taken back', () => {
    const first = report('firing', 'lonely', 'latency', { startsAt: BASE })
    const second = report('firing', 'web-1', 'latency', { startsAt: BASE + 0.5 })
    const inTwoOrders = [
      [first, second],
      [second, first],
    ].map((reports) => {
      const story = setting([at(BASE - 150, fire('web-1', 'errors'))])
      for (const [index, item] of reports.entries()) receive(story, BASE + 1 + index, [item])
      return partition(story.engine)
    })
    expect(inTwoOrders.map((incidents) => incidents.length)).toEqual([2, 1])
  })
})
