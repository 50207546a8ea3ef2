/** Past incidents of a table with headers, whatever tool it is of: columns by their usual names. */
import { compare } from '../../core/topology.ts'
import type { ImportFile } from '../importer.ts'
import { cell, type Row, readTable } from '../table.ts'
import { type FoundIncident, PastCollector } from './collect.ts'
import type { PastAsked, PastField, PastImporter } from './importer.ts'

/** Headers as `readTable` has them: of ServiceNow, Jira, Freshservice, SolarWinds, and of lists people keep. */
const USUAL: Readonly<Record<PastField, readonly string[]>> = {
  key: [
    'sys_id',
    'external_id',
    'issue_id',
    'ticket_id',
    'incident_id',
    'id',
    'issue_key',
    'key',
    'number',
  ],
  number: [
    'number',
    'issue_key',
    'incident_number',
    'ticket_number',
    'ticket_id',
    'incident_id',
    'key',
  ],
  url: ['url', 'link', 'href', 'address', 'incident_url', 'ticket_url'],
  title: ['short_description', 'summary', 'subject', 'title', 'name', 'incident', 'description'],
  opened: [
    'opened_at',
    'opened',
    'created_at',
    'created_time',
    'created',
    'created_date',
    'sys_created_on',
    'start',
    'started_at',
    'start_time',
    'open_time',
  ],
  resolved: [
    'resolved_at',
    'resolved',
    'resolved_time',
    'resolution_date',
    'resolutiondate',
    'resolved_date',
    'closed_at',
    'closed',
    'closed_time',
    'end',
    'ended_at',
    'end_time',
    'close_time',
  ],
  priority: ['priority', 'severity', 'prio'],
  status: ['status', 'state', 'incident_state'],
  kind: ['type', 'issue_type', 'issuetype', 'ticket_type'],
  ci: [
    'cmdb_ci',
    'configuration_item',
    'configuration_items',
    'ci',
    'affected_ci',
    'affected_hardware',
    'host',
    'asset',
    'assets',
    'asset_name',
    'associated_assets',
  ],
  service: [
    'business_service',
    'service',
    'affected_services',
    'affected_service',
    'impacted_services',
    'component/s',
    'components',
    'component',
    'application',
  ],
  team: ['assignment_group', 'group', 'assigned_group', 'team', 'agent_group', 'group_assignee'],
  resolver: [
    'resolved_by',
    'resolver',
    'assigned_to',
    'assignee',
    'agent',
    'agent_name',
    'assigned_agent',
    'owner',
  ],
  resolution: [
    'close_notes',
    'resolution_notes',
    'resolution_note',
    'resolution_description',
    'closing_notes',
    'root_cause',
    'resolution',
  ],
  resolution_code: ['close_code', 'resolution_code', 'resolution'],
  category: ['category', 'subcategory'],
}

/** What is over but was no incident. */
const CANCELLED = /^(8\b|cancel|duplicate$|spam$|rejected|deleted)/i
/** What is not over, whatever a column says of a time before it was opened again. */
const GOING = /^([123]$|new$|open$|re-?opened|in progress|on hold|pending|waiting|assigned$)/i
const OTHERS =
  /(^|service )request|\brequest for\b|\bchange\b|^(\[system\] *)?problem\b|sub-?task|\btask$|^(story|epic|feature)\b|new feature/i
const INCIDENT = /\bincident\b/i

/** Whether a ticket of that kind and status is one to learn from, once it is over. */
export function isPassedOver(kind: string, status: string): boolean {
  const is = status.trim()
  if (CANCELLED.test(is) || GOING.test(is)) return true
  return OTHERS.test(kind.trim()) && !INCIDENT.test(kind)
}

/** Tells how a tool writes what tables do not say alike. */
export interface Dialect {
  readonly urlOf?: (
    row: { readonly key: string; readonly number: string },
    address: string,
  ) => string
  /** The key under which the tool's API has it too. */
  readonly keyOf?: (row: { readonly key: string; readonly number: string }) => string
  readonly priorityOf?: (text: string) => string
  readonly toText?: (text: string) => string
}

/** Rows of files, the files by name. */
export function readTables(
  files: readonly ImportFile[],
  collector: PastCollector,
  { asked, dialect = {} }: { readonly asked: PastAsked; readonly dialect?: Dialect },
): void {
  const sorted = [...files].sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
  for (const file of sorted)
    for (const row of readTable(file, collector)) addRow(collector, row, { asked, dialect })
}

function addRow(
  collector: PastCollector,
  row: Row,
  { asked, dialect }: { readonly asked: PastAsked; readonly dialect: Dialect },
): void {
  const of = (field: PastField): string => {
    const column = asked.columns[field]
    return (column === undefined ? cell(row, ...USUAL[field]) : cell(row, headerOf(column))) ?? ''
  }
  const resolved = of('resolved')
  if (isPassedOver(of('kind'), of('status')) || (resolved === '' && of('opened') !== '')) {
    collector.passOver()
    return
  }
  const number = of('number')
  const key = dialect.keyOf?.({ key: of('key'), number }) ?? of('key')
  const url = of('url')
  const made = asked.address === null ? undefined : dialect.urlOf?.({ key, number }, asked.address)
  const [code, notes] = [of('resolution_code'), of('resolution')]
  const found: FoundIncident = {
    ...{ key, number, url: url === '' ? made : url, title: of('title') },
    ...{ opened: of('opened'), resolved },
    priority: dialect.priorityOf?.(of('priority')) ?? of('priority'),
    ...{ ci: first(of('ci')), service: first(of('service')) },
    ...{ team: of('team'), resolver: of('resolver'), category: of('category') },
    resolution: code === notes ? undefined : (dialect.toText?.(notes) ?? notes),
    resolutionCode: code,
  }
  collector.add(found, row.where)
}

/** Headers are compared as `readTable` writes them. */
function headerOf(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
}

const SYS_ID = /^[0-9a-f]{32}$/

/** The first of a list of names; what looks like a key is one. */
export function first(text: string): { readonly name?: string; readonly key?: string } {
  const [name = ''] = text.split(/[,;\n]/)
  return SYS_ID.test(name.trim()) ? { key: name.trim() } : { name }
}

export const csv: PastImporter = {
  id: 'csv',
  title: 'A table with headers (CSV)',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  read: (files, asked) => {
    const collector = new PastCollector()
    readTables(files, collector, { asked })
    return collector.finish()
  },
}
