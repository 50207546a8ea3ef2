/**
 * Files of Jira Assets: JSON as its API answers queries (Cloud or Data Center) or single objects, and
 * its CSV export, one object type to a file, which its name says (`Servers.csv`) where no column does.
 *
 * @see https://developer.atlassian.com/cloud/assets/rest/api-group-object/#api-object-aql-post
 * @see https://support.atlassian.com/jira-service-management-cloud/docs/export-objects/
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { readAs } from './found.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { type AssetsAttribute, type AssetsObject, addAssets } from './jira-assets-objects.ts'
import { cell, type Row, readTable } from './table.ts'

export const jiraAssets: FileImporter = {
  id: 'jira-assets',
  title: 'Jira Assets JSON and CSV',
  docs: 'https://support.atlassian.com/jira-service-management-cloud/docs/export-objects/',
  read: (files) => {
    const collector = new Collector()
    const isJson = ({ text }: ImportFile): boolean => /^\s*[[{]/.test(text)
    const objects = [
      ...files.filter((file) => !isJson(file)).flatMap((file) => fromCsv(file, collector)),
      ...fromJson(files.filter(isJson), collector),
    ]
    addAssets({ objects, strangers: 'each' }, collector)
    return collector.finish()
  },
}

const Id = z.union([z.string(), z.number()]).transform(String)

/** What an attribute is called, in lists of them and within an object. */
export const AssetsType = z.object({
  id: Id,
  name: z.string(),
  referenceType: z.object({ name: z.string() }).nullish(),
})
export type AssetsTypes = ReadonlyMap<string, z.output<typeof AssetsType>>

const Named = z.object({ name: z.string() }).nullish()
const Value = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  displayValue: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  referencedObject: z
    .object({ objectKey: z.string(), label: z.string().nullish(), name: z.string().nullish() })
    .nullish(),
  status: Named,
  group: Named,
  user: z.object({ displayName: z.string().nullish() }).nullish(),
})
const Entry = z.object({
  objectKey: z.string().min(1),
  label: z.string().nullish(),
  name: z.string().nullish(),
  objectType: z.object({ name: z.string().min(1) }),
  attributes: z
    .array(
      z.object({
        objectTypeAttributeId: Id.nullish(),
        objectTypeAttribute: AssetsType.nullish(),
        objectAttributeValues: z.array(Value).default([]),
      }),
    )
    .default([]),
})

/** One object of an answer; attributes whose name nothing says are left out. */
export function assetsObject(
  value: unknown,
  where: string,
  types: AssetsTypes,
  collector: Pick<Collector, 'bad'>,
): readonly AssetsObject[] {
  const entry = readAs(Entry, value, where, collector)
  if (entry === undefined) return []
  const attributes = entry.attributes.flatMap((one): readonly AssetsAttribute[] => {
    const type = one.objectTypeAttribute ?? types.get(one.objectTypeAttributeId ?? '')
    if (type === undefined) return []
    return [
      {
        name: type.name,
        referenceType: type.referenceType?.name,
        values: one.objectAttributeValues.flatMap(valuesIn),
      },
    ]
  })
  return [
    {
      where,
      type: entry.objectType.name,
      key: entry.objectKey,
      name: entry.label ?? entry.name ?? undefined,
      attributes,
    },
  ]
}

function valuesIn(value: z.output<typeof Value>): AssetsAttribute['values'] {
  const { referencedObject: other, user, status, group } = value
  const text =
    other?.label ??
    other?.name ??
    user?.displayName ??
    status?.name ??
    group?.name ??
    value.displayValue ??
    value.value
  if (text === undefined || text === null || text === '') return []
  return [{ text: `${text}`, key: other?.objectKey }]
}

const Answer = z
  .object({
    values: z.array(z.unknown()).optional(),
    /** Data Center. */
    objectEntries: z.array(z.unknown()).optional(),
    objectTypeAttributes: z.array(AssetsType).nullish(),
  })
  .refine(({ values, objectEntries }) => values !== undefined || objectEntries !== undefined, {
    error: 'neither an answer of the API nor an object of it',
  })
const Single = z.object({ objectKey: z.string() })

function fromJson(files: readonly ImportFile[], collector: Collector): readonly AssetsObject[] {
  return readDocuments(files, collector).flatMap(({ where, value }) => {
    if (Array.isArray(value)) return objectsIn(value, where, new Map(), collector)
    if (Single.safeParse(value).success) return objectsIn([value], where, new Map(), collector)
    const answer = readAs(Answer, value, where, collector)
    if (answer === undefined) return []
    const types = new Map((answer.objectTypeAttributes ?? []).map((type) => [type.id, type]))
    return objectsIn(answer.values ?? answer.objectEntries ?? [], where, types, collector)
  })
}

function objectsIn(
  values: readonly unknown[],
  where: string,
  types: AssetsTypes,
  collector: Collector,
): readonly AssetsObject[] {
  return values.flatMap((value, at) =>
    assetsObject(value, `${where} object ${at + 1}`, types, collector),
  )
}

function fromCsv(file: ImportFile, collector: Collector): readonly AssetsObject[] {
  const inName = file.name
    .replace(/^.*\//, '')
    .replace(/\.csv$/i, '')
    .trim()
  return readTable(file, collector).map((row) => ({
    where: row.where,
    type: cell(row, 'object_type', 'objecttype') ?? inName,
    key: cell(row, 'key', 'object_key'),
    name: cell(row, 'name', 'label'),
    attributes: attributesOf(row),
  }))
}

/** Several values are separated by two bars; a reference may be `ITSM-88`, `web-1` or `web-1 (ITSM-88)`. */
function attributesOf(row: Row): readonly AssetsAttribute[] {
  return Object.entries(row.cells).map(([name, text]) => ({
    name,
    values: text
      .split('||')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => {
        const [, label, key] = /^(.*\S)\s*\(([A-Z][A-Z0-9_]*-\d+)\)$/.exec(one) ?? []
        return { text: label ?? one, key: key ?? one }
      }),
  }))
}
