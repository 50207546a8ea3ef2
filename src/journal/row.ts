/** Entries as rows of the table `journal`. */
import { z } from 'zod'
import { ENTRY_SCHEMA, type Entry, type JournalRecord } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'
import { upcast } from './upcast.ts'

export const COLUMNS = [
  'offset',
  'segment',
  'schema',
  'kind',
  'at',
  'bytes',
  'entry',
  'body',
] as const

const HALF_PAIR = /\p{Surrogate}/u
const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const NEWLINE = Buffer.from('\n')

/**
 * An entry as the end of its line, everything but offset and segment, which it gets when its batch
 * is written. The body of a `received` entry has a column of its own, so that it is escaped once;
 * text that no UTF-8 can hold (half a surrogate pair) stays in the JSON of the entry, which can.
 *
 * @throws AppError `payload_invalid` where `at` is no time
 */
export function toLine(entry: Entry): Buffer {
  if (!Number.isSafeInteger(entry.at)) {
    throw new AppError('payload_invalid', 'an entry needs a time in whole milliseconds', {
      kind: entry.kind,
    })
  }
  const apart = entry.kind === 'received' && !HALF_PAIR.test(entry.body)
  const text = JSON.stringify(apart ? { ...entry, body: undefined } : entry)
  const body = apart ? entry.body : ''
  const bytes = Math.min(text.length + body.length, 0xffffffff)
  return Buffer.from(
    `${ENTRY_SCHEMA},"${entry.kind}",${entry.at},${bytes},${JSON.stringify(text)},` +
      `${JSON.stringify(body)}]`,
  )
}

/** The lines of a batch as one block: offsets rise by one from `first`, all in one segment. */
export function toBlock(lines: readonly Buffer[], first: number, segment: number): Buffer {
  return Buffer.concat(
    lines.flatMap((line, i) => [
      OPEN,
      Buffer.from(String(first + i)),
      COMMA,
      Buffer.from(String(segment)),
      COMMA,
      line,
      NEWLINE,
    ]),
  )
}

export const EntryRow = z.object({
  offset: z.coerce.number(),
  schema: z.number(),
  entry: z.string(),
  body: z.string(),
})

/** @throws AppError `internal` on an entry of a newer schema version */
export function toRecord({
  offset,
  schema,
  entry,
  body,
}: z.output<typeof EntryRow>): JournalRecord {
  const raw = JSON.parse(entry) as Record<string, unknown>
  if (raw['kind'] === 'received' && raw['body'] === undefined) raw['body'] = body
  return { offset, entry: upcast(schema, raw) }
}
