/**
 * The scenario generator: what it claims of its streams holds, and its families stay what they were
 * when results were told on them. A digest that changes here is a change of the test: say so in the
 * changelog.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SEEDS, TEST_FAMILIES } from './scenario/families-test.ts'
import { TUNING_FAMILIES } from './scenario/families-tuning.ts'
import { digestOf, type Family, generate, type Scenario } from './scenario/scenario.ts'
import { DIGESTS } from './scenario-digests.ts'

const FAMILIES = [...TUNING_FAMILIES, ...TEST_FAMILIES]
const PLAIN = FAMILIES.filter(({ name }) => !name.endsWith('-corrupted'))
const [SEED = 0] = SEEDS

const Line = z.object({ at: z.string(), source: z.string(), id: z.string(), payload: z.unknown() })
const Reported = z.object({ status: z.string().optional(), endsAt: z.string().optional() })

function linesOf({ events }: Scenario): z.output<typeof Line>[] {
  return events
    .trimEnd()
    .split('\n')
    .map((text) => Line.parse(JSON.parse(text)))
}

/** The items of a body that say that something fires. */
function firing({ at, source, payload }: z.output<typeof Line>): boolean[] {
  if (source === 'change') return []
  if (source === 'zabbix')
    return [z.object({ event_value: z.string() }).parse(payload).event_value === '1']
  if (source === 'nagios') {
    return [
      z.object({ notification_type: z.string() }).parse(payload).notification_type === 'PROBLEM',
    ]
  }
  const list = Array.isArray(payload)
    ? payload
    : z.object({ alerts: z.array(z.unknown()) }).parse(payload).alerts
  return list.map((item) => {
    const { status, endsAt } = Reported.parse(item)
    return status === undefined ? Date.parse(endsAt ?? at) > Date.parse(at) : status === 'firing'
  })
}

function share(scenario: Scenario): number {
  const { alerts } = scenario.truth
  return alerts.filter(({ kind }) => kind === 'background').length / alerts.length
}

describe('the families', () => {
  it('are split by kind of fault and by estate', () => {
    const of = (set: Family['set']): Family[] => FAMILIES.filter((family) => family.set === set)
    const tuned = {
      faults: of('tuning').flatMap(({ faults }) => faults),
      estates: of('tuning').map(({ build }) => build),
    }
    for (const { faults, build, name } of of('test')) {
      expect(
        faults.filter((fault) => tuned.faults.includes(fault)),
        name,
      ).toEqual([])
      expect(tuned.estates, name).not.toContain(build)
    }
    expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length)
  })

  it.each(FAMILIES)('$name is what it was', (family) => {
    expect(SEEDS.map((seed) => digestOf(generate(family, seed)))).toEqual(DIGESTS[family.name])
  })
})

describe.each(PLAIN)('an instance of $name', (family) => {
  const scenario = generate(family, SEED)
  const lines = linesOf(scenario)

  it('is the same when it is made again, and another for another seed', () => {
    expect(generate(family, SEED)).toEqual(scenario)
    expect(digestOf(generate(family, SEED + 1))).not.toBe(digestOf(scenario))
  })

  it('is posted in the order of arrival', () => {
    const times = lines.map(({ at }) => Date.parse(at))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('has a truth for the first report of every episode', () => {
    const byLine = new Map(lines.map((line) => [line.id, line]))
    for (const alert of scenario.truth.alerts) {
      const line = byLine.get(alert.line)
      expect(line && firing(line)[alert.index], `${alert.line} ${alert.index}`).toBe(true)
    }
    const known = new Set(scenario.truth.alerts.map(({ line, index }) => `${line} ${index}`))
    expect(known.size).toBe(scenario.truth.alerts.length)
    const first = lines.find((line) => firing(line).includes(true))
    expect(
      known.has(`${first?.id} ${first === undefined ? -1 : firing(first).indexOf(true)}`),
    ).toBe(true)
  })

  it('has as much background as its family says', () => {
    expect(Math.abs(share(scenario) - family.noise.share)).toBeLessThan(0.06)
  })

  it('has every fault that is told of, with causes and an alert', () => {
    const { incidents, alerts } = scenario.truth
    const members = new Set(alerts.flatMap(({ incident }) => incident ?? []))
    expect(new Set(incidents.map(({ id }) => id))).toEqual(members)
    for (const { rootCauses } of incidents) expect(rootCauses.length).toBeGreaterThan(0)
    expect(incidents.length).toBeGreaterThanOrEqual(Math.floor(family.schedule.count * 0.6))
  })

  it('has a CMDB whose relations lead from item to item', () => {
    const ids = new Set(
      scenario.cmdb.items.map((item) => z.object({ id: z.string() }).parse(item).id),
    )
    expect(ids.size).toBe(scenario.cmdb.items.length)
    for (const { from, to } of scenario.cmdb.relations) {
      expect(ids.has(from) && ids.has(to), `${from} ${to}`).toBe(true)
    }
  })
})

describe('the noise of the quiet family', () => {
  const quiet = FAMILIES.filter(({ name }) => name === 'quiet')

  it.each(quiet)(
    'is more than 20,000 alerts, critical to warning to info as 1 : 4 : 15',
    (family) => {
      const { alerts, incidents } = generate(family, SEED).truth
      expect(alerts.length).toBeGreaterThan(20_000)
      expect(incidents).toEqual([])
      const part = (severity: string): number =>
        alerts.filter((alert) => alert.severity === severity).length / alerts.length
      expect(part('critical')).toBeCloseTo(1 / 20, 1)
      expect(Math.abs(part('warning') - 4 / 20)).toBeLessThan(0.02)
      expect(Math.abs(part('info') - 15 / 20)).toBeLessThan(0.02)
    },
  )
})
