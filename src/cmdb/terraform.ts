/**
 * Terraform state, version 4: machines, databases, load balancers, clusters and subnets of AWS,
 * Google Cloud and Azure. What a resource's attributes or `dependencies` name, and is itself among
 * them, it depends on. Sensitive attributes are never read: only the fields below are.
 *
 * The key is the address with the index (`module.shop.aws_instance.web[0]`), as in `terraform show`.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
import { z } from 'zod'
import { compare } from '../core/topology.ts'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import { itemOf, readAs } from './found.ts'
import type { FileImporter } from './importer.ts'

const Text = z.string().nullish().catch(null)
const Texts = z.array(z.string()).nullish().catch(null)
const Tags = z.record(z.string(), z.unknown()).nullish().catch(null)

/** Of all attributes, those that name or place a thing, or another thing. */
const Attributes = z.object({
  ...{
    id: Text,
    arn: Text,
    name: Text,
    identifier: Text,
    cluster_identifier: Text,
    self_link: Text,
  },
  ...{ private_ip: Text, public_ip: Text, private_dns: Text, public_dns: Text, dns_name: Text },
  ...{ endpoint: Text, address: Text, fqdn: Text, ip_address: Text, private_ip_address: Text },
  ...{ public_ip_address: Text, computer_name: Text, hostname: Text, connection_name: Text },
  ...{ region: Text, location: Text, zone: Text, availability_zone: Text },
  ...{ subnet_id: Text, subnetwork: Text, subnets: Texts, subnet_ids: Texts, vpc_id: Text },
  ...{ network: Text, virtual_network_name: Text, replicate_source_db: Text, instance: Text },
  ...{
    master_instance_name: Text,
    db_subnet_group_name: Text,
    target_id: Text,
    target_group_arn: Text,
  },
  ...{
    load_balancer_arn: Text,
    server_id: Text,
    server_name: Text,
    cluster: Text,
    cluster_name: Text,
  },
  tags: Tags,
  tags_all: Tags,
  labels: Tags,
})
type Attributes = z.output<typeof Attributes>

const Instance = z.object({
  index_key: z.union([z.string(), z.number()]).nullish(),
  deposed: z.string().nullish(),
  attributes: z.unknown(),
  dependencies: z.array(z.string()).nullish(),
})

