/**
 * iTop by its REST services: `core/get` of every CI, of what its classes have besides, and of the
 * links between them, by `limit` and `page`. Classes and attributes that an iTop does not have (its
 * data model is made of modules, and can be changed) are passed over and named.
 *
 * @see https://www.itophub.io/wiki/page?id=latest:advancedtopics:rest_json
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { itopObjects } from '../itop.ts'
import { addItop, type ItopObject, isLink } from '../itop-objects.ts'
import { definePull, failure, type PullHttp, type PullRequest, pagesOf } from './http.ts'
import { basic, isOneWay, Url, Variable } from './settings.ts'

const Settings = z
  .strictObject({
    url: Url,
    /** Of a user with the profile "REST Services User". */
    userVariable: Variable.optional(),
    passwordVariable: Variable.optional(),
    /** Holds an application or personal token, in place of user and password. */
    tokenVariable: Variable.optional(),
    /** OQL on `FunctionalCI`, e.g. `organization_name = 'Demo'`. */
    condition: z.string().min(1).max(2000).optional(),
  })
  .refine((given) => isOneWay(given, ['userVariable', 'passwordVariable'], ['tokenVariable']), {
    path: ['tokenVariable'],
    error: 'give either tokenVariable, or userVariable and passwordVariable',
  })
type Settings = z.output<typeof Settings>

const LIMIT = 500

/** Attributes that every CI has, then those of classes between it and the CI's own, then links. */
const LISTS: readonly (readonly [string, readonly string[]])[] = [
  ['FunctionalCI', ['name', 'finalclass', 'organization_name', 'business_criticity']],
  ['PhysicalDevice', ['serialnumber', 'asset_number', 'location_name', 'status']],
  ['DatacenterDevice', ['managementip', 'rack_id', 'enclosure_id', 'powerA_id', 'powerB_id']],
  ['NetworkDevice', ['networkdevicetype_name']],
  ['Enclosure', ['rack_id']],
  ['PDU', ['rack_id', 'powerstart_id']],
  ['VirtualDevice', ['status']],
  ['VirtualMachine', ['managementip', 'virtualhost_id']],
  ['Hypervisor', ['server_id', 'farm_id']],
  ['SoftwareInstance', ['status', 'system_id']],
  ['MiddlewareInstance', ['middleware_id']],
  ['DatabaseSchema', ['dbserver_id']],
  ['WebApplication', ['url', 'webserver_id']],
  ['ApplicationSolution', ['status']],
  ['BusinessProcess', ['status']],
  ['lnkApplicationSolutionToFunctionalCI', ['applicationsolution_id', 'functionalci_id']],
  ['lnkApplicationSolutionToBusinessProcess', ['businessprocess_id', 'applicationsolution_id']],
  ['lnkConnectableCIToNetworkDevice', ['connectableci_id', 'networkdevice_id', 'connection_type']],
  ['lnkSanToDatacenterDevice', ['san_id', 'datacenterdevice_id']],
  ['lnkContactToFunctionalCI', ['functionalci_id', 'contact_name', 'contact_id_finalclass_recall']],
]

const Page = z.object({
  code: z.int(),
  message: z.string().nullish(),
  objects: z.record(z.string(), z.unknown()).nullish(),
})
type Page = z.output<typeof Page>

export const itopPull = definePull({
  id: 'itop',
  title: 'iTop REST services',
  docs: 'https://www.itophub.io/wiki/page?id=latest:advancedtopics:rest_json',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const collector = new Collector()
    const cis = new Map<string, ItopObject>()
    const links: ItopObject[] = []
    const access = { url: `${settings.url}/webservices/rest.php?version=1.3`, http, collector }
    const headers = headersOf(settings, http)
    for (const [itopClass, fields] of LISTS) {
      const isFirst = itopClass === 'FunctionalCI'
      const condition = isFirst && settings.condition ? ` WHERE ${settings.condition}` : ''
      const key = `SELECT ${itopClass}${condition}`
      const objects = await readClass({ ...access, headers }, { itopClass, key, fields })
      for (const object of objects) {
        if (isLink(object.class)) links.push(object)
        else merge(cis, object, isFirst)
      }
      progress(cis.size + links.length)
    }
    addItop({ objects: [...cis.values(), ...links], strangers: 'together' }, collector)
    return collector.finish()
  },
})

function headersOf(settings: Settings, http: PullHttp): Readonly<Record<string, string>> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  if (settings.tokenVariable !== undefined)
    return { ...type, 'auth-token': http.credential(settings.tokenVariable) }
  const user = http.credential(settings.userVariable ?? '')
  const password = http.credential(settings.passwordVariable ?? '')
  return { ...type, authorization: basic(user, password) }
}

