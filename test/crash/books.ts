/** What an exported journal means: one fold of all of it, from nothing, and everything it brings about. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Decision } from '../../src/core/decision.ts'
import { type Applied, Engine } from '../../src/core/engine/engine.ts'
import type { JournalRecord } from '../../src/core/entry.ts'
import type { AlertRecord, DeadLetterRecord, IncidentRecord } from '../../src/core/record.ts'
import { readExport } from '../../src/journal-file.ts'
import { decode } from '../../src/journey.ts'
import { createAnnouncer } from '../../src/notify/announce.ts'
import { type Notification, toPayload } from '../../src/notify/notification.ts'
import type { Heard } from './hook.ts'

export interface Books {
  readonly records: readonly JournalRecord[]
  readonly engine: Engine
  readonly decisions: readonly Decision[]
  /** Episode (`<id>.<start>`) → its newest record. */
  readonly alerts: ReadonlyMap<string, AlertRecord>
  /** Episode → every incident it was ever in. */
  readonly homes: ReadonlyMap<string, ReadonlySet<string>>
  readonly incidents: ReadonlyMap<string, IncidentRecord>
  readonly letters: ReadonlyMap<string, DeadLetterRecord>
  /** Items received, by source, as they are counted in the bodies. */
  readonly items: ReadonlyMap<string, number>
  /** What has to be told, in order. */
  readonly news: readonly Heard[]
}

export async function readJournal(file: string): Promise<JournalRecord[]> {
  const lines = createInterface({ input: createReadStream(file, 'utf8') })
  const records: JournalRecord[] = []
  for await (const record of readExport(lines)) records.push(record)
  return records
}

export async function keepBooks(
  records: readonly JournalRecord[],
  consoleUrl: string,
): Promise<Books> {
  const engine = new Engine()
  const told: Notification[] = []
  const announce = createAnnouncer({
    consoleUrl,
    outbox: {
      told: async (incident, seq) =>
        told.findLast((one) => one.incident === incident && one.seq < seq)?.told ?? null,
      enqueue: async (notification) => {
        told.push(notification)
      },
    },
  })
  const decisions: Decision[] = []
  const alerts = new Map<string, AlertRecord>()
  const homes = new Map<string, Set<string>>()
  const incidents = new Map<string, IncidentRecord>()
  const letters = new Map<string, DeadLetterRecord>()
  const items = new Map<string, number>()
  const note = (applied: Applied): void => {
    decisions.push(...applied.decisions)
    for (const alert of applied.alerts) {
      const key = `${alert.id}.${alert.episode}`
      alerts.set(key, alert)
      if (alert.incident === null) continue
      homes.set(key, (homes.get(key) ?? new Set()).add(alert.incident))
    }
    for (const incident of applied.incidents) incidents.set(incident.id, incident)
    for (const letter of applied.deadLetters) letters.set(letter.id, letter)
  }
  for (const record of records) {
    const { entry } = record
    const read = decode(entry, engine.state.rules)
    if (entry.kind === 'received')
      items.set(entry.source, (items.get(entry.source) ?? 0) + read.length)
    const applied = engine.apply(record, read)
    note(applied)
    await announce(applied)
  }
  const news = told.map((one) => ({ id: one.key, body: toPayload(one) }))
  return { records, engine, decisions, alerts, homes, incidents, letters, items, news }
}
