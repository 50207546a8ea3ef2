/**
 * Backstage catalog: `catalog-info.yaml` with any number of entities, or what the catalog's API lists.
 * Format: https://backstage.io/docs/features/software-catalog/descriptor-format
 * Relations: https://backstage.io/docs/features/software-catalog/well-known-relations
 */
import { z } from 'zod'
import { Collector, clip } from './collect.ts'
import { type Document, faultOf, readDocuments } from './documents.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { meaningOf } from './relations.ts'
import { criticalityOf } from './words.ts'

const Texts = z.record(z.string(), z.unknown()).default({})
const Entity = z.object({
  apiVersion: z.string().startsWith('backstage.io/'),
  kind: z.string().min(1),
  metadata: z.object({
    name: z.string().min(1).max(63),
    namespace: z.string().min(1).default('default'),
    title: z.string().optional(),
    labels: Texts,
    annotations: Texts,
  }),
  spec: z.record(z.string(), z.unknown()).default({}),
  relations: z.array(z.object({ type: z.string(), targetRef: z.string() })).default([]),
})
type Entity = z.output<typeof Entity>

/** Our class for kinds that are CIs; those of a component or resource go by its type. */
const CLASSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  component: { service: 'service', website: 'application', library: 'library', '': 'component' },
  resource: {
    'kubernetes-cluster': 'cluster',
    's3-bucket': 'storage',
    'message-queue': 'queue',
    '': 'resource',
  },
  api: { '': 'api' },
  system: { '': 'application' },
  domain: { '': 'business_domain' },
}

/** Fields of `spec` that name other entities, with the kind of those that say none. */
const REFERENCES: readonly (readonly [field: string, kind: string, relation: string])[] = [
  ['dependsOn', 'component', 'dependsOn'],
  ['dependencyOf', 'component', 'dependencyOf'],
  ['consumesApis', 'api', 'consumesApi'],
  ['providesApis', 'api', 'dependencyOf'],
  ['system', 'system', 'partOf'],
  ['subcomponentOf', 'component', 'partOf'],
  ['domain', 'domain', 'partOf'],
  ['subdomainOf', 'domain', 'partOf'],
]

export const backstage: FileImporter = {
  id: 'backstage',
  title: 'Backstage catalog-info.yaml',
  docs: 'https://backstage.io/docs/features/software-catalog/descriptor-format',
  read: (files) => {
    const collector = new Collector()
    const documents = readDocuments(files, collector).flatMap(entitiesOf)
    for (const document of documents) readEntity(document, files, collector)
    return collector.finish()
  },
}

/** The API answers a list, or a page `{items: [...]}`; a file has one entity for each document. */
function entitiesOf({ where, file, value }: Document): readonly Document[] {
  const page = z.object({ items: z.array(z.unknown()) }).safeParse(value)
  const list = Array.isArray(value) ? (value as readonly unknown[]) : page.data?.items
  if (list === undefined) return [{ where, file, value }]
  return list.map((one, at) => ({ where: `${where} items[${at}]`, file, value: one }))
}

function readEntity(
  { where, value }: Document,
  files: readonly ImportFile[],
  collector: Collector,
): void {
  const read = Entity.safeParse(value)
  if (!read.success) {
    collector.bad({ where, ...faultOf(read.error) })
    return
  }
  const kind = read.data.kind.toLowerCase()
  if (kind === 'location') checkLocation(read.data, where, { files, collector })
  // groups and users own CIs and templates make them: none of them is one
  if (!Object.hasOwn(CLASSES, kind)) return
  addItem(read.data, where, collector)
  addRelations(read.data, where, collector)
}

