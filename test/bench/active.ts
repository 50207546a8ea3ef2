/**
 * What a new alert costs beside many active ones, one entry at a time: beside reading its body in the
 * same moment, so that what else the machine does weighs on both.
 */
import { GCProfiler } from 'node:v8'
import { prometheus } from '../../ingest/prometheus.ts'
import { readBody } from '../../ingest/source.ts'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import { quantile, short, table } from './figures.ts'
import { Bodies } from './inputs.ts'
import { memory } from './memory.ts'
import { entries, stageOf } from './stage.ts'

export interface ActiveOptions {
  /** Active alerts at which it is measured, ascending. */
  readonly sizes: readonly number[]
  /** Alerts that it is measured with at each size. */
  readonly timed: number
}

interface Times {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface ActiveFigures {
  readonly alerts: number
  /** Time of the processor, all threads: what the collector of garbage takes meanwhile is in it. */
  readonly applyMs: Times
  /** Time of the clock: what else the machine does is in it. */
  readonly clockMs: Times
  /** Pauses for the collection of garbage meanwhile, by the clock. */
  readonly pausesMs: { readonly count: number; readonly sum: number; readonly max: number }
  /** Reading the same bodies, each right before it is applied. */
  readonly readMs: { readonly p50: number }
  readonly heapBytesPerAlert: number
  readonly incidents: number
}

const BEGIN = Date.UTC(2026, 0, 1)
/** New alerts come at this distance: 250 in a second. */
const STEP_MS = 4

/** @param say told of each size as it is done: a million takes minutes */
export function measureActive(
  { sizes, timed }: ActiveOptions,
  say: (text: string) => void,
): ActiveFigures[] {
  const { engine, apply } = stageOf(BEGIN)
  const before = memory().heap
  const most = sizes.at(-1) ?? 0
  const stream = entries(most, new Bodies(1), { from: BEGIN, stepMs: STEP_MS })
  const measured: ActiveFigures[] = []
  for (const alerts of sizes) {
    const from = performance.now()
    const share = Math.min(timed, alerts / 2)
    // what incidents are about is no part of filling: it is worked out where it is measured
    engine.explains = false
    const filling = alerts - share - (measured.at(-1)?.alerts ?? 0)
    for (const entry of take(stream, filling)) apply(entry)
    engine.explains = true
    const times = timeEach(take(stream, share), apply)
    const heapBytesPerAlert = (memory().heap - before) / alerts
    measured.push({ alerts, incidents: engine.state.incidents.size, ...times, heapBytesPerAlert })
    say(
      `${short(alerts)} after ${short((performance.now() - from) / 1000)} s\n${showActive(measured)}`,
    )
  }
  return measured
}

function* take(stream: Iterator<ReceivedEntry>, count: number): Generator<ReceivedEntry> {
  for (let n = 0; n < count; n++) {
    const { value, done } = stream.next()
    if (done === true) return
    yield value
  }
}

/** Of each entry: reading its body, and applying it. */
function timeEach(
  list: Iterable<ReceivedEntry>,
  apply: (entry: ReceivedEntry) => number,
): Pick<ActiveFigures, 'applyMs' | 'clockMs' | 'pausesMs' | 'readMs'> {
  const applyMs: number[] = []
  const clockMs: number[] = []
  const readMs: number[] = []
  const collector = new GCProfiler()
  collector.start()
  for (const entry of list) {
    readMs.push(processorMs(() => readBody(prometheus, entry)))
    applyMs.push(processorMs(() => clockMs.push(apply(entry))))
  }
  const pauses = collector.stop().statistics.map(({ cost }) => cost / 1000)
  return {
    applyMs: timesOf(applyMs),
    clockMs: timesOf(clockMs),
    pausesMs: {
      count: pauses.length,
      sum: pauses.reduce((sum, pause) => sum + pause, 0),
      max: Math.max(0, ...pauses),
    },
    readMs: { p50: timesOf(readMs).p50 },
  }
}

function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((a, b) => a - b)
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
}

function processorMs(work: () => unknown): number {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

export function showActive(measured: readonly ActiveFigures[]): string {
  const [first] = measured
  const times = (one: number, other: number): string => `${short(one / other)}×`
  const three = ({ p50, p99, max }: Times): string => [p50, p99, max].map(short).join(' / ')
  const rows = measured.map((one) => [
    short(one.alerts),
    short(one.incidents),
    three(one.applyMs),
    three(one.clockMs),
    `${one.pausesMs.count}: ${short(one.pausesMs.sum)}, ${short(one.pausesMs.max)}`,
    times(one.applyMs.p50, one.readMs.p50),
    first === undefined
      ? ''
      : times(one.applyMs.p50 / one.readMs.p50, first.applyMs.p50 / first.readMs.p50),
    short(one.heapBytesPerAlert),
  ])
  const head = [
    ...['active alerts', 'incidents', 'a new one: processor ms p50 / p99 / max', 'by the clock'],
    ...['pauses of the collector: sum, longest ms', 'over reading it', 'beside the first'],
  ]
  return table([[...head, 'heap B per alert'], ...rows])
}
