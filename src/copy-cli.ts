/** `faultline backup`, `restore` and `move`: what they open, and what they say while they are at it. */
import { existsSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { adminToken } from './admin-token.ts'
import { type Config, serverOf } from './config.ts'
import { AppError } from './core/errors.ts'
import { version } from './paths.ts'
import { beginBackup, keepLastBackup } from './store/backup.ts'
import { type BackupFile, checkBackup } from './store/backup-format.ts'
import { type Bare, openBare } from './store/bare.ts'
import { armFault } from './store/fault.ts'
import { moveStore } from './store/move.ts'
import { restoreBackup } from './store/restore.ts'

const MIB = 2 ** 20
const PAGE_BYTES = 8 * MIB
const TALK_MS = 1000

export interface BackupOptions {
  readonly config: Config
  /** Of a server; as it is configured unless given. */
  readonly url?: string
}

/**
 * Writes a backup of the server that answers, else of the store that it would use. The file has its
 * name when it is whole; until then it ends in `.part`.
 *
 * @throws AppError `conflict` where the file is there already, or another process has the store and
 * does not answer
 */
export async function backup(to: string, options: BackupOptions): Promise<void> {
  const file = fileFor(to)
  if (existsSync(file)) throw new AppError('conflict', `${file} is there already`)
  const { listen } = options.config
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  const url = (options.url ?? `http://${host}:${listen.port}`).replace(/\/$/, '')
  const online = options.url !== undefined || (await answers(url))
  const begun = performance.now()
  const bytes = online
    ? await writeFile(file, await download(url, adminToken(options.config).value))
    : await ofStore(file, options.config)
  const whole = await checkBackup(file)
  const rows = rowsIn(whole)
  say(
    `${file}: ${rows} rows, ${size(bytes)}, up to entry ${whole.manifest.offset}, ` +
      `${online ? `of the server at ${url}` : 'of the store'}, ${secondsSince(begun)} s\n`,
  )
}

function fileFor(to: string): string {
  if (!existsSync(to) || !statSync(to).isDirectory()) return to
  const at = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  return join(to, `faultline-${at}Z.backup`)
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function download(url: string, token: string): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(`${url}/api/v1/backup`, {
    headers: { authorization: `Bearer ${token}` },
  }).catch((cause: unknown) => {
    throw new AppError('store_unavailable', `${url} does not answer`, {}, cause)
  })
  if (response.ok && response.body !== null) return response.body
  const text = (await response.text()).slice(0, 500)
  throw new AppError('store_unavailable', `${url} answered ${response.status}: ${text}`)
}

async function ofStore(file: string, config: Config): Promise<number> {
  const bare = await openBare(config.store, { store: 'there', ...memoryOf(config) })
  try {
    const progress = talker()
    let rows = 0
    const running = await beginBackup(bare.connection, {
      version: version(),
      now: Date.now(),
      pageBytes: PAGE_BYTES,
      onPage: (page) => {
        rows += page.rows
        progress(() => `${page.table}: ${rows} rows in all`)
      },
    })
    const bytes = await writeFile(file, running.pieces)
    await keepLastBackup(metaOf(bare), { at: Date.now(), offset: running.offset(), bytes })
    return bytes
  } finally {
    await bare.close()
  }
}

function metaOf({ connection }: Bare): Parameters<typeof keepLastBackup>[0] {
  return {
    rows: connection.rows,
    insert: (table, rows) =>
      connection.insert({
        table,
        format: 'JSONEachRow',
        body: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
      }),
  }
}

/** On disk under its name, or not at all. Only its owner may read it: it holds all there is. */
async function writeFile(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  const part = `${file}.part`
  let bytes = 0
  const handle = await open(part, 'w', 0o600)
  try {
    for await (const piece of pieces) {
      await handle.writeFile(piece)
      bytes += piece.length
    }
    await handle.sync()
  } catch (cause) {
    await handle.close()
    await rm(part, { force: true })
    if (cause instanceof AppError) throw cause
    throw new AppError('store_unavailable', `${basename(file)} was broken off`, {}, cause)
  }
  await handle.close()
  await checkBackup(part)
  await rename(part, file)
  return bytes
}

/** Says whether a file is whole, and what is in it. */
export async function checkFile(file: string): Promise<void> {
  const whole = await checkBackup(file)
  const { head, manifest } = whole
  say(
    `${file} is whole: ${rowsIn(whole)} rows in ${manifest.chunks} chunks, up to entry ` +
      `${manifest.offset}, made ${head.madeAt} by ${head.version}\n`,
  )
}

/** Fills the store that is configured. */
export async function restore(file: string, config: Config): Promise<void> {
  if (config.faultPoint !== null) armFault(config.faultPoint)
  const begun = performance.now()
  const whole = await checkBackup(file)
  const total = rowsIn(whole)
  const bare = await openBare(config.store, { store: 'anew', ...memoryOf(config) })
  try {
    const progress = talker()
    let rows = 0
    await restoreBackup(bare, whole, {
      onRows: (more) => {
        rows += more
        progress(() => `${rows} of ${total} rows`)
      },
    })
  } finally {
    await bare.close()
  }
  say(
    `restored ${total} rows, up to entry ${whole.manifest.offset}, ${secondsSince(begun)} s; ` +
      'start Faultline on it\n',
  )
}

/** Copies the store that is configured to a server. */
export async function move(to: string, config: Config): Promise<void> {
  if (config.faultPoint !== null) armFault(config.faultPoint)
  const begun = performance.now()
  const target = serverOf(to)
  const from = await openBare(config.store, { store: 'there', ...memoryOf(config) })
  try {
    const there = await openBare(target, { store: 'anew' })
    try {
      const progress = talker()
      const { tables, resumed } = await moveStore(from, there, {
        now: Date.now(),
        onProgress: ({ table, rows, bytes, share }) =>
          progress(() => `${(share * 100).toFixed(0)} %  ${table}: ${rows} rows, ${size(bytes)}`),
      })
      const rows = [...tables.values()].reduce((sum, count) => sum + count, 0)
      say(
        `${resumed ? 'went on and ' : ''}moved ${rows} rows in ${tables.size} tables, checked at ` +
          `both ends, ${secondsSince(begun)} s; set CLICKHOUSE_URL and start Faultline on it\n`,
      )
    } finally {
      await there.close()
    }
  } finally {
    await from.close()
  }
}

function memoryOf({ limits }: Config): { readonly memoryBytes?: number } {
  return limits.storeMemoryMb === null ? {} : { memoryBytes: limits.storeMemoryMb * MIB }
}

function rowsIn({ manifest }: BackupFile): number {
  return Object.values(manifest.tables).reduce((sum, { rows }) => sum + rows, 0)
}

/** On stderr, once a second at most. */
function talker(): (what: () => string) => void {
  let last = performance.now() - TALK_MS
  return (what) => {
    if (performance.now() - last < TALK_MS) return
    last = performance.now()
    say(`${what()}\n`)
  }
}

function say(text: string): void {
  process.stderr.write(text)
}

function size(bytes: number): string {
  return bytes < MIB ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1)
}
