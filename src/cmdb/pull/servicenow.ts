/**
 * ServiceNow by its Table API: `cmdb_ci`, what only services have of `cmdb_ci_service`, and
 * `cmdb_rel_ci`; by `sysparm_limit` and the `Link` of each answer.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { addServiceNow, type Field, type ServiceNowRow } from '../servicenow-rows.ts'
import { definePull, type PullHttp, type PullRequest, pagesOf } from './http.ts'
import { basic, isOneWay, Url, Variable } from './settings.ts'

/** Where an instance is, and one of the ways to log in. */
export const SERVICENOW_FIELDS = {
  url: Url,
  userVariable: Variable.optional(),
  passwordVariable: Variable.optional(),
  /** Client id and secret of an OAuth API endpoint for external clients, in place of a user. */
  clientIdVariable: Variable.optional(),
  clientSecretVariable: Variable.optional(),
}

/** What refuses settings that give none of the ways, or two. */
export const SERVICENOW_LOGIN = [
  (given: object): boolean =>
    isOneWay(
      { ...given },
      ['userVariable', 'passwordVariable'],
      ['clientIdVariable', 'clientSecretVariable'],
    ),
  {
    path: ['userVariable'],
    error:
      'give either userVariable and passwordVariable, or clientIdVariable and clientSecretVariable',
  },
] satisfies [(given: object) => boolean, object]

const Settings = z
  .strictObject({
    ...SERVICENOW_FIELDS,
    /** Encoded query on `cmdb_ci`, e.g. `operational_status=1^sys_class_name!=cmdb_ci_printer`. */
    query: z.string().max(2000).default(''),
  })
  .refine(...SERVICENOW_LOGIN)
type Access = Pick<z.output<typeof Settings>, keyof typeof SERVICENOW_FIELDS>

const Cell = z.union([
  z.string(),
  z.object({ value: z.string().nullish(), display_value: z.string().nullish() }),
])
const Row = z.record(z.string(), Cell)
/** Cells by column, each with what is stored and what is shown. */
export type Row = z.output<typeof Row>
/** The first version of the API answers an empty list with 404 and an error. */
const Page = z.union([
  z.object({ result: z.array(Row) }),
  z
    .object({ error: z.object({ message: z.string().regex(/no record/i) }) })
    .transform(() => ({ result: [] as Row[] })),
])

const LIMIT = 1000

const COLUMNS = [
  ...['sys_id', 'name', 'sys_class_name', 'fqdn', 'ip_address', 'serial_number', 'asset_tag'],
  ...['operational_status', 'install_status', 'environment', 'owned_by', 'managed_by'],
  ...['support_group', 'assignment_group', 'location'],
]

export const servicenowPull = definePull({
  id: 'servicenow',
  title: 'ServiceNow Table API',
  docs: 'https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const login = loginOf(settings, http)
    let count = 0
    const read = (table: string, fields: readonly string[], query = ''): Promise<readonly Row[]> =>
      readTable(http, { url: settings.url, login, table, fields, query }, (found) => {
        count += found
        progress(count)
      })
    const items = await read('cmdb_ci', COLUMNS, settings.query)
    const services = await read('cmdb_ci_service', ['sys_id', 'busines_criticality'])
    const relations = await read('cmdb_rel_ci', ['sys_id', 'parent', 'type', 'child'])
    const criticality = new Map(
      services.map((row) => [fieldOf(row, 'sys_id').value, row['busines_criticality']]),
    )
    const whole = items.map((row) => {
      const found = criticality.get(fieldOf(row, 'sys_id').value)
      return found === undefined ? row : { ...row, busines_criticality: found }
    })
    const collector = new Collector()
    addServiceNow(
      {
        items: whole.map((row, at) => toRow(row, `cmdb_ci ${at + 1}`)),
        relations: relations.map((row, at) => toRow(row, `cmdb_rel_ci ${at + 1}`)),
        strangers: 'together',
      },
      collector,
    )
    return collector.finish()
  },
})

type Login = Pick<PullRequest, 'headers' | 'oauth'>

/**
 * What requests to an instance are sent with.
 *
 * @see https://www.servicenow.com/docs/r/zurich/platform-security/authentication/client-credentials.html
 */
export function loginOf(settings: Access, http: PullHttp): Login {
  const { url, clientIdVariable, clientSecretVariable, userVariable, passwordVariable } = settings
  if (clientIdVariable === undefined || clientSecretVariable === undefined) {
    const user = http.credential(userVariable ?? '')
    return { headers: { authorization: basic(user, http.credential(passwordVariable ?? '')) } }
  }
  const clientId = http.credential(clientIdVariable)
  const clientSecret = http.credential(clientSecretVariable)
  return { oauth: { tokenUrl: `${url}/oauth_token.do`, clientId, clientSecret } }
}

interface List {
  readonly url: string
  readonly login: Login
  readonly table: string
  readonly fields: readonly string[]
  readonly query: string
}

/** All rows of a table, in the order of their ids. */
export async function readTable(
  http: PullHttp,
  { url, login, table, fields, query }: List,
  found: (count: number) => void,
): Promise<readonly Row[]> {
  const parameters = new URLSearchParams({
    // Without an order pages may repeat some rows and leave out others.
    sysparm_query: `${query === '' ? '' : `${query}^`}ORDERBYsys_id`,
    sysparm_fields: fields.join(','),
    sysparm_display_value: 'all',
    sysparm_exclude_reference_link: 'true',
    sysparm_limit: String(LIMIT),
    sysparm_offset: '0',
  })
  const first = {
    url: `${url}/api/now/table/${table}?${parameters}`,
    ...login,
    accept: [404],
  }
  const rows: Row[] = []
  // Access rules shorten pages after the limit was applied: only the Link says which is the last.
  const pages = pagesOf(http, first, Page, (_page, { next }) =>
    next === undefined ? undefined : { ...first, url: next },
  )
  for await (const { result } of pages) {
    rows.push(...result)
    found(result.length)
  }
  return rows
}

function toRow(row: Row, where: string): ServiceNowRow {
  return {
    where,
    get: (...columns) =>
      columns
        .map((column) => fieldOf(row, column))
        .find(({ value, shown }) => value !== undefined || shown !== undefined) ?? {},
  }
}

/** What a column of a row holds; nothing where it is empty. */
export function fieldOf(row: Row, column: string): Field {
  const cell = Object.hasOwn(row, column) ? row[column] : undefined
  const given = (text: string | null | undefined): string | undefined => text || undefined
  if (cell === undefined || typeof cell === 'string') return { value: given(cell) }
  return { value: given(cell.value), shown: given(cell.display_value) }
}
