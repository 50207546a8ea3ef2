/** The engine's figures for people. */
import type { EngineFigures } from './engine.ts'
import { short, table } from './figures.ts'
import type { Recovery } from './recovery.ts'
import type { StateFigures } from './state.ts'

/** Everything that is measured apart from the server. */
export interface Inside extends EngineFigures, StateFigures {
  readonly recovery: Recovery
}

const MIB = 2 ** 20

export function showEngine(inside: Inside): string {
  const { parse, newPerSecond, repeatsPerSecond, storm, articles } = inside
  const { memory, snapshot, tail, recovery } = inside
  const ms = (value: number): string => `${short(value)} ms`
  const growth = (storm.lastTenthUs / storm.firstTenthUs).toFixed(2)
  const rows: [string, string][] = [
    ['reading a body of 64 alerts, ns per alert', short(parse.nsPerAlert)],
    ['  over JSON.parse alone', `${(parse.nsPerAlert / parse.jsonNsPerAlert).toFixed(2)}×`],
    ['engine, new alerts/s, one per entry', short(newPerSecond.single)],
    ['engine, new alerts/s, 64 per entry', short(newPerSecond.batch)],
    ['engine, repeats/s, one per entry', short(repeatsPerSecond.single)],
    ['engine, repeats/s, 64 per entry', short(repeatsPerSecond.batch)],
    [`storm of ${short(storm.alerts)} new alerts in 1 min, alerts/s`, short(storm.perSecond)],
    [
      '  per alert p50 / p99 / max',
      `${short(storm.applyMs.p50)} / ${short(storm.applyMs.p99)} / ${ms(storm.applyMs.max)}`,
    ],
    ['  last tenth over first tenth', `${growth}×`],
    [
      '  candidates per alert, mean / max / bound',
      `${short(storm.candidates.mean)} / ${storm.candidates.max} / ${short(storm.candidates.bound)}`,
    ],
    ...memory.map(({ alerts, newPerSecond: rate }): [string, string] => [
      `new alerts/s at ${short(alerts)} active ones, 64 per entry`,
      short(rate),
    ]),
    ...memory.map(({ alerts, heapBytesPerAlert, rssBytesPerAlert }): [string, string] => [
      `memory per active alert at ${short(alerts)}, heap / RSS`,
      `${short(heapBytesPerAlert)} / ${short(rssBytesPerAlert)} B`,
    ]),
    [
      `${short(articles.count)} new articles, one changed: the entry itself`,
      `${short(articles.replaceMs)} / ${ms(articles.upsertMs)}`,
    ],
    [
      '  indexing between entries, longest piece / all',
      `${short(articles.longestPieceMs)} / ${ms(articles.piecesMs)}`,
    ],
    [`snapshot of ${short(snapshot.alerts)} alerts`, `${short(snapshot.bytes / MIB)} MiB`],
    [
      '  longest pause idle / while entries go on',
      `${short(snapshot.longestMs)} / ${ms(snapshot.longestUnderLoadMs)}`,
    ],
    ['  all of its pauses', ms(snapshot.totalMs)],
    [
      `start with ${short(snapshot.alerts)} alerts + ${short(tail.alerts)} reports in the journal after it`,
      ms(recovery.readyMs),
    ],
    ['  start with nothing', ms(recovery.emptyReadyMs)],
  ]
  return table([['the engine by itself, and a restart', ''], ...rows])
}
