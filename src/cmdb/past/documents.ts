/** Answers of APIs as lists of objects, tables apart: what the readers of service desks begin with. */
import { z } from 'zod'
import { faultOf, readDocuments } from '../documents.ts'
import type { ImportFile } from '../importer.ts'
import { type FoundIncident, PastCollector } from './collect.ts'
import type { PastAsked, ReadPast } from './importer.ts'
import { type Dialect, readTables } from './table.ts'

export const Text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((text) => (text === null || text === undefined ? '' : String(text)))
/** An object with a name, such as a category or an agent; other members are left alone. */
export const Named = z
  .object({ name: Text })
  .nullish()
  .transform((named) => named?.name ?? '')

export interface Reading<Shape extends z.ZodType> {
  /** Members that an answer may have its list under, and what it calls one of them. */
  readonly lists: readonly string[]
  readonly one: string
  readonly shape: Shape
  /** null: it is not over, or is no incident. `answer`: what the object was in. */
  readonly toFound: (
    object: z.output<Shape>,
    about: { readonly asked: PastAsked; readonly answer: unknown },
  ) => FoundIncident | null
  readonly dialect: Dialect
}

/** Reads answers of an API and tables, told apart by how they begin. Never throws. */
export function readDesk<Shape extends z.ZodType>(
  files: readonly ImportFile[],
  asked: PastAsked,
  { lists, one, shape, toFound, dialect }: Reading<Shape>,
): ReadPast {
  const collector = new PastCollector()
  const isJson = ({ text }: ImportFile): boolean => /^\uFEFF?\s*[[{]/.test(text)
  for (const { where, value } of readDocuments(files.filter(isJson), collector)) {
    const all = listOf(value, lists, one)
    if (all === null) collector.bad({ where, error: 'is no list as the API answers it' })
    for (const [at, object] of (all ?? []).entries()) {
      const place = `${where} ${one} ${at + 1}`
      const read = shape.safeParse(unwrapped(object, one))
      if (!read.success) {
        collector.bad({ where: place, ...faultOf(read.error) })
        continue
      }
      const found = toFound(read.data, { asked, answer: value })
      if (found === null) collector.passOver()
      else collector.add(found, place)
    }
  }
  readTables(
    files.filter((file) => !isJson(file)),
    collector,
    { asked, dialect },
  )
  return collector.finish()
}

function listOf(value: unknown, lists: readonly string[], one: string): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  for (const name of lists) {
    const named: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    if (Array.isArray(named)) return named
  }
  return Object.hasOwn(value, one) ? [value] : null
}

/** Some answers have each object under its name. */
function unwrapped(object: unknown, one: string): unknown {
  const isWrapped = typeof object === 'object' && object !== null && Object.hasOwn(object, one)
  const inner: unknown = isWrapped ? Reflect.get(object, one) : undefined
  return typeof inner === 'object' && inner !== null ? inner : object
}

/** Text of HTML, for what is shown as a line: without its tags. Linear. */
export function plainOf(html: string): string {
  if (!/<[a-z!/]/i.test(html)) return html
  const text = html
    .slice(0, 100_000)
    .replace(/<(?:br|\/p|\/div|\/li)[^<>]{0,200}>/gi, '\n')
    .replace(/<[^<>]{0,2000}>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').join('\n')
}
