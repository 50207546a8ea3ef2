/**
 * `tsx test/quality/run-problems.ts [--seeds N] [--streams N]`: how well problems are discovered in
 * years of incidents with problems planted in them, with a look every night, and how often in years
 * without any. The search by k-means is left out of the nights: it takes most of their time.
 */
import { parseArgs } from 'node:util'
import {
  better,
  judgeClusters,
  MAX_POINTS,
  mostClusters,
  pointsOf,
  type Try,
  tryClusters,
} from '../../src/core/problems/clusters.ts'
import { findFamilies } from '../../src/core/problems/families.ts'
import { findPatterns } from '../../src/core/problems/patterns.ts'
import type { PastIncident } from '../../src/core/problems/types.ts'
import { background, sizeOfClass } from './problems/estate-year.ts'
import { playYear } from './problems/nights.ts'
import { PLANTED_KINDS, plant } from './problems/planted.ts'
import { type Scores, scoresOf } from './problems/scores.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    streams: { type: 'string', default: '20' },
    count: { type: 'string', default: '2000' },
    verbose: { type: 'boolean', default: false },
  },
})

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
const mean = (list: readonly number[]): number =>
  list.reduce((a, b) => a + b, 0) / Math.max(1, list.length)
const seedsUpTo = (count: string): number[] =>
  Array.from({ length: Number(count) }, (_, i) => i + 1)
const count = Number(values.count)

const all: Scores[] = seedsUpTo(values.seeds).map((seed) => {
  const planted = plant(seed)
  const year = playYear([
    ...background(seed, count),
    ...planted.flatMap(({ incidents }) => incidents),
  ])
  const scores = scoresOf(year, planted)
  say(
    `year ${seed}: recall ${scores.recall.toFixed(3)}, precision@10 ${scores.precision.toFixed(2)}, ${scores.proposals} proposals, ${scores.wrong.length} of them not planted`,
  )
  if (values.verbose)
    for (const { title, kind, incidentCount, evidence } of scores.wrong)
      say(`  not planted: ${kind}, ${title}, ${incidentCount} incidents, ${evidence[0]?.note}`)
  return scores
})
for (const kind of PLANTED_KINDS) {
  const found = all.flatMap((scores) => scores.found.filter((one) => one.kind === kind))
  const days = found.flatMap(({ days: one }) => one ?? []).sort((a, b) => a - b)
  say(
    `${kind.padEnd(22)} ${found.filter(({ problem }) => problem !== null).length}/${found.length} found, days to proposal: median ${days[days.length >> 1]?.toFixed(0) ?? '-'}, most ${days.at(-1)?.toFixed(0) ?? '-'}`,
  )
}
say(
  `all: recall ${mean(all.map(({ recall }) => recall)).toFixed(3)} (worst ${Math.min(...all.map(({ recall }) => recall)).toFixed(3)}), precision@10 ${mean(all.map(({ precision }) => precision)).toFixed(3)} (worst ${Math.min(...all.map(({ precision }) => precision)).toFixed(2)})`,
)
const empty = seedsUpTo(values.streams).map((seed) => ({
  nightly: playYear(background(1000 + seed, count)).problems.length,
  clusters: clustersAtLast(background(1000 + seed, count)),
}))
const having = (what: 'nightly' | 'clusters'): number => empty.filter((one) => one[what] > 0).length
say(
  `without anything planted: ${having('nightly')} of ${empty.length} years had a proposal in all of their nights; k-means proposed one in ${having('clusters')}`,
)
const many = background(99, 100_000)
const begun = performance.now()
const { families, rest } = findFamilies(many, sizeOfClass)
const patterns = findPatterns(rest.flatMap(({ incidents }) => incidents))
const seconds = (performance.now() - begun) / 1000
say(
  `a look at 100,000 incidents: ${seconds.toFixed(2)} s, ${families.length + patterns.length} proposals`,
)

/** Proposals of the search for clusters, in what is left after a whole year. */
function clustersAtLast(incidents: readonly PastIncident[]): number {
  const found = findFamilies(incidents, sizeOfClass)
  const left = found.rest.flatMap((group) => group.incidents)
  const newest = left.sort((a, b) => a.startedAt - b.startedAt).slice(-MAX_POINTS)
  const points = pointsOf(newest)
  let best: Try | null = null
  for (let k = 2; k <= mostClusters(points); k++) best = better(best, tryClusters(points, k))
  return judgeClusters(newest, points, best).length
}
