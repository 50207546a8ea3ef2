/**
 * Change requests of Jira Service Management Cloud, as the Jira REST API v3 reference describes its groups
 * Issue search (`search/jql`, cursor, no total) and Issue fields, and the Assets one its objects.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jiraChanges } from '../../../../src/cmdb/pull/changes/jira.ts'
import { type Answer, type Asked, type FakeApi, SECRET, startFake } from '../fake.ts'

const FIELDS = [
  { id: 'summary', name: 'Summary', custom: false },
  { id: 'customfield_10001', name: 'Planned start', custom: true },
  { id: 'customfield_10002', name: 'Planned end', custom: true },
  { id: 'customfield_10003', name: 'Change type', custom: true },
  { id: 'customfield_10004', name: 'Affected hardware', custom: true },
  { id: 'customfield_10005', name: 'Affected services', custom: true },
  { id: 'customfield_10006', name: 'Change risk', custom: true },
]
const asset = (objectId: string): object => ({
  ...{ workspaceId: 'ws-1', id: `ws-1:${objectId}`, objectId },
})
const status = (name: string, key: string): object => ({ name, statusCategory: { key } })
const ISSUES = [
  {
    ...{ id: '1', key: 'CHG-1' },
    fields: {
      ...{ summary: 'Upgrade db', status: status('Implementing', 'indeterminate') },
      ...{ resolution: null, assignee: { displayName: 'Ada' } },
      customfield_10001: '2026-03-12T21:00:00.000+0100',
      customfield_10002: '2026-03-12T23:00:00.000+0100',
      customfield_10003: { value: 'Normal' },
      customfield_10004: [asset('88'), asset('99'), asset('88')],
      customfield_10005: [{ name: 'checkout' }, { id: 'ari:cloud:graph::service/1' }],
      customfield_10006: { value: 'High' },
    },
  },
  {
    ...{ id: '2', key: 'CHG-2' },
    fields: {
      ...{ summary: 'Patch', status: status('Failed', 'done'), resolution: { name: 'Failed' } },
      customfield_10001: '2026-03-09T20:00:00.000+0000',
      customfield_10004: null,
    },
  },
  { id: '3', key: 'CHG-3', fields: { summary: 'Some day', status: status('Planning', 'new') } },
  { id: '4', fields: {} },
]

const Query = z.strictObject({
  jql: z.string(),
  fields: z.array(z.string()),
  maxResults: z.int().max(5000),
  nextPageToken: z.string().optional(),
})

function jira(): FakeApi & { readonly queries: z.output<typeof Query>[] } {
  const queries: z.output<typeof Query>[] = []
  const search = ({ body, headers }: Asked): Answer => {
    if (headers['content-type'] !== 'application/json') return { status: 415, body: {} }
    const query = Query.parse(JSON.parse(body))
    queries.push(query)
    const at = Number(query.nextPageToken?.slice(1) ?? 0)
    const issues = ISSUES.slice(at, at + 3).map(({ fields, ...issue }) => ({
      ...issue,
      fields: Object.fromEntries(
        Object.entries(fields).filter(([name]) => query.fields.includes(name)),
      ),
    }))
    const isLast = at + 3 >= ISSUES.length
    return { body: { issues, isLast, ...(isLast ? {} : { nextPageToken: `t${at + 3}` }) } }
  }
  return {
    queries,
    isAllowed: ({ authorization }) =>
      authorization === `Basic ${Buffer.from(`me@example.org:${SECRET}`).toString('base64')}`,
    routes: [
      { path: '/rest/api/3/field', answer: () => ({ body: FIELDS }) },
      { method: 'POST', path: '/rest/api/3/search/jql', answer: search },
      {
        path: /^\/jsm\/assets\/workspace\/ws-1\/v1\/object\/\d+$/,
        answer: ({ path }) =>
          path.endsWith('/88')
            ? { body: { id: '88', label: 'db-1', objectKey: 'ITSM-88' } }
            : { status: 404, body: { errorMessages: ['not found'] } },
      },
    ],
  }
}
const ENV = { EMAIL: 'me@example.org', TOKEN: SECRET }
const asked = { now: Date.parse('2026-03-10T12:00:00Z'), progress: () => undefined }
const settingsOf = (url: string, more: object = {}): object => ({
  ...{ url, apiUrl: url, emailVariable: 'EMAIL', tokenVariable: 'TOKEN', jql: 'project = CHG' },
  ...more,
})

describe('change requests of Jira', () => {
  it('are read by a bounded query, with the objects of Assets that they name', async () => {
    const api = jira()
    const fake = await startFake(api, ENV)
    const { changes, unplanned, bad } = await jiraChanges.pull(
      settingsOf(fake.url),
      fake.http,
      asked,
    )
    expect(fake.faults).toEqual([])
    expect(api.queries.map(({ jql, nextPageToken }) => [jql, nextPageToken])).toEqual([
      [
        expect.stringMatching(/^\(project = CHG\) AND \(updated >= -14d OR .* ORDER BY key$/),
        undefined,
      ],
      [expect.any(String), 't3'],
    ])
    expect(unplanned).toBe(1)
    expect(bad).toEqual([{ where: 'search/jql 4', error: 'is not of the form documented' }])
    const db = { key: 'ITSM-88', name: 'db-1' }
    expect(changes).toEqual([
      {
        ...{ id: 'CHG-1', title: 'Upgrade db', kind: 'normal', actor: 'Ada' },
        startsAt: Date.parse('2026-03-12T20:00:00Z'),
        endsAt: Date.parse('2026-03-12T22:00:00Z'),
        cis: [{ name: 'checkout' }, db, db],
        labels: { status: 'Implementing', outcome: undefined, risk: 'High' },
        url: `${fake.url}/browse/CHG-1`,
      },
      expect.objectContaining({
        ...{ id: 'CHG-2', kind: 'change', cis: [], endsAt: undefined },
        labels: { status: 'Failed', outcome: 'Failed', risk: undefined },
      }),
    ])
    expect(fake.asked.filter(({ path }) => path.endsWith('/88'))).toHaveLength(1)
  })

  it('of a site whose fields have other names say so before anything else is asked', async () => {
    const fake = await startFake(jira(), ENV, [])
    const pull = (start: string) =>
      jiraChanges.pull(settingsOf(fake.url, { start: [start] }), fake.http, asked)
    await expect(pull('Beginn')).rejects.toThrow('/rest/api/3/field: has no field named in the')
    expect(fake.asked).toHaveLength(1)
    expect((await pull('planned START')).changes).toHaveLength(2)
  })

  it('are asked for in an order of our own', () => {
    const isGood = (jql: string): boolean =>
      jiraChanges.settings.safeParse(settingsOf('https://a', { jql })).success
    expect([isGood('project = A'), isGood('project = A order  by key')]).toEqual([true, false])
  })
})
