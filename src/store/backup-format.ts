/**
 * The file of a backup: a head, chunks of rows, and a manifest at the end, so that a file that was
 * cut short is seen to be. Each begins with a line of JSON; behind that of a chunk come its rows,
 * JSONEachRow and gzip, in as many bytes as the line says.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { Page } from './copy-pages.ts'

const FORMAT = 1

const Head = z.object({
  faultline: z.literal('backup'),
  format: z.number(),
  /** Of the program that made it. */
  version: z.string(),
  /** RFC 3339. */
  madeAt: z.string(),
  /** The schema of the store it was made of. */
  schema: z.array(z.object({ number: z.number(), name: z.string(), checksum: z.string() })).min(1),
})
export type BackupHead = z.output<typeof Head>

const Chunk = z.object({
  chunk: z.int().positive(),
  table: z.string(),
  rows: z.int().positive(),
  /** Bytes of the rows as text, and as they lie in the file. */
  bytes: z.int().positive(),
  stored: z.int().positive(),
  /** SHA-256 of what lies in the file, hexadecimal. */
  sha256: z.string(),
})
export type BackupChunk = z.output<typeof Chunk>

const Manifest = z.object({
  manifest: z.literal(true),
  /** Entries of the journal up to this offset are in it; 0: none. */
  offset: z.int().nonnegative(),
  chunks: z.int().nonnegative(),
  tables: z.record(
    z.string(),
    z.object({ rows: z.number(), chunks: z.number(), bytes: z.number(), sha256: z.string() }),
  ),
  /** SHA-256 of the lines before this one. */
  sha256: z.string(),
})
export type BackupManifest = z.output<typeof Manifest>

/** More than a chunk can have: one row may be larger than the pages aimed at. */
const MAX_CHUNK_BYTES = 2 ** 29
const MAX_LINE_BYTES = 2 ** 20

const zip = promisify(gzip)
const unzip = promisify(gunzip)

interface Seal {
  add(line: string): void
  count(chunk: BackupChunk): void
  manifest(offset: number): BackupManifest
}

/** What the manifest says of what came before it. */
function openSeal(): Seal {
  const all = createHash('sha256')
  const tables = new Map<
    string,
    { rows: number; chunks: number; bytes: number; sha256: ReturnType<typeof createHash> }
  >()
  let chunks = 0
  return {
    add: (line) => all.update(line).update('\n'),
    count: ({ table, rows, bytes, sha256 }) => {
      chunks += 1
      const now = tables.get(table) ?? {
        rows: 0,
        chunks: 0,
        bytes: 0,
        sha256: createHash('sha256'),
      }
      now.sha256.update(sha256)
      tables.set(table, {
        rows: now.rows + rows,
        chunks: now.chunks + 1,
        bytes: now.bytes + bytes,
        sha256: now.sha256,
      })
    },
    manifest: (offset) => ({
      manifest: true,
      offset,
      chunks,
      tables: Object.fromEntries(
        [...tables].map(([name, table]) => [
          name,
          { ...table, sha256: table.sha256.digest('hex') },
        ]),
      ),
      sha256: all.digest('hex'),
    }),
  }
}

/** The file of these pages, piece by piece; `offset` is asked for when they are through. */
export async function* writeBackup(
  head: Omit<BackupHead, 'faultline' | 'format'>,
  pages: AsyncIterable<Page>,
  offset: () => number,
): AsyncGenerator<Buffer> {
  const seal = openSeal()
  const first = JSON.stringify({ faultline: 'backup', format: FORMAT, ...head })
  seal.add(first)
  yield Buffer.from(`${first}\n`)
  let number = 0
  for await (const { table, text, rows } of pages) {
    number += 1
    const body = Buffer.from(text)
    const stored = await zip(body, { level: 1 })
    const sha256 = createHash('sha256').update(stored).digest('hex')
    const chunk = { chunk: number, table, rows, bytes: body.length, stored: stored.length, sha256 }
    const line = JSON.stringify(chunk)
    seal.add(line)
    seal.count(chunk)
    yield Buffer.concat([Buffer.from(`${line}\n`), stored])
  }
  yield Buffer.from(`${JSON.stringify(seal.manifest(offset()))}\n`)
}

export interface BackupFile {
  readonly head: BackupHead
  readonly manifest: BackupManifest
  /** The rows of every chunk, in order; checked once more. */
  rows(): AsyncGenerator<BackupChunk & { readonly text: Buffer }>
}

/**
 * Reads a file through and checks that it is whole: every chunk has its checksum, every table its
 * rows, and nothing is missing, more or after the end.
 *
 * @throws AppError `payload_invalid`, which names the file and what is wrong with it; `not_found`
 */
export async function checkBackup(file: string): Promise<BackupFile> {
  const reader = await openReader(file)
  try {
    const { head, manifest } = await through(reader, async () => undefined)
    return { head, manifest, rows: () => rowsOf(file) }
  } finally {
    await reader.close()
  }
}

