/** Law: a resolve is never dropped, whatever the order, the repeats and the number of reporters. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/core/engine/engine.ts'
import type { AlertEvent } from '../../../src/core/model.ts'
import { instant, report } from '../../support/engine.ts'
import { expectSound } from './invariants.ts'
import { RUNS } from './streams.ts'

/** What one reporter saw of the alert: since when, how long, what it reports of it. */
interface Seen {
  readonly reporter: number
  readonly since: number
  readonly length: number
  readonly repeats: number
  /** Start that the end names: its own, or that of the end where the tool does not know it. */
  readonly knowsStart: boolean
  readonly expires: boolean
  readonly url: number
}

const anySeen: fc.Arbitrary<Seen> = fc.record({
  reporter: fc.nat(7),
  since: fc.nat(100),
  length: fc.nat(40),
  repeats: fc.nat(2),
  knowsStart: fc.boolean(),
  expires: fc.boolean(),
  url: fc.nat(1),
})

/** Everything a reporter says of one episode. Reporters 5 to 7 are relays. */
function reportsOf({ reporter, since, length, ...seen }: Seen): AlertEvent[] {
  const options = {
    reporter: `tool-${reporter}`,
    relay: reporter >= 5,
    generatorUrl: `http://tool/${seen.url}`,
  }
  const fires = Array.from({ length: seen.repeats + 1 }, () =>
    report('firing', 'db-1', 'down', {
      ...options,
      startsAt: since,
      ...(seen.expires ? { endsAt: 1000 } : {}),
    }),
  )
  const end = since + length
  const startsAt = seen.knowsStart ? since : end
  return [...fires, report('resolved', 'db-1', 'down', { ...options, startsAt, endsAt: end })]
}

/** Episodes of one reporter follow each other: each begins after the one before has ended. */
function oneAfterTheOther(all: readonly Seen[]): Seen[] {
  const free = new Map<number, number>()
  return all.map((seen) => {
    const since = Math.max(seen.since, free.get(seen.reporter) ?? 0)
    free.set(seen.reporter, since + seen.length + 1)
    return { ...seen, since }
  })
}

/** Delivers bodies one a second, from second 0: before any report has lapsed. */
function deliver(bodies: readonly (readonly AlertEvent[])[]): Engine {
  const engine = new Engine()
  const entry = {
    kind: 'received',
    scope: 'default',
    source: 'prometheus',
    receipt: 'r',
    body: '',
  } as const
  bodies.forEach((items, index) => {
    engine.apply({ offset: index + 1, entry: { ...entry, at: instant(index) } }, items)
    expectSound(engine)
  })
  return engine
}

describe('an alert whose reporters have all said that it ended', () => {
  it('has ended, whatever the order and the repeats of what they said', () => {
    const anyHistory = fc.array(anySeen, { minLength: 1, maxLength: 6 }).map(oneAfterTheOther)
    const anyDelivery = anyHistory.chain((history) => {
      const reports = history.flatMap(reportsOf)
      return fc.array(fc.nat(reports.length - 1), { maxLength: 10 }).chain((twice) => {
        const all = [...reports, ...twice.flatMap((index) => reports[index] ?? [])]
        return fc.shuffledSubarray(all, { minLength: all.length })
      })
    })
    fc.assert(
      fc.property(anyDelivery, fc.boolean(), (reports, inOneBody) => {
        const engine = deliver(inOneBody ? [reports] : reports.map((one) => [one]))
        const [alert] = [...engine.state.alerts.values()]
        expect(alert?.status).toBe('resolved')
        const firing = [...engine.state.incidents.values()].map((one) => one.firingCount)
        expect(firing.every((count) => count === 0)).toBe(true)
      }),
      { numRuns: RUNS.numRuns * 2 },
    )
  })

  it('has ended with more reporters than claims are kept', () => {
    const order = Array.from({ length: 12 }, (_, reporter) => reporter)
    const of = (status: AlertEvent['status']) => (reporter: number) => [
      report(status, 'db-1', 'down', { reporter: `tool-${reporter}`, startsAt: 0, endsAt: 500 }),
    ]
    const bodies = [...order.map(of('firing')), ...[...order].reverse().map(of('resolved'))]
    const [alert] = [...deliver(bodies).state.alerts.values()]
    expect(alert?.status).toBe('resolved')
  })
})

describe('an alert that one of its reporters has not ended', () => {
  it('fires, whatever the others said and in which order', () => {
    const anyHistory = fc.array(anySeen, { maxLength: 5 }).map(oneAfterTheOther)
    fc.assert(
      fc.property(anyHistory, fc.nat(200), fc.nat(), (history, since, place) => {
        const still = report('firing', 'db-1', 'down', { reporter: 'tool-9', startsAt: since })
        const reports = history.flatMap(reportsOf)
        reports.splice(place % (reports.length + 1), 0, still)
        const [alert] = [...deliver(reports.map((one) => [one])).state.alerts.values()]
        expect(alert?.status).toBe('firing')
      }),
      { numRuns: RUNS.numRuns * 2 },
    )
  })
})
