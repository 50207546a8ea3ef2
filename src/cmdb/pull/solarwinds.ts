/**
 * SolarWinds Service Desk by its API: lists in pages of 100, of which `X-Total-Pages` says how many
 * there are; where it does not, an empty page is the end.
 *
 * @see https://apidoc.samanage.com/#section/General-Concepts
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { addSolarwinds, SOLARWINDS_LISTS, type SolarwindsObject } from '../solarwinds-objects.ts'
import { definePull, failure, type PullHttp, type PullRequest, pagesOf } from './http.ts'
import { Url, Variable } from './settings.ts'

/** Where the desk is, and what opens it. */
export const Settings = z.strictObject({
  url: Url.default('https://api.samanage.com'),
  tokenVariable: Variable,
})

const Page = z.array(z.unknown())
const PER_PAGE = 100

export const solarwindsPull = definePull({
  id: 'solarwinds',
  title: 'SolarWinds Service Desk API',
  docs: 'https://apidoc.samanage.com/',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const objects: SolarwindsObject[] = []
    for (const list of SOLARWINDS_LISTS) {
      const before = objects.length
      const values = await readList(http, settings, { list }, (count) => progress(before + count))
      for (const [at, value] of values.entries())
        objects.push({ where: `${list} ${at + 1}`, list, value })
    }
    const collector = new Collector()
    addSolarwinds(objects, collector)
    return collector.finish()
  },
})

/**
 * All objects of a list.
 *
 * @param more further parameters of the query, each with its `&`
 * @throws AppError `store_unavailable` where the list cannot be read to its end
 */
export async function readList(
  http: PullHttp,
  { url, tokenVariable }: z.output<typeof Settings>,
  { list, more = '' }: { readonly list: string; readonly more?: string },
  progress: (count: number) => void,
): Promise<readonly unknown[]> {
  const headers = {
    accept: 'application/vnd.samanage.v2.1+json',
    'x-samanage-authorization': `Bearer ${http.credential(tokenVariable)}`,
  }
  const request = (page: number): PullRequest => ({
    url: `${url}/${list}.json?page=${page}&per_page=${PER_PAGE}${more}`,
    headers,
  })
  const found: unknown[] = []
  let page = 1
  const pages = pagesOf(http, request(page), Page, (values, { header }) => {
    const told = header('x-total-pages') ?? ''
    const total = /^\d+$/.test(told) ? Number(told) : null
    if (values.length === 0 && total !== null && page < total)
      throw failure(request(page), `is empty, and says that there are ${total} pages`)
    const isLast = values.length === 0 || (total !== null && page >= total)
    page += 1
    return isLast ? undefined : request(page)
  })
  for await (const values of pages) {
    found.push(...values)
    progress(found.length)
  }
  return found
}
