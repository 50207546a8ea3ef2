/**
 * The journal of one partition on a Redis stream: group commit, offsets and retries decided by one
 * script, so that several nodes may append (docs/adr/0021-cluster-on-redis-streams.md).
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { JournalRecord } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'
import type { JournalOptions } from './clickhouse.ts'
import { openCommitter } from './commit.ts'
import type { Journal } from './journal.ts'
import { durabilityFaults, isRefusal, loadScript, type RedisLink } from './redis-link.ts'
import { toLine, toRecord } from './row.ts'
import type { Newest, Tape } from './tape.ts'

export interface RedisJournalOptions extends JournalOptions {
  /** Number of the partition; 0 unless given. */
  readonly partition?: number
  /** Bytes that the stream may hold; above, `append` throws `overloaded`. 1 GiB unless given. */
  readonly streamBytes?: number
  /** For how long a write that got no answer is tried again, in milliseconds; 5,000 unless given. */
  readonly patienceMs?: number
}

const MIB = 2 ** 20
/** Entries per segment, the unit of `trim`: fewer than in a store, since they are in memory. */
const SEGMENT_ENTRIES = 1000
const PAGE_ENTRIES = 1000
const PAGE_BYTES = 8 * MIB
const PATIENCE_MS = 5000
const RETRY_MS = 50
/** A writer that writes nothing for so long is forgotten, and makes itself known anew. */
const WRITER_LIFE_MS = 3_600_000

const APPEND = loadScript('append', new URL('append.lua', import.meta.url))
const TRIM = loadScript('trim', new URL('trim.lua', import.meta.url))
const PAGE = loadScript('page', new URL('page.lua', import.meta.url))

const Appended = z.tuple([z.enum(['stored', 'full', 'unknown', 'stale']), z.number()])
const Page = z.array(z.string())
/** schema, kind, time, bytes, entry, body: the line of a store without offset and segment. */
const Line = z.tuple([z.number(), z.string(), z.number(), z.number(), z.string(), z.string()])

/** All keys of a partition are in one slot. */
interface Keys {
  readonly stream: string
  readonly segments: string
  readonly bytes: string
  writer(id: string): string
}

function keysOf(partition: number): Keys {
  const tag = `{faultline/${partition}}`
  return {
    stream: `${tag}:journal`,
    segments: `${tag}:segments`,
    bytes: `${tag}:bytes`,
    writer: (id) => `${tag}:writer:${id}`,
  }
}

/**
 * Opens the journal of a partition. Any number of processes may have it open and append; `last` and
 * `newest` are of what this one has stored or found when it opened.
 *
 * @throws AppError `store_unavailable` where Redis would lose what it acknowledges, or cannot be asked
 */
export async function openRedisJournal(
  link: RedisLink,
  options: RedisJournalOptions = {},
): Promise<Journal> {
  const keys = keysOf(options.partition ?? 0)
  const newest = await begin(link, keys)
  const tape = openTape({ link, keys, newest, options })
  const committer = openCommitter({
    tape,
    windowMs: options.windowMs ?? 2,
    batchBytes: options.batchBytes ?? 2 * MIB,
    queueBytes: options.queueBytes ?? 128 * MIB,
  })
  return {
    append: async (entries) => {
      const last = entries.at(-1)
      if (last === undefined) throw new AppError('internal', 'an append needs at least one entry')
      return committer.append(entries.map(toLine), last.at)
    },
    read: (from, to) => read(link, keys, { from, to: to ?? Number.MAX_SAFE_INTEGER }),
    last: () => tape.newest().offset,
    newest: () => (tape.newest().offset === 0 ? null : tape.newest()),
    trim: async (before) => {
      while ((await link.run(TRIM, [keys.stream, keys.segments, keys.bytes], [before])) === 1);
    },
    stats: committer.stats,
    close: committer.close,
  }
}

async function begin(link: RedisLink, keys: Keys): Promise<Newest> {
  try {
    const faults = await durabilityFaults(link)
    if (faults.length > 0) {
      throw new AppError('store_unavailable', `Redis may lose the journal: ${faults.join('; ')}`)
    }
    const [found] = await link.redis.xrevrange(keys.stream, '+', '-', 'COUNT', 1)
    if (found === undefined) return { offset: 0, at: 0 }
    const [id, [, line = '']] = found
    return { offset: Number(id.split('-')[0]), at: parseLine(line)[2] }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw unavailable(cause)
  }
}

