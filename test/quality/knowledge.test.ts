/**
 * How often the right runbook is suggested, on public alerts and runbooks that are not part of this
 * repository: set FAULTLINE_DATASETS to the folder that holds `runbooks.tar.gz` and
 * `runbooks-masked.tar.gz` (alert names removed on both sides).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseArticle } from '../../src/core/article.ts'
import { suggestArticles } from '../../src/core/knowledge.ts'
import { buildKnowledge, type KnowledgeIndex } from '../../src/core/knowledge-index.ts'
import type { AskingSignature } from '../../src/core/knowledge-query.ts'
import type { Article } from '../../src/core/model.ts'

const DATASETS =
  process.env['FAULTLINE_DATASETS'] ?? join(import.meta.dirname, '../../../shared/data')
const SETS = ['runbooks', 'runbooks-masked']
const PRESENT = SETS.every((name) => existsSync(join(DATASETS, `${name}.tar.gz`)))

const Texts = z.record(z.string(), z.string())
const Line = z.object({
  id: z.string(),
  payload: z.object({
    title: z.string(),
    status: z.enum(['firing', 'resolved']),
    labels: Texts,
    annotations: Texts,
  }),
})
const Truth = z.array(z.object({ id: z.string(), relevant: z.array(z.string()) }))

interface Question {
  readonly signature: AskingSignature
  readonly right: ReadonlySet<string>
}

interface DataSet {
  readonly articles: readonly Article[]
  readonly questions: readonly Question[]
}

/** Alerts of other worlds: nothing in a folder of Kubernetes runbooks is about them. */
const FOREIGN: readonly (readonly [rule: string, summary: string])[] = [
  ['KafkaConsumerLag', 'Consumer group orders lags by more than 10000 messages.'],
  ['RabbitUnacked', 'The queue invoices holds more than 1000 unacknowledged messages.'],
  ['MySQLSlowQueries', 'The MySQL server logs new slow queries.'],
  ['RedisOutOfMemory', 'Redis uses 95 % of maxmemory, keys will be evicted.'],
  ['WindowsServiceDown', 'The print spooler on the Windows host has stopped unexpectedly.'],
  ['SapWorkProcessesBusy', 'All dialog work processes of the SAP application server are busy.'],
  ['PaymentErrorRate', '12 % of requests to the payment service end with status 500.'],
  ['UPSOnBattery', 'The uninterruptible power supply of rack 4 lost mains.'],
  ['BGPSessionDown', 'The BGP peering with the transit provider is down on the edge router.'],
  ['BackupFailed', 'The nightly backup of the file server finished with errors.'],
  ['FanFailure', 'Fan tray 2 of the core switch has failed.'],
  ['TemperatureHigh', 'The sensor in room B reports 34 degrees.'],
  ['MongoReplicaLag', 'The MongoDB secondary is 60 seconds behind the primary.'],
  ['ElasticsearchRed', 'Some primary shards of the Elasticsearch cluster are unassigned.'],
  ['LambdaThrottles', 'The function resize-images was throttled 40 times.'],
  ['OracleTablespace', 'The tablespace USERS of the Oracle database is 97 % used.'],
  ['JVMOldGen', 'Collecting garbage takes 40 % of the time in the JVM of the checkout.'],
  ['LoginFailures', '300 failed logins from one address within 5 minutes.'],
  ['VPNTunnelDown', 'The tunnel to the branch office is down.'],
  ['MailQueue', '5000 mails wait for delivery by Postfix.'],
]

let folder = ''
const loaded = new Map<string, DataSet>()

beforeAll(() => {
  if (!PRESENT) return
  folder = mkdtempSync(join(tmpdir(), 'faultline-quality-'))
  for (const name of SETS) {
    execFileSync('tar', ['xzf', join(DATASETS, `${name}.tar.gz`), '-C', folder])
    loaded.set(name, load(join(folder, name)))
  }
})

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true })
})

