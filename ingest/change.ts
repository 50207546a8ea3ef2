/**
 * Faultline's own change format → changes: one object or an array. For deployments, config changes
 * and maintenance of any tool (samples: test/ingest/fixtures/change/).
 *
 * Two reports of one `id` are one change. Without an `id`, one is derived from title, kind, CIs,
 * labels and start, so that the same change reported again with its end stays one.
 */
import { z } from 'zod'
import { hash64 } from '../src/core/fingerprint.ts'
import type { ChangeEvent, Labels } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import { DAY } from '../src/core/time.ts'
import { compare } from '../src/core/topology.ts'
import type { Reading } from './fields.ts'
import {
  checkAge,
  checkAhead,
  checkLength,
  checkOrder,
  fail,
  isRecord,
  kindOf,
  MAX_VALUE_LENGTH,
  readLabels,
  readTime,
  readUrl,
  titleOf,
  withNotes,
} from './fields.ts'
import { defineSource, readItems } from './source.ts'

/** How far ahead a change may be planned: below a year, so that a clock a year ahead shows. */
export const MAX_PLANNED_AHEAD = 180 * DAY
/** CIs one change may name. */
export const MAX_CHANGE_CIS = 1000

const Payload = z.custom<object>((value) => Array.isArray(value) || isRecord(value), {
  error: 'must be a change or an array of changes',
})

const Item = z.object({
  title: z.string().min(1),
  id: z.union([z.string(), z.number()], { error: 'must be a text' }).nullish(),
  ci: z.unknown().optional(),
  kind: z.string().nullish(),
  labels: z.unknown().optional(),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  url: z.string().nullish(),
  actor: z.string().nullish(),
})
type Item = z.infer<typeof Item>

export const change = defineSource({
  id: 'change',
  family: 'change',
  payload: Payload,
  toItems: (payload, context) =>
    readItems(Array.isArray(payload) ? payload : [payload], context, {
      schema: Item,
      pathOf: (index) => (Array.isArray(payload) ? [index] : []),
      read: toEvent,
    }),
})

function toEvent(item: Item, reading: Reading): ChangeEvent {
  const startsAt = readTime(reading, 'startsAt', item.startsAt) ?? reading.at
  const endsAt = readTime(reading, 'endsAt', item.endsAt)
  checkAhead(reading, 'startsAt', startsAt, MAX_PLANNED_AHEAD)
  checkAge(reading, endsAt === undefined ? 'startsAt' : 'endsAt', endsAt ?? startsAt)
  if (endsAt !== undefined) checkOrder(reading, startsAt, endsAt)
  const title = titleOf(item.title)
  if (title === undefined) fail(reading, ['title'], '`title` must not be blank.')
  const url = readUrl(reading, 'url', item.url)
  const shape = {
    title: title ?? item.title,
    changeKind: item.kind ?? 'change',
    cis: readCis(item, reading),
    labels: readLabels(reading, item.labels, 'coerce'),
    startsAt,
  }
  checkLength(reading, 'title', item.title)
  checkLength(reading, 'kind', shape.changeKind)
  checkLength(reading, 'actor', item.actor ?? '')
  return {
    kind: 'change',
    source: 'change',
    changeId: readId(item, reading) ?? deriveId(shape),
    ...shape,
    labels: withNotes(shape.labels, reading.notes),
    ...(endsAt === undefined ? undefined : { endsAt }),
    ...(url === undefined ? undefined : { url }),
    ...(item.actor ? { actor: item.actor } : undefined),
  }
}

function readId(item: Item, reading: Reading): string | undefined {
  if (item.id === undefined || item.id === null || item.id === '') return undefined
  const id = String(item.id)
  checkLength(reading, 'id', id)
  return id
}

/** One name or many, in the order given, each once; empty ones are left out. */
function readCis({ ci }: Item, reading: Reading): readonly string[] {
  if (ci === undefined || ci === null) return []
  const values: readonly unknown[] = Array.isArray(ci) ? ci : [ci]
  if (values.length > MAX_CHANGE_CIS) {
    const reason = `\`ci\` has ${values.length} names; at most ${MAX_CHANGE_CIS} are allowed.`
    fail(reading, ['ci'], reason)
    return []
  }
  const names = values.map((value, i) =>
    readCi(value, Array.isArray(ci) ? ['ci', i] : ['ci'], reading),
  )
  return [...new Set(names)].filter((name) => name !== '')
}

function readCi(value: unknown, path: readonly PropertyKey[], reading: Reading): string {
  if (typeof value !== 'string' && typeof value !== 'number') {
    fail(reading, path, `A name in \`ci\` must be a text, not ${kindOf(value)}.`)
    return ''
  }
  const name = String(value).trim()
  if (name.length > MAX_VALUE_LENGTH)
    fail(
      reading,
      path,
      `A name in \`ci\` has ${name.length} characters; at most ${MAX_VALUE_LENGTH} are allowed.`,
    )
  return name
}

interface Shape {
  readonly title: string
  readonly changeKind: string
  readonly cis: readonly string[]
  readonly labels: Labels
  readonly startsAt: EpochMs
}

/** The end takes no part: it is often only known in a later report. */
function deriveId({ title, changeKind, cis, labels, startsAt }: Shape): string {
  const byName = Object.entries(labels).sort(([a], [b]) => compare(a, b))
  return hash64(JSON.stringify([title, changeKind, [...cis].sort(compare), byName, startsAt]))
}
