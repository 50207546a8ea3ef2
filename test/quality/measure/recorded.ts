/** The recorded streams, where they are at hand: scored by their own scorer, with the same baselines beside. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { labelFingerprint } from '../../../src/core/fingerprint.ts'
import { shippedRules } from '../../../src/paths.ts'
import { datasets, type Score, score } from '../../support/datasets.ts'
import { temporaryFolder } from '../../support/store.ts'
import { BASELINES, estateOf } from './baselines.ts'
import { nameOf } from './instance.ts'
import { readOutcome, replay } from './outcome.ts'
import { scoresOfGroups } from './scores.ts'
import type { Item } from './stream.ts'

const STREAMS = [
  ['estate', 'events-direct.ndjson'],
  ['estate', 'events.ndjson'],
  ['estate-flat', 'events-direct.ndjson'],
  ['estate-flat', 'events.ndjson'],
  ['estate-dense', 'events-direct.ndjson'],
] as const

export interface RecordedResult {
  readonly name: string
  readonly engine: Score
  /** Faults only, as the scorer has it. */
  readonly baselines: Readonly<Record<string, { readonly ari: number; readonly f: number }>>
}

/** Every baseline at every setting: each stream is compared with what is best on it. */
export async function measureRecorded(): Promise<RecordedResult[] | { readonly missing: string }> {
  const place = datasets()
  if ('missing' in place) return place
  const results: RecordedResult[] = []
  for (const [dataset, file] of STREAMS) {
    const scratch = temporaryFolder()
    const folder = join(place.folder, dataset)
    const cmdb = join(folder, 'cmdb.json')
    await replay(join(folder, file), { rules: shippedRules(), cmdb, out: scratch.path })
    const items = recordedItems(folder, file, readOutcome(scratch.path).bound)
    const estate = estateOf(Cmdb.parse(JSON.parse(readFileSync(cmdb, 'utf8'))))
    const baselines = BASELINES.map((one) => {
      const { ari, f } = scoresOfGroups(items, one.group(items, estate)).faults
      return [nameOf(one), { ari, f }] as const
    })
    results.push({
      name: `${dataset}${file === 'events.ndjson' ? ', webhooks' : ''}`,
      engine: score(place.folder, dataset, scratch.path),
      baselines: Object.fromEntries(baselines),
    })
    scratch.remove()
  }
  return results
}

const Cmdb = z.object({
  items: z.array(z.looseObject({})),
  relations: z.array(z.object({ from: z.string(), type: z.string(), to: z.string() })),
})
const Texts = z.record(z.string(), z.string())
const Posted = z.object({ labels: Texts, annotations: Texts.default({}), startsAt: z.string() })
const Line = z.object({
  at: z.string(),
  payload: z.union([z.array(Posted), z.object({ alerts: z.array(Posted) })]),
})
const Truth = z.object({
  alerts: z.array(
    z.object({
      fingerprint: z.string(),
      startsAt: z.string(),
      kind: z.string(),
      incident: z.string().nullable().default(null),
    }),
  ),
})

function recordedItems(folder: string, file: string, bound: ReadonlyMap<string, string>): Item[] {
  const truth = Truth.parse(JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')))
  const keyOf = (fingerprint: string, startsAt: string): string =>
    `${fingerprint} ${Date.parse(startsAt)}`
  const wanted = new Map(
    truth.alerts.map((alert) => [keyOf(alert.fingerprint, alert.startsAt), alert]),
  )
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
  return lines.flatMap((text, n) => {
    const { at, payload } = Line.parse(JSON.parse(text))
    const posted = Array.isArray(payload) ? payload : payload.alerts
    return posted.flatMap(({ labels, annotations, startsAt }, index) => {
      const key = keyOf(labelFingerprint(labels), startsAt)
      const alert = wanted.get(key)
      if (alert === undefined) return []
      wanted.delete(key)
      const line = String(n + 1)
      const isFault = alert.kind === 'incident'
      return {
        at: Date.parse(at),
        labels,
        rule: labels['alertname'] ?? '',
        text: annotations['summary'] ?? '',
        ci: bound.get(`${line} ${index}`) ?? null,
        truth: {
          fingerprint: alert.fingerprint,
          startsAt,
          kind: isFault ? ('incident' as const) : ('background' as const),
          incident: isFault ? alert.incident : null,
          group: isFault ? (alert.incident ?? '') : `background ${line} ${index}`,
          severity: labels['severity'] ?? '',
          line,
          index,
        },
      }
    })
  })
}
