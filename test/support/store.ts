/** Stores for tests: real ones, each on data of its own. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { describe, it } from 'vitest'
import type { StoreTarget } from '../../src/store/client.ts'
import { type HttpClickHouse, startHttpClickHouse } from './clickhouse-http.ts'

/** A place for a store, until it is stopped. */
export interface Place {
  readonly target: StoreTarget
  /** Only where the test itself listens: lets it break connections. */
  readonly http: HttpClickHouse | null
  /** Ends it and removes its data; whatever is open on it must be closed before. */
  stop(): Promise<void>
}

export interface Backend {
  readonly name: string
  /** Why it cannot run here; `null`: it can. */
  readonly skipped: string | null
  start(): Promise<Place>
}

/** A fresh folder below the system's one for temporary files. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'faultline-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** chDB in this process. */
export const embedded: Backend = {
  name: 'embedded chDB',
  skipped: null,
  start: async () => {
    const folder = temporaryFolder()
    return {
      target: { path: folder.path },
      http: null,
      stop: async () => folder.remove(),
    }
  },
}

/** The client's HTTP path, to chDB behind a listener of this process. */
export const overHttp: Backend = {
  name: 'ClickHouse over HTTP (chDB behind a listener)',
  skipped: null,
  start: async () => {
    const folder = temporaryFolder()
    const http = await startHttpClickHouse({ path: folder.path, password: "p'ss" })
    return {
      target: { url: http.url, username: 'default', password: "p'ss", database: 'faultline_test' },
      http,
      stop: async () => {
        await http.close()
        folder.remove()
      },
    }
  },
}

const url = process.env['CLICKHOUSE_URL']

/** A real server, in a database of its own. */
export const realServer: Backend = {
  name: 'a ClickHouse server',
  skipped: url === undefined ? 'CLICKHOUSE_URL is not set' : null,
  start: async () => {
    if (url === undefined) throw new Error('CLICKHOUSE_URL is not set')
    const database = `faultline_test_${randomUUID().replaceAll('-', '')}`
    return {
      target: { url, database },
      http: null,
      stop: async () => {
        const client = createClient({ url })
        await client.command({ query: `DROP DATABASE IF EXISTS ${database}` })
        await client.close()
      },
    }
  },
}

const BACKENDS: readonly Backend[] = [embedded, overHttp, realServer]

/** Runs a suite over every kind of store; one that cannot run here is one skip, with its reason. */
export function eachBackend(name: string, suite: (backend: Backend) => void): void {
  for (const backend of BACKENDS) {
    if (backend.skipped === null) describe(`${name}: ${backend.name}`, () => suite(backend))
    else it.skip(`${name}: ${backend.name}: ${backend.skipped}`)
  }
}

/** How a child process ended, and the lines it wrote. */
export interface ChildResult {
  readonly lines: readonly string[]
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** Runs a TypeScript file of the tests as a process of its own, to its end. */
export async function runChild(script: string, argument: unknown): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => err.push(part))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  // a line that a kill cut short was not written
  const lines = Buffer.concat(out).toString('utf8').split('\n').slice(0, -1)
  return { lines, code, signal, stderr: Buffer.concat(err).toString('utf8') }
}
