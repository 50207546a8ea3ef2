/**
 * From the post of a new alert to the moment a person could see it: the live stream (SSE) has told
 * of the alert and of the incident it is in, which the API can read by then.
 */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../support/store.ts'
import { KeptConnection } from './client.ts'
import { quantile, short, table } from './figures.ts'
import { Bodies, picker } from './inputs.ts'
import { BEARER, startFaultline } from './targets.ts'

export interface LatencyOptions {
  readonly loads: readonly Load[]
  readonly seconds: number
  readonly print: (line: string) => void
}

export interface Load {
  readonly name: string
  readonly size: number
  readonly postsPerSecond: number
  /** It comes out of nothing: no incident is there before. */
  readonly cold?: true
}

export const LOADS: readonly Load[] = [
  { name: '10 new alerts/s, single posts', size: 1, postsPerSecond: 10 },
  { name: '1,000 new alerts/s, batches of 64', size: 64, postsPerSecond: 1000 / 64 },
]

/** 100,000 distinct alerts within a minute, about fifty systems. */
export const STORM: Load = {
  name: 'storm, 1,667 new alerts/s, batches of 64',
  size: 64,
  postsPerSecond: 100_000 / 60 / 64,
  cold: true,
}

interface Quantiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export interface Latency {
  readonly load: string
  readonly alerts: number
  /** Alerts whose incident was not told of within the time to wait. */
  readonly unseen: number
  readonly visibleMs: Quantiles
  /** Of the first alert of each incident only. */
  readonly firstMs: Quantiles
  readonly answerMs: Quantiles
}

/** Longest wait for the last incidents. */
const PATIENCE_MS = 30_000

export async function measureLatency(options: LatencyOptions): Promise<Latency[]> {
  const measured: Latency[] = []
  for (const load of options.loads) {
    options.print(load.name)
    const folder = temporaryFolder()
    const running = await startFaultline(join(folder.path, 'data'))
    const watch = await openWatch(running.url)
    try {
      measured.push(await measureLoad(running.url, { load, watch, seconds: options.seconds }))
    } finally {
      watch.close()
      await running.kill()
      folder.remove()
    }
  }
  return measured
}

async function measureLoad(
  url: string,
  {
    load,
    watch,
    seconds,
  }: { readonly load: Load; readonly watch: Watch; readonly seconds: number },
): Promise<Latency> {
  const { size, postsPerSecond } = load
  const bodies = new Bodies(size)
  const idle: KeptConnection[] = []
  const answerMs: number[] = []
  const running: Promise<void>[] = []
  const post = async (stream: ReturnType<typeof picker>): Promise<void> => {
    const connection = idle.pop() ?? new KeptConnection(url, '/api/v2/alerts')
    const numbers: number[] = []
    const body = bodies.make((slot) => {
      const sent = stream(slot)
      numbers.push(sent.number)
      return sent
    }, Date.now())
    watch.sent(numbers)
    const { status, ms } = await connection.post(body)
    if (status !== 200) throw new Error(`a post was answered ${status}`)
    answerMs.push(ms)
    idle.push(connection)
  }
  // what is not counted warms up
  for (const stream of load.cold === true ? [1] : [0, 1]) {
    const posts = Math.ceil((stream === 0 ? Math.min(2, seconds / 2) : seconds) * postsPerSecond)
    const pick = picker({ fresh: 1, stream, since: Date.now() })
    if (stream === 1) {
      await Promise.all(running)
      await watch.settled(PATIENCE_MS)
      watch.restart()
      answerMs.length = 0
    }
    const from = performance.now()
    for (let i = 0; i < posts; i++) {
      await sleep(Math.max(0, from + (i * 1000) / postsPerSecond - performance.now()))
      running.push(post(pick))
    }
  }
  await Promise.all(running)
  await watch.settled(PATIENCE_MS)
  for (const connection of idle) connection.close()
  const { visibleMs, firstMs, unseen } = watch.result()
  return {
    load: load.name,
    alerts: visibleMs.length + unseen,
    unseen,
    visibleMs: quantiles(visibleMs),
    firstMs: quantiles(firstMs),
    answerMs: quantiles(answerMs),
  }
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b)
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? 0,
  }
}