function addItem(entity: Entity, where: string, collector: Collector): void {
  const { metadata, spec } = entity
  const annotation = (name: string): string | undefined => textOf(metadata.annotations[name])
  const kubernetes = annotation('backstage.io/kubernetes-namespace')
  const criticality = textOf(metadata.labels['criticality'] ?? metadata.labels['tier'])
  const level = criticality === undefined ? undefined : criticalityOf(criticality)
  const owner = textOf(spec['owner'])
  const own = Object.entries(metadata.labels).flatMap(([name, label]) => {
    const text = textOf(label)
    return text === undefined ? [] : [[name, text] as const]
  })
  const lifecycle = textOf(spec['lifecycle'])
  collector.item(
    {
      key: keyOf(entity.kind, metadata),
      class: classOf(entity),
      name: metadata.name,
      aliases: [metadata.title ?? '', annotation('backstage.io/kubernetes-id') ?? ''],
      labels: {
        // a label `namespace` is Kubernetes' here, as in alerts
        ...Object.fromEntries(own.filter(([name]) => name !== 'namespace')),
        ...(metadata.namespace === 'default' ? {} : { catalog_namespace: metadata.namespace }),
        ...(lifecycle === undefined ? {} : { lifecycle }),
        ...(kubernetes === undefined ? {} : { namespace: kubernetes }),
      },
      ...(owner === undefined ? {} : { owner: owner.replace(/^.*[:/]/, '') }),
      ...(level === undefined ? {} : { criticality: level }),
    },
    where,
  )
}

function addRelations(entity: Entity, where: string, collector: Collector): void {
  const { metadata, spec } = entity
  const self = keyOf(entity.kind, metadata)
  const add = (name: string, other: string): void => {
    const meaning = meaningOf(name)
    if (meaning === undefined) return
    const [from, to] = meaning.reversed ? [other, self] : [self, other]
    collector.relation({ from, type: meaning.type, to }, where)
  }
  for (const [field, kind, name] of REFERENCES) {
    const value = spec[field]
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value ?? null]) {
      if (one === null) continue
      const other = typeof one === 'string' ? refOf(one, kind, metadata.namespace) : undefined
      if (other === undefined)
        collector.bad({ where, field: `spec.${field}`, error: 'is no entity reference' })
      else add(name, other)
    }
  }
  for (const { type, targetRef } of entity.relations) {
    const other = refOf(targetRef, '', metadata.namespace)
    const kind = other?.split(':')[0] ?? ''
    const name = type === 'providesApi' ? 'dependencyOf' : type
    if (other !== undefined && Object.hasOwn(CLASSES, kind)) add(name, other)
  }
}

/** A location only says where entities are: what it names has to be among the files. */
function checkLocation(
  { spec }: Entity,
  where: string,
  { files, collector }: { readonly files: readonly ImportFile[]; readonly collector: Collector },
): void {
  const targets = [spec['target'], spec['targets']].flat().filter((one) => one !== undefined)
  for (const target of targets) {
    if (typeof target !== 'string') {
      collector.bad({ where, field: 'spec.targets', error: 'is no text' })
      continue
    }
    const path = target.replace(/^(\.\.?\/)+/, '')
    const isGiven = files.some(({ name }) => name === path || name.endsWith(`/${path}`))
    const error = `${clip(target)} is not among the files`
    if (!isGiven) collector.bad({ where, field: 'spec.targets', error })
  }
}

function classOf({ kind, spec }: Entity): string {
  const types = CLASSES[kind.toLowerCase()] ?? {}
  const type = textOf(spec['type'])?.toLowerCase() ?? ''
  if (Object.hasOwn(types, type)) return types[type] ?? type
  const isNamed = ['component', 'resource'].includes(kind.toLowerCase()) && type !== ''
  return isNamed ? type.replace(/[^a-z0-9]+/g, '_') : (types[''] ?? 'component')
}

function keyOf(
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  return `${kind}:${namespace}/${name}`.toLowerCase()
}

const REFERENCE = /^(?:([^:/]+):)?(?:([^:/]+)\/)?([^:/]+)$/

/** `[<kind>:][<namespace>/]<name>` as a key. */
function refOf(text: string, kind: string, namespace: string): string | undefined {
  const parts = REFERENCE.exec(text.trim())
  if (parts === null) return undefined
  return keyOf(parts[1] ?? kind, { namespace: parts[2] ?? namespace, name: parts[3] ?? '' })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
