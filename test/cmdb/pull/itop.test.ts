/**
 * iTop, as "REST/JSON services" of its wiki describes it: one path, form fields, status 200 for errors,
 * `core/get` with `limit` and `page` from 1, `Found:` with the number of all. What its data model does
 * not know is code 100, and is said there as iTop's source says it.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { itopPull } from '../../../src/cmdb/pull/itop.ts'
import { type Asked, type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

type Fields = Readonly<Record<string, string>>
interface Stored {
  readonly class: string
  readonly id: string
  readonly fields: Fields
}

/** Attributes by class, with those it has from the classes above; no storage module, no `managementip` of machines. */
const CI = ['name', 'finalclass', 'organization_name', 'business_criticity']
const PHYSICAL = ['serialnumber', 'asset_number', 'location_name', 'status']
const MODEL: Readonly<Record<string, readonly string[]>> = {
  FunctionalCI: CI,
  PhysicalDevice: [...CI, ...PHYSICAL],
  DatacenterDevice: ['managementip', 'rack_id', 'enclosure_id', 'powerA_id', 'powerB_id'],
  NetworkDevice: ['networkdevicetype_name'],
  Enclosure: ['rack_id'],
  PDU: ['rack_id', 'powerstart_id'],
  VirtualDevice: ['status'],
  VirtualMachine: ['virtualhost_id'],
  Hypervisor: ['server_id', 'farm_id'],
  SoftwareInstance: ['status', 'system_id'],
  MiddlewareInstance: ['middleware_id'],
  DatabaseSchema: ['dbserver_id'],
  WebApplication: ['url', 'webserver_id'],
  ApplicationSolution: ['status'],
  BusinessProcess: ['status'],
  lnkApplicationSolutionToFunctionalCI: ['applicationsolution_id', 'functionalci_id'],
  lnkApplicationSolutionToBusinessProcess: ['businessprocess_id', 'applicationsolution_id'],
  lnkConnectableCIToNetworkDevice: ['connectableci_id', 'networkdevice_id', 'connection_type'],
  lnkContactToFunctionalCI: ['functionalci_id', 'contact_name', 'contact_id_finalclass_recall'],
}
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  Server: ['FunctionalCI', 'PhysicalDevice', 'DatacenterDevice'],
  VirtualMachine: ['FunctionalCI', 'VirtualDevice', 'VirtualMachine'],
  Hypervisor: ['FunctionalCI', 'VirtualDevice', 'Hypervisor'],
  ApplicationSolution: ['FunctionalCI', 'ApplicationSolution'],
}

const ci = (itopClass: string, id: string, fields: Fields): Stored => ({
  class: itopClass,
  id,
  fields: {
    name: `${itopClass} ${id}`,
    finalclass: itopClass,
    organization_name: 'Demo',
    ...fields,
  },
})
const link = (itopClass: string, id: string, fields: Fields): Stored => ({
  class: itopClass,
  id,
  fields,
})
const MANY: readonly Stored[] = Array.from({ length: 600 }, (_, at) =>
  ci('VirtualMachine', `${1000 + at}`, { name: 'vm', status: 'production', virtualhost_id: '2' }),
)
const STORED: readonly Stored[] = [
  ci('Server', '1', {
    ...{ name: 'srv-1', business_criticity: 'high', serialnumber: 'SN1', location_name: 'Berlin' },
    ...{ status: 'production', managementip: '10.0.0.1', rack_id: '0', enclosure_id: '77' },
  }),
  ci('Hypervisor', '2', { status: 'production', server_id: '1', farm_id: '0' }),
  ci('ApplicationSolution', '3', { status: 'inactive', business_criticity: 'low' }),
  ...MANY,
  link('lnkApplicationSolutionToFunctionalCI', '1', {
    ...{ applicationsolution_id: '3', functionalci_id: '1000' },
  }),
  link('lnkContactToFunctionalCI', '1', {
    ...{ functionalci_id: '1', contact_name: 'Linux Team', contact_id_finalclass_recall: 'Team' },
  }),
]

const Request = z.strictObject({
  operation: z.literal('core/get'),
  class: z.string(),
  key: z.string(),
  output_fields: z.string(),
  limit: z.int().optional(),
  page: z.int().min(1).optional(),
})

/** `unstable` turns the order of every second page around, as a database may among equal names. */
function itop(unstable = false): FakeApi & { readonly asked: z.output<typeof Request>[] } {
  const asked: z.output<typeof Request>[] = []
  const ok = (code: number, message: string, objects: unknown = null): { body: unknown } => ({
    body: { objects, code, message },
  })
  const answer = ({ body, headers }: Asked): { body: unknown } => {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded')
      return ok(3, "Error: Missing parameter 'json_data")
    const request = Request.parse(JSON.parse(new URLSearchParams(body).get('json_data') ?? ''))
    asked.push(request)
    const { class: itopClass, key, output_fields, limit = 0, page = 1 } = request
    const known = MODEL[itopClass]
    if (known === undefined) return ok(100, `Error: class: '${itopClass}' is not a valid class'`)
    const fields = output_fields.split(',')
    const odd = fields.find((field) => !known.includes(field))
    if (odd !== undefined) return ok(100, `Error: output_fields: invalid attribute code '${odd}'`)
    if (!key.startsWith(`SELECT ${itopClass}`)) return ok(100, 'Error: Unknown class')
    const all = STORED.filter(
      (one) => one.class === itopClass || ABOVE[one.class]?.includes(itopClass) === true,
    )
    const sorted = unstable && page % 2 === 0 ? all.toReversed() : all
    const shown = limit === 0 ? sorted : pageOf(sorted, limit * (page - 1), limit)
    const objects = shown.map((one) => {
      const given = fields.map((field) => [field, one.fields[field] ?? ''])
      const object = { code: 0, message: '', class: one.class, key: one.id }
      return [`${one.class}::${one.id}`, { ...object, fields: Object.fromEntries(given) }]
    })
    return ok(0, `Found: ${all.length}`, objects.length === 0 ? null : Object.fromEntries(objects))
  }
  return {
    asked,
    isAllowed: ({ authorization, 'auth-token': token }) =>
      token === SECRET ||
      authorization === `Basic ${Buffer.from(`faultline:${SECRET}`).toString('base64')}`,
    routes: [
      {
        method: 'POST',
        path: '/itop/webservices/rest.php',
        query: { version: /^1\.[0-4]$/ },
        required: ['version'],
        answer,
      },
    ],
  }
}

