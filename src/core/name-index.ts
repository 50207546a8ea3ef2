/** CIs by what they are called: exactly, by address, by short host name, and by names written otherwise. */
import type { Ci } from './model.ts'
import { canonicalName, hostParts, ipAddress, type NameKey, nameKeys } from './names.ts'
import { Shards } from './shards.ts'
import type { EpochMs } from './time.ts'

/** A CI whose name has a key, and the environment that was cut out of it. */
export interface Alike {
  readonly item: Ci
  readonly environment: NameKey['environment']
}

/** Each list is by id and includes retired CIs; each look-up is O(1) after the first of its kind. */
export interface NameIndex {
  /** CIs whose name or alias is `name`, ignoring case and the ways to write an address. */
  named(name: string): readonly Ci[]
  /** CIs that have the IP address at a time; shared ones are nobody's. */
  addressed(ip: string, at: EpochMs): readonly Ci[]
  /** CIs of which a name is the host name `short`, in whatever domain. */
  short(short: string): readonly Ci[]
  /** Whether some full name is in the domain; `null` where no name is a full one. */
  knowsDomain(domain: string): boolean | null
  /** CIs of which a name has the piece: see `piecesOf`; at most MAX_SHARING. */
  sharing(piece: string): readonly Ci[]
  /** CIs of which a name has the key: see `nameKeys`. */
  like(key: string): readonly Alike[]
}

/** Keys and values by CI; a table is made when it is first asked for. */
interface Kind<V> {
  readonly of: (item: Ci) => readonly (readonly [key: string, value: V])[]
}

const NAMES: Kind<Ci> = { of: (item) => unique(namesOf(item), canonicalName, item) }
const ADDRESSES: Kind<Ci> = {
  of: (item) =>
    unique(
      (item.addresses ?? []).map(({ address }) => address),
      (address) => ipAddress(address.toLowerCase()) ?? address.toLowerCase(),
      item,
    ),
}
const SHORTS: Kind<Ci> = {
  of: (item) => unique(namesOf(item), (name) => hostParts(name)?.short ?? '', item),
}
/** Domains of full names, also cut short: `db-1.eu` is a name of `db-1.eu.example`; `.` for any. */
const DOMAINS: Kind<Ci> = {
  of: (item) => {
    const full = namesOf(item).flatMap((name) => hostParts(name)?.domain || [])
    const all = [...new Set(full.flatMap(beginnings)), ...(full.length > 0 ? [ANY] : [])]
    return all.map((domain) => [domain, item] as const)
  },
}
const KEYS: Kind<Alike> = {
  of: (item) => {
    const found = new Map(
      namesOf(item)
        .flatMap(nameKeys)
        .map((one) => [`${one.key} ${one.environment ?? ''}`, one] as const),
    )
    return [...found.values()].map(({ key, environment }) => [key, { item, environment }] as const)
  },
}
const ANY = '.'

function unique(
  texts: readonly string[],
  form: (text: string) => string,
  item: Ci,
): readonly (readonly [string, Ci])[] {
  const keys = new Set(texts.map(form))
  keys.delete('')
  return [...keys].map((key) => [key, item] as const)
}

/** The tables of one version of the CMDB. */
export interface NameTables {
  readonly names: Table<Ci>
  readonly addresses: Table<Ci>
  readonly shorts: Table<Ci>
  readonly domains: Counts
  readonly keys: Table<Alike>
  readonly pieces: Pieces
}

type Pieces = () => ReadonlyMap<string, readonly Ci[]>

/** Tables that are made as they are asked for; O(names) the first time. */
export function nameTables(items: ReadonlyMap<string, Ci>): NameTables {
  return {
    names: new Table(NAMES, items, (item) => item),
    addresses: new Table(ADDRESSES, items, (item) => item),
    shorts: new Table(SHORTS, items, (item) => item),
    domains: new Counts(items),
    keys: new Table(KEYS, items, ({ item }) => item),
    pieces: laterPieces(items),
  }
}

/** Those of a version made out of `old`: what was made already is not made anew. */
export function patchNames(
  old: NameTables,
  items: ReadonlyMap<string, Ci>,
): NameTables & { readonly change: (before: Ci | undefined, now: Ci) => void } {
  const tables = {
    names: old.names.patch(items),
    addresses: old.addresses.patch(items),
    shorts: old.shorts.patch(items),
    domains: old.domains.patch(items),
    keys: old.keys.patch(items),
  }
  return {
    ...tables,
    pieces: laterPieces(items),
    change: (before, now) => {
      for (const table of Object.values(tables)) table.change(before, now)
    },
  }
}

/** CIs by key, each list by id. */
class Table<V> {
  private readonly kind: Kind<V>
  private readonly items: ReadonlyMap<string, Ci>
  private readonly itemOf: (value: V) => Ci
  private made: Shards<readonly V[]> | null

  constructor(
    kind: Kind<V>,
    items: ReadonlyMap<string, Ci>,
    itemOf: (value: V) => Ci,
    made: Shards<readonly V[]> | null = items.size === 0 ? new Shards() : null,
  ) {
    this.kind = kind
    this.items = items
    this.itemOf = itemOf
    this.made = made
  }

  get(key: string): readonly V[] {
    this.made ??= this.make()
    return this.made.get(key) ?? []
  }

