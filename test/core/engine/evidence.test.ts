/**
 * Law: every term of a decision is worked out anew from its stored inputs by the documented formulas
 * (docs/adr/0008-log-odds-link-score.md), its inputs are those of the two alerts, and the terms add
 * up to the score. Written down a second time here on purpose.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LinkSide } from '../../../src/core/correlate/link.ts'
import type { Engine } from '../../../src/core/engine/engine.ts'
import { LINK_TERMS, type LinkEvidence, type Term } from '../../../src/core/evidence.ts'
import type { AlertState } from '../../../src/core/state.ts'
import {
  at,
  change,
  cmdb,
  type Deed,
  fire,
  play,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { CMDBS } from './estate.ts'
import { RUNS } from './streams.ts'

const HOSTS = ['web-1', 'web-2', 'shop', 'cart', 'db-1', 'lonely', 'stranger', 'alien']

interface Shot {
  readonly gap: number
  readonly host: string
  readonly rule: string
  readonly labels: Readonly<Record<string, string>>
  readonly deploy: boolean
}

const anyShot: fc.Arbitrary<Shot> = fc.record({
  gap: fc.constantFrom(0, 1, 7, 40, 130),
  host: fc.constantFrom(...HOSTS),
  rule: fc.constantFrom('latency', 'errors'),
  labels: fc.record(
    {
      namespace: fc.constantFrom('a', 'b'),
      cluster: fc.constant('c'),
      env: fc.constantFrom('x', 'y'),
    },
    { requiredKeys: [] },
  ),
  deploy: fc.boolean(),
})

const anyWeights = fc.record({ time: fc.constantFrom(0.5, 1), topology: fc.constantFrom(1, 1.3) })

function storyOf(shots: readonly Shot[], weights: Readonly<Record<string, number>>): Story {
  let second = 0
  const { items, relations } = CMDBS[0] ?? { items: [], relations: [] }
  const steps: Step[] = [at(0, cmdb({ items, relations }), rules({ correlate: { weights } }))]
  shots.forEach(({ gap, host, rule, labels, deploy }, index) => {
    second += gap
    const deeds: Deed[] = deploy ? [change(`c${index}`, [host])] : []
    steps.push(at(second, ...deeds, fire(host, rule, { labels: { ...labels, n: `${index % 5}` } })))
  })
  return play(...steps)
}

describe('the evidence of a placement', () => {
  it('can be worked out anew from its inputs and adds up', () => {
    let scored = 0
    fc.assert(
      fc.property(
        fc.array(anyShot, { minLength: 2, maxLength: 25 }),
        anyWeights,
        (shots, weights) => {
          const { engine } = storyOf(shots, weights)
          for (const alert of engine.state.alerts.values()) {
            if (alert.evidence === null) continue
            expectAddsUp(alert.evidence)
            if (alert.evidence.method !== 'score') continue
            scored += 1
            expect(alert.evidence.terms).toEqual(termsAnew(engine, alert, alert.evidence))
          }
        },
      ),
      RUNS,
    )
    expect(scored).toBeGreaterThan(RUNS.numRuns)
  })
})

function expectAddsUp({ terms, score, p, threshold, method }: LinkEvidence): void {
  const sum = terms.reduce((all, { x, w }) => all + x * w, 0)
  expect(Math.abs(sum - score)).toBeLessThan(1e-9)
  expect(terms.every(({ name }) => LINK_TERMS.includes(name))).toBe(true)
  expect(new Set(terms.map(({ name }) => name)).size).toBe(terms.length)
  if (method !== 'score') return
  expect(p).toBeCloseTo(1 / (1 + Math.exp(-score)), 12)
  expect(p).toBeGreaterThanOrEqual(threshold)
}

function sideOf(engine: Engine, key: string): LinkSide {
  const members = [...engine.state.incidents.values()].map((one) => one.members.get(key))
  const found = members.find((member) => member !== undefined)?.side
  if (found === null || found === undefined) throw new Error(`${key} has no side`)
  return found
}

/** The terms by the documented formulas; notes and what cannot be known any more are taken over. */
function termsAnew(engine: Engine, alert: Readonly<AlertState>, evidence: LinkEvidence): Term[] {
  const a = sideOf(engine, `${alert.id}.${alert.startsAt}`)
  const b = sideOf(engine, evidence.best ?? '')
  const { weights } = engine.state.rules.correlate
  const of = (name: string): Term | undefined => evidence.terms.find((term) => term.name === name)
  const make = (name: string, x: number, inputs: Term['inputs'], w = 1): Term => ({
    name,
    x,
    w,
    inputs,
    note: of(name)?.note ?? '',
  })
  const hops = hopsBetween(engine, a, b)
  const far = typeof hops === 'string'
  const dtMs = Math.abs(a.startsAt - b.startsAt)
  const terms = [make('time', timeAnew(dtMs / 1000), { dtMs }, weights.time)]
  const crowd = crowdAnew(engine, a, of('crowd'))
  terms.push(make('crowd', crowd.x, crowd.inputs))
  terms.push(make('topology', byHops(hops), { hops }, weights.topology))
  if (far && a.signature === b.signature)
    terms.push(make('signature', 1.2, { signature: a.signature }))
  const names = Object.keys(a.realm)
    .filter((name) => a.realm[name] === b.realm[name])
    .sort()
  if (far && names.length > 0) {
    const inputs = { equal: names.length, names: names.join(', ') }
    terms.push(make('labels', Math.min(4.5, 1.5 * names.length), inputs))
  }
  const seen = of('cooccurrence')?.inputs
  if (seen !== undefined) {
    const [n, expected] = [Number(seen['n']), Number(seen['expected'])]
    const x = Math.min(3, Math.max(-1, Math.log((n + 10) / (expected + 10))))
    terms.push(make('cooccurrence', x, { n, expected }, weights.cooccurrence))
  }
  const [shared] = a.changes.filter((id) => b.changes.includes(id)).sort()
  if (shared !== undefined) terms.push(make('change', 1, { change: shared }))
  const { surprise } = alert
  const informational = a.informational || b.informational
  if (informational || surprise < 0.5) {
    const inputs = { surprise, informational: String(informational) }
    terms.push(make('noise', informational ? -2.5 : -1, inputs))
  }
  for (const [name, input, full] of RISING) {
    const inputs = of(name)?.inputs ?? {}
    const ms = inputs[input]
    if (ms === undefined) continue
    expect(ms).toBeGreaterThanOrEqual(5000)
    const fullMs = inputs['goesOn'] === 'true' ? 600_000 : full
    terms.push(make(name, -2.5 * Math.min(1, Number(ms) / fullMs), inputs))
  }
  const [x, y] = [a.environment, b.environment]
  if (x !== null && y !== null && x !== y) terms.push(make('conflict', -40, { a: x, b: y }))
  return terms
}

