/**
 * Change requests of Jira Service Management, Cloud: the issues of a JQL by `search/jql`, page by page
 * (`nextPageToken`); which custom fields are meant is found by their names; Assets objects that a field
 * names are looked up for their keys.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
 * @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/
 */
import { z } from 'zod'
import type { BadRow } from '../../importer.ts'
import { failure, type PullHttp, pagesOf } from '../http.ts'
import { basic, Url, Variable } from '../settings.ts'
import { Days, defineChanges, filled, momentOf, type NamedCi, type PulledChange } from './change.ts'

const Names = z.array(z.string().min(1).max(255)).min(1).max(20)

const Settings = z.strictObject({
  /** The site, `https://example.atlassian.net`. */
  url: Url,
  emailVariable: Variable,
  tokenVariable: Variable,
  apiUrl: Url.default('https://api.atlassian.com'),
  /** Which issues are changes: `project = CHG AND issuetype = "[System] Change"`. */
  jql: z
    .string()
    .min(1)
    .max(2000)
    .refine((text) => !/\border\s+by\b/i.test(text), 'must be without an order'),
  days: Days,
  /** Names of fields; the first that a change has filled counts, of CIs all do. */
  start: Names.default(['Actual start', 'Planned start', 'Change start date']),
  end: Names.default(['Actual end', 'Planned end', 'Change completion date']),
  kind: Names.default(['Change type']),
  risk: Names.default(['Change risk']),
  cis: Names.default(['Affected services', 'Affected hardware']),
})
type Settings = z.output<typeof Settings>

const MAX_RESULTS = 100
/** Objects of Assets that are looked up in one pull. */
const MAX_OBJECTS = 2000

const Field = z.object({ id: z.string(), name: z.string() })
const Issue = z.object({
  key: z.string().min(1),
  fields: z.record(z.string(), z.unknown()),
})
const Page = z.object({
  issues: z.array(z.unknown()),
  nextPageToken: z.string().min(1).nullish(),
  isLast: z.boolean().optional(),
})
const AssetsValue = z.object({
  workspaceId: z.string().regex(/^[\w-]{1,64}$/),
  objectId: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,20}$/)),
})
const AssetsObject = z.object({ objectKey: z.string(), label: z.string().nullish() })
/** What Assets answers where an object is not there. */
const Gone = z.object({ objectKey: z.undefined().optional() })

export const jiraChanges = defineChanges({
  id: 'jira',
  title: 'Jira Service Management change requests',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/',
  listsAllToCome: true,
  settings: Settings,
  pull: async (settings, http, { progress }) => {
    const user = http.credential(settings.emailVariable)
    const headers = { authorization: basic(user, http.credential(settings.tokenVariable)) }
    const access = { settings, http, headers }
    const fields = await readFields(access)
    const values = await readIssues(access, Object.values(fields).flat(), progress)
    const bad: BadRow[] = []
    const changes: PulledChange[] = []
    const objects = new Map<string, NamedCi | undefined>()
    let unplanned = 0
    for (const [at, value] of values.entries()) {
      const issue = Issue.safeParse(value)
      if (!issue.success)
        bad.push({ where: `search/jql ${at + 1}`, error: 'is not of the form documented' })
      else {
        const read = toChange(issue.data, fields, settings.url)
        if (read === undefined) unplanned += 1
        else changes.push({ ...read, cis: await cisOf(access, issue.data, fields.cis, objects) })
      }
    }
    return { changes, unplanned, bad }
  },
})

interface Access {
  readonly settings: Settings
  readonly http: PullHttp
  readonly headers: Readonly<Record<string, string>>
}

/** Ids of fields by what they say. */
type Fields = Readonly<Record<'start' | 'end' | 'kind' | 'risk' | 'cis', readonly string[]>>

async function readFields({ settings, http, headers }: Access): Promise<Fields> {
  const url = `${settings.url}/rest/api/3/field`
  const known = new Map<string, string[]>()
  for await (const page of pagesOf(http, { url, headers }, z.array(Field), () => undefined))
    for (const { id, name } of page) {
      const word = name.trim().toLowerCase()
      known.set(word, [...(known.get(word) ?? []), id])
    }
  const idsOf = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => known.get(name.trim().toLowerCase()) ?? [])
  const fields = {
    start: idsOf(settings.start),
    end: idsOf(settings.end),
    kind: idsOf(settings.kind),
    risk: idsOf(settings.risk),
    cis: idsOf(settings.cis),
  }
  if (fields.start.length === 0) throw failure(url, 'has no field named in the setting start')
  return fields
}

