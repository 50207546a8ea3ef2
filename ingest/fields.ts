/**
 * Fields that sources have in common, read with their limits. A reading gathers what was wrong with
 * an item: the first fault rejects it, notes stay with it.
 *
 * What identifies an alert (labels, keys, times) is never changed to fit: over a limit the item is
 * rejected. What only explains it (annotations, links) is cut or left out with a note, because an
 * alert is worth more than its description.
 */
import type { Labels } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import { DAY, HOUR, parseRfc3339, toRfc3339 } from '../src/core/time.ts'

/** Labels of one item. Rulers in the wild stay below 60. */
export const MAX_LABELS = 128
/** Characters (UTF-16 code units) of a label's or annotation's name. */
export const MAX_NAME_LENGTH = 512
/** Characters of a label's value, a key, a title as the tool gave it. */
export const MAX_VALUE_LENGTH = 8192
/** Annotations of one item; more are left out. */
export const MAX_ANNOTATIONS = 64
/** Characters of an annotation's value; more are cut off. */
export const MAX_ANNOTATION_LENGTH = 16_384
/** Characters of a link; a longer one is left out, as half a link leads elsewhere. */
export const MAX_URL_LENGTH = 8192
/** How far a start (or the end of something resolved) may lie after its arrival: clocks drift. */
export const MAX_AHEAD = HOUR
/**
 * How old the newest time a report states may be. Below a year, so that a clock that is a year
 * behind shows. A start alone may be older where an end proves the sender's clock right.
 */
export const MAX_AGE = 300 * DAY
/** The annotation (of a change: the label) that says what was cut or left out. */
export const NOTE_ANNOTATION = 'faultline_note'

/** Why an item is rejected: where in the item, and one sentence that names the field. */
export interface Fault {
  readonly path: readonly PropertyKey[]
  readonly reason: string
}

/** What reading one item found. One per item; `times` is shared by the items of a body. */
export interface Reading {
  /** Arrival. */
  readonly at: EpochMs
  /** Times read so far, by text (NaN: not a time): a batch repeats the same few. */
  readonly times: Map<string, number>
  /** The first fault. */
  fault: Fault | undefined
  readonly notes: string[]
}

/** Whether a JSON value is an object, and not an array or null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text for a sentence: quoted, on one line, at most 64 characters of it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 64 ? text : `${text.slice(0, 64)}…`)
}

/** Keeps the first fault of an item. */
export function fail(reading: Reading, path: readonly PropertyKey[], reason: string): void {
  reading.fault ??= { path, reason }
}

/** What to do with numbers and booleans where a text belongs. */
export type OddValues = 'reject' | 'coerce'

const NONE: Labels = {}

/**
 * The labels of an item, without those that are empty or null. Absent: none. Where nothing is to be changed, the parsed object itself: it has any key,
 * `__proto__` too, as a property of its own.
 */
export function readLabels(reading: Reading, value: unknown, odd: OddValues): Labels {
  if (value === undefined || value === null) return NONE
  if (!isRecord(value)) {
    fail(reading, ['labels'], `\`labels\` must be an object of texts, not ${kindOf(value)}.`)
    return NONE
  }
  let count = 0
  let tidy = true
  for (const name in value) {
    count += 1
    if (count > MAX_LABELS) return tooMany(reading, value)
    if (!checkLabel(reading, name, value[name], odd)) tidy = false
  }
  return tidy ? asTexts(value) : tidied(value)
}

/** The labels of an item at fault that are none themselves; none where it has too many. */
export function readableLabels(value: unknown): Labels {
  if (!isRecord(value) || Object.keys(value).length > MAX_LABELS) return NONE
  const isFit = ([name, text]: readonly [string, string]): boolean =>
    name !== '' && name.length <= MAX_NAME_LENGTH && text.length <= MAX_VALUE_LENGTH
  const texts = Object.entries(tidied(value)).filter(isFit)
  return texts.length === 0 ? NONE : Object.fromEntries(texts)
}

