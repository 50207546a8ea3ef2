/**
 * What the benchmarks send: an estate and its alerts, in the form in which Prometheus posts them.
 * Everything follows from numbers: alert `n` always has the same labels, and the `i`-th body of a
 * run names the same alerts whoever it is sent to. Only the times are those of the run.
 */
import { toRfc3339 } from '../../src/core/time.ts'

/** A pseudo-random sequence in [0, 1): mulberry32, the same for the same seed everywhere. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SYSTEMS = 50
/** Of one system. */
const SERVICES = 10
const HOSTS = 5

/**
 * A CMDB of 50 systems with nothing in common: in each of them 10 services that depend on each other
 * and run on 5 hosts. 750 items, about 1,450 relations.
 */
export function estate(): { readonly items: object[]; readonly relations: object[] } {
  const random = sequence(1)
  const items: object[] = []
  const relations: object[] = []
  for (let system = 0; system < SYSTEMS; system++) {
    const host = (i: number): string => `node-${system * HOSTS + i}`
    const service = (i: number): string => `svc-${system * SERVICES + i}`
    const environment = 'production'
    for (let i = 0; i < HOSTS; i++) {
      items.push({ id: host(i), class: 'host', name: host(i), environment })
    }
    for (let i = 0; i < SERVICES; i++) {
      const id = service(i)
      items.push({ id, class: 'service', name: id, environment, criticality: 2 })
      const on = host(Math.floor(random() * HOSTS))
      relations.push({ from: id, type: 'runs_on', to: on })
      // upon earlier ones only, so that there are no rings
      for (let k = 0; k < Math.min(i, 2); k++) {
        const to = service(Math.floor(random() * i))
        relations.push({ from: id, type: 'depends_on', to })
      }
    }
  }
  return { items, relations }
}

/** Different kinds of alerts; every number belongs to the slot `number % SLOTS`. */
const SLOTS = 1024
/** Alerts of the population that repeats are taken from. */
const GENERATIONS = 2
export const POPULATION = SLOTS * GENERATIONS

const RULES = [
  'HighLatency',
  'HighErrorRate',
  'PodNotReady',
  'DiskAlmostFull',
  'MemoryPressure',
  'CpuThrottled',
  'QueueBacklog',
  'ReplicaLag',
  'CertificateExpires',
  'TargetDown',
]
const SEVERITIES = ['critical', 'error', 'warning', 'warning', 'warning', 'info'] as const

/** Stand-ins of the same width, to find out where in a body the changing parts are. */
const NUMBER_MARK = '@@@@@@@@'
const START_MARK = '2001-01-01T00:00:00.000Z'
const END_MARK = '2002-02-02T00:00:00.000Z'

function alertOf(slot: number, systems: number): object {
  const random = sequence(slot + 1000)
  const service = Math.floor(random() * systems * SERVICES)
  const rule = `${RULES[Math.floor(slot / 21) % RULES.length]}${Math.floor(slot / 210)}`
  const instance = `web-${NUMBER_MARK}.example:9100`
  return {
    labels: {
      alertname: rule,
      cluster: 'prod-1',
      instance,
      job: 'node',
      namespace: `team-${service % 20}`,
      service: `svc-${service}`,
      severity: SEVERITIES[Math.floor(random() * SEVERITIES.length)],
    },
    annotations: {
      summary: `${rule} of svc-${service} on ${instance}`,
      description: `svc-${service} has been beyond its objective for more than 5 minutes.`,
      runbook_url: `https://runbooks.example/${rule}`,
    },
    startsAt: START_MARK,
    endsAt: END_MARK,
    generatorURL: 'http://prometheus.example:9090/graph?g0.expr=slo_breach%20%3E%200&g0.tab=1',
  }
}

/** One alert in a body: its number and its start, both in ms since 1970. */
export interface Sent {
  readonly number: number
  readonly startsAt: number
}

interface Spot {
  readonly slot: number
  readonly numbers: readonly number[]
  readonly start: number
  readonly end: number
}

