/**
 * Sources that a mapping describes (src/core/mapping.ts): tools without a source of their own, read
 * without code.
 */

import { z } from 'zod'
import type { IngestMapping, Path, Template } from '../src/core/mapping.ts'
import type { IngestItem, Severity } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { severityIn, textOf, toAlert } from './report.ts'
import { severityOf } from './severity.ts'
import type { IngestContext, Source } from './source.ts'
import { defineSource, readItems } from './source.ts'

/** The value a path leads to; `undefined`: to none. O(steps, and the lists that are looked through) */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const step of path) {
    if ('field' in step) {
      if (!isRecord(value) || !Object.hasOwn(value, step.field)) return undefined
      value = value[step.field]
    } else if (!Array.isArray(value)) return undefined
    else if ('index' in step) value = value[step.index]
    else
      value = value.find(
        (one) =>
          isRecord(one) && Object.hasOwn(one, step.where) && text(one[step.where]) === step.is,
      )
  }
  return value
}

function text(value: unknown): string {
  return textOf(value) ?? ''
}

/** A path as it is written; for people. */
export function pathText(path: Path): string {
  const steps = path.map((step) => {
    if ('index' in step) return `[${step.index}]`
    if ('where' in step) return `[${step.where}=${step.is}]`
    return /^[^.[\]"\s=]+$/.test(step.field) ? `.${step.field}` : `[${JSON.stringify(step.field)}]`
  })
  return steps.join('').replace(/^\./, '') || '.'
}

function fill(template: Template, item: unknown): string {
  return template
    .map((part) => (typeof part === 'string' ? part : text(valueAt(item, part))))
    .join('')
    .trim()
}

/** The source that a mapping makes. */
export function mappedSource(id: string, mapping: IngestMapping): Source {
  return defineSource({
    id,
    family: id,
    payload: z.custom<object>((value) => typeof value === 'object' && value !== null, {
      error: 'must be an object or an array of objects',
    }),
    toItems: (payload, context) => readMapped({ id, mapping }, payload, context),
  })
}

interface Mapped {
  readonly id: string
  readonly mapping: IngestMapping
}

const Item = z.custom<Values>(isRecord, { error: 'must be an object' })

function readMapped(
  mapped: Mapped,
  payload: object,
  context: IngestContext,
): readonly IngestItem[] {
  const { items } = mapped.mapping
  const list = items === undefined ? payload : valueAt(payload, items)
  const at = items === undefined ? [] : keysOf(items)
  if (items !== undefined && !Array.isArray(list)) {
    const reason = `\`${pathText(items)}\` must be a list of reports.`
    return [{ kind: 'rejected', step: 'parse', reason, pointer: '#' }]
  }
  const values: readonly unknown[] = Array.isArray(list) ? list : [list]
  return readItems(values, context, {
    schema: Item,
    pathOf: (index) => (Array.isArray(list) ? [...at, index] : at),
    read: (item, reading) => readOne(mapped, item, reading),
  })
}

function keysOf(path: Path): PropertyKey[] {
  return path.flatMap((step): PropertyKey[] => {
    if ('field' in step) return [step.field]
    return 'index' in step ? [step.index] : []
  })
}

function readOne({ id, mapping }: Mapped, item: Values, reading: Reading): IngestItem {
  const status = statusOf(mapping, item, reading)
  const severityText = textOf(at(item, mapping.severity?.path))
  return toAlert(
    {
      source: id,
      status,
      severity: readSeverity(mapping, severityText),
      severityText,
      identity: identityOf(mapping, item, reading),
      rule: fill(mapping.rule, item),
      title: fill(mapping.title, item),
      labels: labelsOf(mapping, item),
      annotations: named(mapping.annotations, item),
      startsAt: momentAt(mapping.starts_at, item, reading),
      endsAt: status === 'resolved' ? momentAt(mapping.ends_at, item, reading) : undefined,
      url: textOf(at(item, mapping.url)),
    },
    reading,
  )
}

function at(item: Values, path: Path | undefined): unknown {
  return path === undefined ? undefined : valueAt(item, path)
}

function momentAt(path: Path | undefined, item: Values, reading: Reading): number | undefined {
  return path === undefined ? undefined : readMoment(reading, keysOf(path), valueAt(item, path))
}

function statusOf(
  { status }: IngestMapping,
  item: Values,
  reading: Reading,
): 'firing' | 'resolved' {
  if (status === undefined) return 'firing'
  const given = textOf(valueAt(item, status.path))
  const name = pathText(status.path)
  if (given === undefined) fail(reading, keysOf(status.path), `\`${name}\` is missing.`)
  const word = given?.trim().toLowerCase() ?? ''
  const isOneOf = (words: readonly string[]): boolean =>
    words.some((one) => one.trim().toLowerCase() === word)
  if (isOneOf(status.resolved)) return 'resolved'
  if (given !== undefined && status.firing !== undefined && !isOneOf(status.firing)) {
    const known = [...status.firing, ...status.resolved].slice(0, 12).join(', ')
    fail(reading, keysOf(status.path), `\`${name}\` must be one of ${known}, not ${quoted(given)}.`)
  }
  return 'firing'
}

function readSeverity({ severity }: IngestMapping, given: string | undefined): Severity {
  if (severity === undefined) return 'unknown'
  const table = Object.fromEntries(
    Object.entries(severity.table).map(([word, one]) => [word.trim().toLowerCase(), one]),
  )
  const listed = severityIn(table, given)
  return listed === 'unknown' ? severityOf(given) : listed
}

function identityOf({ identity }: IngestMapping, item: Values, reading: Reading): Values {
  for (const path of identity) {
    if (textOf(valueAt(item, path)) !== undefined) continue
    fail(reading, keysOf(path), `\`${pathText(path)}\` is missing: it says which alert it is.`)
  }
  return Object.fromEntries(identity.map((path) => [pathText(path), valueAt(item, path)]))
}

function named(paths: Readonly<Record<string, Path>>, item: Values): Values {
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, textOf(valueAt(item, path))]),
  )
}

