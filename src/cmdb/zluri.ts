/**
 * Applications of Zluri in CSV or JSON, by the names that its pages give to their fields. How its API
 * lists applications they do not say: a file holds objects in one list, bare or in one field.
 *
 * @see https://developers.zluri.com/reference/addapplication
 * @see https://developers.zluri.com/reference/listuserapplications
 */
import { z } from 'zod'
import { compare } from '../core/topology.ts'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { itemOf, type Maybe, readAs } from './found.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { readTable } from './table.ts'
import { statusOf } from './words.ts'

const Text = z.string().nullish()
const Flag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((flag) => flag === true || flag === 'true')
const Application = z.object({
  app_id: Text,
  app_name: z.string(),
  app_type: Text,
  app_status: Text,
  app_archive: Flag,
  app_authorization_status: Text,
  app_owner_id: Text,
  app_technical_owner_id: Text,
  app_tags: z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .transform((tags) => (typeof tags === 'string' ? tags.split(/\s*[,;]\s*/) : tags)),
})
type Application = z.output<typeof Application>

interface Found {
  readonly where: string
  readonly value: unknown
}

export const zluri: FileImporter = {
  id: 'zluri',
  title: 'Zluri applications',
  docs: 'https://developers.zluri.com/reference/addapplication',
  read: (files) => {
    const collector = new Collector()
    const isJson = ({ text }: ImportFile): boolean => /^\s*[[{]/.test(text)
    const tables = files
      .filter((file) => !isJson(file))
      .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
    const found: readonly Found[] = [
      ...tables.flatMap((file) =>
        readTable(file, collector).map(({ where, cells }) => ({ where, value: cells })),
      ),
      ...fromJson(files.filter(isJson), collector),
    ]
    for (const { where, value } of found) {
      const application = readAs(Application, value, where, collector)
      if (application !== undefined) addApplication(application, where, collector)
    }
    return collector.finish()
  },
}

function fromJson(files: readonly ImportFile[], collector: Collector): readonly Found[] {
  return readDocuments(files, collector).flatMap(({ where, value }) => {
    const lists = [value, ...Object.values(value ?? {})].filter((one) => Array.isArray(one))
    const [list] = lists as readonly (readonly unknown[])[]
    if (list !== undefined)
      return list.map((one, index) => ({ where: `${where} object ${index + 1}`, value: one }))
    collector.bad({ where, error: 'holds no list of applications' })
    return []
  })
}

/** Names are unique in Zluri: where there is no id, they are the key. */
function addApplication(one: Application, where: string, collector: Collector): void {
  const given = (text: Maybe<string>): string | undefined => text?.trim() || undefined
  const status = given(one.app_status)
  collector.item(
    itemOf({
      key: given(one.app_id) ?? `application:${one.app_name.trim().toLowerCase()}`,
      class: 'application',
      name: one.app_name,
      labels: {
        type: given(one.app_type),
        authorization: given(one.app_authorization_status),
        tags: given(
          (one.app_tags ?? [])
            .filter((tag) => tag !== '')
            .toSorted(compare)
            .join(','),
        ),
      },
      owner: given(one.app_technical_owner_id) ?? given(one.app_owner_id),
      status: one.app_archive ? 'retired' : status === undefined ? undefined : statusOf(status),
    }),
    where,
  )
}
