/**
 * Names that people said the meaning of, and names that nobody knows yet. Both are bounded: people
 * are asked to take an alias back before more are learned, and of unknown names the rarest goes.
 */
import type { Labels } from './model.ts'
import { isWithin, type Realm } from './realm.ts'
import type { CiKind } from './rules.ts'
import type { Snapped, Table } from './table.ts'
import type { EpochMs } from './time.ts'

export const MAX_ALIASES = 5000
export const MAX_UNBOUND = 2000
/** Alert rules and sources that are kept of one unknown name. */
export const MAX_EXAMPLES = 5

/** A name in a label, and where the label says that it is. */
export interface AlertName {
  readonly label: string
  /** What is called so; `any`: the label does not tell. */
  readonly kind: CiKind | 'any'
  /** In canonical form. */
  readonly name: string
  readonly realm: Realm
}

/** A name that a person said the meaning of. */
export interface Alias extends AlertName {
  readonly id: string
  readonly ci: string
  /** What was listed of the name while it was unbound; listed again once the alias is taken back. */
  readonly unbound: Omit<UnboundState, 'snap'> | null
  readonly by: string
  readonly at: EpochMs
}

/** All aliases of one name. */
export interface AliasState extends Snapped {
  readonly key: string
  aliases: readonly Alias[]
}

/** A name that alerts have and no CI. */
export interface UnboundState extends Snapped, AlertName {
  readonly id: string
  reason: 'unknown' | 'ambiguous' | 'retired'
  /** Episodes of alerts with it. */
  count: number
  readonly firstAt: EpochMs
  lastAt: EpochMs
  rules: readonly string[]
  sources: readonly string[]
  /** Of the newest alert. */
  labels: Labels
}

export function aliasKey({ kind, name }: Pick<AlertName, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

/** Names an unknown name; the same in another realm is another. */
export function unboundKey({ kind, name, realm }: AlertName): string {
  return JSON.stringify([kind, name, ...Object.entries(realm).sort().flat()])
}

/**
 * What a person said of a name: the alias whose whole realm the alert is in, and of several the one
 * with the narrowest realm, then the newest. O(aliases of the name).
 */
export function aliasOf(
  table: Pick<Table<AliasState>, 'get'>,
  name: Pick<AlertName, 'kind' | 'name' | 'realm'>,
): Alias | undefined {
  const width = (alias: Alias): number => Object.keys(alias.realm).length
  return (table.get(aliasKey(name))?.aliases ?? [])
    .filter((alias) => isWithin(name.realm, alias.realm))
    .toSorted((a, b) => width(b) - width(a) || b.at - a.at)[0]
}
