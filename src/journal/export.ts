/** The journal as text: one line of JSON per entry, to keep it elsewhere or to replay it. */
import { z } from 'zod'
import { ENTRY_SCHEMA, type JournalRecord } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'
import { EntryShape } from './entry-schema.ts'
import type { Journal } from './journal.ts'
import { upcast } from './upcast.ts'

/**
 * Lines `{"offset":…,"schema":1,"entry":{…}}` without their ends, from offset `from` on, in order.
 * Entries of older schema versions come out as the current one.
 */
export async function* exportJournal(
  journal: Pick<Journal, 'read'>,
  from = 1,
): AsyncGenerator<string> {
  for await (const { offset, entry } of journal.read(from)) {
    yield JSON.stringify({ offset, schema: ENTRY_SCHEMA, entry })
  }
}

const Line = z.strictObject({
  offset: z.int().min(1),
  schema: z.int().min(1),
  entry: z.record(z.string(), z.unknown()),
})

/**
 * Reads one exported line back.
 *
 * @throws AppError `payload_invalid` with the first field at fault; `internal` where it was
 * written by a newer program
 */
export function parseExportedLine(line: string): JournalRecord {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch (cause) {
    throw new AppError('payload_invalid', 'this line of the journal is not JSON', {}, cause)
  }
  const { offset, schema, entry } = check(Line, parsed)
  const current = upcast(schema, entry)
  return { offset, entry: check(EntryShape, current) }
}

function check<Output>(shape: z.ZodType<Output>, value: unknown): Output {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new AppError(
    'payload_invalid',
    `this line of the journal is no entry: ${field === '' ? '' : `${field}: `}${issue?.message}`,
    { field },
    result.error,
  )
}
