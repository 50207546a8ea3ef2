/**
 * Binding: which CI an alert is about. A deterministic cascade, most certain step first; the first
 * step that names exactly one operational CI wins. Ties and retired CIs never bind, because a wrong
 * binding is worse than none.
 */
import { RE2JS } from 're2js'
import { type AlertName, type AliasState, aliasOf } from './aliases.ts'
import {
  builtInSteps,
  EXPLICIT,
  IDENTIFIERS,
  isKind,
  type Named,
  namesByRule,
  type Step,
} from './bind-steps.ts'
import { OBSERVED_STATUS } from './cmdb/model.ts'
import { matchesAll } from './matcher.ts'
import type { Ci, CiBinding, Labels } from './model.ts'
import {
  canonicalName,
  hostParts,
  ipAddress,
  isOneDomain,
  isOwnAddress,
  nameKeys,
} from './names.ts'
import { agreements, contradicts, type Realm, realmOfAlert, realmOfCi } from './realm.ts'
import type { RulePacks } from './rules.ts'
import type { Table } from './table.ts'
import type { EpochMs } from './time.ts'
import { compare, type Topology } from './topology.ts'

export type BindDecision =
  | {
      readonly action: 'bind'
      readonly binding: CiBinding
      /** The name that was found; `null`: an explicit id was. */
      readonly named: AlertName | null
    }
  | {
      readonly action: 'leave'
      /** `no_name`: no label that could name a CI. `unknown`: named, but not in the CMDB. */
      readonly reason: 'no_name' | Failure
      readonly tried: readonly string[]
      /** The name that tells most; `null`: there is none. */
      readonly named: AlertName | null
    }

type Failure = 'unknown' | 'ambiguous' | 'retired'

/** What a binding is decided by. */
export interface Known {
  readonly topology: Topology
  readonly rules: RulePacks['bind']
  /** What people said of names; absent: nothing. */
  readonly aliases?: Pick<Table<AliasState>, 'get'>
}

/** What is to be bound: the labels, and the time at which they held (addresses move). */
export interface ToBind {
  readonly labels: Labels
  readonly at: EpochMs
}

/**
 * Binds an alert by its labels.
 *
 * Steps: explicit id → the rules of the bind pack → pod and its workload → host: exact name, address
 * at that time, short name, name written otherwise → service name → instance, likewise → job. A CI
 * with another `namespace`, `cluster`, `region` or environment than the alert's is not it. A name that
 * several CIs have, or a retired one, is looked for no further. O(steps), independent of the size of
 * the CMDB.
 */
export function decideBinding(alert: ToBind, known: Known): BindDecision {
  const { labels } = alert
  for (const label of EXPLICIT) {
    const item = known.topology.items.get(labels[label] ?? '')
    if (item !== undefined && isOperational(item))
      return bind(item, { rule: 'explicit_id', confidence: 1, label }, { labels, named: null })
  }
  const tried = new Set<string>()
  const settled = new Set<string>()
  let named: AlertName | null = null
  let reason: 'no_name' | Failure = 'no_name'
  for (const step of [
    ...idSteps(labels),
    ...ruleSteps(labels, known.rules),
    ...builtInSteps(labels),
  ]) {
    const value = labels[step.label]
    if (value === undefined || value === '' || settled.has(step.label)) continue
    for (const name of step.names(value)) {
      const here = nameOf(name, alert, step)
      const found =
        lookUpSaid(here, known) ?? lookUp(name, alert, { topology: known.topology, step })
      if (found.item !== null)
        return bind(found.item, { ...step, ...found.as }, { labels, named: here })
      tried.add(`${step.label}=${name.text}`)
      named = tellsMore(here, named) ? here : named
      if (isSettled(step, found.reason)) settled.add(step.label)
      if (reason === 'no_name' || reason === 'unknown') reason = found.reason
    }
  }
  return { action: 'leave', reason, tried: [...tried], named }
}

/** A tie is looked for no further, a retired name only under a full name. */
function isSettled({ by, kind }: Step, reason: Failure): boolean {
  if (kind !== 'host') return false
  return reason === 'ambiguous' || (reason === 'retired' && by === 'short')
}

/** The first label tells most; of it the shortest name, which has no port and no hash. */
function tellsMore(name: AlertName, than: AlertName | null): boolean {
  return than === null || (name.label === than.label && name.name.length < than.name.length)
}

