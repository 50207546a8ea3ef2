/**
 * SolarWinds Service Desk by its API: lists in pages of 100, of which `X-Total-Pages` says how many
 * there are; where it does not, an empty page is the end.
 *
 * @see https://apidoc.samanage.com/#section/General-Concepts
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { addSolarwinds, SOLARWINDS_LISTS, type SolarwindsObject } from '../solarwinds-objects.ts'
import { definePull, failure, type PullRequest, pagesOf } from './http.ts'
import { Url, Variable } from './settings.ts'

const Settings = z.strictObject({
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
    const headers = {
      accept: 'application/vnd.samanage.v2.1+json',
      'x-samanage-authorization': `Bearer ${http.credential(settings.tokenVariable)}`,
    }
    const objects: SolarwindsObject[] = []
    for (const list of SOLARWINDS_LISTS) {
      const request = (page: number): PullRequest => ({
        url: `${settings.url}/${list}.json?page=${page}&per_page=${PER_PAGE}`,
        headers,
      })
      let read = 0
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
        for (const value of values) {
          read += 1
          objects.push({ where: `${list} ${read}`, list, value })
        }
        progress(objects.length)
      }
    }
    const collector = new Collector()
    addSolarwinds(objects, collector)
    return collector.finish()
  },
})
