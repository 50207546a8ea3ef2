/**
 * Incidents of Jira Service Management: issues as the search of Jira Cloud (`/rest/api/3/search/jql`) or of
 * a Data Center (`/rest/api/2/search`) answers them, or as the issue navigator exports them as CSV. Fields
 * of a site are known by their names where the answer has them (`expand=names`).
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
 */
import { z } from 'zod'
import { Named, readDesk, Text } from './documents.ts'
import type { PastImporter } from './importer.ts'
import { isPassedOver } from './table.ts'

const Person = z
  .object({ displayName: Text })
  .nullish()
  .transform((one) => one?.displayName ?? '')

const Issue = z.object({
  ...{ id: Text, key: Text, self: Text },
  fields: z.looseObject({
    ...{ summary: Text, issuetype: Named, priority: Named, assignee: Person, resolution: Named },
    ...{ created: Text, resolutiondate: Text },
    status: z.object({ name: Text, statusCategory: z.object({ key: Text }).nullish() }).nullish(),
    components: z.array(Named).nullish(),
  }),
})
type Issue = z.output<typeof Issue>

const Names = z.object({ names: z.record(z.string(), z.string()) })

export const jira: PastImporter = {
  id: 'jira',
  title: 'Jira Service Management issues, JSON or CSV',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/',
  read: (files, asked) =>
    readDesk(files, asked, {
      lists: ['issues'],
      one: 'issue',
      shape: Issue,
      toFound: ({ id, key, self, fields }, { answer }) => {
        const { summary, issuetype, status, resolutiondate, components } = fields
        const isDone = status?.statusCategory?.key === 'done' || status?.statusCategory == null
        if (!isDone || resolutiondate === '' || isPassedOver(issuetype, fields.resolution))
          return null
        const named = namesOf(answer)
        const site = asked.address ?? siteOf(self)
        const service = textOfField(fields, named, 'affected services') || (components?.[0] ?? '')
        return {
          ...{ key: id || key, number: key, title: summary },
          url: site === null ? undefined : urlOf({ key, number: key }, site),
          ...{ opened: fields.created, resolved: resolutiondate, priority: fields.priority },
          ci: { name: textOfField(fields, named, 'affected hardware') },
          service: { name: service },
          ...{ resolver: fields.assignee, resolutionCode: fields.resolution },
          resolution: RESOLUTIONS.map((name) => textOfField(fields, named, name)).find(
            (text) => text !== '',
          ),
          category: issuetype,
        }
      },
      dialect: { urlOf },
    }),
}

/** Fields in which people say what resolved it, the most telling first. */
const RESOLUTIONS = ['resolution notes', 'workaround', 'root cause']

function urlOf(
  { key, number }: { readonly key: string; readonly number: string },
  address: string,
) {
  return `${address}/browse/${encodeURIComponent(number || key)}`
}

/** The site that an issue says it is of; not the gateway of the API. */
function siteOf(self: string): string | null {
  const site = /^(https?:\/\/[^/\s]+(?:\/[^/\s]+)*)\/rest\/api\//i.exec(self)?.[1]
  return site === undefined || /^https:\/\/api\.atlassian\.com\b/i.test(site) ? null : site
}

/** Field by its name in lower case. */
function namesOf(answer: unknown): ReadonlyMap<string, string> {
  const read = Names.safeParse(answer)
  if (!read.success) return new Map()
  return new Map(Object.entries(read.data.names).map(([id, name]) => [name.toLowerCase(), id]))
}

function textOfField(
  fields: Issue['fields'],
  named: ReadonlyMap<string, string>,
  name: string,
): string {
  const id = named.get(name)
  return id === undefined ? '' : wordsOf(fields[id], 0)
}

/** Levels of a rich text that are looked into. */
const MAX_DEPTH = 12

/** A field as text: text, an option, the first of a list, or a document as Jira Cloud writes rich text. */
function wordsOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return ''
  if (Array.isArray(value)) return wordsOf(value[0], depth + 1)
  const content: unknown = Reflect.get(value, 'content')
  if (Array.isArray(content))
    return content
      .map((part) => wordsOf(part, depth + 1))
      .filter((text) => text !== '')
      .join(Reflect.get(value, 'type') === 'doc' ? '\n' : ' ')
  for (const name of ['text', 'value', 'name', 'label']) {
    const text: unknown = Reflect.get(value, name)
    if (typeof text === 'string') return text
  }
  return ''
}
