/** CIs by what they are called: exactly, by address, by short host name, and by names written otherwise. */
import type { Ci } from './model.ts'
import { canonicalName, hostParts, ipAddress, type NameKey, nameKeys } from './names.ts'
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
  /** CIs of which a name has the key: see `nameKeys`. */
  like(key: string): readonly Alike[]
}

/** Indexes names as they are asked for; O(names) the first time. */
export function indexNames(items: ReadonlyMap<string, Ci>): NameIndex {
  const names = later(() => group(items, namesOf, canonicalName))
  const addresses = later(() =>
    group(
      items,
      ({ addresses = [] }) => addresses.map(({ address }) => address),
      (address) => ipAddress(address.toLowerCase()) ?? address.toLowerCase(),
    ),
  )
  const shorts = later(() => group(items, namesOf, (name) => hostParts(name)?.short ?? ''))
  const domains = later(() => domainsOf(items))
  const keys = later(() => groupKeys(items))
  return {
    named: (name) => names().get(canonicalName(name)) ?? [],
    addressed: (ip, at) => {
      const lasting = names().get(ip) ?? []
      const passing = (addresses().get(ip) ?? []).filter((item) => hasAddress(item, ip, at))
      const known = [...new Set([...lasting, ...passing])].sort(byId)
      return known.some((item) => sharesAddress(item, ip)) ? [] : known
    },
    short: (short) => (short === '' ? [] : (shorts().get(short) ?? [])),
    knowsDomain: (domain) =>
      domains().size === 0 ? null : beginnings(domain).some((one) => domains().has(one)),
    like: (key) => keys().get(key) ?? [],
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

function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function byId(a: Ci, b: Ci): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function group(
  items: ReadonlyMap<string, Ci>,
  texts: (item: Ci) => readonly string[],
  form: (text: string) => string,
): ReadonlyMap<string, readonly Ci[]> {
  const groups = new Map<string, Ci[]>()
  for (const item of items.values()) {
    for (const text of new Set(texts(item).map(form))) {
      const list = groups.get(text)
      if (list === undefined) groups.set(text, [item])
      else list.push(item)
    }
  }
  for (const list of groups.values()) list.sort(byId)
  return groups
}

/** `eu.corp.example` → itself, `eu.corp` and `eu`. */
function beginnings(domain: string): readonly string[] {
  const parts = domain.split('.')
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
}

/** Domains of full names, also cut short: `db-1.eu` is a name of `db-1.eu.example`. */
function domainsOf(items: ReadonlyMap<string, Ci>): ReadonlySet<string> {
  const full = [...items.values()].flatMap((item) =>
    namesOf(item).flatMap((name) => hostParts(name)?.domain || []),
  )
  return new Set([...new Set(full)].flatMap(beginnings))
}

function groupKeys(items: ReadonlyMap<string, Ci>): ReadonlyMap<string, readonly Alike[]> {
  const groups = new Map<string, Alike[]>()
  for (const item of items.values()) {
    const found = new Map(
      namesOf(item)
        .flatMap(nameKeys)
        .map((one) => [`${one.key} ${one.environment ?? ''}`, one] as const),
    )
    for (const { key, environment } of found.values()) {
      const list = groups.get(key)
      if (list === undefined) groups.set(key, [{ item, environment }])
      else list.push({ item, environment })
    }
  }
  for (const list of groups.values()) list.sort((a, b) => byId(a.item, b.item))
  return groups
}
