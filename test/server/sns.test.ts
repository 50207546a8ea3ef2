/** Amazon SNS: only what an allowed topic sent and SNS signed gets in; nothing else is confirmed. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { createSns, type Sns } from '../../src/server/sns.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { createFakeClock } from '../support/clock.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms'
const CERT = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem'
const SUBSCRIBE = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString()

type Fields = Readonly<Record<string, string>>

const ORDER = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    ...['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ],
}

/** A message as SNS sends it. */
function message(type: keyof typeof ORDER, at: number, changed: Fields = {}): Fields {
  const fields: Fields = {
    Type: type,
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: JSON.stringify({
      AlarmName: 'api-5xx',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:api-5xx',
      NewStateValue: 'ALARM',
    }),
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERT,
    ...(type === 'Notification' ? { Subject: 'ALARM' } : { SubscribeURL: SUBSCRIBE, Token: 't' }),
    ...changed,
  }
  const text = ORDER[type]
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('')
  const algorithm = fields['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
  return { ...fields, Signature: createSign(algorithm).update(text).sign(privateKey, 'base64') }
}

const bytes = (fields: object): Buffer => Buffer.from(JSON.stringify(fields))

describe('a message', () => {
  const clock = createFakeClock()
  const asked: string[] = []
  const sns: Sns = createSns({
    topics: [TOPIC],
    clock,
    fetchText: async (url) => {
      asked.push(url)
      return PEM
    },
  })
  beforeEach(() => {
    asked.splice(0)
  })

  it.each(['1', '2'])('signed by SNS is genuine (version %s)', async (SignatureVersion) => {
    const sent = message('Notification', clock.now(), { SignatureVersion })
    expect(await sns.isGenuine(bytes(sent))).toBe(true)
  })

  it('without a subject is too', async () => {
    const { Subject: _, ...rest } = message('Notification', clock.now())
    expect(await sns.isGenuine(bytes(rest))).toBe(false)
    const sent = message('SubscriptionConfirmation', clock.now())
    expect(await sns.isGenuine(bytes(sent))).toBe(true)
  })

  it.each<[string, Fields]>([
    ['of another topic', { TopicArn: `${TOPIC}2` }],
    ['with a certificate of somebody else', { SigningCertURL: 'https://sns.evil.test/a.pem' }],
    [
      'with one that only looks right',
      { SigningCertURL: `${CERT.replace('.com', '.com.evil.test')}` },
    ],
    ['with one without TLS', { SigningCertURL: CERT.replace('https', 'http') }],
    ['with one behind credentials', { SigningCertURL: CERT.replace('//', '//sns@') }],
    ['with what is no certificate', { SigningCertURL: CERT.replace('.pem', '.txt') }],
    ['that is old', { Timestamp: new Date(clock.now() - 3 * 3_600_000).toISOString() }],
    ['with no time', { Timestamp: 'now' }],
  ])('%s is not, and nobody is asked', async (_name, changed) => {
    expect(await sns.isGenuine(bytes(message('Notification', clock.now(), changed)))).toBe(false)
    expect(asked.filter((url) => url !== CERT)).toEqual([])
  })

  it('that was changed is not', async () => {
    const sent = message('Notification', clock.now())
    expect(await sns.isGenuine(bytes({ ...sent, Message: '{}' }))).toBe(false)
    expect(await sns.isGenuine(Buffer.from('nonsense'))).toBe(false)
  })

  it('cannot be judged without the certificate: SNS is asked to come again', async () => {
    const away = createSns({
      topics: [TOPIC],
      clock,
      fetchText: () => Promise.reject(new Error('no network')),
    })
    const judged = away.isGenuine(bytes(message('Notification', clock.now())))
    await expect(judged).rejects.toThrow(AppError)
    await expect(judged).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('asks to confirm: it is done at an address of SNS only', async () => {
    const at = clock.now()
    expect(await sns.confirm(bytes(message('SubscriptionConfirmation', at)))).toBe(true)
    expect(asked).toContain(SUBSCRIBE)
    asked.splice(0)
    for (const sent of [
      message('Notification', at),
      message('SubscriptionConfirmation', at, { SubscribeURL: 'https://evil.test/' }),
      message('SubscriptionConfirmation', at, { TopicArn: 'arn:aws:sns:eu-west-1:1:x' }),
      { ...message('SubscriptionConfirmation', at), Token: 'changed' },
    ])
      expect(await sns.confirm(bytes(sent))).toBe(false)
    expect(asked).toEqual([])
  })
})

describe('the source cloudwatch, with topics', () => {
  let app: TestApp
  const asked: string[] = []
  beforeAll(async () => {
    app = await startApp({
      access: { snsTopics: [TOPIC] },
      snsFetch: async (url) => {
        asked.push(url)
        return PEM
      },
    })
  })
  afterAll(() => app.stop())

  const post = async (body: object): Promise<number> => {
    const headers = { authorization: '', 'content-type': 'text/plain; charset=UTF-8' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await app.request('/ingest/cloudwatch', init)).status
  }

  it('confirms, takes alarms, and refuses what is not signed', async () => {
    const at = app.deps.clock.now()
    expect(await post(message('SubscriptionConfirmation', at))).toBe(202)
    expect(asked).toContain(SUBSCRIBE)
    expect(await post(message('Notification', at))).toBe(202)
    expect(await post({ ...message('Notification', at), Message: '{}' })).toBe(401)
    expect(await post({ AlarmName: 'raw', NewStateValue: 'ALARM' })).toBe(401)
    await app.settled()
    const { items } = (await app.get('/api/v1/alerts')).body
    expect(items.map((one: { rule: string }) => one.rule)).toEqual(['api-5xx'])
    expect((await app.get('/api/v1/ledger')).body.received).toBe(1)
  })
})