function load(at: string): DataSet {
  const files = readdirSync(join(at, 'articles'), { recursive: true, encoding: 'utf8' })
  const truth = Truth.parse(JSON.parse(readFileSync(join(at, 'truth.json'), 'utf8')))
  const right = new Map(truth.map(({ id, relevant }) => [id, new Set(relevant)]))
  const lines = readFileSync(join(at, 'events.ndjson'), 'utf8').split('\n')
  const firing = lines
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
    .filter(({ payload }) => payload.status === 'firing')
  return {
    articles: files
      .filter((file) => file.endsWith('.md'))
      .map((file) => parseArticle(file, readFileSync(join(at, 'articles', file), 'utf8')).article),
    questions: firing.map(({ id, payload: { title, labels, annotations } }) => ({
      signature: { rule: labels['alertname'] ?? '', title, labels, annotations, surprise: 5 },
      right: right.get(id) ?? new Set<string>(),
    })),
  }
}

function setOf(name: string): DataSet {
  const set = loaded.get(name)
  if (set === undefined) throw new Error(`${name} is not loaded`)
  return set
}

function ask(index: KnowledgeIndex, signature: AskingSignature): readonly string[] {
  const query = { ciClasses: [], services: [], runbookUrls: [], votes: new Map(), limit: 5 }
  return suggestArticles(index, { ...query, signatures: [signature] }).map(({ id }) => id)
}

function shareWithin(ranks: readonly number[], limit: number): number {
  return ranks.filter((rank) => rank <= limit).length / ranks.length
}

function report(line: string): void {
  process.stdout.write(`knowledge: ${line}\n`)
}

const WHERE = PRESENT ? '' : ` (skipped: no runbooks*.tar.gz in ${DATASETS})`

describe.skipIf(!PRESENT)(`the right runbook is suggested${WHERE}`, () => {
  it.each([
    { name: 'runbooks', hit1: 0.98, hit5: 1, mrr: 0.98 },
    { name: 'runbooks-masked', hit1: 0.8, hit5: 0.92, mrr: 0.85 },
  ])('on $name', ({ name, hit1, hit5, mrr }) => {
    const { articles, questions } = setOf(name)
    const index = buildKnowledge(articles)
    const ranks = questions.map(({ signature, right }) => {
      const at = ask(index, signature).findIndex((id) => right.has(id))
      return at < 0 ? Number.POSITIVE_INFINITY : at + 1
    })
    const got = {
      hit1: shareWithin(ranks, 1),
      hit5: shareWithin(ranks, 5),
      mrr: ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length,
    }
    report(
      `${name}: ${questions.length} alerts, ${articles.length} runbooks, hit@1 ${got.hit1.toFixed(3)}, ` +
        `hit@5 ${got.hit5.toFixed(3)}, MRR ${got.mrr.toFixed(3)}`,
    )
    expect(questions.length).toBeGreaterThan(50)
    expect(got.hit1).toBeGreaterThanOrEqual(hit1)
    expect(got.hit5).toBeGreaterThanOrEqual(hit5)
    expect(got.mrr).toBeGreaterThanOrEqual(mrr)
  })

  it.each([
    { name: 'runbooks', answered: 1, foreign: 0.95, removed: 0.15 },
    { name: 'runbooks-masked', answered: 0.95, foreign: 0.9, removed: 0.15 },
  ])('and nothing where nothing fits, on $name', ({ name, answered, foreign, removed }) => {
    const { articles, questions } = setOf(name)
    const index = buildKnowledge(articles)
    const masked = name !== 'runbooks'
    const got = {
      answered: share(questions, ({ signature }) => ask(index, signature).length > 0),
      foreign: share(FOREIGN, ([rule, title]) => {
        const alert = { rule: masked ? 'Alert1' : rule, title, labels: {}, annotations: {} }
        return ask(index, { ...alert, surprise: 5 }).length === 0
      }),
      removed: share(questions, ({ signature, right }) => {
        const others = articles.filter(({ id }) => !right.has(id))
        return ask(buildKnowledge(others), signature).length === 0
      }),
    }
    report(
      `${name}: answers ${got.answered.toFixed(3)}; says "nothing fits" for ` +
        `${got.foreign.toFixed(3)} of foreign alerts and ${got.removed.toFixed(3)} of alerts whose ` +
        'runbook was removed (others of its kind remain)',
    )
    expect(got.answered).toBeGreaterThanOrEqual(answered)
    expect(got.foreign).toBeGreaterThanOrEqual(foreign)
    expect(got.removed).toBeGreaterThanOrEqual(removed)
  })
})

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length
}
