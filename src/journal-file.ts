/** The journal as a file: what `journal export` writes and `replay --journal` folds. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Config } from './config.ts'
import type { JournalRecord } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import { openJournal } from './journal/clickhouse.ts'
import { exportJournal, parseExportedLine } from './journal/export.ts'
import { openStore } from './store/client.ts'

/** Writes the entries from an offset on, one line each; returns how many. `null`: standard output. */
export async function exportTo(config: Config, from: number, file: string | null): Promise<number> {
  if (!Number.isInteger(from) || from < 1)
    throw new AppError('payload_invalid', '--from is not an offset: a whole number from 1 on')
  const store = await openStore(config.store)
  let lines = 0
  try {
    const out = file === null ? process.stdout : createWriteStream(file)
    const journal = await openJournal(store.journal)
    for await (const line of exportJournal(journal, from)) {
      lines += 1
      if (!out.write(`${line}\n`)) await once(out, 'drain')
    }
    await journal.close()
    if (file !== null) {
      out.end()
      await finished(out)
    }
  } finally {
    await store.close()
  }
  return lines
}

/** Reads exported lines; empty ones are passed over. */
export async function* readExport(lines: AsyncIterable<string>): AsyncGenerator<JournalRecord> {
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    try {
      yield parseExportedLine(line)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'not readable'
      throw new AppError('payload_invalid', `line ${number}: ${why}`, { line: number }, cause)
    }
  }
}
