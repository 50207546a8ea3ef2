/**
 * Jira Assets of a Data Center by its API: objects by AQL with their attributes and the names of these,
 * page by page, until as many have come as the query has found.
 *
 * @see https://docs.atlassian.com/assets/REST/10.8.0/
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { AssetsType, assetsObject } from '../jira-assets.ts'
import { type AssetsObject, addAssets } from '../jira-assets-objects.ts'
import { definePull, failure, type PullHttp, type PullRequest, pagesOf } from './http.ts'
import { meaningsOf, RelationNames } from './jira-assets.ts'
import { isOneWay, Url, Variable } from './settings.ts'

const Settings = z
  .strictObject({
    /** Where Jira is, with its context path: `https://jira.example.org/jira`. */
    url: Url,
    /** Holds a personal access token. */
    tokenVariable: Variable.optional(),
    /** Client id and secret of a service account, in place of a token. */
    clientIdVariable: Variable.optional(),
    clientSecretVariable: Variable.optional(),
    scope: z.string().min(1).max(200).default('READ'),
    /** AQL: `objectSchemaId IN (1, 2)`. */
    query: z.string().min(1).max(4000),
    relations: RelationNames,
  })
  .refine(
    (given) => isOneWay(given, ['tokenVariable'], ['clientIdVariable', 'clientSecretVariable']),
    {
      path: ['tokenVariable'],
      error: 'give either tokenVariable, or clientIdVariable and clientSecretVariable',
    },
  )
type Settings = z.output<typeof Settings>

const PER_PAGE = 100

const Page = z.object({
  objectEntries: z.array(z.unknown()),
  objectTypeAttributes: z.array(AssetsType).nullish(),
  totalFilterCount: z.int().nonnegative(),
})

export const jiraAssetsDcPull = definePull({
  id: 'jira-assets-dc',
  title: 'Jira Assets API of a Data Center',
  docs: 'https://docs.atlassian.com/assets/REST/10.8.0/',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const types = new Map<string, z.output<typeof AssetsType>>()
    const values: unknown[] = []
    let page = 1
    const first = requestOf(settings, http, page)
    const pages = pagesOf(http, first, Page, ({ objectEntries, totalFilterCount }) => {
      if (values.length >= totalFilterCount) return undefined
      if (objectEntries.length === 0)
        throw failure({ ...first, page }, `is empty, and says that there are ${totalFilterCount}`)
      page += 1
      return requestOf(settings, http, page)
    })
    for await (const { objectEntries, objectTypeAttributes } of pages) {
      values.push(...objectEntries)
      for (const type of objectTypeAttributes ?? []) types.set(type.id, type)
      progress(values.length)
    }
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

function requestOf(settings: Settings, http: PullHttp, page: number): PullRequest {
  const { query } = settings
  // In the order of keys: without one pages may repeat some objects and leave out others.
  const qlQuery = /\border\s+by\b/i.test(query) ? query : `${query} ORDER BY Key`
  const parameters = new URLSearchParams({
    ...{ qlQuery, page: `${page}`, resultPerPage: `${PER_PAGE}` },
    ...{ includeAttributes: 'true', includeTypeAttributes: 'true' },
  })
  const url = `${settings.url}/rest/assets/1.0/aql/objects?${parameters}`
  return { url, ...loginOf(settings, http) }
}

/** @see https://confluence.atlassian.com/enterprise/service-accounts-overview-1627095923.html */
function loginOf(settings: Settings, http: PullHttp): Pick<PullRequest, 'headers' | 'oauth'> {
  const { url, scope, tokenVariable, clientIdVariable = '', clientSecretVariable = '' } = settings
  if (tokenVariable !== undefined)
    return { headers: { authorization: `Bearer ${http.credential(tokenVariable)}` } }
  const clientId = http.credential(clientIdVariable)
  const clientSecret = http.credential(clientSecretVariable)
  return { oauth: { tokenUrl: `${url}/rest/oauth2/latest/token`, clientId, clientSecret, scope } }
}
