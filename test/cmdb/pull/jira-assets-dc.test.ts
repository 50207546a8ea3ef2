/**
 * Jira Assets of a Data Center, as the Assets REST API reference 10.8 describes `aql/objects` (`qlQuery`,
 * `page`, `resultPerPage`, `objectEntries`, `objectTypeAttributes`, `totalFilterCount`), and the page on
 * service accounts the client credentials grant.
 */
import { describe, expect, it } from 'vitest'
import { jiraAssetsDcPull } from '../../../src/cmdb/pull/jira-assets-dc.ts'
import { type Answer, type Asked, type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

const ROLE = { id: 301, name: 'Runs on', referenceType: { id: 1, name: 'Installed' } }
const OBJECTS = [
  {
    ...{ id: 1, label: 'shop', objectKey: 'ITSM-1', objectType: { id: 25, name: 'Applications' } },
    attributes: [
      {
        objectTypeAttributeId: 301,
        objectAttributeValues: [
          { referencedObject: { id: 100, label: 'srv-0', objectKey: 'ITSM-100' } },
        ],
      },
    ],
  },
  { id: 2, label: 'no key', objectType: { id: 24, name: 'Servers' } },
  ...Array.from({ length: 148 }, (_, at) => ({
    ...{ id: 100 + at, label: `srv-${at}`, objectKey: `ITSM-${100 + at}` },
    ...{ objectType: { id: 24, name: 'Servers' }, attributes: [] },
  })),
]
/** Whatever is asked for, the server gives no more. */
const MOST = 60

function assets(shown = OBJECTS): FakeApi {
  const list = ({ query }: Asked): Answer => {
    const page = Number(query.get('page'))
    const objectEntries = pageOf(shown, (page - 1) * MOST, MOST)
    const counts = { pageNumber: page, pageObjectSize: MOST, totalFilterCount: OBJECTS.length }
    return { body: { objectEntries, objectTypeAttributes: [ROLE], ...counts } }
  }
  const token = ({ body }: Asked): Answer => {
    const wanted = `grant_type=client_credentials&client_id=me&client_secret=${SECRET}&scope=READ`
    if (body !== wanted) return { status: 401, body: { error: 'invalid_client' } }
    return { body: { access_token: 'made', token_type: 'Bearer', expires_in: 3600 } }
  }
  return {
    isAllowed: ({ authorization }, { path }) =>
      path.endsWith('/token') || [`Bearer ${SECRET}`, 'Bearer made'].includes(authorization ?? ''),
    routes: [
      { method: 'POST', path: '/jira/rest/oauth2/latest/token', answer: token },
      {
        path: '/jira/rest/assets/1.0/aql/objects',
        query: {
          qlQuery: /^objectSchemaId = 1 ORDER BY Key$/,
          ...{ page: /^[1-9]\d*$/, resultPerPage: /^100$/ },
          ...{ includeAttributes: /^true$/, includeTypeAttributes: /^true$/ },
        },
        required: ['qlQuery', 'page'],
        answer: list,
      },
    ],
  }
}
const ENV = { TOKEN: SECRET, ID: 'me' }
const query = 'objectSchemaId = 1'

describe('Jira Assets of a Data Center', () => {
  it.each([
    ['a token', { tokenVariable: 'TOKEN' }],
    ['a service account', { clientIdVariable: 'ID', clientSecretVariable: 'TOKEN' }],
  ])('is read to its end with %s, however few objects a page has', async (_name, login) => {
    const fake = await startFake(assets(), ENV)
    const counts: number[] = []
    const settings = { url: `${fake.url}/jira`, query, ...login }
    const read = await jiraAssetsDcPull.pull(settings, fake.http, (count) => counts.push(count))
    expect(fake.faults).toEqual([])
    expect(counts).toEqual([60, 120, 150])
    expect([read.items.length, read.bad.length]).toEqual([149, 1])
    expect(read.items.find(({ key }) => key === 'ITSM-1')).toMatchObject({ name: 'shop' })
    expect(read.relations).toEqual([{ from: 'ITSM-1', type: 'runs_on', to: 'ITSM-100' }])
  })

  it('that ends before as many have come as it says is an error', async () => {
    const fake = await startFake(assets(OBJECTS.slice(0, 60)), ENV, [])
    const settings = { url: `${fake.url}/jira`, query, tokenVariable: 'TOKEN' }
    await expect(jiraAssetsDcPull.pull(settings, fake.http, () => undefined)).rejects.toThrow(
      'page 2: is empty, and says that there are 150',
    )
  })

  it('takes one way to log in', () => {
    const isGood = (more: object): boolean =>
      jiraAssetsDcPull.settings.safeParse({ url: 'https://j', query, ...more }).success
    expect(isGood({ tokenVariable: 'A' })).toBe(true)
    expect(isGood({ clientIdVariable: 'A', clientSecretVariable: 'B' })).toBe(true)
    expect(isGood({ tokenVariable: 'A', clientIdVariable: 'A', clientSecretVariable: 'B' })).toBe(
      false,
    )
    expect(isGood({ clientIdVariable: 'A' })).toBe(false)
  })
})
