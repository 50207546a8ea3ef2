/** What the API shows after a restart, held against what was acknowledged before. */
import { z } from 'zod'
import { api } from '../support/process.ts'
import type { Operator } from './operator.ts'
import type { Sender } from './sender.ts'

/** Read beside what was sent since the last look: more than what was on its way at that moment. */
const NEWEST = 300

/** What was seen in the lives so far. */
export interface Observed {
  /** Episode (`no@start`) → the incidents in which it was ever seen. */
  readonly homes: Map<string, Set<string>>
  /** Incident → when it began. */
  readonly born: Map<string, number>
  /** Items received, by source. */
  readonly received: Map<string, number>
  /** Posts that had been sent, acknowledged posts and deeds that were looked for. */
  sent: number
  posts: number
  deeds: number
}

export interface Looked {
  readonly url: string
  readonly sender: Pick<Sender, 'posts' | 'acked'>
  readonly operator: Pick<Operator, 'done'>
  readonly observed: Observed
}

const Alert = z.object({
  labels: z.record(z.string(), z.string()),
  startsAt: z.string(),
  state: z.string(),
  endsAt: z.string().nullable(),
  fingerprint: z.string(),
  key: z.string(),
  source: z.string(),
  incident: z.string().nullable(),
})
export type SeenAlert = z.output<typeof Alert>
const Incident = z.object({
  id: z.string(),
  status: z.string(),
  title: z.string(),
  priority: z.int(),
  service: z.string().nullable(),
  mergedInto: z.string().nullable(),
  provisionalAt: z.string(),
  openedAt: z.string().nullable(),
  notifiedAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  alertCount: z.int(),
  firingCount: z.int(),
})
export type SeenIncident = z.output<typeof Incident>
const Ledger = z.object({
  balanced: z.boolean(),
  sources: z.array(
    z.object({
      source: z.string(),
      received: z.int(),
      outcomes: z.record(z.string(), z.int()),
    }),
  ),
})
export type SeenLedger = z.output<typeof Ledger>
const Timeline = z.object({ items: z.array(z.object({ actor: z.string(), action: z.string() })) })

export interface Seen {
  readonly ledger: SeenLedger
  readonly incidents: readonly SeenIncident[]
  readonly alerts: readonly SeenAlert[]
  /** Actors in the timeline of the incident of each deed. */
  readonly timelines: readonly { readonly actor: string; readonly found: boolean }[]
}

/** The newest `count` items of a list, or all of them. */
async function readList<Item>(
  url: string,
  path: string,
  item: z.ZodType<Item>,
  count = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const Page = z.object({ items: z.array(item), next: z.string().optional() })
  const found: Item[] = []
  let cursor = ''
  while (found.length < count) {
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { items, next } = Page.parse(
      await api(url, `${path}?limit=${Math.min(count, 1000)}${at}`),
    )
    found.push(...items)
    if (next === undefined) break
    cursor = next
  }
  return found
}

export async function readLedger(url: string): Promise<SeenLedger> {
  return Ledger.parse(await api(url, '/api/v1/ledger'))
}

export function readIncidents(url: string, count?: number): Promise<SeenIncident[]> {
  return readList(url, '/api/v1/incidents', Incident, count)
}

export function readAlerts(url: string, count?: number): Promise<SeenAlert[]> {
  return readList(url, '/api/v1/alerts', Alert, count)
}

/** Reads the newest of everything, and what became of the newest acknowledged commands. */
export async function observe({ url, sender, operator, observed }: Looked): Promise<Seen> {
  const timelines: { actor: string; found: boolean }[] = []
  for (const { incident, actor } of operator.done.slice(observed.deeds)) {
    if (incident === null) continue
    const path = `/api/v1/incidents/${incident}/timeline?order=newest&limit=300&only=people`
    const { items } = Timeline.parse(await api(url, path))
    const found = items.some((one) => one.actor === actor && one.action !== 'command.refused')
    timelines.push({ actor, found })
  }
  const sent = sender.posts.slice(observed.sent)
  const begun = sent.reduce((sum, { alerts }) => sum + alerts.length, 0)
  return {
    ledger: await readLedger(url),
    incidents: await readIncidents(url, NEWEST),
    alerts: await readAlerts(url, NEWEST + begun),
    timelines,
  }
}

export function episode(no: string, startsAt: number): string {
  return `${no}@${startsAt}`
}

/** Throws with everything that is not as it was acknowledged. */
export function verify(seen: Seen, lane: Looked): void {
  const { observed, sender, operator } = lane
  const faults = [
    ...booksFaults(seen.ledger, lane),
    ...incidentFaults(seen.incidents, observed),
    ...alertFaults(seen.alerts, lane),
    ...seen.timelines.flatMap(({ actor, found }) =>
      found ? [] : [`the command of ${actor} was acknowledged and is not in the timeline`],
    ),
  ]
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n'))
  observed.sent = sender.posts.length
  observed.posts = sender.acked.length
  observed.deeds = operator.done.length
}

/** Received is at least what was acknowledged, at most what was sent, and never less than before. */
function booksFaults({ balanced, sources }: SeenLedger, { sender, observed }: Looked): string[] {
  const faults = balanced ? [] : [`the books do not balance: ${JSON.stringify(sources)}`]
  const bounds = new Map<string, { acked: number; sent: number }>()
  for (const { source, items, acked, attempts } of sender.posts) {
    const known = bounds.get(source) ?? { acked: 0, sent: 0 }
    bounds.set(source, {
      acked: known.acked + items * acked,
      sent: known.sent + items * attempts,
    })
  }
  for (const [source, { acked, sent }] of bounds) {
    const now = sources.find((one) => one.source === source)?.received ?? 0
    const before = observed.received.get(source) ?? 0
    if (now < acked || now > sent || now < before)
      faults.push(
        `${source}: ${now} received, ${acked} acknowledged, ${sent} sent, ${before} before`,
      )
    observed.received.set(source, now)
  }
  return faults
}

/** An id means one incident forever: its beginning stays, or moves back by a merge. */
function incidentFaults(incidents: readonly SeenIncident[], { born }: Observed): string[] {
  return incidents.flatMap(({ id, provisionalAt }) => {
    const at = Date.parse(provisionalAt)
    const before = born.get(id) ?? at
    born.set(id, at)
    return at > before ? [`${id} began at ${before} and now at ${at}`] : []
  })
}

function alertFaults(alerts: readonly SeenAlert[], { sender, observed }: Looked): string[] {
  const faults: string[] = []
  const now = new Set<string>()
  for (const { labels, startsAt, incident } of alerts) {
    const key = episode(labels['no'] ?? '', Date.parse(startsAt))
    if (now.has(key)) faults.push(`${key} is there twice`)
    now.add(key)
    if (incident === null) continue
    observed.homes.set(key, (observed.homes.get(key) ?? new Set()).add(incident))
  }
  // the newest hold what began since the last look; what is older was looked for then
  for (const post of sender.acked.slice(observed.posts)) {
    for (const { alert, startsAt } of post.alerts) {
      const key = episode(alert.no, startsAt)
      if (!observed.homes.has(key)) faults.push(`${key} was acknowledged and is in no incident`)
    }
  }
  return faults
}
