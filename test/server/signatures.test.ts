/** Signed posts: each tool's scheme, from its documentation, and nothing else gets in. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSigned } from '../../src/server/signatures.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'

const NOW = Date.UTC(2026, 2, 1, 10)
const SECONDS = String(NOW / 1000)
const KEY = Buffer.alloc(32, 3)
const WHSEC = `whsec_${KEY.toString('base64')}`

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)

function signed(
  source: string,
  {
    secret,
    body = '{}',
    headers,
  }: { secret: string; body?: string; headers: Record<string, string> },
): boolean {
  const header = (name: string): string | undefined => headers[name]
  return isSigned(
    source,
    { header, body: Buffer.from(body) },
    { secrets: ['another', secret], now: NOW },
  )
}

describe('a signature', () => {
  it("is GitHub's, as its documentation computes it", () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    const secret = "It's a Secret to Everybody"
    const right = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    const body = 'Hello, World!'
    expect(signed('github', { secret, body, headers: { 'x-hub-signature-256': right } })).toBe(true)
    for (const wrong of [right.slice(0, -1), right.replace('sha256=', ''), '', `${right}0`])
      expect(signed('github', { secret, body, headers: { 'x-hub-signature-256': wrong } })).toBe(
        false,
      )
    expect(signed('github', { secret, body, headers: {} })).toBe(false)
  })

  const webhook = (id: string, seconds: string, body = '{}') => ({
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,AAAA v1,${hmac(KEY, `${id}.${seconds}.${body}`).digest('base64')}`,
  })

  it.each<[string, string, string, Record<string, string>, boolean]>([
    ['of Sentry', 'sentry', 's', { 'sentry-hook-signature': hmac('s', '{}').digest('hex') }, true],
    ['of Flux', 'flux', 's', { 'x-signature': `sha256=${hmac('s', '{}').digest('hex')}` }, true],
    ['of GitLab: the secret itself', 'gitlab', 's3', { 'x-gitlab-token': 's3' }, true],
    ['of GitLab, wrong', 'gitlab', 's3', { 'x-gitlab-token': 's4' }, false],
    ['of GitLab as Standard Webhooks', 'gitlab', WHSEC, webhook('m1', SECONDS), true],
    [
      'of Grafana over the body',
      'grafana',
      's',
      { 'x-grafana-alerting-signature': hmac('s', '{}').digest('hex') },
      true,
    ],
    [
      'of Grafana over time and body',
      'grafana',
      's',
      {
        'x-grafana-alerting-timestamp': SECONDS,
        'x-grafana-alerting-signature': hmac('s', `${SECONDS}:{}`).digest('hex'),
      },
      true,
    ],
    [
      'of Grafana with a time that it does not cover',
      'grafana',
      's',
      {
        'x-grafana-alerting-timestamp': SECONDS,
        'x-grafana-alerting-signature': hmac('s', '{}').digest('hex'),
      },
      false,
    ],
    ['of any other tool as Standard Webhooks', 'generic', WHSEC, webhook('m1', SECONDS), true],
    ['over another body', 'generic', WHSEC, webhook('m1', SECONDS, '[]'), false],
    ['with another id', 'generic', WHSEC, { ...webhook('m1', SECONDS), 'webhook-id': 'm2' }, false],
    ['that is too old', 'generic', WHSEC, webhook('m1', String(NOW / 1000 - 301)), false],
    ['from the future', 'generic', WHSEC, webhook('m1', String(NOW / 1000 + 301)), false],
    ['with no time at all', 'generic', WHSEC, webhook('m1', 'now'), false],
  ])('%s', (_name, source, secret, headers, expected) => {
    expect(signed(source, { secret, headers })).toBe(expected)
  })
})

describe('a source with a secret', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp({
      access: {
        sourceSecrets: [{ source: 'grafana', secret: 'shared' }],
        sourceTokens: [{ source: 'grafana', token: 'token-0123456789' }],
      },
    })
  })
  afterAll(() => app.stop())

  const body = JSON.stringify({ alerts: [] })
  const post = async (headers: Record<string, string>): Promise<number> => {
    const all = { authorization: '', 'content-type': 'application/json', ...headers }
    const answer = await app.request('/ingest/grafana', { method: 'POST', headers: all, body })
    return answer.status
  }

  it('takes what is signed, or has the token, and nothing else', async () => {
    const signature = hmac('shared', body).digest('hex')
    expect(await post({ 'x-grafana-alerting-signature': signature })).toBe(202)
    expect(await post({ authorization: 'Bearer token-0123456789' })).toBe(202)
    expect(await post({ 'x-grafana-alerting-signature': `${signature}0` })).toBe(401)
    expect(await post({ 'x-hub-signature-256': signature })).toBe(401)
    expect(await post({})).toBe(401)
  })

  it('keeps nothing of what it refuses', async () => {
    const before = (await app.get('/api/v1/ledger')).body.received
    await post({})
    await app.settled()
    expect((await app.get('/api/v1/ledger')).body.received).toBe(before)
  })

  it('leaves other sources as they are', async () => {
    const answer = await app.request('/ingest/generic', {
      method: 'POST',
      headers: { authorization: '', 'content-type': 'application/json' },
      body: JSON.stringify(firing('X', 'db-1')),
    })
    expect(answer.status).toBe(202)
  })
})
