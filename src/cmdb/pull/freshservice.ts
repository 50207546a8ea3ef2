/**
 * Freshservice by its API: types of assets, assets with the fields of their types, relationships and
 * the names of groups and departments, page by page, by the `Link` of each answer.
 *
 * @see https://api.freshservice.com/#assets
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import {
  addFreshservice,
  FRESHSERVICE_LISTS,
  type FreshserviceObject,
} from '../freshservice-objects.ts'
import { definePull, pagesOf } from './http.ts'
import { basic, Url, Variable } from './settings.ts'

const Settings = z.strictObject({
  url: Url,
  keyVariable: Variable,
  /** Names of types of assets, each with those below it; all where there is none. */
  types: z.array(z.string().min(1).max(200)).max(200).default([]),
})

/** The most that a page may have. */
const PER_PAGE = 100

export const freshservicePull = definePull({
  id: 'freshservice',
  title: 'Freshservice API',
  docs: 'https://api.freshservice.com/#assets',
  settings: Settings,
  pull: async (settings, http, progress) => {
    // The key is the user; the password is of no account.
    const headers = { authorization: basic(http.credential(settings.keyVariable), 'X') }
    const objects: FreshserviceObject[] = []
    for (const list of FRESHSERVICE_LISTS) {
      const Page = z.object({ [list]: z.array(z.unknown()) })
      const fields = list === 'assets' ? '&include=type_fields' : ''
      const url = `${settings.url}/api/v2/${list}?per_page=${PER_PAGE}&page=1${fields}`
      let read = 0
      const pages = pagesOf(http, { url, headers }, Page, (_page, { next }) =>
        next === undefined ? undefined : { url: next, headers },
      )
      for await (const page of pages) {
        for (const value of page[list] ?? []) {
          read += 1
          objects.push({ where: `${list} ${read}`, list, value })
        }
        progress(objects.length)
      }
    }
    const collector = new Collector()
    addFreshservice(objects, collector, settings.types)
    return collector.finish()
  },
})