interface Template {
  readonly bytes: Buffer
  readonly spots: readonly Spot[]
}

function templateOf(slots: readonly number[], systems: number): Template {
  const texts = slots.map((slot) => JSON.stringify(alertOf(slot, systems)))
  const spots: Spot[] = []
  let from = 1
  for (const [i, text] of texts.entries()) {
    const numbers: number[] = []
    for (let at = text.indexOf(NUMBER_MARK); at >= 0; at = text.indexOf(NUMBER_MARK, at + 1)) {
      numbers.push(from + at)
    }
    spots.push({
      slot: slots[i] ?? 0,
      numbers,
      start: from + text.indexOf(START_MARK),
      end: from + text.indexOf(END_MARK),
    })
    from += text.length + 1
  }
  return { bytes: Buffer.from(`[${texts.join(',')}]`), spots }
}

/** Makes bodies of `size` alerts. Cheap (some µs), so that the sender takes little of the machine. */
export class Bodies {
  readonly size: number
  private readonly templates: readonly Template[]
  private next = 0

  /** @param systems how many of the systems alerts are about */
  constructor(size: number, systems = SYSTEMS) {
    this.size = size
    this.templates = Array.from({ length: SLOTS / size }, (_, t) =>
      templateOf(
        Array.from({ length: size }, (_, k) => t * size + k),
        systems,
      ),
    )
  }

  /** The next body; `pick` says which alert of a slot is meant. Ends lie `validMs` after `now`. */
  make(pick: (slot: number) => Sent, now: number, validMs = VALID_MS): Buffer {
    const { bytes, spots } = this.templates[this.next % this.templates.length] ?? EMPTY
    this.next += 1
    const body = Buffer.from(bytes)
    const end = toRfc3339(now + validMs)
    for (const spot of spots) {
      const { number, startsAt } = pick(spot.slot)
      const text = String(number).padStart(NUMBER_MARK.length, '0')
      for (const at of spot.numbers) body.write(text, at, 'latin1')
      body.write(toRfc3339(startsAt), spot.start, 'latin1')
      body.write(end, spot.end, 'latin1')
    }
    return body
  }
}

const EMPTY: Template = { bytes: Buffer.from('[]'), spots: [] }
/** Prometheus re-sends within a minute and lets an alert live for four times as long. */
const VALID_MS = 5 * 60_000

/** Numbers from here on are in no population. */
const FRESH = GENERATIONS
/** Generations that one stream of new alerts may use up. */
const STREAM_GENERATIONS = 1500

export interface Mix {
  /** Share of alerts that are new, 0 to 1. */
  readonly fresh: number
  /** Streams of different numbers never send the same new alert. */
  readonly stream: number
  /** When the alerts of the population began to begin, one each millisecond. */
  readonly since: number
}

/**
 * Says for each slot which alert is sent next: a new one, begun just now, or one of the population.
 * Decided by the stream's number alone.
 */
export function picker({ fresh, stream, since }: Mix): (slot: number) => Sent {
  const random = sequence(stream + 7)
  const used = new Map<number, number>()
  return (slot) => {
    if (random() >= fresh) {
      const number = Math.floor(random() * GENERATIONS) * SLOTS + slot
      return { number, startsAt: since + number }
    }
    const generation = used.get(slot) ?? 0
    used.set(slot, generation + 1)
    const number = (FRESH + stream * STREAM_GENERATIONS + generation) * SLOTS + slot
    return { number, startsAt: Date.now() }
  }
}

/** Every alert of the population once, in batches. */
export function populationBodies(since: number): Buffer[] {
  const bodies = new Bodies(64)
  return Array.from({ length: POPULATION / 64 }, (_, i) => {
    const first = Math.floor((i * 64) / SLOTS) * SLOTS
    const pick = (slot: number): Sent => ({
      number: first + slot,
      startsAt: since + first + slot,
    })
    return bodies.make(pick, Date.now())
  })
}