const Resource = z.object({
  module: z.string().nullish(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  instances: z.array(z.unknown()),
})

const State = z.object({
  version: z.literal(4, { error: 'only state of version 4 can be read' }),
  resources: z.array(z.unknown()).default([]),
})

/** Classes by type of resource: exact types, as a provider has hundreds that are not CIs. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ...types('vm', 'aws_instance google_compute_instance azurerm_linux_virtual_machine'),
  ...types(
    'vm',
    'azurerm_windows_virtual_machine azurerm_virtual_machine aws_spot_instance_request',
  ),
  ...types(
    'database',
    'aws_db_instance aws_rds_cluster aws_rds_cluster_instance aws_dynamodb_table',
  ),
  ...types('database', 'aws_redshift_cluster aws_docdb_cluster google_sql_database_instance'),
  ...types('database', 'google_spanner_instance google_bigtable_instance azurerm_mssql_server'),
  ...types('database', 'azurerm_mssql_database azurerm_postgresql_flexible_server'),
  ...types(
    'database',
    'azurerm_postgresql_server azurerm_mysql_flexible_server azurerm_cosmosdb_account',
  ),
  ...types(
    'cache',
    'aws_elasticache_cluster aws_elasticache_replication_group google_redis_instance',
  ),
  ...types('cache', 'azurerm_redis_cache'),
  ...types('load_balancer', 'aws_lb aws_alb aws_elb google_compute_forwarding_rule azurerm_lb'),
  ...types('load_balancer', 'google_compute_global_forwarding_rule azurerm_application_gateway'),
  ...types(
    'kubernetes_cluster',
    'aws_eks_cluster google_container_cluster azurerm_kubernetes_cluster',
  ),
  ...types('subnet', 'aws_subnet google_compute_subnetwork azurerm_subnet'),
  ...types('network', 'aws_vpc google_compute_network azurerm_virtual_network'),
  ...types('queue', 'aws_sqs_queue google_pubsub_topic azurerm_servicebus_namespace'),
  ...types('message_broker', 'aws_msk_cluster azurerm_eventhub_namespace'),
  ...types('function', 'aws_lambda_function google_cloudfunctions2_function'),
  ...types('function', 'azurerm_linux_function_app'),
])

function types(ciClass: string, names: string): readonly (readonly [string, string])[] {
  return names.split(' ').map((name) => [name, ciClass])
}

interface Found {
  readonly key: string
  readonly where: string
  readonly type: string
  readonly resourceName: string
  readonly attributes: Attributes
  readonly dependencies: readonly string[]
}

export const terraform: FileImporter = {
  id: 'terraform',
  title: 'Terraform state',
  docs: 'https://developer.hashicorp.com/terraform/internals/json-format',
  read: (files) => {
    const collector = new Collector()
    for (const { where, value } of readDocuments(files, collector)) {
      const state = readAs(State, value, where, collector)
      const found = (state?.resources ?? []).flatMap((resource, index) =>
        instancesOf(resource, `${where} resource ${index + 1}`, collector),
      )
      addAll(found, collector)
    }
    return collector.finish()
  },
}

function instancesOf(value: unknown, where: string, collector: Collector): readonly Found[] {
  const resource = readAs(Resource, value, where, collector)
  if (resource === undefined || resource.mode !== 'managed') return []
  const address = `${resource.module == null ? '' : `${resource.module}.`}${resource.type}.${resource.name}`
  return resource.instances.flatMap((one, index) => {
    const place = `${where} instance ${index + 1}`
    const instance = readAs(Instance, one, place, collector)
    // A deposed object waits for its deletion: another one stands at its address.
    if (instance === undefined || instance.deposed != null) return []
    const attributes = readAs(Attributes, instance.attributes, place, collector)
    if (attributes === undefined) return []
    const at = instance.index_key
    const key = at == null ? address : `${address}[${JSON.stringify(at)}]`
    const { type, name: resourceName } = resource
    const dependencies = instance.dependencies ?? []
    return [{ key, where: place, type, resourceName, attributes, dependencies }]
  })
}

function addAll(found: readonly Found[], collector: Collector): void {
  const cis = found.filter(({ type }) => CLASSES.has(type))
  const byId = new Map<string, string>()
  const byAddress = new Map<string, Found[]>()
  for (const one of found) {
    const address = withoutIndex(one.key)
    const list = byAddress.get(address)
    if (list === undefined) byAddress.set(address, [one])
    else list.push(one)
  }
  for (const { key, attributes } of [...cis].sort((a, b) => compare(a.key, b.key))) {
    for (const id of [attributes.id, attributes.arn, attributes.self_link, attributes.identifier])
      if (id != null && id !== '' && !byId.has(id)) byId.set(id, key)
  }
  for (const one of cis) {
    collector.item(itemFor(one), one.where)
    for (const to of targetsOf(one, byId, byAddress)) {
      const type = typeOf(CLASSES.get(one.type), to.ciClass)
      if (to.key !== one.key) collector.relation({ from: one.key, type, to: to.key }, one.where)
    }
  }
  addAttachments(found, byId, collector)
}

interface Target {
  readonly key: string
  readonly ciClass: string | undefined
}

function targetsOf(
  { attributes, dependencies }: Found,
  byId: ReadonlyMap<string, string>,
  byAddress: ReadonlyMap<string, readonly Found[]>,
): readonly Target[] {
  const { tags: _t, tags_all: _a, labels: _l, id: _i, arn: _n, ...rest } = attributes
  const classAt = (key: string): string | undefined =>
    CLASSES.get(byAddress.get(withoutIndex(key))?.[0]?.type ?? '')
  const named = Object.values(rest)
    .flat()
    .flatMap((value) => (typeof value === 'string' ? (byId.get(value) ?? []) : []))
  const depended = dependencies.flatMap((address) => {
    const all = (byAddress.get(withoutIndex(address)) ?? []).filter(({ type }) => CLASSES.has(type))
    // `dependencies` name a resource, not which of its instances: of several any may be meant.
    return all.length === 1 ? all.map(({ key }) => key) : []
  })
  return [...new Set([...named, ...depended])].map((key) => ({ key, ciClass: classAt(key) }))
}

function typeOf(from: string | undefined, to: string | undefined): string {
  if (from === 'subnet' && to === 'network') return 'member_of'
  return to === 'subnet' || to === 'network' ? 'located_in' : 'depends_on'
}

/** A load balancer depends on what is attached to its target groups: by listener and attachment. */
function addAttachments(
  found: readonly Found[],
  byId: ReadonlyMap<string, string>,
  collector: Collector,
): void {
  const arns = (type: string): readonly Found[] => found.filter((one) => one.type === type)
  const balancers = new Map<string, string[]>()
  for (const listener of [...arns('aws_lb_listener'), ...arns('aws_alb_listener')]) {
    const balancer = byId.get(listener.attributes.load_balancer_arn ?? '')
    if (balancer === undefined) continue
    for (const address of listener.dependencies)
      if (/(^|\.)aws_(a?lb)_target_group\./.test(address))
        balancers.set(address, [...(balancers.get(address) ?? []), balancer])
  }
  for (const one of [
    ...arns('aws_lb_target_group_attachment'),
    ...arns('aws_alb_target_group_attachment'),
  ]) {
    const to = byId.get(one.attributes.target_id ?? '')
    const groups = one.dependencies.flatMap((address) => balancers.get(address) ?? [])
    if (to === undefined) continue
    for (const from of new Set(groups))
      collector.relation({ from, type: 'depends_on', to }, one.where)
  }
}

function withoutIndex(key: string): string {
  return key.replace(/\[(?:\d+|"[^"]*")\]$/, '')
}

function itemFor({ key, type, resourceName, attributes }: Found): ReturnType<typeof itemOf> {
  const tags = { ...attributes.labels, ...attributes.tags_all, ...attributes.tags }
  const tag = (...names: readonly string[]): string | undefined => {
    const found = Object.entries(tags).find(([name]) => names.includes(name.toLowerCase()))?.[1]
    return typeof found === 'string' ? found : undefined
  }
  const { availability_zone, zone, location, region } = attributes
  return itemOf({
    key,
    class: CLASSES.get(type) ?? type,
    name:
      tag('name') ??
      attributes.name ??
      attributes.identifier ??
      attributes.computer_name ??
      resourceName,
    aliases: [
      ...[attributes.name, attributes.identifier, attributes.computer_name, attributes.hostname],
      ...[
        attributes.private_ip,
        attributes.public_ip,
        attributes.private_dns,
        attributes.public_dns,
      ],
      ...[attributes.dns_name, attributes.fqdn, attributes.address, attributes.ip_address],
      ...[attributes.private_ip_address, attributes.public_ip_address, attributes.connection_name],
      attributes.endpoint?.replace(/^https?:\/\//, '').replace(/:\d+$/, ''),
      shortId(attributes.id),
    ],
    labels: {
      terraform_type: type,
      provider_id: CLASSES.get(type) === 'vm' ? shortId(attributes.id) : undefined,
      zone: availability_zone ?? zone,
      region: region ?? location ?? regionOf(availability_zone ?? zone),
    },
    owner: tag('owner', 'team'),
    environment: tag('environment', 'env'),
  })
}

/** `i-0abc…` and names; long paths of Azure and Google say nothing that an alert would. */
function shortId(id: string | null | undefined): string | undefined {
  return id == null || id.includes('/') || id.length > 100 ? undefined : id
}

/** `eu-west-1a` → `eu-west-1`, `europe-west1-b` → `europe-west1`. */
function regionOf(zone: string | null | undefined): string | undefined {
  return zone
    ?.replace(/^([a-z]+-[a-z]+-\d+)[a-z]$/, '$1')
    .replace(/^([a-z]+-[a-z]+\d+)-[a-z]$/, '$1')
}
