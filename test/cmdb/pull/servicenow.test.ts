/**
 * ServiceNow, as its Table API page describes it: `sysparm_*` parameters, `{result: […]}`, `Link` with
 * `rel="next"`, pages that access rules shorten, 404 for an empty list (first version).
 */
import { describe, expect, it } from 'vitest'
import { servicenowPull } from '../../../src/cmdb/pull/servicenow.ts'
import { type Asked, type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

type Row = Readonly<Record<string, readonly [string, string]>>

const reference = (id: string, name: string): readonly [string, string] => [id, name]
const same = (text: string): readonly [string, string] => [text, text]
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  cmdb_ci: [
    { sys_id: same('0'.repeat(32)), name: same('not for us') },
    { sys_id: same('a'.repeat(32)), name: same('not for us') },
    {
      sys_id: same('1'.repeat(32)),
      name: same('Web shop'),
      sys_class_name: ['cmdb_ci_service_auto', 'Mapped Application Service'],
      operational_status: ['1', 'Operational'],
      install_status: ['1', 'Installed'],
      support_group: reference('9'.repeat(32), 'Shop Team'),
    },
    {
      sys_id: same('2'.repeat(32)),
      name: same('web01'),
      sys_class_name: ['cmdb_ci_linux_server', 'Linux Server'],
      fqdn: same('WEB01.example.org'),
      ip_address: same('10.0.0.5'),
      serial_number: same('SN1'),
      operational_status: ['1', 'Operational'],
      install_status: ['7', 'Retired'],
      environment: same('Production'),
    },
    {
      sys_id: same('3'.repeat(32)),
      name: same('sw1'),
      sys_class_name: ['cmdb_ci_ip_switch', 'IP Switch'],
    },
  ],
  cmdb_ci_service: [
    {
      sys_id: same('1'.repeat(32)),
      busines_criticality: ['1 - most critical', '1 - most critical'],
    },
  ],
  cmdb_rel_ci: [
    {
      sys_id: same('r1'),
      parent: reference('1'.repeat(32), 'Web shop'),
      type: reference('t'.repeat(32), 'Depends on::Used by'),
      child: reference('2'.repeat(32), 'web01'),
    },
    {
      sys_id: same('r2'),
      parent: reference('1'.repeat(32), 'Web shop'),
      type: reference('t'.repeat(32), 'Depends on::Used by'),
      child: reference('7'.repeat(32), 'elsewhere'),
    },
    {
      sys_id: same('r3'),
      parent: reference('1'.repeat(32), 'Web shop'),
      type: reference('u'.repeat(32), 'Owned by::Owns'),
      child: reference('2'.repeat(32), 'web01'),
    },
  ],
}
const PAGE = 2

function answer({ path, query, origin }: Asked): ReturnType<FakeApi['routes'][number]['answer']> {
  const table = path.split('/').at(-1) ?? ''
  const all = TABLES[table] ?? []
  if (all.length === 0 || query.get('sysparm_query')?.startsWith('name=nothing') === true) {
    const error = {
      message: 'No Record found',
      detail: "Record doesn't exist or ACL restricts the record retrieval",
    }
    return { status: 404, body: { error, status: 'failure' } }
  }
  const offset = Number(query.get('sysparm_offset') ?? 0)
  const fields = query.get('sysparm_fields')?.split(',') ?? []
  // Access rules take rows out of a page after its limit was applied.
  const page = pageOf(all, offset, PAGE).filter((row) => row['name']?.[0] !== 'not for us')
  const next = new URLSearchParams(query)
  next.set('sysparm_offset', String(offset + PAGE))
  const link = `<${origin}${path}?sysparm_offset=0>;rel="first",<${origin}${path}?${next}>;rel="next",<${origin}${path}?sysparm_offset=2>;rel="last"`
  const shown = page.map((row) =>
    Object.fromEntries(
      fields.map((field) => {
        const [value, display_value] = row[field] ?? ['', '']
        return [field, { display_value, value }]
      }),
    ),
  )
  return {
    headers: {
      'x-total-count': String(all.length),
      ...(offset + PAGE < all.length ? { link } : {}),
    },
    body: { result: shown },
  }
}

const api: FakeApi = {
  isAllowed: ({ authorization }) =>
    authorization === `Basic ${Buffer.from(`faultline:${SECRET}`).toString('base64')}`,
  routes: [
    {
      path: /^\/api\/now\/table\/(cmdb_ci|cmdb_ci_service|cmdb_rel_ci)$/,
      query: {
        sysparm_query: /ORDERBYsys_id$/,
        sysparm_fields: /^[a-z_,.]+$/,
        sysparm_display_value: /^(true|false|all)$/,
        sysparm_exclude_reference_link: /^(true|false)$/,
        sysparm_limit: /^\d{1,5}$/,
        sysparm_offset: /^\d+$/,
      },
      answer,
    },
  ],
}
const env = { SN_USER: 'faultline', SN_PASSWORD: SECRET }

describe('ServiceNow', () => {
  it('is read to the end, whatever goes wrong in between', async () => {
    const fake = await startFake(api, env)
    const settings = { url: fake.url, userVariable: 'SN_USER', passwordVariable: 'SN_PASSWORD' }
    const read = await servicenowPull.pull(settings, fake.http, () => undefined)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(read.items).toEqual([
      {
        key: '1'.repeat(32),
        class: 'service',
        name: 'Web shop',
        aliases: [],
        labels: {},
        owner: 'Shop Team',
        criticality: 1,
        status: 'operational',
      },
      {
        key: '2'.repeat(32),
        class: 'linux_server',
        name: 'web01',
        aliases: ['10.0.0.5', 'WEB01.example.org'],
        labels: { fqdn: 'web01.example.org', serial: 'SN1' },
        environment: 'production',
        status: 'retired',
      },
      { key: '3'.repeat(32), class: 'switch', name: 'sw1', aliases: [], labels: {} },
    ])
    expect(read.relations).toEqual([
      { from: '1'.repeat(32), type: 'depends_on', to: '2'.repeat(32) },
    ])
    expect(read.bad.map(({ error }) => error)).toEqual([
      '1 relations lead to CIs that are not in this import',
      '1 relations of a type that has no meaning here: "Owned by::Owns"',
    ])
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('may have nothing that the query asks for', async () => {
    const fake = await startFake(api, env, [])
    const settings = {
      url: fake.url,
      userVariable: 'SN_USER',
      passwordVariable: 'SN_PASSWORD',
      query: 'name=nothing',
    }
    const read = await servicenowPull.pull(settings, fake.http, () => undefined)
    expect([fake.faults, read.items]).toEqual([[], []])
  })
})
