/**
 * What confirmed observations come to in the CMDB. Worked out anew from what is confirmed and from what the
 * other sources say, so that a CI which one of them brings takes an observed one over.
 */
import { decideBinding, isOperational } from '../bind.ts'
import {
  linkId,
  OBSERVED_RANK,
  OBSERVED_SOURCE,
  OBSERVED_STATUS,
  recordId,
  relationId,
} from '../cmdb/model.ts'
import type { RecordChange } from '../cmdb/plan.ts'
import type { LinkEvidence } from '../evidence.ts'
import type { Ci, Labels, Relation } from '../model.ts'
import type { ObservedState } from '../observed/state.ts'
import { type Thing, thingKey } from '../observed/things.ts'
import { scopedKey, scopeOfKey } from '../scope.ts'
import type { EpochMs } from '../time.ts'
import { compare, type Topology } from '../topology.ts'
import { recordsOf, sayAtOnce } from './cmdb.ts'
import { bindingBy, type Ctx } from './context.ts'
import type { Found, View } from './observed-index.ts'

const LABELS = { host: 'host', workload: 'deployment', service: 'service', database: 'database' }

/** Finds things by the cascade by which alerts are bound. O(1) each, and remembered. */
export function viewOf({ state, ix }: Pick<Ctx, 'state' | 'ix'>, observed: boolean): View {
  const isObservedAlone = ({ id }: Ci): boolean => {
    const records = recordsOf({ state, ix }, id)
    return records.length > 0 && records.every(({ source }) => source === OBSERVED_SOURCE)
  }
  const isSaid = (item: Ci): boolean =>
    item.status === OBSERVED_STATUS ? observed : item.status !== 'retired' || !isObservedAlone(item)
  const all = state.topology
  const topology = {
    ...all,
    named: (name: string) => all.named(name).filter(isSaid),
    short: (name: string) => all.short(name).filter(isSaid),
    like: (key: string) => all.like(key).filter(({ item }) => isSaid(item)),
    addressed: (ip: string, at: EpochMs) => all.addressed(ip, at).filter(isSaid),
  }
  const known = new Map<string, Found>()
  const find = (thing: Thing): Found => {
    const key = thingKey(thing)
    const before = known.get(key)
    if (before !== undefined) return before
    const found = findIn(state, topology, thing)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, found)
    return found
  }
  return { topology: all, find }
}

const MAX_KNOWN = 10_000

function findIn(state: Ctx['state'], topology: Topology, thing: Thing): Found {
  const { kind, class: ciClass, name, realm } = thing
  if (kind === 'cluster' || kind === 'group') return findNamed(topology, { ciClass, name })
  const labels: Labels = { [LABELS[kind]]: name, ...realm }
  const found = decideBinding({ labels, at: state.now }, { ...bindingBy(state), topology })
  if (found.action === 'leave')
    return { ci: null, reason: found.reason === 'unknown' ? 'unknown' : 'unclear' }
  const { ci } = found.binding
  return { ci, isObserved: topology.items.get(ci)?.status === OBSERVED_STATUS }
}

function findNamed(
  topology: Topology,
  { ciClass, name }: { readonly ciClass: string; readonly name: string },
): Found {
  const [item, other] = topology.named(name).filter((one) => one.class === ciClass)
  if (item === undefined) return { ci: null, reason: 'unknown' }
  if (other !== undefined || !isOperational(item)) return { ci: null, reason: 'unclear' }
  return { ci: item.id, isObserved: item.status === OBSERVED_STATUS }
}

/** Key of the record of an observed thing; what two scopes say has two, of which one is live. */
function recordKey(scope: string, thing: Thing): string {
  return scopedKey(scope, thingKey(thing))
}

/** Brings the CMDB up to what is confirmed; says whether a new version is in force. O(observed) */
export function settleObserved(ctx: Ctx, what: string): boolean {
  const { state } = ctx
  const confirmed = [...state.observed.values()]
    .filter(({ status }) => status === 'confirmed')
    .sort((a, b) => compare(a.key, b.key))
  const known = [...state.sourceRecords.values()].filter((one) => one.source === OBSERVED_SOURCE)
  const links = [...state.links.values()].filter(({ source }) => source === OBSERVED_SOURCE)
  if (confirmed.length + known.length + links.length === 0) return false
  const others = viewOf(ctx, false)
  const { records, live } = wantedRecords(ctx, confirmed, others)
  for (const { key, ci, item, retired } of known)
    if (!retired && !records.has(key)) records.set(key, { key, ci, item, retired: true })
  const changed = [...records.values()].filter(({ key, retired, item }) => {
    const now = state.sourceRecords.get(recordId(OBSERVED_SOURCE, key))
    if (now === undefined) return !retired
    return now.retired !== retired || JSON.stringify(now.item) !== JSON.stringify(item)
  })
  const wanted = wantedLinks(ctx, confirmed, { others, live })
  const idOf = ({ from, type, to }: Relation): string => JSON.stringify([from, type, to])
  const present = new Map(links.map((one) => [idOf(one), one]))
  const link = [...wanted].filter(([id]) => !present.has(id)).map(([, one]) => one)
  const unlink = [...present]
    .filter(([id]) => !wanted.has(id))
    .map(([, { from, type, to }]) => ({ from, type, to }))
  if (changed.length + link.length + unlink.length === 0) return false
  const said = { source: OBSERVED_SOURCE, rank: OBSERVED_RANK, records: changed, link, unlink }
  return sayAtOnce(ctx, said, what)
}

