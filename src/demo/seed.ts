/**
 * Brings the year before the demo about: every entry of it goes through the engine in virtual time
 * and into the journal, exactly as it would have come in. Nothing is written past them.
 */
import type { Engine } from '../core/engine/engine.ts'
import { beginSnapshot as beginEngineSnapshot } from '../core/engine/snapshot.ts'
import type { Entry } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { toBatch } from '../fold.ts'
import type { Journal } from '../journal/journal.ts'
import { decode } from '../journey.ts'
import type { Store } from '../store/client.ts'
import type { RecordBatch, RecordWriter } from '../store/records.ts'
import { beginSnapshot } from '../store/snapshots.ts'
import type { Act, Happening } from './past.ts'
import type { DemoAlert, Post } from './scene.ts'

export interface SeedDeps {
  readonly engine: Engine
  readonly store: Store
  readonly journal: Journal
  readonly records: RecordWriter
  readonly epoch: number
}

/** Entries that are stored together. */
const BATCH = 500

type Applied = ReturnType<Engine['apply']>

/**
 * Folds `before` and then what happened, in order; stores entries, records and a snapshot.
 *
 * @returns the number of entries
 * @throws AppError `internal` where the journal is not empty, or the engine refuses what a tool says
 */
export async function seedPast(
  deps: SeedDeps,
  before: readonly Entry[],
  happenings: readonly Happening[],
): Promise<number> {
  const { engine, journal, records, epoch } = deps
  if (journal.last() !== 0) throw new AppError('internal', 'the journal of the demo is not empty')
  const book = new Map<string, string>()
  let waiting: { readonly entry: Entry; readonly batch: RecordBatch; readonly seq: number }[] = []
  let offset = 0
  const store = async (): Promise<void> => {
    if (waiting.length === 0) return
    const ready = waiting
    waiting = []
    await journal.append(ready.map(({ entry }) => entry))
    for (const { entry, batch, seq } of ready)
      records.put(batch, { epoch, seq, scope: engine.state.scope, at: entry.at })
    await records.ready()
  }
  const fold = (entry: Entry): Applied => {
    offset += 1
    const record = { offset, entry }
    const applied = engine.apply(record, decode(entry, engine.state.rules))
    const batch = toBatch(record, applied, engine.state)
    waiting.push({ entry, batch, seq: engine.state.seq })
    return applied
  }
  for (const entry of before) fold(entry)
  for (const happening of happenings) {
    if ('body' in happening) notePlaces(book, fold(received(happening, offset)))
    else {
      const entry = commandOf(engine, book, happening)
      if (entry !== null) fold(entry)
    }
    if (waiting.length >= BATCH) await store()
  }
  await store()
  await records.flush()
  await snapshot(deps)
  return offset
}

function received({ at, source, body }: Post, number: number): Entry {
  const receipt = `past-${number}`
  return { kind: 'received', at, scope: 'default', source, receipt, body: JSON.stringify(body) }
}

/** Remembers which alert of the engine is which of ours. */
function notePlaces(book: Map<string, string>, { alerts, deadLetters }: Applied): void {
  const [letter] = deadLetters
  if (letter !== undefined)
    throw new AppError('internal', `the past cannot be read: ${letter.reason}`)
  for (const { identity, rule, labels, startsAt } of alerts)
    book.set(keyOf(rule, labels, startsAt), identity)
}

function keyOf(rule: string, labels: DemoAlert['labels'], startsAt: EpochMs): string {
  return JSON.stringify([rule, labels['pod'] ?? '', startsAt])
}

/** `null` where there is nothing to act on any more: the incident has resolved before. */
function commandOf(engine: Engine, book: ReadonlyMap<string, string>, act: Act): Entry | null {
  const { check, labels, startsAt } = act.about
  const identity = book.get(keyOf(check, labels, startsAt))
  const alert = identity === undefined ? undefined : engine.state.alerts.get(identity)
  const incident = engine.state.incidents.get(alert?.incident ?? '')
  if (incident?.status !== 'open') return null
  const command = { ...act.act, incident: incident.id }
  return {
    kind: 'command',
    at: act.at,
    scope: 'default',
    actor: act.who,
    command: command.do === 'resolve' ? { ...command, force: true } : command,
  }
}

/** Saves the state, so that the start after it has nothing to read again. */
async function snapshot({ engine, store }: SeedDeps): Promise<void> {
  const running = beginEngineSnapshot(engine, 1)
  const writer = await beginSnapshot(store, running.offset)
  for (let chunk = running.next(); chunk !== null; chunk = running.next())
    await writer.chunk(chunk.kind, chunk.data)
  await writer.finish()
}
