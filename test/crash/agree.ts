/** Whether what the program showed, what is in its store, and what a replay says are the same. */
import { join } from 'node:path'
import { z } from 'zod'
import type { AlertRecord, DeadLetterRecord, IncidentRecord } from '../../src/core/record.ts'
import { listAlerts } from '../../src/store/alerts.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { listDeadLetters } from '../../src/store/dead-letters.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { listIncidents } from '../../src/store/incidents.ts'
import type { Page } from '../../src/store/page.ts'
import type { Books } from './books.ts'
import type { Shown } from './final.ts'
import type { Home } from './life.ts'

const AlertLine = z.object({
  fingerprint: z.string().nullable(),
  startsAt: z.string().nullable(),
  finalIncident: z.string().optional(),
})
const IncidentLine = z.object({
  id: z.string(),
  status: z.string(),
  title: z.string(),
  priority: z.int(),
  provisionalAt: z.string(),
  openedAt: z.string().optional(),
  notifiedAt: z.string().optional(),
  resolvedAt: z.string().optional(),
  mergedInto: z.string().optional(),
  alerts: z.array(z.string()),
})
const Summary = z.object({
  ledger: z.object({
    sources: z.record(z.string(), z.record(z.string(), z.int())),
    received: z.record(z.string(), z.int()),
  }),
})

/** A replay of the journal says of alerts, incidents and the ledger what the API showed. */
export function compareReplay(files: ReadonlyMap<string, string>, shown: Shown): string[] {
  return [
    ...compareAlerts(linesOf(files, 'alerts.ndjson', AlertLine), shown),
    ...compareIncidents(linesOf(files, 'incidents.ndjson', IncidentLine), shown),
    ...compareLedger(Summary.parse(JSON.parse(files.get('summary.json') ?? '')), shown),
  ]
}

function linesOf<Line>(
  files: ReadonlyMap<string, string>,
  name: string,
  line: z.ZodType<Line>,
): Line[] {
  const lines = (files.get(name) ?? '').split('\n').filter((text) => text !== '')
  return lines.map((text) => line.parse(JSON.parse(text)))
}

function compareAlerts(lines: readonly z.output<typeof AlertLine>[], shown: Shown): string[] {
  const merged = new Map(shown.incidents.map(({ id, mergedInto }) => [id, mergedInto]))
  const last = (id: string): string => {
    const next = merged.get(id) ?? null
    return next === null ? id : last(next)
  }
  const replayed = new Map<string, string | undefined>()
  for (const { fingerprint, startsAt, finalIncident } of lines)
    if (fingerprint !== null) replayed.set(`${fingerprint} since ${startsAt}`, finalIncident)
  const faults = shown.alerts.flatMap(({ fingerprint, startsAt, incident }) => {
    const key = `${fingerprint} since ${startsAt}`
    const home = incident === null ? undefined : last(incident)
    const known = replayed.get(key)
    replayed.delete(key)
    return known === home ? [] : [`${key}: ${home} was shown, ${known} is replayed`]
  })
  const rest = [...replayed].filter(([, incident]) => incident !== undefined)
  return [...faults, ...rest.map(([key, incident]) => `${key}: ${incident} is replayed only`)]
}

function compareIncidents(lines: readonly z.output<typeof IncidentLine>[], shown: Shown): string[] {
  const members = new Map<string, Set<string>>()
  for (const { incident, fingerprint } of shown.alerts) {
    if (incident === null) continue
    members.set(incident, (members.get(incident) ?? new Set()).add(fingerprint))
  }
  const texts = shown.incidents.map((one) => {
    const { id, status, title, priority, provisionalAt, mergedInto } = one
    const times = [provisionalAt, one.openedAt, one.notifiedAt, one.resolvedAt]
    const alerts = [...(members.get(id) ?? [])].sort()
    return JSON.stringify([id, status, title, priority, mergedInto, times, alerts])
  })
  const replayed = lines.map((one) => {
    const { id, status, title, priority, provisionalAt, mergedInto = null } = one
    const { openedAt = null, notifiedAt = null, resolvedAt = null } = one
    const times = [provisionalAt, openedAt, notifiedAt, resolvedAt]
    const alerts = [...one.alerts].sort()
    return JSON.stringify([id, status, title, priority, mergedInto, times, alerts])
  })
  return difference(texts, replayed, 'incidents')
}

function compareLedger({ ledger }: z.output<typeof Summary>, shown: Shown): string[] {
  const texts = shown.ledger.sources.map(({ source, received, outcomes }) =>
    JSON.stringify([source, received, sorted(outcomes)]),
  )
  const replayed = Object.entries(ledger.received).map(([source, received]) =>
    JSON.stringify([source, received, sorted(ledger.sources[source] ?? {})]),
  )
  return difference(texts, replayed, 'ledger')
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Texts that are in one list and not in the other. */
function difference(real: readonly string[], right: readonly string[], what: string): string[] {
  const [here, there] = [new Set(real), new Set(right)]
  const twice = real.length === here.size ? [] : [`${what}: some are there twice`]
  return [
    ...twice,
    ...real.filter((text) => !there.has(text)).map((text) => `${what}, only there: ${text}`),
    ...right.filter((text) => !here.has(text)).map((text) => `${what}, missing: ${text}`),
  ]
}

/** The store holds the records of an uninterrupted fold: all, once, in their newest version. */
export async function compareStore({ folder }: Home, books: Books): Promise<string[]> {
  const store = await openStore({ path: join(folder, 'data', 'store') })
  try {
    return [
      ...difference(
        (await all((page) => listDecisions(store, page))).map((one) => JSON.stringify(one)),
        books.decisions.map((one) => JSON.stringify(one)),
        'decisions',
      ),
      ...(await compareRecords(store, books)),
    ]
  } finally {
    await store.close()
  }
}

async function compareRecords(store: Store, books: Books): Promise<string[]> {
  const alerts = await all((page) => listAlerts(store, page))
  const incidents = await all((page) => listIncidents(store, page))
  const letters = await all((page) => listDeadLetters(store, page))
  return [
    ...difference(alerts.map(alertText), [...books.alerts.values()].map(alertText), 'alerts'),
    ...difference(
      incidents.map(recordText),
      [...books.incidents.values()].map(recordText),
      'incidents',
    ),
    ...difference(
      letters.map(letterText),
      [...books.letters.values()].map(letterText),
      'dead letters',
    ),
  ]
}

const alertText = (alert: AlertRecord): string => canonical(alert)
const recordText = (incident: IncidentRecord): string => canonical(incident)
const letterText = ({
  id,
  source,
  receipt,
  step,
  reason,
  pointer,
}: Omit<DeadLetterRecord, 'body'>) => canonical({ id, source, receipt, step, reason, pointer })

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

async function all<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await read({ limit: 1000, ...(cursor === undefined ? undefined : { cursor }) })
    found.push(...page.items)
    if (page.next === undefined) return found
    cursor = page.next
  }
}