  patch(items: ReadonlyMap<string, Ci>): Table<V> {
    const made = this.made === null ? null : new Shards(this.made)
    return new Table(this.kind, items, this.itemOf, made)
  }

  change(before: Ci | undefined, now: Ci): void {
    if (this.made === null) return
    for (const [key] of before === undefined ? [] : this.kind.of(before)) {
      const rest = this.get(key).filter((value) => this.itemOf(value).id !== now.id)
      if (rest.length === 0) this.made.delete(key)
      else this.made.set(key, rest)
    }
    for (const [key, value] of this.kind.of(now)) {
      const list = [...this.get(key), value]
      this.made.set(key, list.length === 1 ? list : list.sort(this.order))
    }
  }

  private readonly order = (a: V, b: V): number => byId(this.itemOf(a), this.itemOf(b))

  private make(): Shards<readonly V[]> {
    const groups = new Map<string, V[]>()
    for (const item of this.items.values()) {
      for (const [key, value] of this.kind.of(item)) {
        const list = groups.get(key)
        if (list === undefined) groups.set(key, [value])
        else list.push(value)
      }
    }
    const made = new Shards<readonly V[]>()
    for (const [key, list] of groups) made.set(key, list.sort(this.order))
    return made
  }
}

/** How many CIs have a name in a domain. */
class Counts {
  private readonly items: ReadonlyMap<string, Ci>
  private made: Shards<number> | null

  constructor(
    items: ReadonlyMap<string, Ci>,
    made: Shards<number> | null = items.size === 0 ? new Shards() : null,
  ) {
    this.items = items
    this.made = made
  }

  has(domain: string): boolean {
    if (this.made === null) {
      this.made = new Shards()
      for (const item of this.items.values()) this.change(undefined, item)
    }
    return (this.made.get(domain) ?? 0) > 0
  }

  patch(items: ReadonlyMap<string, Ci>): Counts {
    return new Counts(items, this.made === null ? null : new Shards(this.made))
  }

  change(before: Ci | undefined, now: Ci): void {
    if (before !== undefined) this.count(before, -1)
    this.count(now, 1)
  }

  private count(item: Ci, by: 1 | -1): void {
    if (this.made === null) return
    for (const [domain] of DOMAINS.of(item))
      this.made.set(domain, (this.made.get(domain) ?? 0) + by)
  }
}

/** Look-ups in the tables. */
export function indexNames({
  names,
  addresses,
  shorts,
  domains,
  keys,
  pieces,
}: NameTables): NameIndex {
  return {
    named: (name) => names.get(canonicalName(name)),
    addressed: (ip, at) => {
      const lasting = names.get(ip)
      const passing = addresses.get(ip).filter((item) => hasAddress(item, ip, at))
      const known = [...new Set([...lasting, ...passing])].sort(byId)
      return known.some((item) => sharesAddress(item, ip)) ? [] : known
    },
    short: (short) => (short === '' ? [] : shorts.get(short)),
    knowsDomain: (domain) =>
      domains.has(ANY) ? beginnings(domain).some((one) => domains.has(one)) : null,
    sharing: (piece) => pieces().get(piece) ?? [],
    like: (key) => keys.get(key),
  }
}

function namesOf({ name, aliases }: Ci): readonly string[] {
  return [name, ...aliases]
}

function isSameAddress(a: string, ip: string): boolean {
  return (ipAddress(a.toLowerCase()) ?? a.toLowerCase()) === ip
}

function hasAddress({ addresses = [] }: Ci, ip: string, at: EpochMs): boolean {
  return addresses.some(
    ({ address, from = 0, until = Number.POSITIVE_INFINITY }) =>
      isSameAddress(address, ip) && from <= at && at < until,
  )
}

function sharesAddress({ addresses = [] }: Ci, ip: string): boolean {
  return addresses.some(({ address, shared }) => shared === true && isSameAddress(address, ip))
}

function byId(a: Ci, b: Ci): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** A piece that more CIs have says nothing: the rest is left out. */
const MAX_SHARING = 500

/** Words of a name, and how its letters begin: what names have in common that may mean one thing. */
export function piecesOf(name: string): readonly string[] {
  const words = canonicalName(name).match(/\p{L}{2,}/gu) ?? []
  return [...new Set(words.flatMap((word) => [word, `${word.slice(0, 3)}…`]))]
}

/** CIs by piece, made when it is first asked for: only suggestions do, so no import has to keep it up. */
function laterPieces(items: ReadonlyMap<string, Ci>): Pieces {
  let made: ReadonlyMap<string, readonly Ci[]> | null = null
  return () => {
    made ??= groupPieces(items)
    return made
  }
}

function groupPieces(items: ReadonlyMap<string, Ci>): ReadonlyMap<string, readonly Ci[]> {
  const groups = new Map<string, Ci[]>()
  for (const item of items.values()) {
    for (const piece of new Set(namesOf(item).flatMap(piecesOf))) {
      const list = groups.get(piece)
      if (list === undefined) groups.set(piece, [item])
      else if (list.length < MAX_SHARING) list.push(item)
    }
  }
  return groups
}

/** `eu.corp.example` → itself, `eu.corp` and `eu`. */
function beginnings(domain: string): readonly string[] {
  const parts = domain.split('.')
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
}
