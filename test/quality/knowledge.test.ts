/**
 * How often the right runbook is suggested, on public alerts and runbooks that are not part of this
 * repository: set FAULTLINE_DATASETS to the folder that holds `runbooks.tar.gz` and
 * `runbooks-masked.tar.gz` (alert names removed on both sides).
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { suggestArticles } from '../../src/core/knowledge.ts'
import { buildKnowledge, type KnowledgeIndex } from '../../src/core/knowledge-index.ts'
import type { AskingSignature } from '../../src/core/knowledge-query.ts'
import { foundOn, measureKnowledge, silencePrecision, silenceRate } from './measure/knowledge.ts'
import { type PublicSet, publicSet } from './measure/knowledge-public.ts'
import { mean } from './measure/summary.ts'

const DATASETS =
  process.env['FAULTLINE_DATASETS'] ?? join(import.meta.dirname, '../../../shared/data')
const SETS = ['runbooks', 'runbooks-masked']
const PRESENT = SETS.every((name) => existsSync(join(DATASETS, `${name}.tar.gz`)))

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

const loaded = new Map<string, PublicSet>()

beforeAll(() => {
  if (!PRESENT) return
  for (const name of SETS) loaded.set(name, publicSet(DATASETS, name))
})

function setOf(name: string): PublicSet {
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
    { name: 'runbooks-masked', hit1: 0.82, hit5: 0.96, mrr: 0.87 },
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
    { name: 'runbooks', answered: 1, foreign: 0.9 },
    { name: 'runbooks-masked', answered: 1, foreign: 0.9 },
  ])('and nothing where nothing fits, on $name', ({ name, answered, foreign }) => {
    const { articles, questions } = setOf(name)
    const index = buildKnowledge(articles)
    const masked = name !== 'runbooks'
    const got = {
      answered: share(questions, ({ signature }) => ask(index, signature).length > 0),
      foreign: share(FOREIGN, ([rule, title]) => {
        const alert = { rule: masked ? 'Alert1' : rule, title, labels: {}, annotations: {} }
        return ask(index, { ...alert, surprise: 5 }).length === 0
      }),
    }
    report(
      `${name}: answers ${got.answered.toFixed(3)}; says "nothing fits" for ` +
        `${got.foreign.toFixed(3)} of foreign alerts`,
    )
    expect(got.answered).toBeGreaterThanOrEqual(answered)
    expect(got.foreign).toBeGreaterThanOrEqual(foreign)
  })
})

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length
}

describe('on our own runbooks', () => {
  const measured = measureKnowledge()
  const hit1 = (set: string, who?: string): number => mean(foundOn(measured, set, who).hit1)

  it.each([
    { set: 'alerts', atLeast: 0.93, hit5: 0.98 },
    { set: 'several alerts', atLeast: 0.86, hit5: 0.93 },
    { set: 'warnings only', atLeast: 0.8, hit5: 0.9 },
    { set: 'symptoms', atLeast: 0.2, hit5: 0.24 },
  ])('the right one comes up for $set', ({ set, atLeast, hit5 }) => {
    expect(hit1(set)).toBeGreaterThanOrEqual(atLeast)
    expect(mean(foundOn(measured, set).hit5)).toBeGreaterThanOrEqual(hit5)
  })

  it('several alerts are told apart better than by all their words', () => {
    expect(hit1('several alerts')).toBeGreaterThan(hit1('several alerts', 'BM25') + 0.1)
    expect(hit1('several alerts')).toBeGreaterThan(hit1('several alerts', 'TF-IDF') + 0.1)
  })

  it('nothing is suggested where nothing fits, and seldom otherwise', () => {
    expect(silenceRate(measured)).toBeGreaterThanOrEqual(0.9)
    expect(silencePrecision(measured)).toBeGreaterThanOrEqual(0.95)
  })
})