/** Terms that say how long something has been over, with the time after which they are full. */
const RISING = [
  ['ended', 'endedMs', 180_000],
  ['again', 'againMs', 150_000],
] as const

/** The law of Omori and Utsu within a fault against the prior rate of 0.08 alerts in 1,500 s. */
function timeAnew(dt: number): number {
  return Math.log((1.1 / 13) * (1 + dt / 13) ** -2.1) - Math.log(0.08 / 1500)
}

/** A Gamma-Poisson rate of what was seen near by against its prior. */
function crowdAnew(
  engine: Engine,
  a: LinkSide,
  stored: Term | undefined,
): Pick<Term, 'x' | 'inputs'> {
  const others = Number(stored?.inputs['others'])
  expect(others).toBeGreaterThanOrEqual(0)
  const watched = (a.startsAt - engine.state.startedAt) / 1000
  const watchedSeconds = 1200 * (1 - Math.exp(-watched / 1200))
  const rate = (0.08 + others) / (1500 + watchedSeconds)
  return { x: -1.45 * Math.log(rate / (0.08 / 1500)), inputs: { others, watchedSeconds } }
}

function byHops(hops: number | string): number {
  if (typeof hops === 'number') return [4.1, 3.8, 2.9, 2.4, 1.9][hops] ?? 0
  return hops === 'none' ? -2.5 : -0.5
}

/** Steps between two CIs, at most 4, by breadth first search over the plain relations. */
function hopsBetween({ state }: Engine, a: LinkSide, b: LinkSide): number | 'none' | 'unknown' {
  if (a.locus !== null && a.locus === b.locus) return 0
  let reached = new Set([a.locus])
  for (let hops = 1; hops <= 4; hops++) {
    const next = state.topology.relations.flatMap(({ from, to }) => [
      ...(reached.has(from) ? [to] : []),
      ...(reached.has(to) ? [from] : []),
    ])
    reached = new Set([...reached, ...next])
    if (b.locus !== null && reached.has(b.locus)) return hops
  }
  return a.bound && b.bound ? 'none' : 'unknown'
}

describe('the terms of a priority', () => {
  it('can be worked out anew and add up to it', () => {
    fc.assert(
      fc.property(fc.array(anyShot, { minLength: 1, maxLength: 25 }), (shots) => {
        const { engine } = storyOf(shots, {})
        for (const incident of engine.state.incidents.values()) {
          const [impact, urgency, base] = incident.priorityEvidence
          const touched = [
            ...incident.services,
            incident.members.get(incident.head ?? '')?.ci ?? '',
          ]
          const ranks = touched.flatMap(
            (id) => engine.state.topology.items.get(id)?.criticality ?? [],
          )
          const worst = Math.min(...ranks, 9)
          const services = incident.services.length
          const x =
            services >= 5 || worst <= 1 ? 1 : services >= 2 || worst <= 2 || worst === 9 ? 2 : 3
          expect(impact).toMatchObject({
            name: 'impact',
            x,
            w: 1,
            inputs: { services, criticality: worst === 9 ? 'none' : worst },
          })
          const { severity } = incident
          const bad = severity === 'none' ? 3 : 2
          expect(urgency).toMatchObject({ name: 'urgency', x: bad, w: 1, inputs: { severity } })
          expect(base).toMatchObject({ name: 'base', x: -1, w: 1 })
          expect(x + bad - 1).toBe(incident.priority)
        }
      }),
      RUNS,
    )
  })
})
