/** CSV files as rows by column; what cannot be read is a bad row. */
import { parse } from 'csv-parse/sync'
import { type Collector, clip } from './collect.ts'
import type { ImportFile } from './importer.ts'

export interface Row {
  /** `hosts.csv row 17`: rows count from 1 as in a spreadsheet, the headers being row 1. */
  readonly where: string
  /** Cells by header, trimmed; headers in lower case, with `_` between their words. */
  readonly cells: Readonly<Record<string, string>>
}

const DELIMITERS = [',', ';', '\t', '|'] as const
/** So often reading goes on behind a quote that nobody closes; each time is a pass over the rest. */
const MAX_RESUMES = 20

/**
 * The rows of a file with headers (RFC 4180; comma, semicolon, tab or bar; with or without BOM). A
 * row with more cells than there are headers is a bad row, and so is one with a quote that nobody
 * closes. Never throws.
 */
export function readTable(file: ImportFile, collector: Pick<Collector, 'bad'>): readonly Row[] {
  const [head, ...rows] = recordsOf(file, collector)
  if (head === undefined) return []
  if (rows.length === 0) collector.bad({ where: file.name, error: 'has no rows under its headers' })
  const headers = head.cells.map(toHeader)
  const twice = headers.find((name, at) => name !== '' && headers.indexOf(name) !== at)
  if (twice !== undefined)
    collector.bad({ where: head.where, field: twice, error: 'two columns have this name' })
  return rows.flatMap(({ where, cells }) => {
    if (cells.every((cell) => cell.trim() === '')) return []
    if (cells.length <= headers.length) return [{ where, cells: byHeader(headers, cells) }]
    collector.bad({ where, error: `has ${cells.length} cells, but ${headers.length} headers` })
    return []
  })
}

/** The first of the columns that has something in it. */
export function cell(row: Row, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = Object.hasOwn(row.cells, name) ? row.cells[name] : undefined
    if (text !== undefined && text !== '') return text
  }
  return undefined
}

/** `Serial Number` and `serial-number` are `serial_number`. */
function toHeader(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
}

/** Of columns with one name the first counts. */
function byHeader(
  headers: readonly string[],
  cells: readonly string[],
): Readonly<Record<string, string>> {
  const pairs = headers.map((name, at) => [name, (cells[at] ?? '').trim()] as const)
  return Object.fromEntries(pairs.filter(([name]) => name !== '').reverse())
}

interface RawRow {
  readonly where: string
  readonly cells: readonly string[]
}

function recordsOf({ name, text }: ImportFile, collector: Pick<Collector, 'bad'>): RawRow[] {
  const rows: RawRow[] = []
  const where = (at: number): string => `${name} row ${at}`
  let rest = text.replace(/^\uFEFF/, '')
  const delimiter = delimiterOf(rest)
  let at = 1
  for (let resumes = 0; resumes <= MAX_RESUMES; resumes++) {
    const { records, openLine } = parseRest(rest, delimiter)
    for (const cells of records) rows.push({ where: where(at++), cells })
    if (openLine === null) return rows
    const error = 'a quote is not closed'
    if (resumes === MAX_RESUMES)
      collector.bad({ where: where(at), error: `${error}: no more read` })
    else collector.bad({ where: where(at), error })
    at += 1
    rest = rest
      .split(/\r\n|\r|\n/)
      .slice(openLine)
      .join('\n')
  }
  return rows
}

/** Until the end, or until the row (by its line, from 1) in which a quote stays open. */
function parseRest(
  text: string,
  delimiter: string,
): { readonly records: readonly string[][]; readonly openLine: number | null } {
  let openLine: number | null = null
  const records = parse(text, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_skip: (error) => {
      openLine = typeof error?.['lines'] === 'number' ? error['lines'] : null
      return undefined
    },
  })
  return { records, openLine }
}

/** What the headers are separated by: the one there is most of outside of quotes. */
function delimiterOf(text: string): string {
  const line = /^[^\r\n]*/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? ''
  const counts = DELIMITERS.map((one) => ({ one, count: line.split(one).length }))
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).one
}

/** For bad rows: a cell of others, cut to what a line can hold. */
export function quoted(text: string): string {
  return `"${clip(text)}"`
}