function nameOf({ text, realm }: Named, { labels }: ToBind, { label, kind }: Step): AlertName {
  const name = canonicalName(text)
  return { label, kind: kind ?? 'any', name, realm: { ...realmOfAlert(labels, label), ...realm } }
}

/** What a person said of the name, unless that CI is gone or retired. */
function lookUpSaid(name: AlertName, { aliases, topology }: Known): LookUp | null {
  const alias = aliases === undefined ? undefined : aliasOf(aliases, name)
  const item = alias === undefined ? undefined : topology.items.get(alias.ci)
  if (item === undefined || !isOperational(item)) return null
  return { item, as: { rule: ALIAS_RULE, confidence: 0.99 } }
}

/** The rule of bindings by a name that a person said the meaning of. */
export const ALIAS_RULE = 'learned_alias'

function bind(
  item: Ci,
  { rule, confidence, label }: Pick<Step, 'rule' | 'confidence' | 'label'>,
  { labels, named }: { readonly labels: Labels; readonly named: AlertName | null },
): BindDecision {
  const matched = `${label}=${labels[label] ?? ''}`
  const bound = { ci: item.id, rule, confidence, matched }
  const isObserved = item.status === OBSERVED_STATUS && rule !== ALIAS_RULE
  return { action: 'bind', binding: isObserved ? asObserved(bound) : bound, named }
}

/** Of a CI that only alerts speak of, the binding says so. */
function asObserved({ rule, confidence, ...bound }: CiBinding): CiBinding {
  return { ...bound, rule: `observed:${rule}`, confidence: Math.round(confidence * 80) / 100 }
}

/** Short values are numbers of something else. */
const MIN_IDENTIFIER = 6

function idSteps(labels: Labels): readonly Step[] {
  return IDENTIFIERS.filter((label) => (labels[label] ?? '').length >= MIN_IDENTIFIER).map(
    (label): Step => ({
      ...{ rule: 'explicit_id', confidence: 1, label, by: 'name' },
      names: (text) => [{ text }],
    }),
  )
}

function ruleSteps(labels: Labels, pack: RulePacks['bind']): readonly Step[] {
  return pack.rules
    .filter((rule) => (labels[rule.label] ?? '') !== '' && matchesAll(rule.when, labels))
    .map((rule) => ({
      rule: `rule:${rule.name}`,
      confidence: rule.confidence,
      label: rule.label,
      by: 'name',
      names: (value: string) => extract(value, rule.extract).flatMap(namesByRule(rule.kind)),
      classes: rule.class,
      ...(rule.kind === undefined ? {} : { kind: rule.kind }),
    }))
}

function extract(value: string, pattern: string | undefined): readonly string[] {
  if (pattern === undefined) return [value]
  const matcher = RE2JS.compile(pattern).matcher(value)
  if (!matcher.find()) return []
  const part = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group()
  return part === null || part === '' ? [] : [part]
}

/** CIs that may be meant, and how the binding is shown where it is not as the step has it. */
interface Found {
  readonly items: readonly Ci[]
  readonly as?: Partial<Pick<Step, 'rule' | 'confidence'>>
}

type LookUp =
  | { readonly item: Ci; readonly as: Found['as'] }
  | { readonly item: null; readonly reason: Failure }

function lookUp(
  name: Named,
  { labels, at }: ToBind,
  { topology, step }: { readonly topology: Topology; readonly step: Step },
): LookUp {
  const realm = { ...realmOfAlert(labels, step.label), ...name.realm }
  const { items, as } = FIND[step.by](name, { topology, at, realm, step })
  const wanted = items.filter(
    (item) =>
      (step.classes === undefined ||
        step.classes.length === 0 ||
        step.classes.includes(item.class)) &&
      (step.except === undefined || !isKind(item.class, step.except)),
  )
  const chosen = choose(wanted, realm, step)
  return chosen.item === null ? chosen : { item: chosen.item, as }
}

interface Asked {
  readonly topology: Topology
  readonly at: EpochMs
  readonly realm: Realm
  readonly step: Step
}

const ADDRESS = { rule: 'ip_address', confidence: 0.9 }