function unavailable(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new AppError('store_unavailable', `Redis does not answer: ${why}`, {}, cause)
}

interface TapeDeps {
  readonly link: RedisLink
  readonly keys: Keys
  readonly newest: Newest
  readonly options: RedisJournalOptions
}

/** Redis knows of each writer its newest batch: one sent again is not stored again. */
function openTape({ link, keys, options, ...begin }: TapeDeps): Tape {
  let newest = begin.newest
  let writer: string | null = null
  let batch = 0
  const fault = options.fault ?? (() => undefined)

  /** Under a name that nothing on its way can have, so that what was given up stays refused. */
  const introduce = async (): Promise<string> => {
    const id = randomUUID()
    const key = keys.writer(id)
    const known = link.redis.multi().hset(key, 'batch', 0, 'first', 0).pexpire(key, WRITER_LIFE_MS)
    for (const [cause] of (await known.exec()) ?? []) if (cause !== null) throw cause
    batch = 0
    return id
  }

  const send = async (lines: readonly Buffer[]): Promise<Sent> => {
    writer ??= await introduce()
    batch += 1
    const args = [
      batch,
      options.segmentEntries ?? SEGMENT_ENTRIES,
      options.streamBytes ?? 1024 * MIB,
      newest.offset,
      WRITER_LIFE_MS,
      ...lines,
    ]
    const all = [keys.stream, keys.writer(writer), keys.segments, keys.bytes]
    const { answer, again } = await patiently(
      () => link.run(APPEND, all, args),
      options.patienceMs ?? PATIENCE_MS,
    )
    const [outcome, value] = Appended.parse(answer)
    return { outcome, value, again }
  }

  const store = async (lines: readonly Buffer[], attempts = 2): Promise<number> => {
    const { outcome, value, again } = await send(lines)
    if (outcome === 'stored') return value
    if (outcome === 'full') {
      throw new AppError('overloaded', 'the stream is full: the store does not take its entries', {
        streamBytes: value,
      })
    }
    writer = null
    // sent once, and not stored under a name that is never used again; else nobody knows
    if (!again && attempts > 1) return store(lines, attempts - 1)
    throw new AppError('store_unavailable', 'Redis does not know this writer any more')
  }

  return {
    write: async (lines, at) => {
      fault('journal.before_insert')
      const first = await store(lines)
      fault('journal.before_ack')
      newest = { offset: first + lines.length - 1, at }
      return first
    },
    newest: () => newest,
  }
}

interface Sent {
  readonly outcome: z.output<typeof Appended>[0]
  readonly value: number
  /** It was sent more than once. */
  readonly again: boolean
}

/** Redis is up, but not yet, or no longer, the one that writes. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)/

/** Tries again until there is an answer; only for what harms nobody when it runs twice. */
async function patiently(
  ask: () => Promise<unknown>,
  patienceMs: number,
): Promise<{ readonly answer: unknown; readonly again: boolean }> {
  const end = performance.now() + patienceMs
  for (let again = false; ; again = true) {
    try {
      return { answer: await ask(), again }
    } catch (cause) {
      const final = isRefusal(cause) && !PASSING.test(cause.message)
      if (final || performance.now() > end) throw cause
    }
    await sleep(RETRY_MS)
  }
}

async function* read(
  link: RedisLink,
  keys: Keys,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<JournalRecord> {
  let next = Math.max(Math.trunc(from), 0)
  const end = Math.trunc(to)
  while (next <= end) {
    const args = [next, end, PAGE_ENTRIES, PAGE_BYTES]
    const page = Page.parse(
      await link.run(PAGE, [keys.stream], args).catch((cause: unknown) => {
        throw unavailable(cause)
      }),
    )
    for (let i = 0; i + 1 < page.length; i += 2) {
      const offset = Number(page[i])
      const [schema, , , , entry, body] = parseLine(page[i + 1] ?? '')
      yield toRecord({ offset, schema, entry, body })
      next = offset + 1
    }
    if (page.length === 0) return
  }
}

function parseLine(line: string): z.output<typeof Line> {
  return Line.parse(JSON.parse(`[${line}`))
}