/** `false` where the label does not stay as it is: empty, to be coerced, or at fault. */
function checkLabel(reading: Reading, name: string, value: unknown, odd: OddValues): boolean {
  if (name === '') fail(reading, ['labels', ''], 'A label has an empty name.')
  if (name.length > MAX_NAME_LENGTH) {
    const limit = `at most ${MAX_NAME_LENGTH} are allowed`
    const reason = `The name of label ${quoted(name)} has ${name.length} characters; ${limit}.`
    fail(reading, ['labels', name], reason)
  }
  if (typeof value === 'string') {
    if (value.length > MAX_VALUE_LENGTH) {
      const limit = `at most ${MAX_VALUE_LENGTH} are allowed`
      const reason = `Label ${quoted(name)} has ${value.length} characters; ${limit}.`
      fail(reading, ['labels', name], reason)
    }
    return value !== ''
  }
  if (value !== null && (odd === 'reject' || !isScalar(value))) {
    const reason = `Label ${quoted(name)} must be a text, not ${kindOf(value)}.`
    fail(reading, ['labels', name], reason)
  }
  return false
}

function tooMany(reading: Reading, labels: Readonly<Record<string, unknown>>): Labels {
  const count = Object.keys(labels).length
  fail(reading, ['labels'], `\`labels\` has ${count} labels; at most ${MAX_LABELS} are allowed.`)
  return NONE
}

