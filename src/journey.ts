/**
 * An event's life, top to bottom, and the only place where the edges and the core meet:
 *
 *   receive  read the body → append it to the journal → answer item by item
 *   fold     take entries in order → the engine decides → records, news, listeners
 *
 * The answer waits for the append, never for the fold. The fold is the only writer of the state.
 */
import { SOURCES } from '../ingest/index.ts'
import { mappedSource } from '../ingest/mapped.ts'
import { readBody, type Source } from '../ingest/source.ts'
import { itemsOf, type Share, splitByScope } from '../ingest/split.ts'
import type { CommandResult } from './core/engine/commands.ts'
import type { Applied, Engine } from './core/engine/engine.ts'
import type { ProblemResult } from './core/engine/problem-commands.ts'
import type { Command, Entry, JournalRecord, ProblemCommand, ReceivedEntry } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import type { IngestItem } from './core/model.ts'
import type { RulePacks } from './core/rules.ts'
import type { EpochMs } from './core/time.ts'
import { Fold, type Listener } from './fold.ts'
import type { Journal } from './journal/journal.ts'
import type { FaultPoint } from './store/fault.ts'
import type { RecordWriter } from './store/records.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface JourneyDeps {
  readonly engine: Engine
  readonly journal: Journal
  readonly records: RecordWriter
  /** Puts news into the outbox; resolves when it is durable there. */
  readonly announce: (applied: Applied) => Promise<void>
  readonly epoch: number
  readonly metrics: Metrics
  readonly now: () => EpochMs
  readonly newReceipt: () => string
  readonly fault: FaultPoint
  readonly onFault: (fault: AppError) => void
  /** News could not be put into the outbox yet; it is tried again. */
  readonly onDelay?: (cause: AppError) => void
}

/** A body as it came in. */
export interface RawBody {
  readonly body: string
  readonly encoding?: 'base64'
  readonly oversize?: { readonly bytes: number; readonly sha256: string }
}

/** What a tool is answered: the entry is durable, `items[i]` answers item `i` of the body. */
export interface Receipt {
  readonly receipt: string
  readonly items: readonly IngestItem[]
}

export interface Journey {
  receive(source: string, raw: RawBody): Promise<Receipt>
  /** Appends and applies; the result is the engine's. */
  command(actor: string, command: Command): Promise<CommandResult>
  problemCommand(actor: string, command: ProblemCommand): Promise<ProblemResult>
  /** Any other entry (time, rules, topology, silence, articles, engine), at the present time. */
  submit(make: (at: EpochMs, scope: string) => Entry): Promise<Applied>
  /** Told of what each entry changed once its records can be read from the store. */
  listen(listener: Listener): () => void
  /** Called right after each entry is applied, before its records are stored. */
  watch(watcher: () => void): () => void
  /** Runs between two entries, never during one: for snapshots and views of the state. */
  between<T>(work: (engine: Engine) => T): Promise<T>
  /** Resolves when everything that is durable has been applied, recorded and announced. */
  settled(): Promise<void>
  /**
   * Resolves when the news of everything applied so far is durable in the outbox, however much
   * follows; rejects where the journey was stopped before.
   */
  told(): Promise<void>
  readonly engine: Engine
  lag(): number
  stop(): Promise<void>
}

/** Entries that may wait for the fold before new bodies are refused with 503. */
export const MAX_LAG = 20_000
/** Length of the bodies among them; with what was read of it, a body takes about three times that. */
export const MAX_LAG_SIZE = 64 * 2 ** 20

