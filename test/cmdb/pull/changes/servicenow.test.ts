/**
 * Change requests of ServiceNow, as its Table API page and its change management pages describe them:
 * `change_request` and `task_ci`, `{result: […]}` with `display_value` and `value`, `Link`, and conditions
 * that the instance does not understand left out without a word.
 */
import { describe, expect, it } from 'vitest'
import { servicenowChanges } from '../../../../src/cmdb/pull/changes/servicenow.ts'
import { type Asked, type FakeApi, pageOf, SECRET, startFake } from '../fake.ts'

type Row = Readonly<Record<string, readonly [string, string]>>
const same = (text: string): readonly [string, string] => [text, text]
const NOW = Date.parse('2026-03-10T12:00:00Z')
const UPDATED = { sys_updated_on: same('2026-03-10 08:00:00') }

const REQUESTS: readonly Row[] = [
  {
    ...{ ...UPDATED, sys_id: same('1'.repeat(32)), number: same('CHG0030001') },
    ...{ short_description: same('Upgrade db'), type: ['normal', 'Normal'] },
    ...{ state: ['-2', 'Scheduled'], on_hold: ['false', 'false'], risk: ['2', 'High'] },
    cmdb_ci: ['a'.repeat(32), 'db-1'],
    start_date: ['2026-03-12 20:00:00', '2026-03-12 21:00:00'],
    end_date: ['2026-03-12 22:00:00', '2026-03-12 23:00:00'],
    assignment_group: ['9'.repeat(32), 'Database Team'],
    assigned_to: ['8'.repeat(32), 'Ada'],
  },
  {
    ...{ ...UPDATED, sys_id: same('2'.repeat(32)), number: same('CHG0030002') },
    ...{ short_description: same('Patch'), type: ['standard', 'Standard'] },
    ...{ state: ['3', 'Closed'], close_code: ['unsuccessful', 'Unsuccessful'] },
    start_date: same('2026-03-09 20:00:00'),
    end_date: same('2026-03-09 22:00:00'),
    work_start: same('2026-03-09 20:10:00'),
    work_end: same('2026-03-09 20:40:00'),
  },
  {
    ...{ ...UPDATED, sys_id: same('3'.repeat(32)), number: same('CHG0030003') },
    ...{ state: ['-1', 'Implement'], on_hold: ['true', 'true'] },
    start_date: same('2026-03-10 10:00:00'),
  },
  { ...UPDATED, sys_id: same('4'.repeat(32)), number: same('CHG0030004'), state: ['-5', 'New'] },
  { ...UPDATED, sys_id: same('5'.repeat(32)), start_date: same('2026-03-10 10:00:00') },
  // Long over, and not asked for: the instance has left the condition out.
  {
    ...{ sys_id: same('6'.repeat(32)), number: same('CHG0000001') },
    ...{ sys_updated_on: same('2020-01-01 00:00:00'), end_date: same('2020-01-01 00:00:00') },
    start_date: same('2020-01-01 00:00:00'),
  },
]
const AFFECTED: readonly Row[] = [
  ['t1', '1', 'a', 'db-1'],
  ['t2', '1', 'b', 'web-1'],
  ['t3', '2', 'c', 'web-2'],
  ['t4', '7', 'd', 'of another task'],
].map(([id = '', task = '', ci = '', name = '']) => ({
  sys_id: same(id),
  task: [task.repeat(32), `CHG${task}`],
  ci_item: [ci.repeat(32), name],
}))

const PAGE = 4
const KNOWN = {
  change_request: [
    ...['sys_id', 'number', 'short_description', 'type', 'state', 'on_hold', 'close_code', 'risk'],
    ...['cmdb_ci', 'start_date', 'end_date', 'work_start', 'work_end', 'assignment_group'],
    ...['assigned_to', 'sys_updated_on'],
  ],
  task_ci: ['sys_id', 'task', 'ci_item'],
}

