/**
 * Which CI a thing is that a source names for the first time. Ordered rules, the most certain first;
 * a rule that fits several CIs decides nothing, because two CIs made one are worse than one twice.
 */
import { isKind } from '../bind-steps.ts'
import type { Ci } from '../model.ts'
import { canonicalName, hostParts } from '../names.ts'
import { contradicts, realmOfCi } from '../realm.ts'
import { OBSERVED_STATUS, type SourceItem } from './model.ts'

type Known = Pick<Ci, 'class' | 'name' | 'aliases' | 'labels'>

interface Rule {
  readonly name: string
  /** Also finds CIs that are retired. */
  readonly strong: boolean
  readonly of: (item: Known) => readonly string[]
}

const label = (name: string, value: string | undefined): readonly string[] =>
  value === undefined || value === '' ? [] : [`${name}=${value.toLowerCase()}`]

/** By name of the label; equal values say that two things are one, different ones that they are not. */
const UNIQUE = ['uid', 'provider_id', 'serial'] as const

const RULES: readonly Rule[] = [
  ...UNIQUE.map(
    (name): Rule => ({ name, strong: true, of: ({ labels }) => label(name, labels[name]) }),
  ),
  {
    name: 'fqdn',
    strong: false,
    of: (item) => fqdnsOf(item).map((fqdn) => JSON.stringify(['fqdn', fqdn, item.class])),
  },
  {
    name: 'name',
    strong: false,
    of: ({ class: ciClass, name, labels }) => [
      JSON.stringify([
        ...['name', name.toLowerCase(), ciClass],
        ...[labels['namespace'] ?? '', labels['cluster'] ?? ''],
      ]),
    ],
  },
]

/** `web-1.eu.example`; an address has no letters behind its last dot. */
function fqdnsOf({ name, aliases, labels }: Known): readonly string[] {
  const all = [labels['fqdn'] ?? '', name, ...aliases].map((one) => one.toLowerCase())
  return [...new Set(all.filter((one) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(one)))]
}

export interface Identifiers {
  add(ci: Ci): void
  /** The CI and the rule that found it. */
  find(
    item: SourceItem,
    isFree: (ci: string) => boolean,
  ): { readonly ci: string; readonly rule: string } | null
}

/** An index of what CIs are identified by. */
export function identifiers(items: ReadonlyMap<string, Ci>): Identifiers {
  const index = new Map<string, string[]>()
  const observed = new Map<string, Ci[]>()
  return {
    add: (ci) => {
      if (ci.status === OBSERVED_STATUS)
        observed.set(ci.name, [...(observed.get(ci.name) ?? []), ci])
      for (const rule of RULES) {
        if (!rule.strong && ci.status === 'retired') continue
        for (const key of rule.of(ci)) {
          const known = index.get(key)
          if (known === undefined) index.set(key, [ci.id])
          else known.push(ci.id)
        }
      }
    },
    find: (item, isFree) => {
      for (const rule of RULES) {
        const found = new Set(rule.of(item).flatMap((key) => index.get(key) ?? []))
        const [ci, other] = [...found].filter((id) => isFree(id) && !differs(items.get(id), item))
        if (ci !== undefined && other === undefined) return { ci, rule: rule.name }
      }
      const [ci, other] = observedAs(item, observed).filter(({ id }) => isFree(id))
      return ci === undefined || other !== undefined ? null : { ci: ci.id, rule: 'observed' }
    },
  }
}

/** Alerts know less of a thing: its class only roughly, and a host perhaps by its short name. */
function observedAs(item: SourceItem, observed: ReadonlyMap<string, readonly Ci[]>): readonly Ci[] {
  if (observed.size === 0) return []
  const names = [item.name, item.labels['fqdn'] ?? '', ...item.aliases].map(canonicalName)
  const short = isKind(item.class, 'host')
    ? names.flatMap((name) => hostParts(name)?.short ?? [])
    : []
  const found = [...new Set([...names, ...short])].flatMap((name) => observed.get(name) ?? [])
  return found.filter(
    (ci) => isAlike(ci.class, item.class) && !contradicts(realmOfCi(ci), realmOfCi(item)),
  )
}

function isAlike(a: string, b: string): boolean {
  return (
    a === b ||
    (['workload', 'host', 'service'] as const).some((kind) => isKind(a, kind) && isKind(b, kind))
  )
}

function differs(ci: Known | undefined, item: Known): boolean {
  return UNIQUE.some((name) => {
    const [a, b] = [ci?.labels[name], item.labels[name]]
    return a !== undefined && b !== undefined && a.toLowerCase() !== b.toLowerCase()
  })
}