interface Watch {
  /** Notes that alerts are being posted now. */
  sent(numbers: readonly number[]): void
  /** Resolves when every alert sent was seen, or after that time. */
  settled(ms: number): Promise<void>
  restart(): void
  result(): {
    readonly visibleMs: readonly number[]
    readonly firstMs: readonly number[]
    readonly unseen: number
  }
  close(): void
}

/** Follows the live stream. An alert is seen once its incident is told of after, or with, it. */
async function openWatch(url: string): Promise<Watch> {
  const stop = new AbortController()
  const response = await fetch(`${url}/api/v1/stream`, { headers: BEARER, signal: stop.signal })
  if (!response.ok || response.body === null) throw new Error(`no live stream: ${response.status}`)
  const sentAt = new Map<number, number>()
  const placed = new Map<string, number[]>()
  let visibleMs: number[] = []
  let firstMs: number[] = []
  const known = new Set<string>()
  const take = (event: string, data: Told, now: number): void => {
    if (event === 'alert' && typeof data.incident === 'string') {
      const number = Number(/web-(\d{8})\./.exec(data.title)?.[1])
      const at = sentAt.get(number)
      if (at === undefined) return
      sentAt.delete(number)
      placed.set(data.incident, [...(placed.get(data.incident) ?? []), at])
    } else if (event === 'incident') {
      const mine = placed.get(data.id) ?? []
      for (const at of mine) visibleMs.push(now - at)
      if (!known.has(data.id) && mine.length > 0) firstMs.push(now - Math.min(...mine))
      known.add(data.id)
      placed.delete(data.id)
    } else if (event === 'reset') throw new Error('the live stream was too slow')
  }
  void follow(response.body, take).catch((cause: unknown) => {
    if (!stop.signal.aborted) throw cause
  })
  const open = (): number => sentAt.size + [...placed.values()].flat().length
  return {
    sent: (numbers) => {
      const now = performance.now()
      for (const number of numbers) sentAt.set(number, now)
    },
    settled: async (ms) => {
      const end = performance.now() + ms
      while (open() > 0 && performance.now() < end) await sleep(20)
    },
    restart: () => {
      visibleMs = []
      firstMs = []
      sentAt.clear()
      placed.clear()
    },
    result: () => ({ visibleMs, firstMs, unseen: open() }),
    close: () => stop.abort(),
  }
}

/** The parts of an event's data that are looked at. */
interface Told {
  readonly id: string
  readonly title: string
  readonly incident: string | null
}

async function follow(
  stream: ReadableStream<Uint8Array>,
  take: (event: string, data: Told, now: number) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    const now = performance.now()
    text += decoder.decode(chunk, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1]
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (event !== undefined && data !== undefined) take(event, toTold(data), now)
    }
  }
}

/** Guarantee: the route documents these fields for the events that are looked at. */
function toTold(data: string): Told {
  return JSON.parse(data) as Told
}

export function showLatency(measured: readonly Latency[]): string {
  const line = ({ p50, p95, p99, max }: Quantiles): string[] => [p50, p95, p99, max].map(short)
  const rows = measured.map(({ load, alerts, visibleMs, firstMs, answerMs }) => [
    load,
    short(alerts),
    ...line(visibleMs),
    short(firstMs.p99),
    short(firstMs.max),
    ...line(answerMs),
  ])
  const unseen = measured.reduce((sum, one) => sum + one.unseen, 0)
  const head = ['post → incident visible, ms', 'alerts', 'p50', 'p95', 'p99', 'max']
  return [
    table([
      [...head, 'first of an incident p99', 'max', 'answer p50', 'p95', 'p99', 'max'],
      ...rows,
    ]),
    'visible: told on the live stream, and readable by the API. Bounded by the record write (50 ms',
    'window) and the window of the stream (100 ms).',
    ...(unseen === 0 ? [] : [`NOT SEEN within ${PATIENCE_MS / 1000} s: ${unseen} alerts`]),
  ].join('\n')
}