const env = { ITOP_USER: 'faultline', ITOP_PASSWORD: SECRET, ITOP_TOKEN: SECRET }
const login = { userVariable: 'ITOP_USER', passwordVariable: 'ITOP_PASSWORD' }
const quiet = (): void => undefined

describe('iTop', () => {
  it('is read to the end, whatever goes wrong in between and whatever its data model lacks', async () => {
    const fake = await startFake(itop(), env)
    const settings = { url: `${fake.url}/itop/`, ...login }
    const read = await itopPull.pull(settings, fake.http, quiet)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(read.items).toHaveLength(603)
    expect(read.items.find(({ name }) => name === 'srv-1')).toEqual({
      key: 'Server::1',
      class: 'server',
      name: 'srv-1',
      aliases: ['10.0.0.1'],
      labels: { itop_class: 'Server', location: 'Berlin', organization: 'Demo', serial: 'SN1' },
      owner: 'Linux Team',
      criticality: 2,
      status: 'operational',
    })
    expect(read.items.find(({ key }) => key === 'ApplicationSolution::3')?.status).toBe('retired')
    expect(read.relations).toContainEqual({
      from: 'VirtualMachine::1599',
      type: 'runs_on',
      to: 'Hypervisor::2',
    })
    expect(read.relations).toContainEqual({
      from: 'ApplicationSolution::3',
      type: 'depends_on',
      to: 'VirtualMachine::1000',
    })
    expect(read.relations).toHaveLength(602)
    expect(read.bad.map(({ where, field }) => `${where} ${field ?? ''}`)).toEqual([
      'FunctionalCI ',
      'VirtualMachine managementip',
      'lnkSanToDatacenterDevice ',
    ])
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('is read twice to the same', async () => {
    const fake = await startFake(itop(), env, [])
    const settings = { url: `${fake.url}/itop`, tokenVariable: 'ITOP_TOKEN' }
    const first = await itopPull.pull(settings, fake.http, quiet)
    expect(await itopPull.pull(settings, fake.http, quiet)).toEqual(first)
  })

  it('is asked for all at once where its pages repeat some and leave out others', async () => {
    const api = itop(true)
    const fake = await startFake(api, env, [])
    const settings = { url: `${fake.url}/itop`, tokenVariable: 'ITOP_TOKEN' }
    const read = await itopPull.pull(settings, fake.http, quiet)
    expect(read.items).toHaveLength(603)
    expect(api.asked.filter(({ limit }) => limit === undefined).length).toBeGreaterThan(0)
  })

  it('is asked for what the condition says, and no class adds more', async () => {
    const api = itop()
    const fake = await startFake(api, env, [])
    const settings = { url: `${fake.url}/itop`, ...login, condition: "organization_name = 'Demo'" }
    await itopPull.pull(settings, fake.http, quiet)
    expect(api.asked[0]?.key).toBe("SELECT FunctionalCI WHERE organization_name = 'Demo'")
    expect(api.asked.filter(({ key }) => key.includes('WHERE'))).toHaveLength(2)
  })

  it.each([
    [1, 'Error: Invalid login', 'FunctionalCI: answers with code 1 (not authorized)'],
    [100, `Error: ${SECRET}`, 'FunctionalCI: answers with code 100 (internal error)'],
  ])('answers code %i with status 200, which is no empty list', async (code, message, told) => {
    const fake = await startFake(
      {
        ...itop(),
        routes: [
          {
            method: 'POST',
            path: '/webservices/rest.php',
            query: { version: /./ },
            answer: () => ({ body: { code, message } }),
          },
        ],
      },
      env,
      [],
    )
    const error = await itopPull.pull({ url: fake.url, ...login }, fake.http, quiet).then(
      () => 'no error',
      (cause: unknown) => String(cause),
    )
    expect(error).toContain(`${fake.url}/webservices/rest.php: ${told}`)
    expect(error).not.toContain(SECRET)
  })

  it.each([
    ['neither', {}],
    ['half of one', { userVariable: 'ITOP_USER' }],
    ['both', { ...login, tokenVariable: 'ITOP_TOKEN' }],
  ])('takes no settings with %s of its ways to log in', (_what, given) => {
    expect(itopPull.settings.safeParse({ url: 'https://itop.example.org', ...given }).success).toBe(
      false,
    )
  })
})