function labelsOf(mapping: IngestMapping, item: Values): Values {
  const objects = mapping.labels_from
    .map((path) => valueAt(item, path))
    .flatMap((value) => (isRecord(value) ? [value] : []))
  return Object.assign({}, ...objects, named(mapping.labels, item))
}

/** Where a field of an event came from. */
export interface Provenance {
  /** `title`, `labels.host` … */
  readonly field: string
  /** Path into the report, as the mapping has it. */
  readonly path: string
  /** What stands there; `null`: nothing. */
  readonly value: string | null
}

/** For each field of an event, where the mapping took it from. */
export function traceMapping(mapping: IngestMapping, item: unknown): readonly Provenance[] {
  const found: Provenance[] = []
  const note = (field: string, path: Path | undefined): void => {
    if (path === undefined) return
    found.push({ field, path: pathText(path), value: textOf(valueAt(item, path)) ?? null })
  }
  const fromTemplate = (field: string, template: Template): void => {
    for (const part of template) if (typeof part !== 'string') note(field, part)
  }
  for (const path of mapping.identity) note('identity', path)
  note('status', mapping.status?.path)
  note('severity', mapping.severity?.path)
  fromTemplate('rule', mapping.rule)
  fromTemplate('title', mapping.title)
  for (const [name, path] of Object.entries(mapping.labels)) note(`labels.${name}`, path)
  for (const path of mapping.labels_from) {
    const value = valueAt(item, path)
    for (const name of isRecord(value) ? Object.keys(value) : [])
      note(`labels.${name}`, [...path, { field: name }])
  }
  for (const [name, path] of Object.entries(mapping.annotations)) note(`annotations.${name}`, path)
  note('startsAt', mapping.starts_at)
  note('endsAt', mapping.ends_at)
  note('url', mapping.url)
  return found
}
