/** What several sources say of one CI, made one: attribute by attribute the source of most authority. */
import type { Ci } from '../model.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import {
  type ImportConflict,
  OBSERVED_SOURCE,
  OBSERVED_STATUS,
  type SourceItem,
  type SourceRecord,
} from './model.ts'

type Said = Omit<SourceRecord, 'snap'>

/** Which source an attribute is from, and since when it says so. */
export interface Provenance {
  readonly source: string
  readonly key: string
  readonly at: EpochMs
}

/** Attributes of which one value holds; the first source that says one is believed. */
export const SCALARS = ['class', 'name', 'owner', 'criticality', 'environment', 'status'] as const
type Scalar = (typeof SCALARS)[number]

/**
 * The CI that records are about. Live records count before retired ones, then those of lower rank, then by
 * source and key: the order of `records` means nothing. Names that lose become aliases. It is
 * retired where every source has let go of it, and observed where only alerts speak of it. O(records · labels).
 */
export function reconcile(
  id: string,
  records: readonly Said[],
): { readonly ci: Ci; readonly provenance: Readonly<Record<string, Provenance>> } {
  const ordered = [...records].sort(byAuthority)
  const live = ordered.filter(({ retired }) => !retired)
  const counting = live.length > 0 ? live : ordered
  const provenance: Record<string, Provenance> = {}
  const said = (field: string, by: Said): void => {
    provenance[field] = { source: by.source, key: by.key, at: by.at }
  }
  const values: Partial<Record<Scalar, SourceItem[Scalar]>> = {}
  for (const field of SCALARS) {
    const by = counting.find(({ item }) => item[field] !== undefined)
    if (by === undefined) continue
    values[field] = by.item[field]
    said(field, by)
  }
  const labels: [string, string][] = []
  for (const by of counting)
    for (const [name, value] of Object.entries(by.item.labels)) {
      if (provenance[`labels.${name}`] !== undefined) continue
      labels.push([name, value])
      said(`labels.${name}`, by)
    }
  const name = String(values.name ?? id)
  const aliases = counting.flatMap(({ item }) => [item.name, ...item.aliases])
  const { class: ciClass, name: _name, ...optional } = values
  const addresses = counting.flatMap(({ item }) => item.addresses ?? [])
  const ci = {
    id,
    ...optional,
    ...(addresses.length === 0 ? {} : { addresses }),
    class: String(ciClass ?? ''),
    name,
    aliases: [...new Set(aliases)].filter((alias) => alias !== name).sort(compare),
    labels: Object.fromEntries(labels.sort(([a], [b]) => compare(a, b))),
    status: live.length === 0 ? 'retired' : (values.status ?? statusOf(live)),
  } as Ci
  return { ci, provenance }
}

function statusOf(live: readonly Said[]): string {
  return live.every(({ source }) => source === OBSERVED_SOURCE) ? OBSERVED_STATUS : 'operational'
}

function byAuthority(a: Said, b: Said): number {
  return (
    Number(a.retired) - Number(b.retired) ||
    a.rank - b.rank ||
    compare(a.source, b.source) ||
    compare(a.key, b.key)
  )
}

/** Where sources that are live say different things; names aside, as they become aliases. */
export function conflictsOf(id: string, records: readonly Said[]): readonly ImportConflict[] {
  const ordered = records.filter(({ retired }) => !retired).sort(byAuthority)
  return SCALARS.filter((field) => field !== 'name').flatMap((field) => {
    const [first, ...others] = ordered.filter(({ item }) => item[field] !== undefined)
    if (first === undefined) return []
    return others
      .filter(({ item }) => item[field] !== first.item[field])
      .map((other) => ({
        ci: id,
        field,
        kept: { source: first.source, value: String(first.item[field]) },
        other: { source: other.source, value: String(other.item[field]) },
      }))
  })
}