const FIND: Readonly<Record<Step['by'], (name: Named, asked: Asked) => Found>> = {
  name: ({ text: name }, { topology, at, step }) => {
    const ip = ipAddress(name.toLowerCase())
    if (ip !== null)
      return isOwnAddress(ip)
        ? { items: [] }
        : {
            items: topology.addressed(ip, at),
            as: { ...ADDRESS, ...(step.rule.startsWith('rule:') ? { rule: step.rule } : {}) },
          }
    return { items: exactly(name, topology) }
  },
  short: ({ text, foreign = false }, { topology }) => {
    const parts = hostParts(text)
    if (parts === null || !isOurs(parts.domain, foreign, topology)) return { items: [] }
    const inDomain = (item: Ci): boolean => isInDomain(item, parts)
    return { items: topology.short(parts.short).filter(inDomain) }
  },
  key: ({ text: name, foreign = false }, { topology, realm, step: { kind } }) => {
    const domain = hostParts(name)
    if (domain !== null && !isOurs(domain.domain, foreign, topology)) return { items: [] }
    const items = nameKeys(name).flatMap(({ key, environment }) =>
      topology
        .like(key)
        .filter(({ item, environment: cut }) => {
          const mine = environment ?? realm.environment
          const theirs = cut ?? realmOfCi(item).environment
          // an environment that is only in one of the names has to be known of the other one
          return (environment === null && cut === null) || mine === theirs
        })
        .map(({ item }) => item),
    )
    return {
      items: [...new Set(items)].filter(
        (item) =>
          (kind === undefined || isKind(item.class, kind)) &&
          (domain === null || isInDomain(item, { ...domain, short: null })),
      ),
    }
  },
}

/** By id, name or alias; where some have it letter for letter, the others are not meant. */
function exactly(name: string, topology: Topology): readonly Ci[] {
  const direct = topology.items.get(name)
  const named = topology.named(name)
  const all = direct === undefined || named.includes(direct) ? named : [direct, ...named]
  const exact = all.filter((item) => item.name === name || item.aliases.includes(name))
  return exact.length > 0 ? exact : all
}

/** Domains that mean the network one is in. */
const LOCAL = /(?:^|\.)(?:local|localdomain|lan|internal|intranet|corp|home)$/

/** Whether short names count in a domain: it is known, or a local one, or the CMDB has no full names. */
function isOurs(domain: string, foreign: boolean, topology: Topology): boolean {
  if (domain === '') return !foreign
  return (topology.knowsDomain(domain) ?? !foreign) ? true : LOCAL.test(domain)
}

/** Whether no full name of the CI says that it is in another domain; `short`: only names of this host. */
function isInDomain(
  { name, aliases }: Ci,
  { short, domain }: { readonly short: string | null; readonly domain: string },
): boolean {
  const domains = [name, ...aliases]
    .flatMap((one) => hostParts(one) ?? [])
    .filter((parts) => parts.domain !== '' && (short === null || parts.short === short))
  return domains.length === 0 || domains.some((parts) => isOneDomain(parts.domain, domain))
}

type Chosen = { readonly item: Ci } | { readonly item: null; readonly reason: Failure }

/** The one that is meant: in operation, contradicted by nothing, and agreeing most; a tie is none. */
function choose(wanted: readonly Ci[], realm: Realm, { kind }: Step): Chosen {
  const alive = wanted.filter(isOperational)
  if (alive.length === 0) return { item: null, reason: wanted.length > 0 ? 'retired' : 'unknown' }
  const fitting = alive
    .map((item) => ({ item, realm: realmOfCi(item) }))
    .filter((one) => !contradicts(one.realm, realm))
    .map((one) => ({ item: one.item, agrees: agreements(one.realm, realm) }))
    .sort((a, b) => b.agrees - a.agrees || compare(a.item.id, b.item.id))
  const [best, next] = fitting
  if (best === undefined) return { item: null, reason: 'unknown' }
  if (next === undefined || best.agrees > next.agrees) return { item: best.item }
  const ofKind = fitting.filter(({ item }) => kind !== undefined && isKind(item.class, kind))
  const [meant] = ofKind.filter(({ agrees }) => agrees === best.agrees)
  if (meant !== undefined && ofKind.length === 1) return { item: meant.item }
  return { item: null, reason: 'ambiguous' }
}

const RETIRED = new Set(['retired', 'decommissioned', 'disposed', 'absent', 'obsolete'])

export function isOperational(item: Ci): boolean {
  return !RETIRED.has(item.status.toLowerCase())
}