async function* rowsOf(file: string): AsyncGenerator<BackupChunk & { readonly text: Buffer }> {
  const reader = await openReader(file)
  try {
    await reader.line()
    for (;;) {
      const { line } = await reader.line()
      const chunk = Chunk.safeParse(line)
      if (!chunk.success) return
      const stored = await storedOf(reader, chunk.data)
      const text = await unzip(stored, { maxOutputLength: chunk.data.bytes }).catch(() => {
        throw reader.fault(`chunk ${chunk.data.chunk} (${chunk.data.table}) cannot be unpacked`)
      })
      yield { ...chunk.data, text }
    }
  } finally {
    await reader.close()
  }
}

async function through(
  reader: Reader,
  each: (chunk: BackupChunk) => Promise<void>,
): Promise<{ readonly head: BackupHead; readonly manifest: BackupManifest }> {
  const seal = openSeal()
  const first = await reader.line()
  const head = Head.safeParse(first.line)
  if (!head.success) throw reader.fault('it is no backup of Faultline')
  if (head.data.format !== FORMAT)
    throw reader.fault(`it has the format ${head.data.format}, which this program does not read`)
  seal.add(first.text)
  for (let number = 1; ; number += 1) {
    const { line, text } = await reader.line()
    const chunk = Chunk.safeParse(line)
    if (!chunk.success) {
      const manifest = Manifest.safeParse(line)
      if (!manifest.success) throw reader.fault(`what should be chunk ${number} is none`)
      await reader.end()
      if (JSON.stringify(manifest.data) !== JSON.stringify(seal.manifest(manifest.data.offset)))
        throw reader.fault('its manifest does not fit its chunks')
      return { head: head.data, manifest: manifest.data }
    }
    if (chunk.data.chunk !== number) throw reader.fault(`chunk ${number} is missing`)
    await storedOf(reader, chunk.data)
    seal.add(text)
    seal.count(chunk.data)
    await each(chunk.data)
  }
}

async function storedOf(reader: Reader, chunk: BackupChunk): Promise<Buffer> {
  const { chunk: number, table, sha256, stored, bytes } = chunk
  if (stored > MAX_CHUNK_BYTES || bytes > MAX_CHUNK_BYTES)
    throw reader.fault(`chunk ${number} (${table}) is larger than one can be`)
  const body = await reader.bytes(stored)
  if (createHash('sha256').update(body).digest('hex') !== sha256)
    throw reader.fault(`chunk ${number} (${table}) is damaged: it does not have its checksum`)
  return body
}

interface Reader {
  line(): Promise<{ readonly line: unknown; readonly text: string }>
  bytes(count: number): Promise<Buffer>
  /** @throws where something follows */
  end(): Promise<void>
  fault(what: string): AppError
  close(): Promise<void>
}

const READ_BYTES = 2 ** 20

async function openReader(file: string): Promise<Reader> {
  const fault = (what: string): AppError =>
    new AppError('payload_invalid', `the backup ${file} cannot be used: ${what}`)
  const handle: FileHandle = await open(file, 'r').catch((cause: unknown) => {
    throw new AppError('not_found', `the backup ${file} cannot be opened`, {}, cause)
  })
  let waiting: Buffer = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const next = Buffer.alloc(READ_BYTES)
    const { bytesRead } = await handle.read(next, 0, READ_BYTES).catch((cause: unknown) => {
      throw new AppError('payload_invalid', `the backup ${file} cannot be read`, {}, cause)
    })
    waiting = Buffer.concat([waiting, next.subarray(0, bytesRead)])
    return bytesRead > 0
  }
  const cut = (): AppError => fault('it was cut short, and its manifest is missing')
  const take = (count: number): Buffer => {
    const taken = waiting.subarray(0, count)
    waiting = waiting.subarray(count)
    return taken
  }
  return {
    fault,
    line: async () => {
      while (!waiting.includes(0x0a)) {
        if (waiting.length > MAX_LINE_BYTES) throw fault('it is no backup of Faultline')
        if (!(await more())) throw cut()
      }
      const text = take(waiting.indexOf(0x0a)).toString('utf8')
      take(1)
      try {
        return { line: JSON.parse(text), text }
      } catch {
        throw fault('a line of it is damaged')
      }
    },
    bytes: async (count) => {
      const pieces: Buffer[] = []
      let missing = count
      while (missing > 0) {
        if (waiting.length === 0 && !(await more())) throw cut()
        const piece = take(Math.min(missing, waiting.length))
        pieces.push(piece)
        missing -= piece.length
      }
      return Buffer.concat(pieces)
    },
    end: async () => {
      if (waiting.length > 0 || (await more())) throw fault('something follows its manifest')
    },
    close: () => handle.close(),
  }
}
