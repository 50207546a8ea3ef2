/**
 * Objects of Freshservice as CIs and relations. A type of assets is led to a class by its name, or by
 * those of the types above it; fields of a type end in the id of the type that they come from.
 *
 * @see https://api.freshservice.com/#assets
 * @see https://support.freshservice.com/support/solutions/articles/50000002810 types of relationships
 */
import { z } from 'zod'
import { classTerm } from '../core/cmdb/terms.ts'
import { compare } from '../core/topology.ts'
import { type Collector, clip } from './collect.ts'
import { itemOf, readAs } from './found.ts'
import { type Meaning, meaningOf } from './relations.ts'
import { criticalityOf, statusOf } from './words.ts'

export const FRESHSERVICE_LISTS = [
  ...(['asset_types', 'assets', 'relationship_types', 'relationships'] as const),
  ...(['groups', 'departments'] as const),
] as const
export type FreshserviceList = (typeof FRESHSERVICE_LISTS)[number]

export interface FreshserviceObject {
  readonly where: string
  readonly list: FreshserviceList
  readonly value: unknown
}

const Id = z.number().int()
const Text = z.string().nullish()
const Asset = z.object({
  display_id: Id,
  name: z.string(),
  asset_type_id: Id.nullish(),
  asset_tag: Text,
  impact: Text,
  group_id: Id.nullish(),
  department_id: Id.nullish(),
  type_fields: z.record(z.string(), z.unknown()).nullish(),
})
type Asset = z.output<typeof Asset>
const Named = z.object({ id: Id, name: z.string() })
const AssetType = Named.extend({ parent_asset_type_id: Id.nullish() })
type AssetType = z.output<typeof AssetType>
const RelationshipType = z.object({
  id: Id,
  downstream_relation: z.string(),
  upstream_relation: z.string(),
})
const Relationship = z.object({
  relationship_type_id: Id,
  primary_id: Id,
  primary_type: z.string(),
  secondary_id: Id,
  secondary_type: z.string(),
})

/** Types of assets by id, and people's names for groups and departments. */
interface Names {
  readonly types: ReadonlyMap<number, AssetType>
  readonly groups: ReadonlyMap<number, string>
  readonly departments: ReadonlyMap<number, string>
}

/**
 * Adds all objects; what cannot be read is a bad row.
 *
 * @param only names of types: other assets than theirs and of types below them are left out; all where it is empty
 */
export function addFreshservice(
  objects: readonly FreshserviceObject[],
  collector: Collector,
  only: readonly string[] = [],
): void {
  const sorted = [...objects].sort((a, b) => compare(a.where, b.where))
  const all = <T>(
    list: FreshserviceList,
    schema: z.ZodType<T>,
  ): readonly (readonly [T, string])[] =>
    sorted
      .filter((one) => one.list === list)
      .flatMap(({ value, where }) => {
        const read = readAs(schema, value, where, collector)
        return read === undefined ? [] : [[read, where] as const]
      })
  const named = (list: FreshserviceList): ReadonlyMap<number, string> =>
    new Map(all(list, Named).map(([{ id, name }]) => [id, name]))
  const names: Names = {
    types: new Map(all('asset_types', AssetType).map(([type]) => [type.id, type])),
    groups: named('groups'),
    departments: named('departments'),
  }
  const wanted = new Set(only.map((name) => name.toLowerCase()))
  const kept = new Set<number>()
  for (const [asset, where] of all('assets', Asset)) {
    const chain = typesOf(asset, names)
    if (wanted.size > 0 && !chain.some((name) => wanted.has(name.toLowerCase()))) continue
    kept.add(asset.display_id)
    addAsset(asset, chain, names, { collector, where })
  }
  addRelationships(all('relationships', Relationship), {
    ...{ kept, collector },
    types: new Map(all('relationship_types', RelationshipType).map(([type]) => [type.id, type])),
  })
}

/** Names of its type and of those above, nearest first; cycles end. */
function typesOf({ asset_type_id }: Asset, { types }: Names): readonly string[] {
  const chain = new Set<AssetType>()
  let type = types.get(asset_type_id ?? Number.NaN)
  while (type !== undefined && !chain.has(type)) {
    chain.add(type)
    type = types.get(type.parent_asset_type_id ?? Number.NaN)
  }
  return [...chain].map(({ name }) => name)
}