export function createJourney(deps: JourneyDeps): Journey {
  const { engine, journal, metrics } = deps
  const scope = engine.state.scope
  const fold = new Fold({ ...deps, decode: (entry) => decode(entry, engine.state.rules) })

  /** Answers the offset of the last one. */
  const store = async (entries: readonly Entry[]): Promise<number> => {
    const isBody = entries[0]?.kind === 'received'
    if (fold.lag > MAX_LAG || (isBody && fold.lagSize > MAX_LAG_SIZE))
      throw new AppError('overloaded', 'too many entries wait to be applied', { lag: fold.lag })
    const end = metrics.journalAppendDuration.startTimer()
    const last = await journal.append(entries)
    end()
    return last
  }

  const append = async (entry: Entry): Promise<JournalRecord> => {
    return { offset: await store([entry]), entry }
  }

  const act = async (actor: string, command: Command | ProblemCommand) => {
    const at = deps.now()
    const record = await append({ kind: 'command', at, scope, actor, command })
    const { result } = await fold.apply(record, [])
    await fold.recorded()
    return result
  }

  return {
    engine,
    receive: async (source, raw) => {
      const receipt = deps.newReceipt()
      const entry: ReceivedEntry = {
        kind: 'received',
        at: deps.now(),
        scope,
        source,
        receipt,
        ...raw,
      }
      const take = isScoped(engine) ? takeByScope : takeWhole
      return take(entry, { engine, fold, store })
    },
    command: async (actor, command) => {
      const result = await act(actor, command)
      if (result !== null && (!result.ok || 'incident' in result)) return result
      throw new AppError('internal', 'a command had no result')
    },
    problemCommand: async (actor, command) => {
      const result = await act(actor, command)
      if (result !== null && (!result.ok || 'problem' in result)) return result
      throw new AppError('internal', 'a command had no result')
    },
    submit: async (make) => fold.apply(await append(make(deps.now(), scope)), []),
    listen: (listener) => fold.listen(listener),
    watch: (watcher) => fold.watch(watcher),
    between: (work) => fold.between(work),
    told: () => fold.told(),
    settled: () => fold.settled(),
    lag: () => fold.lag,
    stop: () => fold.stop(),
  }
}

interface Intake {
  readonly engine: Engine
  readonly fold: Fold
  /** Answers the offset of the last one. */
  readonly store: (entries: readonly Entry[]) => Promise<number>
}

function isScoped({ state }: Engine): boolean {
  return state.rules.correlate.scope.length > 0
}

async function takeWhole(entry: ReceivedEntry, { engine, fold, store }: Intake): Promise<Receipt> {
  const record = { offset: await store([entry]), entry }
  // not before: what lives through the wait for the disk is dear to collect
  const items = decode(entry, engine.state.rules)
  // new rules may be on their way to the fold: a mapped body is read with those in force there
  fold.take(record, SOURCES.has(entry.source) ? items : null)
  return { receipt: entry.receipt, items }
}

/** Where labels tell scopes apart a body is read first: an entry is of one scope. */
async function takeByScope(
  entry: ReceivedEntry,
  { engine, fold, store }: Intake,
): Promise<Receipt> {
  const items = decode(entry, engine.state.rules)
  const shares = split(entry, items, engine.state.rules)
  const first = (await store(shares.map((share) => share.entry))) - shares.length + 1
  for (const [i, share] of shares.entries()) {
    const record = { offset: first + i, entry: share.entry }
    fold.take(record, SOURCES.has(entry.source) ? share.items : null)
  }
  return { receipt: entry.receipt, items }
}

/** The source of an id: one of ours, or one that a mapping of the rules describes. */
export function sourceOf(id: string, { ingest }: Pick<RulePacks, 'ingest'>): Source | undefined {
  const mapping = Object.hasOwn(ingest, id) ? ingest[id] : undefined
  return SOURCES.get(id) ?? (mapping === undefined ? undefined : mappedSource(id, mapping))
}

/** The entries that a body becomes where labels tell scopes apart, each of one scope. */
export function split(
  entry: ReceivedEntry,
  items: readonly IngestItem[],
  rules: Pick<RulePacks, 'ingest' | 'correlate' | 'dedup'>,
): readonly Share[] {
  const source = sourceOf(entry.source, rules)
  if (source === undefined) return [{ entry, items }]
  return splitByScope(entry, items, { source, rules, isMapped: !SOURCES.has(entry.source) })
}

/**
 * The items of an entry, as its source reads them: the same at the edge, in the fold and in replay.
 *
 * @param rules in force when the entry is applied: they hold the mappings
 */
export function decode(entry: Entry, rules: Pick<RulePacks, 'ingest'>): readonly IngestItem[] {
  if (entry.kind !== 'received') return []
  const source = sourceOf(entry.source, rules)
  if (source !== undefined) return itemsOf(entry, readBody(source, entry))
  const reason = `There is no source ${entry.source} in this version.`
  return [{ kind: 'rejected', step: 'decode', reason, pointer: '#' }]
}
