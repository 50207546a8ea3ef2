/** What every importer that pulls can rely on, and what it never tells. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pagesOf } from '../../../src/cmdb/pull/http.ts'
import { PULL_IMPORTERS } from '../../../src/cmdb/pull/index.ts'
import { netboxPull } from '../../../src/cmdb/pull/netbox.ts'
import { type Answer, type FakeApi, SECRET, startFake } from './fake.ts'

const api = (answer: Answer): FakeApi => ({
  isAllowed: () => true,
  routes: [{ path: '/list', query: { key: /./ }, answer: () => answer }],
})
const told = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => `${error instanceof Error ? error.stack : String(error)}`,
  )

describe('a request', () => {
  it.each([
    ['is refused', { status: 401, body: { error: SECRET } }, 'status 401'],
    [
      'is not JSON',
      { body: undefined, status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'redirects to another host',
    ],
    [
      'asks to wait for long',
      { status: 429, headers: { 'retry-after': '3600' }, body: {} },
      'status 429, and asks to wait for 3600 s',
    ],
    [
      'is unavailable for good',
      { status: 503, headers: { 'retry-after': '1' }, body: {} },
      'status 503, 5 times',
    ],
  ])('that %s fails with host, path and reason, and no secret', async (_name, answer, reason) => {
    const fake = await startFake(api(answer), {}, [])
    const headers = { authorization: SECRET }
    const error = await told(fake.http.json({ url: `${fake.url}/list?key=${SECRET}`, headers }))
    expect(error).toContain(`${fake.url}/list: ${reason}`)
    expect(error).not.toContain(SECRET)
  })

  it('follows a redirect within the host', async () => {
    const routes = [
      { path: '/old', answer: () => ({ status: 301, headers: { location: '/list' }, body: {} }) },
      { path: '/list', answer: () => ({ body: { here: true } }) },
    ]
    const fake = await startFake({ isAllowed: () => true, routes }, {}, [])
    expect((await fake.http.json({ url: `${fake.url}/old` })).body).toEqual({ here: true })
  })

  it('to nobody says so', async () => {
    const fake = await startFake(api({ body: {} }), {}, [])
    expect(await told(fake.http.json({ url: 'http://127.0.0.1:1/list' }))).toContain(
      'http://127.0.0.1:1/list: ECONNREFUSED, 5 times',
    )
    expect(fake.waits).toEqual([1000, 2000, 4000, 8000])
  })
})

describe('a list', () => {
  it('whose next page is on another host is not followed there', async () => {
    const link = '<http://127.0.0.1:1/list?page=2>; rel="next"'
    const fake = await startFake(api({ body: [], headers: { link } }), {}, [])
    expect(await told(fake.http.json({ url: `${fake.url}/list` }))).toContain(
      'its next page is on another host',
    )
  })

  it('of a form that nobody documents is an error with the field', async () => {
    const fake = await startFake(api({ body: { items: 7, secret: SECRET } }), {}, [])
    const url = `${fake.url}/list`
    const pages = pagesOf(
      fake.http,
      { url },
      z.object({ items: z.array(z.string()) }),
      () => undefined,
    )
    const error = await told(pages.next())
    expect(error).toContain('answers in a form that is not documented: items')
    expect(error).not.toContain(SECRET)
  })
})

describe('settings', () => {
  it('name a variable, which must be set', async () => {
    const fake = await startFake(api({ body: {} }), {}, [])
    const settings = { url: fake.url, tokenVariable: 'NOT_SET' }
    expect(await told(netboxPull.pull(settings, fake.http, () => undefined))).toContain(
      'environment variable NOT_SET is not set',
    )
  })

  it('never hold the secret itself', () => {
    const parsed = netboxPull.settings.safeParse({ url: 'http://a', tokenVariable: 'nbt_a.b-c' })
    expect(parsed.success).toBe(false)
  })
})

describe.each([...PULL_IMPORTERS])('the importer %s', (id, importer) => {
  it('says where its API is described, and takes no settings that it does not know', () => {
    expect(importer.id).toBe(id)
    expect(importer.docs).toMatch(/^https:\/\//)
    expect(importer.settings.safeParse({ url: 'https://a', password: SECRET }).success).toBe(false)
  })
})
