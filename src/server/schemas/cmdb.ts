/** Configuration items, relations and changes as the API shows and takes them. */
import { z } from '@hono/zod-openapi'
import type { Change, Ci } from '../../core/model.ts'
import { type CiLive, NOTHING_LIVE } from '../ci-live.ts'
import { defined, iso, LabelSet, pageOf, SeverityName, Terms, Time, TimeInput } from './common.ts'

export const Criticality = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

const AddressView = z
  .strictObject({
    address: z.string(),
    from: Time.nullable(),
    until: Time.nullable(),
    shared: z.boolean(),
  })
  .openapi('CiAddress')

const CiFields = {
  id: z.string(),
  class: z.string(),
  name: z.string(),
  aliases: z.array(z.string()).readonly(),
  addresses: z
    .array(AddressView)
    .readonly()
    .openapi({ description: 'IP addresses that it had for a time' }),
  labels: LabelSet.readonly(),
  owner: z.string().nullable(),
  criticality: Criticality.nullable(),
  environment: z.string().nullable(),
  status: z.string(),
}

export const CiLiveView = z
  .strictObject({
    firing: z.int().openapi({ description: 'alerts that fire on it and are not muted' }),
    suppressed: z.int().openapi({ description: 'alerts that fire on it and are muted' }),
    severity: z
      .union([SeverityName, z.null()])
      .openapi({ description: 'the worst of the firing ones' }),
    incidents: z.array(z.string()).readonly(),
  })
  .openapi('CiLive')

export const CiView = z.strictObject({ ...CiFields, live: CiLiveView }).openapi('Ci')
export type CiView = z.output<typeof CiView>

export const CiPage = pageOf(CiView).openapi('CiPage')

const FacetValues = z
  .array(z.strictObject({ value: z.string(), count: z.int() }))
  .readonly()
  .openapi({ description: 'the most frequent first; the empty value: without one' })

export const CiFacets = z
  .strictObject({
    total: z.int().openapi({ description: 'CIs that pass the filter' }),
    facets: z.strictObject({
      class: FacetValues,
      environment: FacetValues,
      owner: FacetValues,
      status: FacetValues,
    }),
  })
  .openapi('CiFacets')

export const RelationView = z
  .strictObject({
    ...{ from: z.string(), type: z.string(), to: z.string() },
    observed: z
      .literal(true)
      .optional()
      .openapi({ description: 'only alerts tell of it; no source of the CMDB does' }),
  })
  .openapi('Relation')

export const RelationPage = pageOf(RelationView).openapi('RelationPage')

export const CiDetail = z
  .strictObject({
    ...CiFields,
    live: CiLiveView,
    relations: z.array(RelationView),
    neighbours: z.array(CiView),
    firing: z.array(z.string()).openapi({ description: 'keys of alerts that fire on it' }),
    incidents: z.array(z.string()).openapi({ description: 'incidents of those alerts' }),
  })
  .openapi('CiDetail')

export const Neighbourhood = z
  .strictObject({
    center: z.string(),
    nodes: z.array(
      z.strictObject({
        ci: z.string(),
        name: z.string(),
        class: z.string(),
        hops: z.int(),
        firing: z.int().openapi({ description: 'alerts that fire on it and are not muted' }),
        suppressed: z.int().openapi({ description: 'alerts that fire on it and are muted' }),
        status: z.string(),
        incidents: z.array(z.string()),
      }),
    ),
    relations: z.array(RelationView),
    truncated: z.boolean().openapi({ description: 'there are more CIs within so many hops' }),
  })
  .openapi('Neighbourhood')
export type Neighbourhood = z.output<typeof Neighbourhood>

const Name = z.string().min(1).max(1024)
const Names = z.array(Name).max(1000)

const AddressInput = z
  .strictObject({
    address: Name,
    from: TimeInput.optional(),
    until: TimeInput.optional(),
    shared: z
      .boolean()
      .optional()
      .openapi({ description: 'many answer to it (NAT, a virtual address): it names none' }),
  })
  .openapi('CiAddressInput')

export const CiInput = z
  .strictObject({
    id: Name,
    class: Name,
    name: Name,
    aliases: Names.default([]),
    addresses: z
      .array(AddressInput)
      .max(1000)
      .optional()
      .openapi({ description: 'IP addresses that it has for a time, as pods and DHCP clients do' }),
    labels: z.record(z.string().max(512), z.string().max(8192)).default({}),
    owner: Name.optional(),
    criticality: Criticality.optional(),
    environment: Name.optional(),
    status: Name.default('operational'),
  })
  .openapi('CiInput')

const RelationInput = z.strictObject({ from: Name, type: Name, to: Name }).openapi('RelationInput')

/** What was given, without what was not. */
export function toGivenCi({ addresses, ...item }: z.output<typeof CiInput>): Ci {
  return defined({ ...item, addresses: addresses?.map((one) => defined(one)) })
}

export const TopologyInput = z
  .strictObject({
    mode: z
      .enum(['replace', 'upsert'])
      .default('replace')
      .openapi({ description: '`replace`: what is not in it goes; `upsert`: adds and changes' }),
    version: Name.optional().openapi({ description: 'a hash of the content unless given' }),
    items: z.array(CiInput).max(500_000),
    relations: z.array(RelationInput).max(2_000_000).default([]),
  })
  .openapi('TopologyInput')

export const TopologyAnswer = z
  .strictObject({
    version: z.string(),
    items: z.int().openapi({ description: 'CIs there are now' }),
    relations: z.int(),
    ignored: z
      .int()
      .openapi({ description: 'relations given that name an unknown CI or the same CI twice' }),
  })
  .openapi('TopologyAnswer')

export const ChangeView = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    title: z.string(),
    kind: z.string(),
    cis: z.array(z.string()).readonly(),
    unbound: z.array(z.string()).readonly().openapi({ description: 'names that matched no CI' }),
    labels: LabelSet.readonly(),
    startsAt: Time,
    endsAt: Time.nullable(),
    url: z.string().nullable(),
    actor: z.string().nullable(),
  })
  .openapi('Change')

const SuspectedChange = z
  .strictObject({
    ...ChangeView.shape,
    suspicion: z.number().openapi({
      description: 'log-odds beside a change of which nothing is known; the sum of the reasons',
    }),
    reasons: Terms,
  })
  .openapi('SuspectedChange')

export const SuspectedChanges = z
  .strictObject({ items: z.array(SuspectedChange) })
  .openapi('SuspectedChanges')
export type SuspectedChanges = z.output<typeof SuspectedChanges>

export const ChangePage = pageOf(ChangeView).openapi('ChangePage')

export function toCi(ci: Ci, live: CiLive | undefined): CiView {
  return {
    ...ci,
    addresses: (ci.addresses ?? []).map(({ address, from, until, shared = false }) => ({
      ...{ address, from: iso(from ?? null), until: iso(until ?? null), shared },
    })),
    owner: ci.owner ?? null,
    criticality: ci.criticality ?? null,
    environment: ci.environment ?? null,
    live: live ?? NOTHING_LIVE,
  }
}

export function toChange({ changeKind, ...change }: Change): z.output<typeof ChangeView> {
  return {
    ...change,
    kind: changeKind,
    startsAt: iso(change.startsAt),
    endsAt: iso(change.endsAt),
  }
}
