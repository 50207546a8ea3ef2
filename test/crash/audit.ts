/** Audits: each answers what is wrong, one sentence each; nothing wrong is an empty list. */
import { type Decision, IN_STORM } from '../../src/core/decision.ts'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import { ledgerFaults, readLedger } from '../../src/core/ledger.ts'
import { compare } from '../../src/core/topology.ts'
import type { Books } from './books.ts'
import type { Hook } from './hook.ts'
import { episode, type Observed } from './look.ts'
import type { Deed } from './operator.ts'
import type { Post, Sender } from './sender.ts'

/** Every acknowledged body is in the journal, once, whole, as it was sent; nothing else is. */
export function auditJournal({ records }: Books, posts: readonly Post[]): string[] {
  const faults: string[] = []
  records.forEach(({ offset }, i) => {
    const before = records[i - 1]?.offset ?? 0
    if (offset <= before) faults.push(`offset ${offset} comes after ${before}`)
  })
  const received = receivedBodies(records, faults)
  const byBody = groupBy(received, ({ body }) => body)
  for (const post of posts) {
    faults.push(...postFaults(post, byBody.get(post.text) ?? []))
    byBody.delete(post.text)
  }
  for (const body of byBody.keys()) faults.push(`nobody sent ${body}`)
  return faults
}

interface ReceivedBody extends Pick<ReceivedEntry, 'receipt' | 'source'> {
  /** As it was posted. */
  readonly body: string
}

/** Entries that are parts of bodies. */
export function countParts({ records }: Pick<Books, 'records'>): number {
  return records.filter(({ entry }) => entry.kind === 'received' && entry.part !== undefined).length
}

/** The bodies that the entries of each receipt make up together; what does not make up one is a fault. */
function receivedBodies(records: Books['records'], faults: string[]): readonly ReceivedBody[] {
  const found = records.flatMap(({ offset, entry }) =>
    entry.kind === 'received' ? [{ offset, entry }] : [],
  )
  return [...groupBy(found, ({ entry }) => entry.receipt)].flatMap(([receipt, all]) => {
    const entries = all.map(({ entry }) => entry)
    const [first] = all
    if (first === undefined) return []
    const say = (what: string): void => {
      faults.push(`receipt ${receipt} ${what}`)
    }
    if (all.some(({ offset }, i) => offset !== first.offset + i)) say('has parts that are apart')
    if (new Set(entries.map(({ scope }) => scope)).size !== all.length) say('has one scope twice')
    if (entries.some(({ source }) => source !== first.entry.source)) say('has several sources')
    const body = joinParts(entries)
    if (body === null) say(`is there in ${all.length} entries that are not one body`)
    return body === null ? [] : [{ receipt, source: first.entry.source, body }]
  })
}

/** The body that was posted: the items of its parts, each at its place. `null`: one is missing or there twice. */
function joinParts(entries: readonly ReceivedEntry[]): string | null {
  const [first] = entries
  if (first === undefined) return null
  if (entries.length === 1 && first.part === undefined) return first.body
  const items: unknown[] = []
  let count = 0
  for (const { part, body } of entries) {
    if (part === undefined) return null
    const list = itemsIn(JSON.parse(body))
    for (const [i, number] of part.items.entries()) {
      count += 1
      items[number] = list[part.whole === true ? number : i]
    }
  }
  if (count !== items.length || items.includes(undefined)) return null
  const around: unknown = JSON.parse(first.body)
  return JSON.stringify(Array.isArray(around) ? items : { ...Object(around), alerts: items })
}

function itemsIn(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  const alerts: unknown = Object(body).alerts
  return Array.isArray(alerts) ? alerts : []
}

function postFaults(post: Post, found: readonly ReceivedBody[]): string[] {
  const { receipt, acked, attempts, rejected, bad, text, source } = post
  const faults: string[] = []
  const say = (what: string): void => {
    faults.push(`${source} ${text.slice(0, 120)}: ${what}`)
  }
  if (acked !== 1) say(`acknowledged ${acked} times`)
  if (found.length < acked || found.length > attempts)
    say(`${found.length} times in the journal, sent ${attempts} times`)
  if (receipt !== null && !found.some((entry) => entry.receipt === receipt))
    say(`receipt ${receipt} is not in the journal`)
  if (found.some((entry) => entry.source !== source)) say('under another source')
  if (rejected !== null && rejected.join() !== bad.join())
    say(`items ${rejected.join()} were rejected, ${bad.join()} are bad`)
  return faults
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}

/** The ledger counts what is in the bodies, and balances; every rejected item is a dead letter. */
export function auditLedger({ engine, items, records, letters }: Books, posts: readonly Post[]) {
  const ledger = readLedger(engine.state.ledger)
  const faults = ledgerFaults(ledger).map(({ source, difference }) => `${source}: ${difference}`)
  for (const [source, count] of items) {
    const counted = ledger.received[source]
    if (counted !== count) faults.push(`${source}: ${count} in the bodies, ${counted} counted`)
  }
  const bad = new Map(posts.map((post) => [post.text, post.bad]))
  let expected = 0
  for (const { receipt, body } of receivedBodies(records, faults)) {
    for (const index of bad.get(body) ?? []) {
      expected += 1
      if (!letters.has(`${receipt}.${index}`))
        faults.push(`item ${index} of ${receipt} is no dead letter`)
    }
  }
  if (letters.size !== expected) faults.push(`${letters.size} dead letters, not ${expected}`)
  return faults
}