function answer({ path, query, origin }: Asked): ReturnType<FakeApi['routes'][number]['answer']> {
  const table = path.endsWith('task_ci') ? 'task_ci' : 'change_request'
  const fields = query.get('sysparm_fields')?.split(',') ?? []
  const strange = fields.filter((field) => !KNOWN[table].includes(field))
  if (strange.length > 0) return { status: 400, body: { error: { message: strange.join() } } }
  const all = table === 'task_ci' ? AFFECTED : REQUESTS
  const offset = Number(query.get('sysparm_offset') ?? 0)
  const next = new URLSearchParams(query)
  next.set('sysparm_offset', String(offset + PAGE))
  const link = `<${origin}${path}?${next}>;rel="next"`
  const shown = pageOf(all, offset, PAGE).map((row) =>
    Object.fromEntries(
      fields.map((field) => {
        const [value, display_value] = row[field] ?? ['', '']
        return [field, { display_value, value }]
      }),
    ),
  )
  return { headers: offset + PAGE < all.length ? { link } : {}, body: { result: shown } }
}

const api: FakeApi = {
  isAllowed: ({ authorization }) =>
    authorization === `Basic ${Buffer.from(`faultline:${SECRET}`).toString('base64')}`,
  routes: ['change_request', 'task_ci'].map((table) => ({
    path: `/api/now/table/${table}`,
    query: {
      sysparm_query:
        table === 'task_ci'
          ? /^taskIN[0-9a-f,]{32,3300}\^ORDERBYsys_id$/
          : /^(type!=model\^)?sys_updated_on>=2026-02-24 12:00:00\^ORend_date>=2026-02-24 12:00:00\^ORDERBYsys_id$/,
      ...{ sysparm_fields: /./, sysparm_display_value: /^all$/, sysparm_limit: /^\d+$/ },
      ...{ sysparm_exclude_reference_link: /^true$/, sysparm_offset: /^\d+$/ },
    },
    required: ['sysparm_query', 'sysparm_fields'],
    answer,
  })),
}
const ENV = { SN_USER: 'faultline', SN_PASSWORD: SECRET }
const login = { userVariable: 'SN_USER', passwordVariable: 'SN_PASSWORD' }
const asked = { now: NOW, progress: () => undefined }

describe('change requests of ServiceNow', () => {
  it('are read with their affected CIs, page by page, when the instance is busy too', async () => {
    const fake = await startFake(api, ENV)
    const settings = { url: fake.url, ...login, query: 'type!=model' }
    const { changes, unplanned, bad } = await servicenowChanges.pull(settings, fake.http, asked)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(unplanned).toBe(1)
    expect(bad).toEqual([{ where: 'change_request 5', field: 'number', error: 'is missing' }])
    expect(changes).toEqual([
      {
        id: 'CHG0030001',
        title: 'Upgrade db',
        kind: 'normal',
        startsAt: Date.parse('2026-03-12T20:00:00Z'),
        endsAt: Date.parse('2026-03-12T22:00:00Z'),
        cis: [
          { key: 'a'.repeat(32), name: 'db-1' },
          { key: 'a'.repeat(32), name: 'db-1' },
          { key: 'b'.repeat(32), name: 'web-1' },
        ],
        labels: { status: 'scheduled', outcome: undefined, risk: 'High', team: 'Database Team' },
        url: `${fake.url}/change_request.do?sys_id=${'1'.repeat(32)}`,
        actor: 'Ada',
      },
      expect.objectContaining({
        id: 'CHG0030002',
        kind: 'standard',
        startsAt: Date.parse('2026-03-09T20:10:00Z'),
        endsAt: Date.parse('2026-03-09T20:40:00Z'),
        cis: [{ key: 'c'.repeat(32), name: 'web-2' }],
        labels: expect.objectContaining({ status: 'closed', outcome: 'unsuccessful' }),
      }),
      expect.objectContaining({
        id: 'CHG0030003',
        title: 'CHG0030003',
        endsAt: undefined,
        labels: expect.objectContaining({ status: 'on hold' }),
      }),
    ])
  })

  it('are asked for by one way to log in, and by one query', () => {
    const isGood = (more: object): boolean =>
      servicenowChanges.settings.safeParse({ url: 'https://sn', ...more }).success
    expect(isGood(login)).toBe(true)
    expect(isGood({ clientIdVariable: 'A', clientSecretVariable: 'B' })).toBe(true)
    expect(isGood({ ...login, clientIdVariable: 'A' })).toBe(false)
    expect(isGood({})).toBe(false)
    expect(isGood({ ...login, query: 'a=1^NQb=2' })).toBe(false)
    expect(isGood({ ...login, query: 'ORDERBYnumber' })).toBe(false)
  })
})
