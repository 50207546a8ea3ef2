/** Our own format, as `replay --cmdb` takes it: `{items: [...], relations: [...]}` in YAML or JSON. */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { type Document, faultOf, readDocuments } from './documents.ts'
import type { FileImporter } from './importer.ts'

const Item = z.object({
  id: z.string().min(1),
  class: z.string().min(1),
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  owner: z.string().optional(),
  criticality: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  environment: z.string().optional(),
  status: z.string().optional(),
})
const Relation = z.object({
  from: z.string().min(1),
  type: z.string().min(1),
  to: z.string().min(1),
})
const Whole = z.object({
  items: z.array(z.unknown()),
  relations: z.array(z.unknown()).default([]),
})

export const faultline: FileImporter = {
  id: 'faultline',
  title: 'Faultline YAML or JSON',
  docs: 'docs/cmdb.md',
  read: (files) => {
    const collector = new Collector()
    for (const document of readDocuments(files, collector)) readOne(document, collector)
    return collector.finish()
  },
}

function readOne({ where, value }: Document, collector: Collector): void {
  const whole = Whole.safeParse(value)
  if (!whole.success) {
    collector.bad({ where, ...faultOf(whole.error) })
    return
  }
  for (const [at, one] of whole.data.items.entries()) {
    const place = `${where} items[${at}]`
    const item = Item.safeParse(one)
    if (!item.success) collector.bad({ where: place, ...faultOf(item.error) })
    else {
      const { id: key, owner, criticality, environment, status, ...rest } = item.data
      collector.item(
        {
          key,
          ...rest,
          ...(owner === undefined ? {} : { owner }),
          ...(criticality === undefined ? {} : { criticality }),
          ...(environment === undefined ? {} : { environment }),
          ...(status === undefined ? {} : { status }),
        },
        place,
      )
    }
  }
  for (const [at, one] of whole.data.relations.entries()) {
    const place = `${where} relations[${at}]`
    const relation = Relation.safeParse(one)
    if (relation.success) collector.relation(relation.data, place)
    else collector.bad({ where: place, ...faultOf(relation.error) })
  }
}
