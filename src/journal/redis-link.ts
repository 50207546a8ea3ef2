/** The connection to Redis: scripts from files, no command sent again behind our back. */
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { AppError } from '../core/errors.ts'

/** A script that lies beside the program. */
export interface Script {
  readonly name: string
  readonly lua: string
}

/** What a script takes and gives: texts and numbers. */
type Argument = string | number | Buffer

export interface RedisLink {
  /**
   * Runs a script, whole or not at all.
   *
   * @throws what ioredis throws: a `ReplyError` is the word of Redis; after any other error the
   * script may have run, or may run yet
   */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>
  readonly redis: Redis
  close(): void
}

export interface RedisLinkOptions {
  /** Longest wait for one answer, in milliseconds; 5,000 unless given. */
  readonly timeoutMs?: number
  /** Called with each fault of the connection. It comes back by itself. */
  readonly onFault?: (cause: Error) => void
}

const TIMEOUT_MS = 5000
/** Waits between attempts to connect rise to this. */
const RECONNECT_MS = 500

/** @throws where there is no such file */
export function loadScript(name: string, url: URL): Script {
  return { name: `faultline_${name}`, lua: readFileSync(url, 'utf8') }
}

/** Connects to `redis://` or `rediss://` (TLS). The first command waits for the connection. */
export function openRedis(url: string, options: RedisLinkOptions = {}): RedisLink {
  const redis = new Redis(url, {
    commandTimeout: options.timeoutMs ?? TIMEOUT_MS,
    connectTimeout: options.timeoutMs ?? TIMEOUT_MS,
    // whether a command may be sent again is known to who sends it
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 20, RECONNECT_MS),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  redis.on('error', options.onFault ?? (() => undefined))
  const defined = new Set<string>()
  return {
    redis,
    run: (script, keys, args) => {
      if (!defined.has(script.name)) redis.defineCommand(script.name, { lua: script.lua })
      defined.add(script.name)
      return commandOf(redis, script.name)(keys.length, ...keys, ...args)
    },
    close: () => redis.disconnect(),
  }
}

type Command = (...args: readonly Argument[]) => Promise<unknown>

/** `name` was defined right before, which makes it a method of the connection. */
function commandOf(redis: Redis, name: string): Command {
  const methods = redis as unknown as Readonly<Record<string, Command>>
  const command = methods[name]
  if (command === undefined) throw new AppError('internal', `no script ${name}`)
  return command.bind(redis)
}

/** A refusal by Redis itself: what was asked for did not happen. */
export function isRefusal(cause: unknown): cause is Error {
  return cause instanceof Error && cause.name === 'ReplyError'
}

/** What a Redis must be set to, so that what it acknowledged survives it. */
const REQUIRED = [
  { setting: 'appendonly', value: 'yes', why: 'its log is the journal' },
  { setting: 'appendfsync', value: 'always', why: 'acknowledged means on disk' },
  { setting: 'no-appendfsync-on-rewrite', value: 'no', why: 'also while the log is rewritten' },
  { setting: 'maxmemory-policy', value: 'noeviction', why: 'no entry may be evicted' },
] as const

/** What is wrong with the settings of a Redis, a line each; empty: it may hold a journal. */
export async function durabilityFaults({ redis }: Pick<RedisLink, 'redis'>): Promise<string[]> {
  const faults: string[] = []
  for (const { setting, value, why } of REQUIRED) {
    try {
      const found = String(((await redis.config('GET', setting)) as unknown[])[1])
      if (found !== value) faults.push(`${setting} is ${found}, must be ${value}: ${why}`)
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      faults.push(`${setting} cannot be read (${cause.message}), must be ${value}: ${why}`)
    }
  }
  return faults
}
