/**
 * Alerts per second over HTTP, beside Alertmanager and the bare server: the same client, bodies and
 * connections, in turns (A, B, C, A, B, C …), so that whatever else the machine does hits all alike.
 */
import { type Driven, drive, KeptConnection } from './client.ts'
import { quantile, ranged, ratio, type Spread, short, spread, table } from './figures.ts'
import { Bodies, type Mix, POPULATION, picker, populationBodies } from './inputs.ts'
import { alertmanagerTarget, bareTarget, faultlineTarget, type Target } from './targets.ts'

export interface ThroughputOptions {
  readonly rounds: number
  readonly sliceMs: number
  readonly connections: number
  /** Faultline's slices end after this many new alerts: what it takes has to be decided on. */
  readonly newPerSlice: number
  /** The script that `--child bare` runs. */
  readonly script: string
  readonly print: (line: string) => void
}

const MIXES = [
  { name: 'all repeats', fresh: 0 },
  { name: '5 % new', fresh: 0.05 },
  { name: 'all new', fresh: 1 },
] as const

const SIZES = [
  { name: 'batches of 64', size: 64 },
  { name: 'single posts', size: 1 },
] as const

interface Sample {
  /** Alerts per second, acknowledged. */
  readonly acknowledged: number
  /** Alerts per second until the last of them was decided on. */
  readonly decided: number
  readonly answerMs: readonly number[]
  readonly refused: number
}

export interface Cell {
  readonly posts: string
  readonly mix: string
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly acknowledgedPerSecond: Spread
        readonly decidedPerSecond: Spread
        readonly answerMs: { readonly p50: number; readonly p99: number }
        readonly refusedBodies: number
      }
    >
  >
  /** Faultline over the other, round by round. */
  readonly ratios: Readonly<Record<string, { acknowledged: Spread; decided: Spread }>>
}

export interface Throughput {
  readonly missing: string | null
  readonly connections: number
  readonly cells: readonly Cell[]
}

export async function measureThroughput(options: ThroughputOptions): Promise<Throughput> {
  const cells: Cell[] = []
  let missing: string | null = null
  for (const posts of SIZES) {
    const other = await alertmanagerTarget()
    if ('missing' in other) missing = other.missing
    const targets = [
      await faultlineTarget(),
      ...('missing' in other ? [] : [other]),
      await bareTarget(options.script),
    ]
    try {
      cells.push(...(await measureSize(posts, targets, options)))
    } finally {
      for (const target of targets) await target.stop()
    }
  }
  return { missing, connections: options.connections, cells }
}

interface Sender {
  readonly target: Target
  readonly connections: readonly KeptConnection[]
  /** Alerts it has acknowledged since its start. */
  sent: number
}

async function measureSize(
  { name: posts, size }: (typeof SIZES)[number],
  targets: readonly Target[],
  options: ThroughputOptions,
): Promise<Cell[]> {
  const since = Date.now() - POPULATION
  const population = populationBodies(since)
  const senders: Sender[] = targets.map((target) => ({
    target,
    connections: Array.from(
      { length: options.connections },
      () => new KeptConnection(target.url, '/api/v2/alerts'),
    ),
    sent: 0,
  }))
  for (const sender of senders) await prime(sender, population)
  const cells: Cell[] = []
  for (const [index, { name: mix, fresh }] of MIXES.entries()) {
    options.print(`${posts}, ${mix}`)
    const samples = new Map<string, Sample[]>(targets.map(({ name }) => [name, []]))
    // one more round than counted: the first one warms up
    for (let round = 0; round <= options.rounds; round++) {
      for (const sender of senders) {
        const stream = { fresh, stream: index * (options.rounds + 1) + round, since }
        const sample = await slice(sender, { size, mix: stream, options })
        if (round > 0) samples.get(sender.target.name)?.push(sample)
      }
    }
    cells.push(toCell(posts, mix, samples))
  }
  for (const { connections } of senders) for (const connection of connections) connection.close()
  return cells
}

/** Every target knows the whole population before anything is measured. */
async function prime(sender: Sender, population: readonly Buffer[]): Promise<void> {
  const bodies = population.values()
  const next = () => {
    const { value: body } = bodies.next()
    return body === undefined ? null : { body, alerts: 64 }
  }
  // few at a time: nobody is measured yet, and nothing may be refused
  const connections = sender.connections.slice(0, 4)
  const { alerts } = await drive({ connections, next, forMs: 60_000 })
  if (alerts !== POPULATION) throw new Error(`${sender.target.name} took ${alerts} at the start`)
  sender.sent += alerts
  await sender.target.settled(sender.sent)
}

