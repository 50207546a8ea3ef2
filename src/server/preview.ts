/** What a body would become, without taking it in: for those who set up a tool or write a mapping. */
import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'
import { isRecord } from '../../ingest/fields.ts'
import { mappedSource, pathText, traceMapping, valueAt } from '../../ingest/mapped.ts'
import { readBody, type Source } from '../../ingest/source.ts'
import { IngestMapping } from '../core/mapping.ts'
import type { AlertEvent, ChangeEvent, IngestItem } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import type { ServerDeps } from './deps.ts'
import { knownSource } from './ingest.ts'
import { iso } from './schemas/common.ts'
import type { PreviewInput, PreviewView } from './schemas/preview.ts'

type Input = z.output<typeof PreviewInput>
type View = z.output<typeof PreviewView>
type Item = View['items'][number]
type Provenance = Item['provenance']

/** Items of a body that are shown. */
const MAX_SHOWN = 50

/**
 * Reads a body as a source would, or as a mapping that is being written would.
 *
 * @throws AppError `not_found` for a source that there is none of
 */
export function previewBody(deps: ServerDeps, input: Input): View {
  const at = deps.clock.now()
  if (input.mapping === undefined) {
    const id = input.source ?? 'generic'
    const mapping = deps.journey.engine.state.rules.ingest[id]
    return preview(knownSource(deps, id), input.body, { at, mapping })
  }
  const read = readMapping(input.mapping)
  if ('faults' in read) return { faults: read.faults, items: [], count: 0 }
  return preview(mappedSource('preview', read.mapping), input.body, { at, mapping: read.mapping })
}

function readMapping(
  text: string,
): { readonly mapping: IngestMapping } | { readonly faults: string[] } {
  let document: unknown
  try {
    document = parseYaml(text, { maxAliasCount: 10 })
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''
    return { faults: [`not YAML: ${why}`] }
  }
  const parsed = IngestMapping.safeParse(document)
  if (parsed.success) return { mapping: parsed.data }
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the mapping'}: ${message}`,
  )
  return { faults: faults.slice(0, 20) }
}

interface Reading {
  readonly at: EpochMs
  readonly mapping: IngestMapping | undefined
}

function preview(source: Source, body: string, { at, mapping }: Reading): View {
  const items = readBody(source, { at, body })
  const payload = parseJson(body)
  const reports = mapping === undefined ? [] : reportsOf(payload, mapping)
  return {
    faults: [],
    count: items.length,
    items: items.slice(0, MAX_SHOWN).map((item, index) => {
      const provenance =
        mapping === undefined ? traceByValue(payload, item) : traceMapping(mapping, reports[index])
      return toView(item, [...provenance])
    }),
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function reportsOf(payload: unknown, { items }: IngestMapping): readonly unknown[] {
  const list = items === undefined ? payload : valueAt(payload, items)
  return Array.isArray(list) ? list : [list]
}

function toView(item: IngestItem, provenance: Provenance): Item {
  if (item.kind === 'rejected') {
    const { reason, pointer } = item
    return { kind: 'rejected', reason, pointer, event: null, provenance }
  }
  return { kind: item.kind, reason: null, pointer: null, event: eventView(item), provenance }
}

function eventView(item: AlertEvent | ChangeEvent): Record<string, unknown> {
  const { startsAt, endsAt, kind: _, ...rest } = item
  return { ...rest, startsAt: iso(startsAt), endsAt: endsAt === undefined ? null : iso(endsAt) }
}

const MAX_LEAVES = 5000

/** Where the same text stands in the body as in a field: how a source of ours can be followed. */
function traceByValue(payload: unknown, item: IngestItem): Provenance {
  if (item.kind === 'rejected') return []
  const places = new Map<string, string>()
  const visit = (
    value: unknown,
    path: readonly ({ field: string } | { index: number })[],
  ): void => {
    if (places.size >= MAX_LEAVES || path.length > 12) return
    if (Array.isArray(value)) {
      for (const [index, one] of value.entries()) visit(one, [...path, { index }])
    } else if (isRecord(value))
      for (const [field, one] of Object.entries(value)) visit(one, [...path, { field }])
    else if (value !== null && value !== '') {
      const text = String(value)
      if (!places.has(text)) places.set(text, pathText(path))
    }
  }
  visit(payload, [])
  return fieldsOf(item).flatMap(([field, text]) => {
    const path = places.get(text)
    return path === undefined ? [] : [{ field, path, value: text }]
  })
}

function fieldsOf(item: AlertEvent | ChangeEvent): readonly (readonly [string, string])[] {
  const named = (prefix: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, text]) => [`${prefix}.${name}`, text] as const)
  if (item.kind === 'change')
    return [['title', item.title], ['kind', item.changeKind], ...named('labels', item.labels)]
  const { rule, title, severityText, labels, annotations, identity, generatorUrl } = item
  return [
    ...named('identity', identity),
    ['rule', rule],
    ['title', title],
    ...(severityText === undefined ? [] : ([['severity', severityText]] as const)),
    ...named('labels', labels),
    ...named('annotations', annotations),
    ...(generatorUrl === undefined ? [] : ([['url', generatorUrl]] as const)),
  ]
}
