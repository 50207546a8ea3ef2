/** The demo's estate, year and outage, through the real engine and store, in virtual time. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseArticle } from '../../src/core/article.ts'
import { Engine } from '../../src/core/engine/engine.ts'
import type { Entry } from '../../src/core/entry.ts'
import type { IncidentRecord } from '../../src/core/record.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { maintenanceOf, pastOf } from '../../src/demo/past.ts'
import { readScripts } from '../../src/demo/scripts.ts'
import { seedPast } from '../../src/demo/seed.ts'
import { mendingOf, type Storm, stormOf } from '../../src/demo/storm.ts'
import { loadCmdb, loadKnowledge, loadRules } from '../../src/inputs.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { decode } from '../../src/journey.ts'
import { demoFolder, shippedRules } from '../../src/paths.ts'
import { recover } from '../../src/recovery.ts'
import { openStore } from '../../src/store/client.ts'
import { openRecordWriter } from '../../src/store/records.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { embedded, type Place } from '../support/store.ts'

const FOLDER = demoFolder()
const { checks, past, storm: outage } = readScripts(FOLDER)
const NOW = Date.UTC(2026, 2, 4, 2, 57)
const SEED = 20_260
/** What `past.yaml` lets break again and again. */
const RECURRING = [
  ...['kafka-2', 'checkout-api', 'orders-db', 'settlement-db', 'vpn-warehouse', 'search-cluster'],
  ...['acquirer-nordic', 'session-redis', 'node-a3', 'spark', 'invoicing', 'warehouse'],
]
const input = { script: past, checks, seed: SEED, until: NOW }

