/**
 * Knowledge of ServiceNow: the table `kb_knowledge` as the Table API answers it (`{"result": […]}`), as
 * `kb_knowledge_list.do?JSON` does (`{"records": […]}`), or as CSV. Published articles only.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html
 */
import { z } from 'zod'
import { compare } from '../../core/topology.ts'
import { faultOf, readDocuments } from '../documents.ts'
import { cell, readTable } from '../table.ts'
import { ArticleCollector, dayOf } from './collect.ts'
import type { ArticleImporter } from './importer.ts'

/** A field is text, or with `sysparm_display_value=all` text beside what is shown. */
const Field = z
  .union([
    z.string(),
    z.object({ display_value: z.string().nullish(), value: z.string().nullish() }),
  ])
  .nullish()
  .transform((field) => {
    if (field === null || field === undefined) return ''
    return typeof field === 'string' ? field : field.display_value || field.value || ''
  })

const Article = z.object({
  number: Field,
  sys_id: Field,
  short_description: Field,
  text: Field,
  workflow_state: Field,
  valid_to: Field,
  author: Field,
  meta: Field,
  kb_category: Field,
})
type Row = z.output<typeof Article>

const Answer = z.union([
  z.object({ result: z.array(z.unknown()) }).transform(({ result }) => result),
  z.object({ records: z.array(z.unknown()) }).transform(({ records }) => records),
])

export const servicenow: ArticleImporter = {
  id: 'servicenow',
  title: 'ServiceNow knowledge (kb_knowledge), JSON or CSV',
  docs: 'https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html',
  isWhole: true,
  read: (files, source) => {
    const collector = new ArticleCollector(source)
    const isJson = ({ text }: { readonly text: string }): boolean => /^\s*[[{]/.test(text)
    for (const { where, value } of readDocuments(files.filter(isJson), collector)) {
      const answer = Answer.safeParse(value)
      if (!answer.success) collector.bad({ where, error: 'is no answer of the Table API' })
      else
        for (const [at, one] of answer.data.entries()) {
          const row = Article.safeParse(one)
          const place = `${where} record ${at + 1}`
          if (row.success) add(collector, row.data, place)
          else collector.bad({ where: place, ...faultOf(row.error) })
        }
    }
    const tables = files.filter((file) => !isJson(file)).sort((a, b) => compare(a.name, b.name))
    for (const row of tables.flatMap((file) => readTable(file, collector)))
      add(
        collector,
        rowOf((...names) => cell(row, ...names) ?? ''),
        row.where,
      )
    return collector.finish()
  },
}

/** Columns are called like the fields, or like the labels of the list. */
function rowOf(read: (...names: readonly string[]) => string): Row {
  return {
    number: read('number'),
    sys_id: read('sys_id'),
    short_description: read('short_description'),
    text: read('text', 'article_body'),
    workflow_state: read('workflow_state', 'workflow'),
    valid_to: read('valid_to'),
    author: read('author'),
    meta: read('meta'),
    kb_category: read('kb_category', 'category'),
  }
}

function add(collector: ArticleCollector, row: Row, where: string): void {
  if (!/^(?:published)?$/i.test(row.workflow_state)) return
  const tags = [...row.meta.split(','), SYS_ID.test(row.kb_category) ? '' : row.kb_category]
  collector.html(
    {
      key: row.number || row.sys_id,
      title: row.short_description,
      html: row.text,
      tags,
      owner: SYS_ID.test(row.author) ? undefined : row.author,
      reviewOn: dayOf(row.valid_to),
    },
    where,
  )
}

const SYS_ID = /^[0-9a-f]{32}$/
