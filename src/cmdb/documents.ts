/** YAML and JSON files as documents, each with its place; what cannot be read is a bad row. */
import { parseAllDocuments } from 'yaml'
import type { z } from 'zod'
import { compare } from '../core/topology.ts'
import type { Collector } from './collect.ts'
import type { ImportFile } from './importer.ts'

export interface Document {
  /** `catalog.yaml document 3`; where a file has only one, its name. */
  readonly where: string
  readonly file: string
  readonly value: unknown
}

/** Uses of aliases that a document may expand to; YAML bombs have millions. */
const MAX_ALIASES = 1000
/** Levels of nesting that a document may have. */
const MAX_DEPTH = 200

/** The documents of all files, by the files' names; empty documents are left out. Never throws. */
export function readDocuments(
  files: readonly ImportFile[],
  collector: Pick<Collector, 'bad'>,
): readonly Document[] {
  return [...files]
    .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
    .flatMap((file) => documentsOf(file, collector))
}

function documentsOf(file: ImportFile, collector: Pick<Collector, 'bad'>): readonly Document[] {
  const text = file.text.replace(/^\uFEFF/, '')
  try {
    if (isTooDeep(text)) throw new Error(`nested deeper than ${MAX_DEPTH} levels`)
    const json = asJson(text)
    if (json !== undefined) return [{ where: file.name, file: file.name, value: json }]
    return yamlOf({ name: file.name, text }, collector)
  } catch (cause) {
    collector.bad({ where: file.name, error: messageOf(cause) })
    return []
  }
}

/** JSON is YAML too, but reading it as JSON is a hundred times faster. */
function asJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function yamlOf({ name, text }: ImportFile, collector: Pick<Collector, 'bad'>): Document[] {
  const parsed = parseAllDocuments(text, { merge: true })
  const all = Array.isArray(parsed) ? parsed : []
  return all.flatMap((document, index) => {
    const where = all.length === 1 ? name : `${name} document ${index + 1}`
    const [fault] = document.errors
    try {
      if (fault !== undefined) throw fault
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
      return value === null || value === undefined ? [] : [{ where, file: name, value }]
    } catch (cause) {
      collector.bad({ where, error: messageOf(cause) })
      return []
    }
  })
}

/** Whether brackets outside of quotes nest deeper than the parser can follow; a cheap upper bound. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x5b || char === 0x7b) depth += 1
    else if ((char === 0x5d || char === 0x7d) && depth > 0) depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}

function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : 'not readable'
  return text.split('\n')[0] ?? text
}

/** The first fault, by its field. */
export function faultOf(error: z.ZodError): { readonly field?: string; readonly error: string } {
  const [issue] = error.issues
  const field = issue?.path.join('.') ?? ''
  return { ...(field === '' ? {} : { field }), error: issue?.message ?? 'not readable' }
}