describe('what the demo is made of', () => {
  const entry = loadCmdb(join(FOLDER, 'estate.yaml')).toEntry(NOW, 'default')
  const items = entry.kind === 'topology' ? entry.items : []
  const relations = entry.kind === 'topology' ? entry.relations : []
  const articles = readdirSync(join(FOLDER, 'articles'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => parseArticle(name, readFileSync(join(FOLDER, 'articles', name), 'utf8')))

  it('is an estate of applications, their services and what they run on', () => {
    expect(items.length).toBeGreaterThanOrEqual(60)
    expect(items.filter((item) => item.class === 'application').length).toBeGreaterThanOrEqual(3)
    const ids = new Set(items.map(({ id }) => id))
    expect(ids.size).toBe(items.length)
    expect(relations.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([])
    expect(items.filter(({ owner }) => owner === undefined)).toEqual([])
  })

  it('has runbooks that say what to check, what to do and whom to call', () => {
    expect(articles.length).toBeGreaterThanOrEqual(40)
    expect(articles.flatMap(({ fault }) => fault ?? [])).toEqual([])
    for (const { article } of articles)
      for (const part of ['## Check', '## Mitigate', '## Escalate'])
        expect(article.body, article.id).toContain(part)
  })

  it('links checks only to runbooks that are there, and has no runbook for a check that is not', () => {
    const ids = new Set(articles.map(({ article }) => article.id))
    const linked = Object.values(checks).flatMap(({ runbook }) => runbook ?? [])
    expect(linked.filter((id) => !ids.has(id))).toEqual([])
    const named = articles.flatMap(({ article }) => article.alertnames)
    expect(named.filter((name) => checks[name] === undefined)).toEqual([])
  })

  it('is the same year for the same seed and end', () => {
    const year = pastOf(input)
    expect(pastOf(input)).toEqual(year)
    expect(year[0]?.at).toBeLessThan(NOW - 355 * DAY)
    expect(year.every((one, i) => i === 0 || one.at >= (year[i - 1]?.at ?? 0))).toBe(true)
  })
})

describe('the demo in the engine', () => {
  let place: Place
  let entries = 0
  let storm: Storm
  const engine = new Engine()
  const opened = new Map<string, IncidentRecord>()
  const unbound = new Set<string>()
  const feed = (entry: Entry): void => {
    const offset = engine.state.offset + 1
    const applied = engine.apply({ offset, entry }, decode(entry, engine.state.rules))
    expect(applied.deadLetters).toEqual([])
    for (const incident of applied.incidents) opened.set(incident.id, incident)
    for (const { rule, binding } of applied.alerts) if (binding === null) unbound.add(rule)
  }

  beforeAll(async () => {
    place = await embedded.start()
    const store = await openStore(place.target, { memoryBytes: 2 ** 30 })
    const journal = await openJournal(store.journal)
    const records = openRecordWriter(store)
    const happenings = pastOf(input)
    const at = (happenings[0]?.at ?? NOW) - MINUTE
    const files = [
      loadRules(shippedRules()),
      loadCmdb(join(FOLDER, 'estate.yaml')),
      loadKnowledge(join(FOLDER, 'articles')),
    ].map(({ toEntry }) => toEntry(at, 'default'))
    const before = [...files, maintenanceOf(past, { at, now: NOW })]
    entries = await seedPast({ engine, store, journal, records, epoch: 1 }, before, happenings)
    expect(journal.last()).toBe(entries)
    const snapshot = await latestSnapshot(store)
    const announce = async (): Promise<void> => undefined
    const again = await recover({ snapshot, journal, records, announce, epoch: 1 })
    expect(again.entries).toBe(0)
    expect(again.engine.state.seq).toBe(engine.state.seq)
    await records.close()
    await journal.close()
    await store.close()

    storm = stormOf({ script: outage, checks, seed: SEED, at: NOW + MINUTE, speed: 1 })
    for (const { at: when, source, body } of storm.posts) {
      if (when > NOW + 2.5 * MINUTE) continue
      const receipt = `r${engine.state.offset}`
      const time = Math.max(when, NOW)
      feed({
        kind: 'received',
        at: time,
        scope: 'default',
        source,
        receipt,
        body: JSON.stringify(body),
      })
    }
    feed({ kind: 'time', at: NOW + 3 * MINUTE, scope: 'default' })
  })
  afterAll(() => place.stop())

  const incidentOf = (name: string): IncidentRecord => {
    const fault = storm.faults.find(({ id }) => id === name)
    const first = fault?.alerts[0]
    for (const { rule, labels, incident } of engine.state.alerts.values()) {
      if (rule !== first?.check || labels['pod'] !== first.labels['pod']) continue
      const found = opened.get(incident ?? '')
      if (found !== undefined) return found
    }
    throw new Error(`no incident of ${name}`)
  }

  it('remembers a year: hundreds of incidents, most of them resolved by people who said how', () => {
    expect(entries).toBeGreaterThan(2000)
    const profiles = [...engine.state.profiles.values()]
    expect(profiles.length).toBeGreaterThanOrEqual(200)
    const said = profiles.filter(({ profile }) => profile.resolution !== null)
    expect(said.length / profiles.length).toBeGreaterThan(0.5)
  })

  it('has a problem for every cause that keeps coming back, the most expensive ones first', () => {
    // what comes back without costing anybody's time is a proposal too, and the last one
    const found = [...engine.state.problems.values()]
      .filter(({ status, figures }) => status === 'proposed' && figures.monthlyCost > 0)
      .sort((a, b) => b.figures.monthlyCost - a.figures.monthlyCost)
      .map(({ explanation }) => explanation.rootCi)
    expect(found).toEqual(expect.arrayContaining(RECURRING))
    expect(found.slice(0, 10).filter((ci) => !RECURRING.includes(ci ?? ''))).toEqual([])
    expect(found.length).toBeLessThanOrEqual(RECURRING.length + 3)
  })

  it('knows the problem behind the disk of the broker while it burns', () => {
    const { problem } = incidentOf('kafka-disk')
    const known = engine.state.problems.get(problem ?? '')
    expect(known?.explanation.rootCi).toBe('kafka-2')
  })

  it('makes a few incidents of more than 300 alerts', () => {
    expect(storm.alerts.length).toBeGreaterThanOrEqual(300)
    const starts = storm.alerts.map(({ startsAt }) => startsAt)
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThanOrEqual(MINUTE)
    const open = [...opened.values()].filter(({ status }) => status === 'open')
    expect(open.length).toBeGreaterThanOrEqual(4)
    expect(open.length).toBeLessThanOrEqual(8)
    expect([...unbound]).toEqual([])
  })

  it.each([
    ['checkout-deploy', 'checkout-api', 'shop/container-oom-killed', 'ContainerOOMKilled'],
    ['rack-power', 'rack-b2', 'platform/rack-power-lost', 'RackPowerLost'],
    ['kafka-disk', 'kafka-2', 'data/kafka-disk-full', 'KafkaBrokerDiskFull'],
  ])('finds what is behind %s, its runbook and the last time', (name, cause, article, rule) => {
    const { rootCause, articles, similar, alertCount } = incidentOf(name)
    expect(rootCause?.abstained).toBe(false)
    expect(rootCause?.candidates[0]?.ci).toBe(cause)
    expect(articles[0]?.id).toBe(article)
    expect(similar.length).toBeGreaterThan(0)
    const [last] = similar
    const profile = engine.state.profiles.get(last?.incident ?? '')?.profile
    expect(Object.keys(profile?.features ?? {}).join(' ')).toContain(rule)
    expect(alertCount).toBeGreaterThan(50)
  })

  it('keeps the three faults apart, and the deploy with the one it caused', () => {
    const [checkout, rack, kafka] = ['checkout-deploy', 'rack-power', 'kafka-disk'].map(incidentOf)
    expect(new Set([checkout?.id, rack?.id, kafka?.id]).size).toBe(3)
    expect(checkout?.changes).toHaveLength(1)
    expect([rack?.changes, kafka?.changes]).toEqual([[], []])
    for (const { labels, incident } of engine.state.alerts.values())
      if (labels['namespace'] === 'staging') expect(incident).not.toBe(checkout?.id)
  })

  it('mutes what is in maintenance and what a dead host takes with it, and shows what flaps', () => {
    const muted = [...engine.state.alerts.values()].filter((one) => one.suppressedBy !== null)
    const [inhibited, planned] = [true, false].map((wanted) =>
      muted
        .filter(({ suppressedBy }) => (suppressedBy?.kind === 'inhibit') === wanted)
        .map(({ rule }) => rule)
        .sort(),
    )
    expect(planned).toEqual(['CacheEvictions', 'DatabaseReplicationLag', 'HostHighLoad'])
    expect(new Set(inhibited)).toEqual(new Set(['ExporterDown']))
    const flapping = [...opened.values()].filter((one) => one.flappingSince !== null)
    expect(flapping.map(({ title }) => title)).toEqual([expect.stringContaining('vpn-office')])
  })

  it('resolves the incident of a fault that is mended', () => {
    const fault = storm.faults.find(({ id }) => id === 'checkout-deploy')
    if (fault === undefined) throw new Error('no such fault')
    const { id } = incidentOf('checkout-deploy')
    const at = NOW + 10 * MINUTE
    const rest = storm.posts.filter((post) => post.at > NOW + 2.5 * MINUTE && post.at < at)
    for (const post of [...rest, ...mendingOf(fault, at)]) {
      const { source, body } = post
      const receipt = `m${engine.state.offset}`
      feed({
        kind: 'received',
        at: post.at,
        scope: 'default',
        source,
        receipt,
        body: JSON.stringify(body),
      })
    }
    feed({ kind: 'time', at: at + 20 * MINUTE, scope: 'default' })
    expect(opened.get(id)?.firingCount).toBe(0)
    expect(opened.get(id)?.status).toBe('resolved')
    expect(opened.get(id)?.resolvedAt).toBeLessThan(at + 20 * MINUTE)
    expect(incidentOf('kafka-disk').status).toBe('open')
  })
})
