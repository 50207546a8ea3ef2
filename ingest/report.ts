/**
 * From what a tool said to an event, the same way for every tool: a source picks the fields, this
 * file holds them to their limits.
 *
 * Identity is over its limits: rejected. Labels and annotations only describe, so they are left out
 * with a note where they do not fit. A start may be old, because tools say since when something is
 * broken, and repeat it for months.
 */
import { z } from 'zod'
import { hash64, labelFingerprint } from '../src/core/fingerprint.ts'
import type { AlertEvent, ChangeEvent, IngestItem, Labels, Severity } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import {
  checkLength,
  cut,
  fail,
  isRecord,
  MAX_LABELS,
  MAX_NAME_LENGTH,
  MAX_VALUE_LENGTH,
  readAnnotations,
  readUrl,
  titleOf,
  withNotes,
} from './fields.ts'
import type { IngestContext, Source } from './source.ts'
import { defineSource, readItems } from './source.ts'

/** A text a tool may leave out. Numbers and booleans are taken as they print, the rest as absent. */
export const Text = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .optional()
  .catch(undefined)

/** A text or number that a report cannot do without. */
export const Id = z
  .union([z.string().min(1), z.number()], { error: 'must be a text' })
  .transform(String)

/** An object a tool may leave out, as it was parsed. */
export const Fields = z
  .custom<Readonly<Record<string, unknown>>>(isRecord)
  .optional()
  .catch(undefined)

/** An array a tool may leave out. */
export const List = z.array(z.unknown()).catch([])

/** Values by name; what is no text, number or boolean, or empty, counts as absent. */
export type Values = Readonly<Record<string, unknown>>

/** What a tool said of one alert. */
export interface Report {
  readonly source: string
  /** The source where absent. */
  readonly family?: string
  readonly relay?: boolean
  readonly status: AlertEvent['status']
  readonly severity: Severity
  readonly severityText?: string | undefined
  readonly identity: Values
  readonly rule: string | undefined
  /** The rule where absent or blank. */
  readonly title?: string | undefined
  readonly labels: Values
  readonly annotations?: Values
  /** Absent: when it came in, or its end. */
  readonly startsAt?: EpochMs | undefined
  /** Resolved: its end; absent: when it came in. Firing: when it lapses; absent: never. */
  readonly endsAt?: EpochMs | undefined
  readonly url?: string | undefined
}

/** The event of a report; what is at fault goes into the reading. */
export function toAlert(report: Report, reading: Reading): AlertEvent {
  const { source, status, severityText } = report
  const identity = readIdentity(report.identity, reading)
  const rule = titleOf(report.rule) ?? titleOf(report.title)
  if (rule === undefined) fail(reading, [], 'The item has neither a title nor the name of a rule.')
  const labels = fitLabels(report.labels, reading)
  const annotations = readAnnotations(reading, withoutAbsent(report.annotations ?? {}), 'coerce')
  const url = readUrl(reading, 'url', report.url)
  checkLength(reading, 'severity', severityText ?? '')
  return {
    kind: 'alert',
    source,
    family: report.family ?? source,
    reporter: source,
    relay: report.relay ?? false,
    identity,
    status,
    severity: report.severity,
    ...(severityText === undefined || severityText === '' ? undefined : { severityText }),
    rule: rule ?? source,
    title: titleOf(report.title) ?? rule ?? source,
    labels,
    annotations: withNotes(annotations, reading.notes),
    ...spanOf(report, reading.at),
    ...(url === undefined ? undefined : { generatorUrl: url }),
    fingerprint: labelFingerprint(identity),
  }
}

/** An end before the start is moved there: no resolve is lost. */
function spanOf(
  { status, startsAt, endsAt }: Report,
  at: EpochMs,
): { readonly startsAt: EpochMs; readonly endsAt?: EpochMs } {
  const end = endsAt ?? (status === 'resolved' ? at : undefined)
  const start = startsAt ?? Math.min(at, end ?? at)
  return end === undefined ? { startsAt: start } : { startsAt: start, endsAt: Math.max(start, end) }
}

function readIdentity(values: Values, reading: Reading): Labels {
  const entries = entriesOf(values)
  for (const [name, text] of entries) checkLength(reading, name, text)
  if (entries.length === 0)
    fail(reading, [], `The item does not say which alert it is: ${nameList(values)} missing.`)
  return Object.fromEntries(entries)
}