/** Every episode that was acknowledged is in exactly one incident, and is as its tool said last. */
export function auditAlerts(books: Books, sender: Pick<Sender, 'alerts'>): string[] {
  const faults: string[] = []
  const byEpisode = groupBy([...books.alerts.values()], ({ labels, startsAt }) =>
    episode(labels['no'] ?? '', startsAt),
  )
  for (const { no, source, episodes, startsAt, endsAt } of sender.alerts()) {
    for (const start of episodes) {
      const found = byEpisode.get(episode(no, start)) ?? []
      const [one] = found
      const say = (what: string): void => {
        faults.push(`${source} ${episode(no, start)} ${what}`)
      }
      if (one === undefined || found.length > 1) {
        say(`is there ${found.length} times`)
        continue
      }
      if (one.incident === null || !books.incidents.has(one.incident)) say('is in no incident')
      const fires = start === startsAt && endsAt === null
      if ((one.state === 'firing') !== fires) say(`is ${one.state}`)
      if (start === startsAt && one.endsAt !== endsAt) say(`ended at ${one.endsAt}, not ${endsAt}`)
    }
  }
  return faults
}

const PLACED = new Set<Decision['action']>(['alert.opened', 'alert.joined', 'alert.moved'])

/**
 * An episode is placed once, unless a person moves it. The engine may place it anew for one that began before it and came
 * later, but never out of an incident that people were told of.
 */
export function auditPlacements({ decisions, alerts }: Books): string[] {
  const told = new Map<string, number>()
  for (const { action, incident, seq } of decisions)
    if (action === 'incident.notified' && incident !== undefined) told.set(incident, seq)
  const placed = groupBy(
    decisions.filter(({ action, actor }) => PLACED.has(action) && actor === 'engine'),
    ({ alert }) => alert ?? '',
  )
  const never = [...alerts].filter(
    ([key, { incident, source }]) =>
      incident !== null && source !== 'faultline' && !placed.has(key),
  )
  return [
    ...never.map(([key]) => `${key} was never placed`),
    ...[...placed].flatMap(([key, all]) =>
      all.slice(1).flatMap(({ seq, incident = '' }, i) => {
        const before = all[i]?.incident ?? ''
        if ((told.get(before) ?? Number.POSITIVE_INFINITY) > seq) return []
        return [`${key} was placed in ${incident} after people were told of it in ${before}`]
      }),
    ),
  ]
}

/** What was ever seen of an episode is one of the incidents it was really in. */
export function auditSightings({ alerts, homes }: Books, observed: Observed): string[] {
  const real = new Map<string, Set<string>>()
  for (const [key, { labels, startsAt }] of alerts)
    real.set(episode(labels['no'] ?? '', startsAt), new Set(homes.get(key)))
  return [...observed.homes].flatMap(([name, seen]) =>
    [...seen]
      .filter((incident) => real.get(name)?.has(incident) !== true)
      .map((incident) => `${name} was seen in ${incident}`),
  )
}

/** Every acknowledged command is in the journal once, and decided as it was answered. */
export function auditDeeds({ records, decisions }: Books, deeds: readonly Deed[]): string[] {
  const commands = groupBy(
    records.flatMap(({ entry }) => (entry.kind === 'command' ? [entry] : [])),
    ({ actor }) => actor,
  )
  const decided = groupBy(decisions, ({ actor }) => actor)
  return deeds.flatMap(({ actor, what, outcome, incident }) => {
    const entries = commands.get(actor)?.length ?? 0
    const made = decided.get(actor) ?? []
    const refused = made.some(({ action }) => action === 'command.refused')
    const name = `${what} of ${actor}`
    if (entries > 1) return [`${name} is in the journal ${entries} times`]
    if (outcome !== 'done') return outcome === 'refused' && entries > 0 && !refused ? [name] : []
    if (entries === 0) return [`${name} was acknowledged and is not in the journal`]
    if (made.length === 0 || refused) return [`${name} was acknowledged and is not decided`]
    const there = incident === null || made.some((one) => one.incident === incident)
    return there ? [] : [`${name} is not in the timeline of ${incident}`]
  })
}

/** An incident opens once and is told once; later openings are reopenings. */
export function auditOpenings({ decisions }: Books): string[] {
  return (['incident.opened', 'incident.notified'] as const).flatMap((action) => {
    // what was told of with a storm is told of by itself where it outlives that
    const made = decisions.filter((one) => one.action === action && one.reason !== IN_STORM)
    return [...groupBy(made, ({ incident }) => incident ?? '')]
      .filter(([, all]) => all.length > 1)
      .map(([incident, all]) => `${incident}: ${action} ${all.length} times`)
  })
}

/** People heard all news exactly as a fold without interruption tells them, in order per incident. */
export function auditNews({ news }: Books, hook: Hook): string[] {
  const expected = new Map(news.map(({ id, body }) => [id, body]))
  const faults = [...hook.contradictions]
  const heard = new Set(hook.heard.map(({ id }) => id))
  for (const { id, body } of news) if (!heard.has(id)) faults.push(`never told: ${id} ${body}`)
  for (const { id, body } of hook.heard) {
    const right = expected.get(id)
    if (right === undefined) faults.push(`told for nothing: ${id} ${body}`)
    else if (right !== body) faults.push(`${id}: told ${body}, not ${right}`)
  }
  const order = groupBy(hook.heard, ({ id }) => id.split('_')[0] ?? '')
  for (const [incident, messages] of order) {
    const seqs = messages.map(({ id }) => Number(id.split('_')[1]))
    const right = [...seqs].sort((a, b) => a - b)
    if (seqs.join() !== right.join()) faults.push(`${incident}: told in the order ${seqs.join()}`)
  }
  return faults.sort(compare)
}
