/**
 * Files of SolarWinds Service Desk: lists as its API answers them. Which list a file holds its name says
 * (`hardwares.json`, `other_assets.json`, `configuration_items.json`), else the `href` of each object.
 *
 * @see https://apidoc.samanage.com/
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import type { FileImporter } from './importer.ts'
import {
  addSolarwinds,
  SOLARWINDS_LISTS,
  type SolarwindsList,
  type SolarwindsObject,
} from './solarwinds-objects.ts'

export const solarwinds: FileImporter = {
  id: 'solarwinds',
  title: 'SolarWinds Service Desk JSON',
  docs: 'https://apidoc.samanage.com/',
  read: (files) => {
    const collector = new Collector()
    const objects = readDocuments(files, collector).flatMap(({ where, file, value }) => {
      if (Array.isArray(value)) return listOf(value as readonly unknown[], where, file, collector)
      collector.bad({ where, error: 'is no list as the API answers it' })
      return []
    })
    addSolarwinds(objects, collector)
    return collector.finish()
  },
}

const Located = z.object({ href: z.string() })

function listOf(
  values: readonly unknown[],
  where: string,
  file: string,
  collector: Collector,
): readonly SolarwindsObject[] {
  const stem = file.replace(/^.*\//, '').replace(/\.json$/i, '')
  const named = SOLARWINDS_LISTS.find((list) => stem.startsWith(list))
  return values.flatMap((value, index) => {
    const place = `${where} object ${index + 1}`
    const list = named ?? fromHref(value)
    if (list !== undefined) return [{ where: place, list, value }]
    collector.bad({ where: place, field: 'href', error: 'names no list that is read' })
    return []
  })
}

function fromHref(value: unknown): SolarwindsList | undefined {
  const located = Located.safeParse(value)
  const name = located.success ? /\/([a-z_]+)\/[^/]+$/.exec(located.data.href)?.[1] : undefined
  return SOLARWINDS_LISTS.find((list) => list === name)
}