function wantedRecords(
  { state }: Ctx,
  confirmed: readonly Readonly<ObservedState>[],
  others: View,
): { readonly records: Map<string, RecordChange>; readonly live: ReadonlyMap<string, string> } {
  const records = new Map<string, RecordChange>()
  const live = new Map<string, string>()
  for (const { about, scope } of confirmed) {
    if (about.kind !== 'item') continue
    const { thing } = about
    const name = thingKey(thing)
    const key = recordKey(scope, thing)
    const known = state.sourceRecords.get(recordId(OBSERVED_SOURCE, key))
    const ci = known?.ci ?? `${OBSERVED_SOURCE}/${key}`
    const other = others.find(thing).ci
    const { environment, ...where } = thing.realm
    const item = {
      ...{ key, class: thing.class, name: thing.name, aliases: [], labels: where },
      ...(environment === undefined ? {} : { environment }),
    }
    // a second CI of one thing, be it of another scope, would make its name a tie
    const retired = (other ?? live.get(name) ?? ci) !== ci
    if (!retired) live.set(name, ci)
    records.set(key, { key, ci, item, retired })
  }
  return { records, live }
}

function wantedLinks(
  ctx: Ctx,
  confirmed: readonly Readonly<ObservedState>[],
  { others, live }: { readonly others: View; readonly live: ReadonlyMap<string, string> },
): ReadonlyMap<string, Relation> {
  const observed = viewOf(ctx, true)
  const ciOf = (thing: Thing): string | null =>
    live.get(thingKey(thing)) ?? others.find(thing).ci ?? observed.find(thing).ci
  const links = new Map<string, Relation>()
  for (const { about } of confirmed) {
    if (about.kind !== 'relation') continue
    const [from, to] = [ciOf(about.tie.from), ciOf(about.tie.to)]
    if (from === null || to === null || from === to) continue
    const relation = { from, type: about.tie.type, to }
    links.set(JSON.stringify([from, relation.type, to]), relation)
  }
  return links
}

/** Key of the observation that an observed CI is from. */
export function homeOf({ ix }: Pick<Ctx, 'ix'>, ci: string): string | undefined {
  const prefix = `${OBSERVED_SOURCE}\0`
  const id = [...(ix.cmdb.records.get(ci) ?? [])].find((one) => one.startsWith(prefix))
  if (id === undefined) return undefined
  const key = id.slice(prefix.length)
  const scope = scopeOfKey(key)
  return scopedKey(scope, `item ${key.slice(scopedKey(scope, '').length)}`)
}

/** Whether nobody but alerts says that two CIs are directly related. O(relations of one) */
export function isOnlyObserved(
  { state, ix }: Pick<Ctx, 'state' | 'ix'>,
  [a, b]: readonly [string, string],
): boolean {
  const between = state.topology.edges(a).filter(({ ci }) => ci === b)
  return (
    between.length > 0 &&
    between.every(({ type, towards }) => {
      const [from, to] = towards === 'down' ? [a, b] : [b, a]
      const relation = { from, type, to }
      return (
        state.links.has(linkId({ source: OBSERVED_SOURCE, ...relation })) &&
        ix.cmdb.links.get(relationId(relation)) === 1
      )
    })
  )
}

/** Evidence that rests on a relation which only alerts tell of says so. O(hops) */
export function tellObserved(
  ctx: Ctx,
  { locus }: { readonly locus: string | null },
  evidence: LinkEvidence,
): LinkEvidence {
  const { state, ix } = ctx
  const to = ix.placements.get(evidence.best ?? '')?.locus ?? null
  if (state.links.size === 0 || locus === null || to === null) return evidence
  const seen: string[] = []
  for (let at = to; at !== locus; ) {
    const near = state.topology.between(locus, at)
    if (near === undefined) return evidence
    if (isOnlyObserved(ctx, [near.via, at])) seen.push(`${near.via} and ${at}`)
    at = near.via
  }
  if (seen.length === 0) return evidence
  const note = `; that ${seen.join(', ')} are related only alerts tell`
  const terms = evidence.terms.map((term) =>
    term.name === 'topology' ? { ...term, note: `${term.note}${note}` } : term,
  )
  return { ...evidence, terms }
}