/** What a class has besides belongs to the CI of the same id; CIs that were not asked for stay out. */
function merge(cis: Map<string, ItopObject>, object: ItopObject, isFirst: boolean): void {
  const id = object.id ?? ''
  const known = cis.get(id)
  if (known !== undefined) cis.set(id, { ...known, fields: { ...known.fields, ...object.fields } })
  else if (isFirst) cis.set(id, object)
}

interface Access {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly http: PullHttp
  readonly collector: Collector
}

interface Wanted {
  readonly itopClass: string
  readonly key: string
  readonly fields: readonly string[]
}

/** The objects of a class, with those of the attributes that it has. */
async function readClass(access: Access, wanted: Wanted): Promise<readonly ItopObject[]> {
  let { fields } = wanted
  while (fields.length > 0) {
    const read = await readPages(access, { ...wanted, fields })
    if (read.kind === 'objects') return read.objects
    const where = wanted.itopClass
    if (read.kind === 'no class') {
      access.collector.bad({ where, error: 'this iTop has no such class' })
      return []
    }
    const { field } = read
    access.collector.bad({ where, field, error: 'this class has no such attribute here' })
    fields = fields.filter((one) => one !== field)
  }
  return []
}

type Read =
  | { readonly kind: 'objects'; readonly objects: readonly ItopObject[] }
  | { readonly kind: 'no class' }
  | { readonly kind: 'no field'; readonly field: string }

/**
 * iTop sorts by name, so that pages may repeat one of several CIs with one name and leave out another:
 * where fewer come than there are, all are asked for at once.
 */
async function readPages(access: Access, wanted: Wanted): Promise<Read> {
  const { itopClass, fields } = wanted
  const found = new Map<string, unknown>()
  let total = 0
  const first = requestOf(access, wanted, { limit: LIMIT, page: 1 })
  let at = 1
  const pages = pagesOf(access.http, first, Page, (page) => {
    const count = Object.keys(page.objects ?? {}).length
    at += 1
    // More than the limit: this iTop does not page, and all of them came.
    return count === LIMIT ? requestOf(access, wanted, { limit: LIMIT, page: at }) : undefined
  })
  for await (const page of pages) {
    const lacking = lackingOf(page, fields)
    if (lacking !== undefined) return lacking
    expectOk(page, access.url, itopClass)
    total = foundIn(page)
    for (const [name, value] of Object.entries(page.objects ?? {})) found.set(name, value)
  }
  if (found.size < total) {
    const whole = requestOf(access, wanted, {})
    for await (const page of pagesOf(access.http, whole, Page, () => undefined)) {
      expectOk(page, access.url, itopClass)
      for (const [name, value] of Object.entries(page.objects ?? {})) found.set(name, value)
    }
    if (found.size < total)
      throw failure(access.url, `${itopClass}: answers with ${found.size} of ${total} objects`)
  }
  const objects = itopObjects(Object.fromEntries(found), 'core/get', access.collector)
  return { kind: 'objects', objects }
}

function requestOf(
  { url, headers }: Access,
  { itopClass, key, fields }: Wanted,
  page: { readonly limit?: number; readonly page?: number },
): PullRequest {
  const json = {
    operation: 'core/get',
    class: itopClass,
    key,
    output_fields: fields.join(','),
    ...page,
  }
  const body = new URLSearchParams({ json_data: JSON.stringify(json) }).toString()
  return { url, method: 'POST', headers, body }
}

/** Both are the code 100 of anything that goes wrong within: only the message tells them apart. */
function lackingOf({ code, message }: Page, fields: readonly string[]): Read | undefined {
  if (code !== 100) return undefined
  if (/class: '\w+' is not a valid class/.test(message ?? '')) return { kind: 'no class' }
  const field = /invalid attribute code '(\w+)'/.exec(message ?? '')?.[1]
  return field !== undefined && fields.includes(field) ? { kind: 'no field', field } : undefined
}

const CODES: Readonly<Record<number, string>> = {
  1: 'not authorized',
  2: 'no version',
  3: 'no data',
  4: 'invalid data',
  5: 'no user',
  6: 'no password',
  10: 'version not supported',
  11: 'unknown operation',
  13: 'invalid page',
  100: 'internal error',
}

/** Errors have status 200, too. */
function expectOk({ code }: Page, url: string, itopClass: string): void {
  if (code !== 0)
    throw failure(url, `${itopClass}: answers with code ${code} (${CODES[code] ?? 'unknown'})`)
}

/** `Found: 1234`, whatever the page; 0 where it does not say. */
function foundIn({ message }: Page): number {
  return Number(/^Found: (\d+)$/.exec(message ?? '')?.[1] ?? 0)
}
