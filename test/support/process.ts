/** Faultline as its users run it: the built program in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './source.ts'

export const ADMIN_TOKEN = 'test-admin-token-0123456789'

export interface RunOptions {
  /** `serve` unless given. */
  readonly command?: string
  readonly data: string
  readonly env?: Readonly<Record<string, string>>
  /** 0: a free port. */
  readonly port?: number
  readonly args?: readonly string[]
}

export interface Running {
  readonly url: string
  readonly child: ChildProcess
  /** What it wrote to its log, newest last, at most 500 lines. */
  readonly log: readonly string[]
  /** Resolves with how it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/**
 * Starts the program and resolves when it says where it listens.
 *
 * @throws Error with its log where it ends before
 */
export async function run(options: RunOptions): Promise<Running> {
  const { command = 'serve', data, env = {}, port = 0, args = [] } = options
  const child = spawn(process.execPath, [join(ROOT, 'dist/src/main.js'), command, ...args], {
    env: {
      PATH: process.env['PATH'],
      FAULTLINE_DATA: data,
      FAULTLINE_LISTEN: `127.0.0.1:${port}`,
      FAULTLINE_ADMIN_TOKEN: ADMIN_TOKEN,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  const keep = (line: string): void => {
    log.push(line)
    if (log.length > 500) log.shift()
  }
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
  }))
  createInterface({ input: child.stderr }).on('line', keep)
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line)
      const found = /listens on (http:\/\/\S+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(({ code, signal }) =>
      reject(new Error(`ended with ${code ?? signal} before it listened:\n${log.join('\n')}`)),
    )
  })
  return {
    url,
    child,
    log,
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Calls the API with the admin token and reads the JSON it answers. */
export async function api<T>(url: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return asAnswered<T>(text)
}

/** Guarantee: tests name the type that the route's schema documents. */
function asAnswered<T>(text: string): T {
  return JSON.parse(text) as T
}

/** Asks again every 50 ms until `ask` answers something, at most `ms`; says what it waited for. */
export async function until<T>(
  what: string,
  ms: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + ms
  let last: unknown
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const why = last instanceof Error ? `: ${last.message}` : ''
  throw new Error(`waited ${ms} ms for ${what}${why}`, { cause: last })
}
