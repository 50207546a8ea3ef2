/**
 * Docker Compose files: each service is a CI, `depends_on`, `links` and `network_mode: service:…`
 * are relations, what `extends` takes from another service of the same file or of another given file
 * is taken. A project is named by `name:`, else by the folder of the file, else by the file.
 *
 * @see https://docs.docker.com/reference/compose-file/services/
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { type Document, readDocuments } from './documents.ts'
import { itemOf, readAs } from './found.ts'
import type { FileImporter } from './importer.ts'

const Pairs = z
  .union([
    z.array(z.string()),
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  ])
  .nullish()
const Names = z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish()

const ServiceForm = z.object({
  container_name: z.string().nullish(),
  hostname: z.string().nullish(),
  image: z.string().nullish(),
  depends_on: Names,
  links: z.array(z.string()).nullish(),
  external_links: z.array(z.string()).nullish(),
  network_mode: z.string().nullish(),
  networks: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.object({ aliases: z.array(z.string()).nullish() }).nullish()),
    ])
    .nullish(),
  labels: Pairs,
  extends: z
    .union([z.string(), z.object({ service: z.string(), file: z.string().nullish() })])
    .nullish(),
})
type ServiceForm = z.output<typeof ServiceForm>

const Project = z.object({
  name: z.string().nullish(),
  services: z.record(z.string(), z.unknown(), { error: 'names no services' }),
})

interface Service {
  readonly project: string
  readonly file: string
  readonly where: string
  readonly name: string
  readonly form: ServiceForm
}

/** Levels of `extends` that are followed; a chain that is longer goes round in a circle. */
const MAX_EXTENDS = 20

export const compose: FileImporter = {
  id: 'compose',
  title: 'Docker Compose',
  docs: 'https://docs.docker.com/reference/compose-file/',
  read: (files) => {
    const collector = new Collector()
    const services = readDocuments(files, collector).flatMap((document) =>
      servicesOf(document, collector),
    )
    const byPlace = new Map(services.map((one) => [placeOf(one.file, one.name), one]))
    for (const service of services) {
      addService({ ...service, form: extended(service, byPlace, collector) }, collector)
    }
    return collector.finish()
  },
}

function servicesOf(document: Document, collector: Collector): readonly Service[] {
  const { where, file, value } = document
  const read = readAs(Project, value, where, collector)
  if (read === undefined) return []
  const folders = file.split('/')
  const stem = folders.at(-1)?.replace(/\.(ya?ml|json)$/, '')
  const project = read.name ?? folders.at(-2) ?? stem ?? 'default'
  return Object.entries(read.services).flatMap(([name, form]) => {
    const place = `${where} service ${name.slice(0, 80)}`
    const parsed = readAs(ServiceForm, form ?? {}, place, collector)
    return parsed === undefined ? [] : [{ project, file, where: place, name, form: parsed }]
  })
}

function placeOf(file: string, name: string): string {
  return JSON.stringify([file, name])
}

/** Own fields go before those of what is extended; `depends_on` and `links` are not passed on. */
function extended(
  service: Service,
  byPlace: ReadonlyMap<string, Service>,
  collector: Collector,
): ServiceForm {
  let form = service.form
  let at: Service = service
  for (let level = 0; at.form.extends != null; level++) {
    const target = at.form.extends
    const base = baseOf(at, target, byPlace)
    if (base === undefined || level >= MAX_EXTENDS) {
      const error = base === undefined ? 'extends a service that is not given' : 'extends itself'
      collector.bad({ where: service.where, field: 'extends', error })
      break
    }
    const {
      depends_on: _d,
      links: _l,
      external_links: _e,
      container_name: _c,
      ...passed
    } = base.form
    const own = Object.fromEntries(Object.entries(form).filter(([, value]) => value != null))
    form = { ...passed, ...own }
    at = base
  }
  return form
}

function baseOf(
  { file, name }: Service,
  target: string | { readonly service: string; readonly file?: string | null | undefined },
  byPlace: ReadonlyMap<string, Service>,
): Service | undefined {
  if (typeof target === 'string') return byPlace.get(placeOf(file, target))
  if (target.file == null) return byPlace.get(placeOf(file, target.service))
  const wanted = target.file.replace(/^(\.\/)+/, '')
  const beside = file.includes('/') ? `${file.slice(0, file.lastIndexOf('/'))}/${wanted}` : wanted
  const base = byPlace.get(placeOf(beside, target.service))
  return base?.file === file && base.name === name ? undefined : base
}

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [
    /(^|\/)(postgres|postgresql|mysql|mariadb|mongo|mongodb|cockroach|clickhouse[\w-]*|mssql[\w-]*|cassandra|timescaledb)(:|@|$)/,
    'database',
  ],
  [/(^|\/)(redis|valkey|memcached|keydb|dragonfly)(:|@|$)/, 'cache'],
  [/(^|\/)(rabbitmq|nats|activemq[\w-]*|mosquitto|eclipse-mosquitto)(:|@|$)/, 'queue'],
  [/(^|\/)(kafka|cp-kafka|redpanda|pulsar)(:|@|$)/, 'message_broker'],
]

function addService(service: Service, collector: Collector): void {
  const { project, name, where, form } = service
  const key = keyOf(project, name)
  const networks = form.networks ?? {}
  const labels = labelsOf(form.labels)
  collector.item(
    itemOf({
      key,
      class: CLASSES.find(([image]) => image.test(form.image ?? ''))?.[1] ?? 'service',
      name,
      aliases: [
        form.container_name,
        form.hostname,
        ...(Array.isArray(networks)
          ? []
          : Object.values(networks).flatMap((n) => n?.aliases ?? [])),
      ],
      labels: {
        project,
        networks: (Array.isArray(networks) ? networks : Object.keys(networks)).toSorted().join(','),
      },
      owner: labels['owner'] ?? labels['team'],
      environment: labels['environment'],
    }),
    where,
  )
  const shared = /^service:(.+)$/.exec(form.network_mode ?? '')?.[1]
  const needed = [
    ...namesOf(form.depends_on),
    ...(form.links ?? []).map((link) => link.split(':')[0] ?? link),
  ]
  for (const other of needed)
    collector.relation({ from: key, type: 'depends_on', to: keyOf(project, other) }, where)
  if (shared !== undefined)
    collector.relation({ from: key, type: 'runs_on', to: keyOf(project, shared) }, where)
}

function keyOf(project: string, name: string): string {
  return `${project}/${name}`
}

function namesOf(names: z.output<typeof Names>): readonly string[] {
  return Array.isArray(names) ? names : Object.keys(names ?? {})
}

function labelsOf(pairs: z.output<typeof Pairs>): Readonly<Record<string, string>> {
  const entries = Array.isArray(pairs)
    ? pairs.map((pair) => [pair.replace(/=.*$/s, ''), pair.replace(/^[^=]*=?/, '')] as const)
    : Object.entries(pairs ?? {}).map(([label, value]) => [label, String(value ?? '')] as const)
  return Object.fromEntries(entries)
}
