/**
 * What a new alert costs beside many active ones, one entry at a time: beside reading its body in the
 * same moment, so that what else the machine does weighs on both.
 */
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

export interface ActiveFigures {
  readonly alerts: number
  readonly applyMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Reading the same bodies, each right before it is applied. */
  readonly readMs: { readonly p50: number }
  readonly heapBytesPerAlert: number
  readonly incidents: number
}

const BEGIN = Date.UTC(2026, 0, 1)
/** New alerts come at this distance: 250 in a second. */
const STEP_MS = 4

export function measureActive({ sizes, timed }: ActiveOptions): ActiveFigures[] {
  const { engine, apply } = stageOf(BEGIN)
  const before = memory().heap
  const most = sizes.at(-1) ?? 0
  const stream = entries(most, new Bodies(1), { from: BEGIN, stepMs: STEP_MS })
  let applied = 0
  return sizes.map((alerts) => {
    // what incidents are about is no part of filling: it is worked out where it is measured
    engine.explains = false
    for (const entry of take(stream, alerts - applied - Math.min(timed, alerts / 2))) apply(entry)
    engine.explains = true
    const { applyMs, readMs } = timeEach(take(stream, Math.min(timed, alerts / 2)), apply)
    applied = alerts
    return {
      ...{ alerts, incidents: engine.state.incidents.size },
      applyMs: {
        p50: quantile(applyMs, 0.5),
        p99: quantile(applyMs, 0.99),
        max: applyMs.at(-1) ?? 0,
      },
      readMs: { p50: quantile(readMs, 0.5) },
      heapBytesPerAlert: (memory().heap - before) / alerts,
    }
  })
}

function* take(stream: Iterator<ReceivedEntry>, count: number): Generator<ReceivedEntry> {
  for (let n = 0; n < count; n++) {
    const { value, done } = stream.next()
    if (done === true) return
    yield value
  }
}

/**
 * Milliseconds of the processor for each entry, sorted: reading its body, and applying it. Not of the
 * clock, which counts what others run as well; what the collector of garbage takes meanwhile is in it.
 */
function timeEach(list: Iterable<ReceivedEntry>, apply: (entry: ReceivedEntry) => number) {
  const applyMs: number[] = []
  const readMs: number[] = []
  for (const entry of list) {
    readMs.push(processorMs(() => readBody(prometheus, entry)))
    applyMs.push(processorMs(() => apply(entry)))
  }
  const sorted = (all: number[]): number[] => all.sort((a, b) => a - b)
  return { applyMs: sorted(applyMs), readMs: sorted(readMs) }
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
  const rows = measured.map(({ alerts, applyMs, readMs, heapBytesPerAlert, incidents }) => [
    short(alerts),
    short(incidents),
    ...[applyMs.p50, applyMs.p99, applyMs.max].map(short),
    times(applyMs.p50, readMs.p50),
    first === undefined
      ? ''
      : times(applyMs.p50 / readMs.p50, first.applyMs.p50 / first.readMs.p50),
    short(heapBytesPerAlert),
  ])
  const head = ['active alerts', 'incidents', 'a new one, processor ms: p50', 'p99', 'max']
  return table([[...head, 'over reading it', 'beside the first', 'heap B per alert'], ...rows])
}
