/**
 * Samples of Prometheus metrics, from its text format or from the answer of its query API.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
import { z } from 'zod'
import { compare } from '../core/topology.ts'
import type { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { readAs } from './found.ts'
import type { ImportFile } from './importer.ts'

export interface Sample {
  readonly where: string
  readonly metric: string
  readonly labels: ReadonlyMap<string, string>
  /** The greatest of its values; NaN counts as 0. */
  readonly value: number
}

const Point = z.tuple([z.number(), z.string()])
const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.enum(['vector', 'matrix']), result: z.array(z.unknown()) }),
})
const Series = z.object({
  metric: z.record(z.string(), z.string()),
  value: Point.optional(),
  values: z.array(Point).optional(),
})

/** The samples of all files; lines and series that cannot be read are bad rows. */
export function readSamples(
  files: readonly ImportFile[],
  collector: Pick<Collector, 'bad'>,
): readonly Sample[] {
  const sorted = [...files].sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
  return sorted.flatMap((file) =>
    /^\s*\{/.test(file.text) ? fromAnswer(file, collector) : fromText(file, collector),
  )
}

function fromAnswer(file: ImportFile, collector: Pick<Collector, 'bad'>): readonly Sample[] {
  return readDocuments([file], collector).flatMap(({ where, value }) => {
    const answer = readAs(Answer, value, where, collector)
    return (answer?.data.result ?? []).flatMap((one, index) => {
      const place = `${where} series ${index + 1}`
      const series = readAs(Series, one, place, collector)
      if (series === undefined) return []
      const labels = new Map(Object.entries(series.metric))
      const points = [
        ...(series.values ?? []),
        ...(series.value === undefined ? [] : [series.value]),
      ]
      const value = points.reduce((max, [, text]) => Math.max(max, Number(text) || 0), 0)
      // `rate(…)` and `sum by` take the name of the metric away: labels alone tell then.
      return [{ where: place, metric: labels.get('__name__') ?? '', labels, value }]
    })
  })
}

const LINE =
  /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+([-+]?(?:[\d.]\S*|Inf|NaN))(?:\s+-?\d+(?:\.\d+)?)?(?:\s+#.*)?$/
const LABEL = /\s*("?)([a-zA-Z_][\w.]*)\1\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y
/** A line that is longer has no labels anyone would use. */
const MAX_LINE = 8_000

function fromText(file: ImportFile, collector: Pick<Collector, 'bad'>): readonly Sample[] {
  return file.text.split(/\r?\n/).flatMap((line, index) => {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) return []
    const where = `${file.name} line ${index + 1}`
    const [, metric, inner = '', value = ''] =
      (text.length > MAX_LINE ? null : LINE.exec(text)) ?? []
    const labels = labelsOf(inner)
    if (metric !== undefined && labels !== null)
      return [{ where, metric, labels, value: Number(value) || 0 }]
    collector.bad({ where, error: 'not a sample in the text format of Prometheus' })
    return []
  })
}

function labelsOf(text: string): ReadonlyMap<string, string> | null {
  const labels = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    LABEL.lastIndex = at
    const found = LABEL.exec(text)
    if (found === null) return null
    const [, , name = '', value = ''] = found
    labels.set(
      name,
      value.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char)),
    )
    at = LABEL.lastIndex
  }
  return labels
}