function tidied(labels: Readonly<Record<string, unknown>>): Labels {
  const entries = Object.entries(labels).map(([name, value]) => [name, scalarText(value)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

/** Guarantee: the caller has seen that every value is a string. */
function asTexts(labels: Readonly<Record<string, unknown>>): Labels {
  return labels as Labels
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function scalarText(value: unknown): string {
  return value === null || !isScalar(value) ? '' : String(value)
}

/**
 * The annotations of an item, cut to their limits with a note. Odd values: rejected, or where they
 * are coerced, objects and arrays are left out with a note.
 */
export function readAnnotations(reading: Reading, value: unknown, odd: OddValues): Labels {
  if (value === undefined || value === null) return NONE
  if (!isRecord(value)) {
    const reason = `\`annotations\` must be an object of texts, not ${kindOf(value)}.`
    fail(reading, ['annotations'], reason)
    return NONE
  }
  let count = 0
  for (const name in value) {
    count += 1
    const text = value[name]
    const fits = typeof text === 'string' && text.length <= MAX_ANNOTATION_LENGTH
    if (!fits || name.length > MAX_NAME_LENGTH || count > MAX_ANNOTATIONS)
      return fitAnnotations(reading, value, odd)
  }
  return asTexts(value)
}

function fitAnnotations(
  reading: Reading,
  annotations: Readonly<Record<string, unknown>>,
  odd: OddValues,
): Labels {
  const kept: (readonly [string, string])[] = []
  let leftOut = 0
  for (const [name, value] of Object.entries(annotations)) {
    if (odd === 'reject' && value !== null && typeof value !== 'string') {
      const reason = `Annotation ${quoted(name)} must be a text, not ${kindOf(value)}.`
      fail(reading, ['annotations', name], reason)
      return NONE
    }
    if (!isScalar(value) || name.length > MAX_NAME_LENGTH || kept.length === MAX_ANNOTATIONS)
      leftOut += 1
    else kept.push([name, fitAnnotation(reading, name, scalarText(value))])
  }
  if (leftOut > 0)
    reading.notes.push(`Annotations left out: ${leftOut} of ${leftOut + kept.length}.`)
  return Object.fromEntries(kept)
}

function fitAnnotation(reading: Reading, name: string, text: string): string {
  if (text.length <= MAX_ANNOTATION_LENGTH) return text
  reading.notes.push(`Annotation ${quoted(name)} was cut from ${text.length} characters.`)
  return cut(text, MAX_ANNOTATION_LENGTH)
}

/** At most `length` characters, the last one `…` where something is missing; no half characters. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 2)
  const half = last >= 0xd800 && last <= 0xdbff
  return `${text.slice(0, half ? length - 2 : length - 1)}…`
}

/** Annotations (of a change: labels) with what was noted while the item was read. */
export function withNotes(texts: Labels, notes: readonly string[]): Labels {
  return notes.length === 0 ? texts : { ...texts, [NOTE_ANNOTATION]: notes.join(' ') }
}

/** A link over http(s); anything else is left out with a note, as it will be clicked. */
export function readUrl(
  reading: Reading,
  field: string,
  text: string | null | undefined,
): string | undefined {
  if (text === undefined || text === null || text === '') return undefined
  const web = text.startsWith('http://') || text.startsWith('https://')
  if (web && text.length <= MAX_URL_LENGTH) return text
  const why = web ? `it has ${text.length} characters` : 'it is not an http or https address'
  reading.notes.push(`\`${field}\` was left out: ${why}.`)
  return undefined
}

/** A time in RFC 3339. `undefined`: absent, empty, Go's zero time (year 1), or at fault. */
export function readTime(
  reading: Reading,
  field: string,
  text: string | null | undefined,
): EpochMs | undefined {
  if (text === undefined || text === null || text === '') return undefined
  let time = reading.times.get(text)
  if (time === undefined) {
    time = timeOf(text)
    reading.times.set(text, time)
  }
  if (time === UNSET) return undefined
  if (!Number.isNaN(time)) return time
  fail(reading, [field], `\`${field}\` is ${quoted(text)}, which is not an RFC 3339 time.`)
  return undefined
}

const UNSET = Number.NEGATIVE_INFINITY

function timeOf(text: string): number {
  const time = parseRfc3339(text)
  return time === null ? UNSET : (time ?? Number.NaN)
}

/** Rejects an item whose `field` lies more than `limit` ms after its arrival. */
export function checkAhead(reading: Reading, field: string, time: EpochMs, limit: number): void {
  checkAheadAt(reading, [field], time, limit)
}

/** The same for a field further inside. */
export function checkAheadAt(
  reading: Reading,
  path: readonly PropertyKey[],
  time: EpochMs,
  limit: number,
): void {
  if (time <= reading.at + limit) return
  const by = `more than ${span(limit)} after its arrival at ${toRfc3339(reading.at)}`
  const name = path.map(String).join('.')
  fail(reading, path, `\`${name}\` is ${toRfc3339(time)}, ${by}: is the sender's clock ahead?`)
}

/** Rejects an item when `time`, the newest it states, lies more than MAX_AGE before its arrival. */
export function checkAge(reading: Reading, field: string, time: EpochMs): void {
  if (time >= reading.at - MAX_AGE) return
  const by = `more than ${span(MAX_AGE)} before its arrival at ${toRfc3339(reading.at)}`
  fail(reading, [field], `\`${field}\` is ${toRfc3339(time)}, ${by}: is the sender's clock behind?`)
}

/** Rejects an item that ends before it starts. */
export function checkOrder(reading: Reading, startsAt: EpochMs, endsAt: EpochMs): void {
  if (endsAt >= startsAt) return
  const reason = `\`endsAt\` ${toRfc3339(endsAt)} is before \`startsAt\` ${toRfc3339(startsAt)}.`
  fail(reading, ['endsAt'], reason)
}

function span(ms: number): string {
  return ms >= 2 * DAY ? `${ms / DAY} days` : `${ms / HOUR} h`
}

/** Rejects an item whose text is longer than MAX_VALUE_LENGTH. */
export function checkLength(reading: Reading, field: string, text: string): void {
  if (text.length <= MAX_VALUE_LENGTH) return
  const limit = `at most ${MAX_VALUE_LENGTH} are allowed`
  fail(reading, [field], `\`${field}\` has ${text.length} characters; ${limit}.`)
}

const MAX_TITLE_LENGTH = 300

/** One line for people, at most 300 characters; `undefined` where there is nothing to read. */
export function titleOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const line = /^\s|\s$|[^\S ]| {2}/.test(text) ? text.trim().replace(/\s+/g, ' ') : text
  return line === '' ? undefined : cut(line, MAX_TITLE_LENGTH)
}

/** A JSON value's kind, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'a boolean',
    undefined: 'missing',
  }
  return names[typeof value] ?? 'an object'
}