function nameList(values: Values): string {
  const names = Object.keys(values).map((name) => `\`${name}\``)
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`
}

/** Names and values that say something, as texts. */
function entriesOf(values: Values): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const text = textOf(value)
    return text === undefined ? [] : [[name, text] as const]
  })
}

/** A text, number or boolean as text; `undefined` for anything else and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

/** The first of some values that says something. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textOf(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** Names of fields as people write them in templates: `EVENT.ID`, `eventId` and `event-id` are `event_id`. */
export function snakeNames(body: Values): Values {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name
        .replace(/([a-z\d])([A-Z])/g, '$1_$2')
        .toLowerCase()
        .replace(/[^a-z\d]+/g, '_')
        .replace(/^_|_$/g, ''),
      value,
    ]),
  )
}

function fitLabels(values: Values, reading: Reading): Labels {
  const all = entriesOf(values)
  const fitting = all
    .filter(
      ([name, text]) =>
        name !== '' && name.length <= MAX_NAME_LENGTH && text.length <= MAX_VALUE_LENGTH,
    )
    .slice(0, MAX_LABELS)
  if (fitting.length < all.length)
    reading.notes.push(`Labels left out: ${all.length - fitting.length} of ${all.length}.`)
  return Object.fromEntries(fitting)
}

function withoutAbsent(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => absent(value) === false))
}

function absent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** A severity by a tool's own table; words are compared without case. Others are `unknown`. */
export function severityIn(
  table: Readonly<Record<string, Severity>>,
  text: string | undefined,
): Severity {
  const word = text?.trim().toLowerCase() ?? ''
  return Object.hasOwn(table, word) ? (table[word] ?? 'unknown') : 'unknown'
}

/** What a tool said of one change. */
export interface ChangeReport {
  readonly source: string
  /** Absent: two reports are one change where all of it is the same. */
  readonly id: string | undefined
  readonly title: string | undefined
  readonly changeKind: string
  /** Names of what it touched, most telling first; absent ones are left out. */
  readonly cis: readonly (string | undefined)[]
  readonly labels: Values
  readonly startsAt?: EpochMs | undefined
  readonly endsAt?: EpochMs | undefined
  readonly url?: string | undefined
  readonly actor?: string | undefined
}

/** The change of a report; what is at fault goes into the reading. */
export function toChange(report: ChangeReport, reading: Reading): ChangeEvent {
  const { source, id, changeKind, actor } = report
  const { startsAt, endsAt } = changeSpan(report, reading.at)
  const cis = [...new Set(report.cis.flatMap((name) => textOf(name)?.trim() ?? []))]
  const title = titleOf(report.title)
  if (title === undefined) fail(reading, [], 'The item does not say what was changed.')
  for (const name of cis) checkLength(reading, 'ci', name)
  checkLength(reading, 'id', id ?? '')
  const labels = fitLabels(report.labels, reading)
  const url = readUrl(reading, 'url', report.url)
  const derived = hash64(JSON.stringify([title, changeKind, cis, report.startsAt ?? null]))
  return {
    kind: 'change',
    source,
    changeId: id ?? derived,
    title: title ?? source,
    changeKind: cut(changeKind, MAX_NAME_LENGTH),
    cis,
    labels: withNotes(labels, reading.notes),
    startsAt,
    ...(endsAt === undefined ? undefined : { endsAt }),
    ...(url === undefined ? undefined : { url }),
    ...(actor === undefined || actor === '' ? undefined : { actor: cut(actor, MAX_NAME_LENGTH) }),
  }
}

function changeSpan(
  { startsAt, endsAt }: ChangeReport,
  at: EpochMs,
): { readonly startsAt: EpochMs; readonly endsAt: EpochMs | undefined } {
  const start = startsAt ?? Math.min(at, endsAt ?? at)
  return { startsAt: start, endsAt: endsAt === undefined ? undefined : Math.max(start, endsAt) }
}

/** A tool whose body is one report, or an array of them. */
export interface ReportSpec<Item> {
  readonly id: string
  readonly family?: string
  readonly schema: z.ZodType<Item>
  /** Handshakes, tests and other bodies that report nothing: they are accepted as no item at all. */
  readonly idle?: (body: Values) => boolean
  readonly read: (item: Item, reading: Reading) => IngestItem
}

export function defineReports<Item>(spec: ReportSpec<Item>): Source {
  const { id, family = id, schema, read } = spec
  return defineSource({
    id,
    family,
    payload: z.custom<object>((value) => typeof value === 'object' && value !== null, {
      error: 'must be an object or an array of objects',
    }),
    toItems: (payload, context) => readReports(payload, context, { ...spec, schema, read }),
  })
}

/** The items of a body that is one report or an array of them. */
export function readReports<Item>(
  payload: object,
  context: IngestContext,
  { schema, idle, read }: Omit<ReportSpec<Item>, 'id' | 'family'>,
): readonly IngestItem[] {
  const values: readonly unknown[] = Array.isArray(payload) ? payload : [payload]
  const places = values.flatMap((value, index) =>
    idle !== undefined && isRecord(value) && idle(value) ? [] : [index],
  )
  return readItems(
    places.map((index) => values[index]),
    context,
    {
      schema,
      pathOf: (i) => (Array.isArray(payload) ? [places[i] ?? i] : []),
      read,
    },
  )
}
