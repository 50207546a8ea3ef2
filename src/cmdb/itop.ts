/**
 * Files of iTop: JSON as its REST services answer `core/get`, and CSV as it exports it, one class to a
 * file. Headers may be attribute codes (`no_localize=1`) or English labels; the class of a CSV file is
 * its column `finalclass`, else its name (`Server.csv`).
 *
 * @see https://www.itophub.io/wiki/page?id=latest:advancedtopics:rest_json
 * @see https://www.itophub.io/wiki/page?id=latest:advancedtopics:export
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { readAs } from './found.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { addItop, ITOP_CLASSES, ITOP_KEYS, type ItopObject } from './itop-objects.ts'
import { cell, type Row, readTable } from './table.ts'

export const itop: FileImporter = {
  id: 'itop',
  title: 'iTop JSON and CSV',
  docs: 'https://www.itophub.io/wiki/page?id=latest:advancedtopics:rest_json',
  read: (files) => {
    const collector = new Collector()
    const isJson = ({ text }: ImportFile): boolean => /^\s*[[{]/.test(text)
    const objects = [
      ...files.filter((file) => !isJson(file)).flatMap((file) => fromCsv(file, collector)),
      ...fromJson(files.filter(isJson), collector),
    ]
    addItop({ objects, strangers: 'each' }, collector)
    return collector.finish()
  },
}

const Answer = z.object({
  code: z.number(),
  objects: z.record(z.string(), z.unknown()).nullish(),
})
const One = z.object({
  class: z.string().min(1),
  key: z.coerce.string().min(1),
  fields: z.record(z.string(), z.unknown()),
})

/** The objects of an answer of `core/get`, each with its place. */
export function itopObjects(
  objects: Readonly<Record<string, unknown>>,
  where: string,
  collector: Pick<Collector, 'bad'>,
): readonly ItopObject[] {
  return Object.entries(objects).flatMap(([name, value]) => {
    const place = `${where} ${name}`
    const one = readAs(One, value, place, collector)
    if (one === undefined) return []
    return [{ where: place, class: one.class, id: one.key, fields: one.fields }]
  })
}

function fromJson(files: readonly ImportFile[], collector: Collector): readonly ItopObject[] {
  return readDocuments(files, collector).flatMap(({ where, value }) => {
    const answer = readAs(Answer, value, where, collector)
    if (answer === undefined) return []
    if (answer.code !== 0)
      collector.bad({ where, field: 'code', error: `the answer is error ${answer.code}` })
    return itopObjects(answer.objects ?? {}, where, collector)
  })
}

/** Columns by attribute code: the code, what it is in the rows of links, and its English label. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  name: ['name', 'name*', 'full_name'],
  organization_name: ['organization_name', 'org_id->name', 'organization->name', 'organization'],
  business_criticity: ['business_criticity', 'business_criticality'],
  status: ['status'],
  obsolescence_flag: ['obsolescence_flag', 'obsolete'],
  serialnumber: ['serialnumber', 'serial_number'],
  asset_number: ['asset_number'],
  location_name: ['location_name', 'location_id->name', 'location->name', 'location'],
  managementip: ['managementip', 'management_ip'],
  networkdevicetype_name: [
    'networkdevicetype_name',
    'networkdevicetype_id->name',
    'network_type->name',
    'network_type',
  ],
  url: ['url'],
  connection_type: ['connection_type'],
  contact_name: ['contact_name', 'contact_id->name', 'contact->name', 'contact'],
  contact_id_finalclass_recall: ['contact_id_finalclass_recall', 'contact_id->finalclass'],
}

/** Labels of external keys that are not their code without `_id`. */
const LABELS: Readonly<Record<string, readonly string[]>> = {
  dbserver_id: ['db_server'],
  webserver_id: ['web_server'],
  virtualhost_id: ['virtual_host'],
  applicationsolution_id: ['application_solution'],
  businessprocess_id: ['business_process'],
  functionalci_id: ['ci'],
  networkdevice_id: ['network_device'],
  connectableci_id: ['connected_device'],
}

const FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ...Object.entries(COLUMNS),
  ...ITOP_KEYS.map((code) => {
    const bare = code.replace(/_id$/, '').toLowerCase()
    const words = [bare, ...(LABELS[code] ?? [])]
    return [
      code,
      [
        code.toLowerCase(),
        `${code.toLowerCase()}->name`,
        ...words.flatMap((word) => [`${word}_name`, `${word}->name`, word]),
      ],
    ] as const
  }),
]

function fromCsv(file: ImportFile, collector: Collector): readonly ItopObject[] {
  const rows = readTable(file, collector)
  const inName = classInName(file.name)
  const isLinks = 'functionalci_id' in (rows[0]?.cells ?? {}) || /(^|\/|_)lnk/i.test(file.name)
  return rows.flatMap((row) => {
    const said = cell(row, 'finalclass', 'ci_sub_class', 'class')
    const itopClass = isLinks ? 'lnk' : (said ?? inName)
    if (itopClass !== undefined) return [objectOf(row, itopClass)]
    collector.bad({
      where: row.where,
      field: 'finalclass',
      error: 'is empty, and so says the file',
    })
    return []
  })
}

function objectOf(row: Row, itopClass: string): ItopObject {
  const fields = FIELDS.flatMap(([code, columns]) => {
    // A minus in a header is read as a space is.
    const text = cell(row, ...columns.map((column) => column.replace('->', '_>')))
    return text === undefined ? [] : [[code, text] as const]
  })
  return {
    where: row.where,
    class: itopClass,
    id: cell(row, 'id', 'id_(primary_key)'),
    fields: Object.fromEntries(fields),
  }
}

/** `exports/itop_Server.csv` is of the class `Server`. */
function classInName(name: string): string | undefined {
  const words = name
    .replace(/^.*\//, '')
    .toLowerCase()
    .split(/[^a-z]+/)
  return Object.keys(ITOP_CLASSES).find((known) => words.includes(known.toLowerCase()))
}
