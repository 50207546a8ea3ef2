/**
 * Change requests of ServiceNow by its Table API: `change_request`, and the affected CIs of `task_ci`.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html
 */
import { z } from 'zod'
import { type EpochMs, toRfc3339 } from '../../../core/time.ts'
import type { BadRow } from '../../importer.ts'
import type { PullHttp } from '../http.ts'
import {
  fieldOf,
  loginOf,
  type Row,
  readTable,
  SERVICENOW_FIELDS,
  SERVICENOW_LOGIN,
} from '../servicenow.ts'
import {
  Days,
  defineChanges,
  momentOf,
  type NamedCi,
  type PulledChange,
  sinceOf,
} from './change.ts'

const Settings = z
  .strictObject({
    ...SERVICENOW_FIELDS,
    days: Days,
    /** Encoded query on `change_request`, e.g. `type!=standard`. */
    query: z
      .string()
      .max(2000)
      .refine((text) => !/\^NQ|ORDERBY/.test(text), 'must be one query, without an order')
      .default(''),
  })
  .refine(...SERVICENOW_LOGIN)
type Settings = z.output<typeof Settings>

const COLUMNS = [
  ...['sys_id', 'number', 'short_description', 'type', 'state', 'on_hold', 'close_code', 'risk'],
  ...['cmdb_ci', 'start_date', 'end_date', 'work_start', 'work_end'],
  ...['assignment_group', 'assigned_to', 'sys_updated_on'],
]

/** States as they are stored; others are called as they are shown. */
const STATES: Readonly<Record<string, string>> = {
  '-5': 'new',
  '-4': 'assess',
  '-3': 'authorize',
  '-2': 'scheduled',
  '-1': 'implement',
  '0': 'review',
  '3': 'closed',
  '4': 'canceled',
}
const ON_HOLD = 'on hold'

/** Ids in one query: with them an address stays below the 8 kB that proxies let through. */
const IDS = 100

export const servicenowChanges = defineChanges({
  id: 'servicenow',
  title: 'ServiceNow change requests',
  docs: 'https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html',
  listsAllToCome: true,
  settings: Settings,
  pull: async (settings, http, { now, progress }) => {
    const since = sinceOf(now, settings.days)
    const rows = await readRequests({ settings, http, since }, progress)
    const affected = await readAffected(settings, http, rows)
    const changes: PulledChange[] = []
    const bad: BadRow[] = []
    let unplanned = 0
    for (const [at, row] of rows.entries()) {
      const read = toChange(row, affected, settings.url)
      if (read === 'unplanned') unplanned += 1
      else if (typeof read === 'string')
        bad.push({ where: `change_request ${at + 1}`, field: read, error: 'is missing' })
      else changes.push(read)
    }
    return { changes, unplanned, bad }
  },
})

interface Asked {
  readonly settings: Settings
  readonly http: PullHttp
  readonly since: EpochMs
}

/**
 * A literal time is read in the time zone of the account, which does not matter to days. A condition that
 * the instance does not understand it leaves out without a word, so what came is looked at again.
 */
async function readRequests(
  { settings, http, since }: Asked,
  progress: (count: number) => void,
): Promise<readonly Row[]> {
  const { url, query } = settings
  const from = toRfc3339(since).slice(0, 19).replace('T', ' ')
  const recent = `sys_updated_on>=${from}^ORend_date>=${from}`
  let count = 0
  const rows = await readTable(
    http,
    {
      ...{ url, login: loginOf(settings, http), table: 'change_request', fields: COLUMNS },
      query: query === '' ? recent : `${query}^${recent}`,
    },
    (found) => {
      count += found
      progress(count)
    },
  )
  const isRecent = (row: Row): boolean =>
    ['sys_updated_on', 'end_date'].some((column) => (timeOf(row, column) ?? 0) >= since - DAY_MS)
  return rows.filter(isRecent)
}

/** Time zones are less than a day apart from UTC. */
const DAY_MS = 86_400_000

function timeOf(row: Row, column: string): EpochMs | undefined {
  return momentOf(fieldOf(row, column).value)
}

/** Affected CIs by the id of their change. */
async function readAffected(
  settings: Settings,
  http: PullHttp,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, readonly NamedCi[]>> {
  const ids = rows.flatMap((row) => fieldOf(row, 'sys_id').value ?? [])
  const found = new Map<string, NamedCi[]>(ids.map((id) => [id, []]))
  const login = loginOf(settings, http)
  for (let at = 0; at < ids.length; at += IDS) {
    const query = `taskIN${ids.slice(at, at + IDS).join(',')}`
    const list = {
      url: settings.url,
      login,
      table: 'task_ci',
      fields: ['sys_id', 'task', 'ci_item'],
    }
    for (const row of await readTable(http, { ...list, query }, () => undefined)) {
      const ci = ciOf(row, 'ci_item')
      if (ci !== undefined) found.get(fieldOf(row, 'task').value ?? '')?.push(ci)
    }
  }
  return found
}

function ciOf(row: Row, column: string): NamedCi | undefined {
  const { value: key, shown: name } = fieldOf(row, column)
  return key === undefined && name === undefined ? undefined : { key, name }
}

/** The change, `unplanned`, or the name of a column that it cannot do without. */
function toChange(
  row: Row,
  affected: ReadonlyMap<string, readonly NamedCi[]>,
  url: string,
): PulledChange | string {
  const field = (column: string) => fieldOf(row, column)
  const id = field('number').value
  const sysId = field('sys_id').value
  if (id === undefined || sysId === undefined) return id === undefined ? 'number' : 'sys_id'
  const startsAt = timeOf(row, 'work_start') ?? timeOf(row, 'start_date')
  if (startsAt === undefined) return 'unplanned'
  const { value, shown } = field('state')
  const state = STATES[value ?? ''] ?? shown ?? value
  const main = ciOf(row, 'cmdb_ci')
  return {
    ...{ id, startsAt, endsAt: timeOf(row, 'work_end') ?? timeOf(row, 'end_date') },
    title: field('short_description').value ?? id,
    kind: field('type').value ?? 'change',
    cis: [...(main === undefined ? [] : [main]), ...(affected.get(sysId) ?? [])],
    labels: {
      status: field('on_hold').value === 'true' ? ON_HOLD : state,
      outcome: field('close_code').value,
      risk: field('risk').shown,
      team: field('assignment_group').shown,
    },
    url: `${url}/change_request.do?sys_id=${encodeURIComponent(sysId)}`,
    actor: field('assigned_to').shown,
  }
}