/** Of a chain of types: the class of the nearest that is known; else the nearest's own name. */
export function classOfTypes(chain: readonly string[]): string {
  for (const name of chain) {
    const term = classTerm(name)
    if (term !== undefined) return term.name
  }
  const word = (chain[0] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return word === '' || word === '_' ? 'asset' : word
}

interface Place {
  readonly collector: Collector
  readonly where: string
}

function addAsset(
  asset: Asset,
  chain: readonly string[],
  { groups, departments }: Names,
  { collector, where }: Place,
): void {
  const fields = fieldsOf(asset)
  const hostname = fields.get('hostname')
  const state = fields.get('asset_state')
  const group = groups.get(asset.group_id ?? Number.NaN)
  collector.item(
    itemOf({
      key: `asset:${asset.display_id}`,
      class: classOfTypes(chain),
      name: asset.name,
      aliases: [hostname, fields.get('computer_ip_address'), fields.get('ip_address')],
      labels: {
        type: chain[0],
        asset_tag: asset.asset_tag,
        serial: fields.get('serial_number'),
        mac: fields.get('mac_address'),
        fqdn: hostname?.includes('.') === true ? hostname.toLowerCase() : undefined,
      },
      owner: group ?? departments.get(asset.department_id ?? Number.NaN),
      criticality: asset.impact == null ? undefined : criticalityOf(asset.impact),
      status: state === undefined ? undefined : statusOf(state),
    }),
    where,
  )
}

/** `serial_number_21000855267` is `serial_number`; only texts. */
function fieldsOf({ type_fields }: Asset): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(type_fields ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== ''
        ? [[name.replace(/_\d+$/, ''), value] as const]
        : [],
    ),
  )
}

interface Between {
  readonly kept: ReadonlySet<number>
  readonly types: ReadonlyMap<number, z.output<typeof RelationshipType>>
  readonly collector: Collector
}

/** What is between assets and others (people, departments, software) says nothing of faults. */
function addRelationships(
  found: readonly (readonly [z.output<typeof Relationship>, string])[],
  { kept, types, collector }: Between,
): void {
  const unknown = new Map<string, number>()
  let outside = 0
  for (const [one, where] of found) {
    if (one.primary_type !== 'asset' || one.secondary_type !== 'asset') continue
    const type = types.get(one.relationship_type_id)
    const meaning = type === undefined ? undefined : meaningIn(type)
    if (meaning === undefined) {
      const name = type?.downstream_relation ?? `type ${one.relationship_type_id}`
      unknown.set(name, (unknown.get(name) ?? 0) + 1)
      continue
    }
    const [a, b] = meaning.reversed
      ? [one.secondary_id, one.primary_id]
      : [one.primary_id, one.secondary_id]
    if (!kept.has(a) || !kept.has(b)) outside += 1
    else collector.relation({ from: `asset:${a}`, type: meaning.type, to: `asset:${b}` }, where)
  }
  for (const [name, count] of unknown) {
    const error = `${count} relations of a type that has no meaning here: "${clip(name)}"`
    collector.bad({ where: 'relationships', field: 'relationship_type_id', error })
  }
  if (outside > 0) {
    const error = `${outside} relations lead to assets that are not in this import`
    collector.bad({ where: 'relationships', error })
  }
}

/** Downstream names of the types that every account has; `Uses` of `Owned By` is an owner's. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  [
    ['send data to', 'depends_on', true] as const,
    ['impacted by', 'depends_on', false] as const,
    ['supported by', 'depends_on', false] as const,
    ['is enabled by', 'depends_on', false] as const,
    ['in rack', 'located_in', false] as const,
    ['consists of', 'member_of', true] as const,
    ['exchanges data with', 'connects_to', false] as const,
  ].map(([name, type, reversed]) => [name, { type, reversed }]),
)

function meaningIn(type: z.output<typeof RelationshipType>): Meaning | undefined {
  const word = type.downstream_relation.trim().toLowerCase()
  if (word === 'uses' && type.upstream_relation.trim().toLowerCase() === 'owned by')
    return undefined
  return MEANINGS.get(word) ?? meaningOf(word)
}