/** What was touched lately, and what is still open however long ago it was. */
async function readIssues(
  { settings, http, headers }: Access,
  fields: readonly string[],
  progress: (count: number) => void,
): Promise<readonly unknown[]> {
  const { jql, days } = settings
  const asked = {
    jql: `(${jql}) AND (updated >= -${days}d OR statusCategory != Done) ORDER BY key`,
    fields: ['summary', 'status', 'resolution', 'assignee', ...new Set(fields)],
    maxResults: MAX_RESULTS,
  }
  const request = (nextPageToken?: string) => ({
    url: `${settings.url}/rest/api/3/search/jql`,
    method: 'POST' as const,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(nextPageToken === undefined ? asked : { ...asked, nextPageToken }),
  })
  const found: unknown[] = []
  const pages = pagesOf(http, request(), Page, ({ nextPageToken, isLast }) => {
    if (isLast === true || nextPageToken == null) return undefined
    return request(nextPageToken)
  })
  for await (const { issues } of pages) {
    found.push(...issues)
    progress(found.length)
  }
  return found
}

type Issue = z.output<typeof Issue>

function toChange(
  { key, fields }: Issue,
  ids: Fields,
  site: string,
): Omit<PulledChange, 'cis'> | undefined {
  const first = (of: readonly string[]): string | undefined =>
    of.map((id) => textOf(fields[id])).find((text) => text !== undefined)
  const momentIn = (of: readonly string[]) =>
    of.map((id) => momentOf(textOf(fields[id]))).find((time) => time !== undefined)
  const startsAt = momentIn(ids.start)
  if (startsAt === undefined) return undefined
  return {
    ...{ id: key, startsAt, endsAt: momentIn(ids.end) },
    title: textOf(fields['summary']) ?? key,
    kind: first(ids.kind)?.toLowerCase() ?? 'change',
    labels: {
      status: textOf(fields['status']),
      outcome: textOf(fields['resolution']),
      risk: first(ids.risk),
    },
    url: `${site}/browse/${encodeURIComponent(key)}`,
    actor: textOf(fields['assignee']),
  }
}

/** A text, or what a choice, a status or a person is called. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return filled(value)
  if (typeof value !== 'object' || value === null) return undefined
  for (const key of ['value', 'name', 'displayName', 'label']) {
    const text: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
    if (typeof text === 'string') return filled(text)
  }
  return undefined
}

async function cisOf(
  access: Access,
  { fields }: Issue,
  ids: readonly string[],
  objects: Map<string, NamedCi | undefined>,
): Promise<readonly NamedCi[]> {
  const found: NamedCi[] = []
  for (const value of ids.flatMap((id) => fields[id] ?? []).flat()) {
    const object = AssetsValue.safeParse(value)
    const ci = object.success ? await lookUp(access, object.data, objects) : { name: textOf(value) }
    if (ci?.key !== undefined || ci?.name !== undefined) found.push(ci)
  }
  return found
}

async function lookUp(
  { settings, http, headers }: Access,
  { workspaceId, objectId }: z.output<typeof AssetsValue>,
  objects: Map<string, NamedCi | undefined>,
): Promise<NamedCi | undefined> {
  const id = `${workspaceId}:${objectId}`
  if (objects.has(id) || objects.size >= MAX_OBJECTS) return objects.get(id)
  const url = `${settings.apiUrl}/jsm/assets/workspace/${workspaceId}/v1/object/${objectId}`
  let ci: NamedCi | undefined
  const first = { url, headers, accept: [404] }
  for await (const read of pagesOf(http, first, z.union([AssetsObject, Gone]), () => undefined))
    if (read.objectKey !== undefined && 'label' in read)
      ci = { key: read.objectKey, name: filled(read.label) }
  objects.set(id, ci)
  return ci
}