async function slice(
  sender: Sender,
  {
    size,
    mix,
    options: { sliceMs, newPerSlice },
  }: { readonly size: number; readonly mix: Mix; readonly options: ThroughputOptions },
): Promise<Sample> {
  const bodies = new Bodies(size)
  const pick = picker(mix)
  const most =
    sender.target.name === 'Faultline' ? newPerSlice / mix.fresh : Number.POSITIVE_INFINITY
  let made = 0
  const next = () => {
    if (made >= most) return null
    made += size
    return { body: bodies.make(pick, Date.now()), alerts: size }
  }
  const from = performance.now()
  const driven: Driven = await drive({ connections: sender.connections, next, forMs: sliceMs })
  sender.sent += driven.alerts
  await sender.target.settled(sender.sent)
  const settledMs = performance.now() - from
  return {
    acknowledged: driven.alerts / (driven.ms / 1000),
    decided: driven.alerts / (settledMs / 1000),
    answerMs: driven.answerMs,
    refused: driven.refused,
  }
}

function toCell(posts: string, mix: string, samples: ReadonlyMap<string, readonly Sample[]>): Cell {
  const targets: Record<string, Cell['targets'][string]> = {}
  const ratios: Record<string, Cell['ratios'][string]> = {}
  const ours = samples.get('Faultline') ?? []
  for (const [name, list] of samples) {
    const answers = list.flatMap(({ answerMs }) => answerMs).sort((a, b) => a - b)
    targets[name] = {
      acknowledgedPerSecond: spread(list.map(({ acknowledged }) => acknowledged)),
      decidedPerSecond: spread(list.map(({ decided }) => decided)),
      answerMs: { p50: quantile(answers, 0.5), p99: quantile(answers, 0.99) },
      refusedBodies: list.reduce((sum, { refused }) => sum + refused, 0),
    }
    if (name === 'Faultline') continue
    const over = (of: (sample: Sample) => number): Spread =>
      spread(list.flatMap((sample, i) => (ours[i] ? [of(ours[i]) / sample.acknowledged] : [])))
    ratios[name] = {
      acknowledged: over(({ acknowledged }) => acknowledged),
      decided: over(({ decided }) => decided),
    }
  }
  return { posts, mix, targets, ratios }
}

export function showThroughput({ missing, connections, cells }: Throughput): string {
  const rate = (cell: Cell, name: string, kind: 'acknowledged' | 'decided'): string => {
    const target = cell.targets[name]
    return target === undefined ? '—' : ranged(target[`${kind}PerSecond`])
  }
  const over = (cell: Cell, name: string, kind: 'acknowledged' | 'decided'): string => {
    const ratios = cell.ratios[name]
    return ratios === undefined ? '—' : ratio(ratios[kind])
  }
  const peer = cells.map((cell) => [
    `${cell.posts}, ${cell.mix}`,
    rate(cell, 'Faultline', 'acknowledged'),
    rate(cell, 'Faultline', 'decided'),
    rate(cell, 'Alertmanager', 'acknowledged'),
    over(cell, 'Alertmanager', 'acknowledged'),
    over(cell, 'Alertmanager', 'decided'),
  ])
  const bound = cells.map((cell) => {
    const { p50 = 0, p99 = 0 } = cell.targets['Faultline']?.answerMs ?? {}
    return [
      `${cell.posts}, ${cell.mix}`,
      rate(cell, 'bare Hono', 'acknowledged'),
      over(cell, 'bare Hono', 'acknowledged'),
      `${short(p50)} / ${short(p99)}`,
    ]
  })
  const refused = cells.reduce(
    (sum, { targets }) => sum + (targets['Faultline']?.refusedBodies ?? 0),
    0,
  )
  const names = ['Faultline: durable', 'decided', 'Alertmanager', 'durable ratio', 'decided ratio']
  return [
    table([['alerts/s over HTTP', ...names], ...peer]),
    '',
    table([
      ['beside the bare server', 'bare Hono', 'durable ratio', 'answer p50 / p99 ms'],
      ...bound,
    ]),
    '',
    `Median (min–max) of the rounds; ${connections} connections, one request at a time on each.`,
    'Faultline acknowledges what is on disk (fsync); Alertmanager and the bare server what is in',
    'memory. Decided: counted until the engine has placed the last alert, the end of the slice included.',
    'The bare server reads and parses the body, and nothing else: what the HTTP library could do.',
    ...(refused === 0 ? [] : [`Faultline asked to come back later (503) ${refused} times.`]),
    ...(missing === null ? [] : [`Alertmanager ${missing}`]),
  ].join('\n')
}
