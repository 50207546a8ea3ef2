/**
 * What a source is, and how a body becomes items: pure, so that the edge (which answers the tool),
 * the fold and `replay` read the same body the same way. Bad input never throws: a body that cannot
 * be read is one rejected item, a bad item of a batch is rejected in its place and the rest goes in.
 */
import type { z } from 'zod'
import type { IngestItem, RejectedItem } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { ReceivedBody } from './decode.ts'
import { decodeBody } from './decode.ts'
import type { Reading } from './fields.ts'
import { isRecord, kindOf, quoted, readableLabels, readTime } from './fields.ts'

/**
 * Largest body of the Alertmanager family. Alertmanager and Prometheus drop what is refused, so this
 * is far above what they send (Prometheus: at most 256 alerts, about 200 kB).
 */
export const MAX_FAMILY_BODY_BYTES = 32 * 1024 * 1024
/** Largest body of other sources. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024
/** Items read of one body; one rejected item stands for the rest. */
export const MAX_ITEMS = 100_000
export interface IngestContext {
  /** Arrival: the default for times, and what they are judged by. */
  readonly at: EpochMs
}

/** A monitoring tool's payload, and how it becomes items. */
export interface SourceSpec<Payload> {
  /** Last part of the URL it posts to. */
  readonly id: string
  /** Sources of one family report the same alerts. */
  readonly family: string
  /** Bytes of UTF-8; MAX_BODY_BYTES where absent. */
  readonly maxBodyBytes?: number
  /** The outside of the body; items are checked one by one by `readItems`. */
  readonly payload: z.ZodType<Payload>
  /** Item `i` answers item `i` of the body. */
  readonly toItems: (payload: Payload, context: IngestContext) => readonly IngestItem[]
}

export interface Source {
  readonly id: string
  readonly family: string
  readonly maxBodyBytes: number
  /** Items of a parsed body; one rejected item where the outside is not of the source's shape. */
  readonly read: (payload: unknown, context: IngestContext) => readonly IngestItem[]
}

export function defineSource<Payload>(spec: SourceSpec<Payload>): Source {
  const { id, family, payload, toItems, maxBodyBytes = MAX_BODY_BYTES } = spec
  return {
    id,
    family,
    maxBodyBytes,
    read: (value, context) => {
      const parsed = payload.safeParse(value)
      if (parsed.success) return toItems(parsed.data, context)
      const { path, reason } = explain(parsed.error, value, 'The body')
      return [{ kind: 'rejected', step: 'parse', reason, pointer: pointerTo(path) }]
    },
  }
}

/**
 * The items of a received body, in its order. Never throws: what cannot be read is a rejected item
 * with step, reason and pointer. O(length of the body)
 */
export function readBody(source: Source, received: ReceivedBody): readonly IngestItem[] {
  const decoded = decodeBody(received, source.maxBodyBytes)
  if (decoded.reason !== undefined)
    return [{ kind: 'rejected', step: 'decode', reason: decoded.reason, pointer: '#' }]
  try {
    return source.read(decoded.payload, { at: received.at })
  } catch (error) {
    // A fault of ours in one source must not stop the fold: the body would stop every restart too.
    const name = error instanceof Error ? error.name : 'error'
    const reason = `The body could not be read by source ${source.id} (${name}).`
    return [{ kind: 'rejected', step: 'parse', reason, pointer: '#' }]
  }
}

/** How the items of a body are read. */
export interface ItemReader<Item> {
  readonly schema: z.ZodType<Item>
  /** Where item `i` is in the body. */
  readonly pathOf: (index: number) => readonly PropertyKey[]
  /** Maps one item; what it finds at fault goes into the reading and rejects the item. */
  readonly read: (item: Item, reading: Reading, index: number) => IngestItem
}

/** Reads the items of a batch one by one: a bad one is rejected in its place. */
export function readItems<Item>(
  values: readonly unknown[],
  { at }: IngestContext,
  reader: ItemReader<Item>,
): readonly IngestItem[] {
  const times = new Map<string, number>()
  const items: IngestItem[] = []
  const count = Math.min(values.length, MAX_ITEMS)
  for (let i = 0; i < count; i++) {
    const reading: Reading = { at, times, fault: undefined, notes: [] }
    items.push(readItem(values[i], i, { reader, reading }))
  }
  if (values.length > MAX_ITEMS) {
    const left = values.length - MAX_ITEMS
    const reason = `The body has ${values.length} items; the last ${left} were left out, as at most ${MAX_ITEMS} are read.`
    items.push({
      kind: 'rejected',
      step: 'parse',
      reason,
      pointer: pointerTo(reader.pathOf(MAX_ITEMS)),
    })
  }
  return items
}

interface OneItem<Item> {
  readonly reader: ItemReader<Item>
  readonly reading: Reading
}

function readItem<Item>(
  value: unknown,
  index: number,
  { reader, reading }: OneItem<Item>,
): IngestItem {
  const parsed = reader.schema.safeParse(value)
  if (!parsed.success) reading.fault = explain(parsed.error, value, 'The item')
  else {
    const item = reader.read(parsed.data, reading, index)
    if (reading.fault === undefined) return item
  }
  const { path, reason } = reading.fault
  const rejected: RejectedItem = {
    kind: 'rejected',
    step: 'parse',
    reason,
    pointer: pointerTo([...reader.pathOf(index), ...path]),
  }
  const given = isRecord(value) ? value['startsAt'] : undefined
  const startsAt = readTime(reading, 'startsAt', typeof given === 'string' ? given : undefined)
  const labels = isRecord(value) ? readableLabels(value['labels']) : {}
  return {
    ...rejected,
    ...(startsAt === undefined ? undefined : { startsAt }),
    ...(Object.keys(labels).length === 0 ? undefined : { labels }),
  }
}

/** The first issue of a schema as one sentence that names the field. */
function explain(
  error: z.ZodError,
  root: unknown,
  whole: string,
): { readonly path: readonly PropertyKey[]; readonly reason: string } {
  const issue = error.issues[0]
  if (issue === undefined) return { path: [], reason: `${whole} is not of the expected shape.` }
  const { path } = issue
  const name = path.length === 0 ? whole : `\`${path.map(String).join('.')}\``
  const value = valueAt(root, path)
  const given = typeof value === 'string' ? quoted(value) : kindOf(value)
  if (value === undefined && path.length > 0) return { path, reason: `${name} is missing.` }
  switch (issue.code) {
    case 'invalid_type':
      return { path, reason: `${name} must be ${article(issue.expected)}, not ${kindOf(value)}.` }
    case 'invalid_value':
      return { path, reason: `${name} must be ${issue.values.join(' or ')}, not ${given}.` }
    case 'too_small':
      return { path, reason: `${name} must not be empty.` }
    default:
      if (value === '') return { path, reason: `${name} must not be empty.` }
      return { path, reason: `${name} ${issue.message}, not ${kindOf(value)}.` }
  }
}

function article(expected: string): string {
  if (expected === 'string') return 'a text'
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

const MAX_POINTER_PART = 256

/** RFC 6901 section 6: a JSON Pointer as a URI fragment; long names are cut. */
function pointerTo(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    const part = String(key)
      .slice(0, MAX_POINTER_PART)
      .replace(/\p{Cs}/gu, '\ufffd')
    return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
  })
  return ['#', ...parts].join('/')
}
