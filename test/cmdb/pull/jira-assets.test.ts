/**
 * Jira Assets, as the Assets REST API reference describes it (groups Object, Objectschema, Objecttype)
 * and the workspace as the Jira Service Management one does: Basic with an API token, `startAt` and
 * `maxResults`, `isLast`, a total that ends at 1000.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jiraAssetsPull } from '../../../src/cmdb/pull/jira-assets.ts'
import { type Answer, type Asked, type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

const WORKSPACE = '4a6c2b70-9c0e-4f0e-8d1a-2b7b0f4a1c11'
const CLOUD = '11111111-2222-3333-4444-555555555555'

const text = (objectTypeAttributeId: string, value: string): unknown => ({
  objectTypeAttributeId,
  objectAttributeValues: [
    { value, displayValue: value, searchValue: value, referencedType: false },
  ],
})
const refer = (objectTypeAttributeId: string, objectKey: string, label: string): unknown => ({
  objectTypeAttributeId,
  objectAttributeValues: [
    {
      ...{ displayValue: label, searchValue: objectKey, referencedType: true },
      referencedObject: { id: objectKey.split('-')[1], label, objectKey },
    },
  ],
})
const object = (id: number, label: string, type: string, attributes: readonly unknown[]) => ({
  ...{ workspaceId: WORKSPACE, globalId: `${WORKSPACE}:${id}`, id: String(id), label },
  objectKey: `ITSM-${id}`,
  objectType: { id: type, name: type === '24' ? 'Servers' : 'Applications', objectSchemaId: '6' },
  attributes,
})
const OBJECTS = [
  object(1, 'shop', '25', [
    refer('301', 'ITSM-100', 'srv-100'),
    refer('302', 'ITSM-101', 'srv-101'),
  ]),
  object(2, 'lost', '25', [refer('301', 'ITSM-999', 'elsewhere')]),
  ...Array.from({ length: 230 }, (_, at) =>
    object(100 + at, `srv-${100 + at}`, '24', [text('201', `10.0.0.${at}`)]),
  ),
]
const attribute = (id: string, name: string, more: object = {}): unknown => ({ id, name, ...more })
const TYPES: Readonly<Record<string, readonly unknown[]>> = {
  '24': [attribute('200', 'Key'), attribute('201', 'IP Address')],
  '25': [
    attribute('301', 'Where it is', { referenceType: { id: '1', name: 'Installed' } }),
    attribute('302', 'Second machine', { referenceType: { id: '2', name: 'Reference' } }),
  ],
}

const Query = z.strictObject({ qlQuery: z.string().min(1) })
const PAGING = { startAt: /^\d+$/, maxResults: /^\d{1,3}$/ }

function assets(prefix = ''): FakeApi & { readonly queries: string[] } {
  const queries: string[] = []
  const api = `${prefix}/jsm/assets/workspace/${WORKSPACE}/v1`
  const aql = ({ query, body, headers }: Asked): Answer => {
    if (headers['content-type'] !== 'application/json') return { status: 415, body: {} }
    queries.push(Query.parse(JSON.parse(body)).qlQuery)
    const startAt = Number(query.get('startAt'))
    // Never more than the service likes, whatever is asked for.
    const values = pageOf(OBJECTS, startAt, 90)
    const isLast = startAt + values.length >= OBJECTS.length
    const page = { startAt, maxResults: 90, total: Math.min(1000, OBJECTS.length), isLast }
    return { body: { ...page, last: isLast, values, objectTypeAttributes: [] } }
  }
  return {
    queries,
    isAllowed: ({ authorization }) =>
      authorization === `Basic ${Buffer.from(`me@example.org:${SECRET}`).toString('base64')}`,
    routes: [
      {
        path: `${prefix}/rest/servicedeskapi/assets/workspace`,
        query: { start: /^\d+$/, limit: /^\d+$/ },
        answer: () => ({
          body: {
            size: 1,
            start: 0,
            limit: 50,
            isLastPage: true,
            values: [{ workspaceId: WORKSPACE }],
          },
        }),
      },
      {
        path: `${api}/objectschema/list`,
        query: { ...PAGING, includeCounts: /^(true|false)$/ },
        answer: ({ query }) => {
          const startAt = Number(query.get('startAt'))
          const values = [{ id: startAt === 0 ? '6' : '7', name: 'ITSM', objectSchemaKey: 'ITSM' }]
          return { body: { startAt, maxResults: 1, total: 2, isLast: startAt === 1, values } }
        },
      },
      {
        path: new RegExp(`^${api}/objecttype/(24|25)/attributes$`),
        answer: ({ path }) => ({ body: TYPES[path.split('/').at(-2) ?? ''] }),
      },
      {
        method: 'POST',
        path: `${api}/object/aql`,
        query: { ...PAGING, includeAttributes: /^(true|false)$/ },
        required: ['startAt'],
        answer: aql,
      },
    ],
  }
}

const env = { ATLASSIAN_EMAIL: 'me@example.org', ATLASSIAN_TOKEN: SECRET }
const login = { emailVariable: 'ATLASSIAN_EMAIL', tokenVariable: 'ATLASSIAN_TOKEN' }
const quiet = (): void => undefined

describe('Jira Assets', () => {
  it('is read to the end, whatever goes wrong in between', async () => {
    const api = assets()
    const fake = await startFake(api, env)
    const settings = { url: fake.url, apiUrl: fake.url, ...login }
    const read = await jiraAssetsPull.pull(settings, fake.http, quiet)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(new Set(api.queries)).toEqual(new Set(['objectSchemaId IN (6, 7) ORDER BY Key']))
    expect(fake.asked.map(({ query }) => query.get('startAt'))).toContain('180')
    expect(read.items).toHaveLength(232)
    expect(read.items.find(({ name }) => name === 'srv-101')).toEqual({
      key: 'ITSM-101',
      class: 'server',
      name: 'srv-101',
      aliases: ['10.0.0.1'],
      labels: { asset_key: 'ITSM-101' },
    })
    expect(read.relations).toEqual([{ from: 'ITSM-1', type: 'runs_on', to: 'ITSM-100' }])
    expect(read.bad.map(({ error }) => error)).toEqual([
      '1 references by an attribute that has no meaning here',
      '1 references lead to objects that are not in this import',
    ])
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('is asked by the query and at the address of tokens with scopes, and told what attributes mean', async () => {
    const api = assets(`/ex/jira/${CLOUD}`)
    const fake = await startFake(api, env, [])
    const settings = {
      ...{ url: 'https://example.atlassian.net', apiUrl: fake.url, cloudId: CLOUD, ...login },
      query: 'objectType = Servers',
      relations: { 'Second machine': 'depends on' },
    }
    const read = await jiraAssetsPull.pull(settings, fake.http, quiet)
    expect(fake.faults).toEqual([])
    expect(api.queries[0]).toBe('objectType = Servers ORDER BY Key')
    expect(read.relations).toContainEqual({ from: 'ITSM-1', type: 'depends_on', to: 'ITSM-101' })
    expect(await jiraAssetsPull.pull(settings, fake.http, quiet)).toEqual(read)
  })

  it('without Assets in its plan says so', async () => {
    const path = '/rest/servicedeskapi/assets/workspace'
    const routes = [{ path, answer: () => ({ body: { size: 0, values: [] } }) }]
    const fake = await startFake({ isAllowed: () => true, routes }, env, [])
    await expect(
      jiraAssetsPull.pull({ url: fake.url, ...login }, fake.http, quiet),
    ).rejects.toThrow(`${fake.url}${path}: this site has no Assets`)
  })

  it('takes no relation that means nothing', () => {
    const settings = {
      url: 'https://example.atlassian.net',
      ...login,
      relations: { Host: 'likes' },
    }
    expect(jiraAssetsPull.settings.safeParse(settings).success).toBe(false)
  })
})
