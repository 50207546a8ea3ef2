/** Recorded alert streams with their ground truth, which are not part of this repository. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ROOT } from './source.ts'

/** The folder of the data sets, or why there is none. */
export function datasets(): { readonly folder: string } | { readonly missing: string } {
  const folder = process.env['FAULTLINE_DATASETS'] ?? join(ROOT, '..', 'shared', 'data')
  if (existsSync(join(folder, 'estate'))) return { folder }
  return { missing: `the recorded data sets are not at ${folder} (FAULTLINE_DATASETS)` }
}

const Partition = z.object({ n: z.number(), ARI: z.number(), bcubedF: z.number() })

/** What the data sets' own scorer says, as far as it is looked at. */
const Score = z.object({
  final: Partition,
  asPlaced: Partition,
  churnAfterNotification: z.number().nullable(),
  labelledWithoutIncident: z.number(),
  secondsToOpen: z.object({ p50: z.number(), p95: z.number() }),
  rootCause: z.object({
    all: z.object({ top1: z.number(), top3: z.number(), top5: z.number() }),
  }),
})
export type Score = z.output<typeof Score>

/** Scores what `replay` wrote to `out` against the truth of a data set. */
export function score(folder: string, dataset: string, out: string): Score {
  const scorer = join(folder, 'score.mjs')
  const text = execFileSync(process.execPath, [scorer, join(folder, dataset), out], {
    encoding: 'utf8',
  })
  return Score.parse(JSON.parse(text))
}
