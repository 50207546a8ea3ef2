/**
 * Jira Assets by its API: the workspace of a site, its object schemas, the attributes of each object
 * type, and the objects by AQL, page by page (`startAt`) until `isLast`. The total is not gone by: it
 * is not exact above 1000.
 *
 * @see https://developer.atlassian.com/cloud/assets/rest/api-group-object/#api-object-aql-post
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { AssetsType, type AssetsTypes, assetsObject } from '../jira-assets.ts'
import { type AssetsObject, addAssets } from '../jira-assets-objects.ts'
import { type Meaning, meaningOf } from '../relations.ts'
import { definePull, failure, type PullHttp, type PullRequest, pagesOf } from './http.ts'
import { basic, Url, Variable } from './settings.ts'

const Uuid = z.string().regex(/^[0-9a-fA-F-]{1,64}$/, 'must be an id such as 4a6c…-…')

/** What attributes of references mean here: `{ "Primary host": "runs on" }`. */
export const RelationNames = z
  .record(
    z.string().min(1).max(200),
    z.string().refine((name) => meaningOf(name) !== undefined, 'is no relation that we know'),
  )
  .default({})

/** The same by names of attributes in lower case, in our relations. */
export function meaningsOf(names: z.output<typeof RelationNames>): ReadonlyMap<string, Meaning> {
  return new Map(
    Object.entries(names).flatMap(([name, relation]) => {
      const meaning = meaningOf(relation)
      return meaning === undefined ? [] : [[name.trim().toLowerCase(), meaning]]
    }),
  )
}

const Settings = z.strictObject({
  /** The site, `https://example.atlassian.net`. */
  url: Url,
  /** Holds the e-mail address of an account. */
  emailVariable: Variable,
  /** Holds an API token of the account. */
  tokenVariable: Variable,
  /** Else asked for of the site. */
  workspaceId: Uuid.optional(),
  /** For API tokens with scopes, which are good at `apiUrl` alone. */
  cloudId: Uuid.optional(),
  apiUrl: Url.default('https://api.atlassian.com'),
  /** AQL; else everything in every schema that the account may see. */
  query: z.string().min(1).max(4000).optional(),
  relations: RelationNames,
})
type Settings = z.output<typeof Settings>

const MAX_RESULTS = 100

const Id = z.union([z.string(), z.number()]).transform(String)
const Workspaces = z.object({ values: z.array(z.object({ workspaceId: Uuid })) })
const Last = { isLast: z.boolean().optional(), last: z.boolean().optional() }
const Schemas = z.object({ values: z.array(z.object({ id: Id })), ...Last })
const Objects = z.object({ values: z.array(z.unknown()), ...Last })
const Typed = z.object({ objectType: z.object({ id: Id }) })

export const jiraAssetsPull = definePull({
  id: 'jira-assets',
  title: 'Jira Assets API',
  docs: 'https://developer.atlassian.com/cloud/assets/rest/api-group-object/',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const access = await reach(settings, http)
    const values = await readObjects(access, await queryOf(settings, access), progress)
    const types = await readTypes(access, values)
    const collector = new Collector()
    const objects = new Map<string, AssetsObject>()
    for (const [at, value] of values.entries())
      for (const object of assetsObject(value, `object ${at + 1}`, types, collector))
        objects.set(object.key ?? object.where, object)
    const meanings = meaningsOf(settings.relations)
    addAssets({ objects: [...objects.values()], meanings, strangers: 'together' }, collector)
    return collector.finish()
  },
})

interface Access {
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly http: PullHttp
}

async function reach(settings: Settings, http: PullHttp): Promise<Access> {
  const { url, apiUrl, cloudId } = settings
  const authorization = basic(
    http.credential(settings.emailVariable),
    http.credential(settings.tokenVariable),
  )
  const headers = { authorization }
  const site = cloudId === undefined ? url : `${apiUrl}/ex/jira/${cloudId}`
  const workspaceId = settings.workspaceId ?? (await workspaceOf(site, headers, http))
  const api = cloudId === undefined ? apiUrl : site
  return { base: `${api}/jsm/assets/workspace/${workspaceId}/v1`, headers, http }
}

/** A site has one, or none where its plan has no Assets. */
async function workspaceOf(
  site: string,
  headers: Access['headers'],
  http: PullHttp,
): Promise<string> {
  const url = `${site}/rest/servicedeskapi/assets/workspace`
  for await (const { values } of pagesOf(http, { url, headers }, Workspaces, () => undefined)) {
    const [first] = values
    if (first !== undefined) return first.workspaceId
  }
  throw failure(url, 'this site has no Assets')
}

/** In the order of keys: without one pages may repeat some objects and leave out others. */
async function queryOf(settings: Settings, access: Access): Promise<string> {
  const { query } = settings
  if (query !== undefined) return /\border\s+by\b/i.test(query) ? query : `${query} ORDER BY Key`
  const pages = readAll(access, { path: '/objectschema/list' }, Schemas)
  const ids: string[] = []
  for await (const { values } of pages) ids.push(...values.map(({ id }) => id))
  if (ids.length === 0) throw failure(`${access.base}/objectschema/list`, 'shows no object schema')
  return `objectSchemaId IN (${ids.join(', ')}) ORDER BY Key`
}

async function readObjects(
  access: Access,
  qlQuery: string,
  progress: (count: number) => void,
): Promise<readonly unknown[]> {
  const body = JSON.stringify({ qlQuery })
  const found: unknown[] = []
  const list = { path: '/object/aql', body, more: '&includeAttributes=true' }
  for await (const { values } of readAll(access, list, Objects)) {
    found.push(...values)
    progress(found.length)
  }
  return found
}

interface List {
  readonly path: string
  readonly more?: string
  readonly body?: string
}

/** The pages of a list by `startAt`. */
async function* readAll<T extends z.output<typeof Objects>>(
  { base, headers, http }: Access,
  { path, more = '', body }: List,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  let startAt = 0
  const request = (): PullRequest => ({
    url: `${base}${path}?startAt=${startAt}&maxResults=${MAX_RESULTS}${more}`,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body }),
  })
  yield* pagesOf(http, request(), schema, ({ values, isLast, last }) => {
    const isEnd = isLast ?? last
    if (isEnd === undefined) throw failure(`${base}${path}`, 'does not say which page is the last')
    if (isEnd) return undefined
    if (values.length === 0) throw failure(`${base}${path}`, 'an empty page is not the last one')
    startAt += values.length
    return request()
  })
}

/** The names of attributes, of every object type that an object has. */
async function readTypes(
  { base, headers, http }: Access,
  values: readonly unknown[],
): Promise<AssetsTypes> {
  const ids = new Set(
    values.flatMap((value) => {
      const typed = Typed.safeParse(value)
      return typed.success ? [typed.data.objectType.id] : []
    }),
  )
  const types = new Map<string, z.output<typeof AssetsType>>()
  for (const id of ids) {
    const url = `${base}/objecttype/${encodeURIComponent(id)}/attributes`
    const pages = pagesOf(http, { url, headers }, z.array(AssetsType), () => undefined)
    for await (const page of pages) for (const type of page) types.set(type.id, type)
  }
  return types
}
