/**
 * The client credentials grant, as section 4.4 of RFC 6749 and ServiceNow's page "Client Credentials"
 * describe it: a form posted to `/oauth_token.do`, answered with `access_token`, `token_type`, `expires_in`.
 */
import { describe, expect, it } from 'vitest'
import type { PullRequest } from '../../../src/cmdb/pull/http.ts'
import { Tokens } from '../../../src/cmdb/pull/oauth.ts'
import { servicenowPull } from '../../../src/cmdb/pull/servicenow.ts'
import { type Answer, type Asked, type FakeApi, SECRET, startFake } from './fake.ts'

interface Given {
  readonly expires?: unknown
  readonly answer?: (asked: Asked) => Answer
}

/** Only the newest token is good; `revoke` takes it back before its time. */
function api(
  { expires, answer }: Given = { expires: 1800 },
): FakeApi & { revoke: () => void; made: () => number } {
  let made = 0
  let good = ''
  const token = (asked: Asked): Answer => {
    const form = Object.fromEntries(new URLSearchParams(asked.body))
    const wanted = {
      grant_type: 'client_credentials',
      client_id: 'faultline',
      client_secret: SECRET,
    }
    if (JSON.stringify(form) !== JSON.stringify(wanted))
      return { status: 401, body: { error: 'x' } }
    made += 1
    good = `token-${made}-${SECRET}`
    const given = { access_token: good, token_type: 'Bearer', scope: 'useraccount' }
    return { body: expires === undefined ? given : { ...given, expires_in: expires } }
  }
  return {
    made: () => made,
    revoke: () => {
      good = 'nobody'
    },
    isAllowed: ({ 'content-type': type }, { path }) =>
      path !== '/oauth_token.do' || type === 'application/x-www-form-urlencoded',
    routes: [
      { method: 'POST', path: '/oauth_token.do', answer: answer ?? token },
      {
        path: /^\/api\/now\/table\/\w+$/,
        query: Object.fromEntries(
          ['query', 'fields', 'display_value', 'exclude_reference_link', 'limit', 'offset'].map(
            (name) => [`sysparm_${name}`, /./],
          ),
        ),
        answer: ({ headers }) =>
          headers.authorization === `Bearer ${good}`
            ? { body: { result: [] } }
            : { status: 401, body: { error: { message: 'User Not Authenticated' } } },
      },
    ],
  }
}

const request = (url: string, clientSecret = SECRET): PullRequest => ({
  url: `${url}/api/now/table/cmdb_ci`,
  oauth: { tokenUrl: `${url}/oauth_token.do`, clientId: 'faultline', clientSecret },
})
const told = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => `${error instanceof Error ? error.stack : String(error)}`,
  )

describe('a token', () => {
  it('is asked for once, however many wait for it, and used until shortly before it expires', async () => {
    const fakeApi = api()
    const fake = await startFake(fakeApi, {}, [])
    const send = (): Promise<unknown> => fake.http.json(request(fake.url))
    await Promise.all([send(), send(), send()])
    fake.pass(1_739_000)
    await send()
    expect(fakeApi.made()).toBe(1)
    fake.pass(2000)
    await Promise.all([send(), send()])
    expect([fakeApi.made(), fake.faults]).toEqual([2, []])
  })

  it.each([
    ['30', 14_000, 16_000],
    [undefined, 239_000, 241_000],
  ])('that lives for %s s is asked for anew early', async (expires, before, after) => {
    const fakeApi = api({ expires })
    const fake = await startFake(fakeApi, {}, [])
    await fake.http.json(request(fake.url))
    fake.pass(before)
    await fake.http.json(request(fake.url))
    expect(fakeApi.made()).toBe(1)
    fake.pass(after - before)
    await fake.http.json(request(fake.url))
    expect(fakeApi.made()).toBe(2)
  })

  it('that lives shorter than it took to come is sent all the same, once', async () => {
    let now = 0
    let made = 0
    const tokens = new Tokens(() => now)
    const grant = {
      tokenUrl: 'https://example.org/token',
      clientId: 'faultline',
      clientSecret: 'x',
    }
    const header = async (): Promise<string> => {
      const { header: sent } = await tokens.get(grant, () => {
        made += 1
        now += 1000
        return Promise.resolve({ access_token: `t${made}`, expires_in: 1 })
      })
      return sent
    }
    expect([await header(), await header(), made]).toEqual(['Bearer t1', 'Bearer t2', 2])
  })

  it('that was taken back is asked for anew, once', async () => {
    const fakeApi = api()
    const fake = await startFake(fakeApi, {}, [])
    await fake.http.json(request(fake.url))
    fakeApi.revoke()
    await fake.http.json(request(fake.url))
    expect(fakeApi.made()).toBe(2)
  })

  it('is waited for where its server is busy', async () => {
    const fake = await startFake(api())
    await fake.http.json(request(fake.url))
    expect(fake.waits).toEqual([7000, 2000])
  })

  it('that is refused is no token for good: the next request asks again', async () => {
    let isDown = true
    const answer = (): Answer =>
      isDown ? { status: 403, body: {} } : { body: { access_token: 'a', token_type: 'bearer' } }
    const fake = await startFake(api({ answer }), {}, [])
    expect(await told(fake.http.json(request(fake.url)))).toContain('/oauth_token.do: status 403')
    isDown = false
    expect(await told(fake.http.json(request(fake.url)))).toContain('/cmdb_ci: status 401')
  })

  it.each([
    ['no token', { body: { token_type: 'Bearer' } }],
    ['a token of another kind', { body: { access_token: SECRET, token_type: 'mac' } }],
    ['a token that breaks a header', { body: { access_token: `${SECRET}\r\nx: y` } }],
    ['a token that is over', { body: { access_token: SECRET, expires_in: 0 } }],
    ['nonsense', { body: [SECRET] }],
  ])('answered with %s is an error without a secret', async (_what, answer) => {
    const fake = await startFake(api({ answer: () => answer }), {}, [])
    const error = await told(fake.http.json(request(fake.url)))
    expect(error).toContain(`${fake.url}/oauth_token.do: answers with no bearer token`)
    expect(error).not.toContain(SECRET)
  })

  it('of wrong credentials is an error without them', async () => {
    const fake = await startFake(api(), {}, [])
    const error = await told(fake.http.json(request(fake.url, 'wrong-secret')))
    expect(error).toContain(`${fake.url}/oauth_token.do: status 401`)
    expect(error).not.toContain('wrong-secret')
  })
})

describe('ServiceNow', () => {
  const env = { SN_ID: 'faultline', SN_SECRET: SECRET, SN_USER: 'u' }
  const client = { clientIdVariable: 'SN_ID', clientSecretVariable: 'SN_SECRET' }

  it('is read with a token of its own endpoint', async () => {
    const fake = await startFake(api(), env, [])
    const read = await servicenowPull.pull({ url: fake.url, ...client }, fake.http, () => undefined)
    expect([fake.faults, read.items]).toEqual([[], []])
    expect(fake.asked.map(({ path }) => path.split('/').at(-1))).toEqual([
      'oauth_token.do',
      'cmdb_ci',
      'cmdb_ci_service',
      'cmdb_rel_ci',
    ])
  })

  it.each([
    ['neither', {}],
    ['half of one', { clientIdVariable: 'SN_ID' }],
    ['both', { ...client, userVariable: 'SN_USER', passwordVariable: 'SN_SECRET' }],
  ])('takes no settings with %s of its ways to log in', (_what, given) => {
    expect(servicenowPull.settings.safeParse({ url: 'https://a', ...given }).success).toBe(false)
  })
})
