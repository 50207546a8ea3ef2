/**
 * Inhibition as Alertmanager means it: an alert that matches the target side of a rule is muted while
 * another one that matches the source side fires and has equal values of `equal`. An alert of both
 * sides is not muted by one of both sides, itself included. With `downstream`, the source must also be
 * on the target's own CI or on one that it depends on; with `all_paths` as well, on every such path that it
 * has. What mutes need not be loud itself.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
 */

import { isOperational } from './bind.ts'
import { type Facts, holds, keyOf } from './facts.ts'
import type { Ci } from './model.ts'
import type { InhibitRule } from './rules.ts'
import { scopedKey } from './scope.ts'
import { insertSorted, takeSorted } from './sorted.ts'
import type { EpochMs } from './time.ts'
import { compare, type Topology } from './topology.ts'

/** Of the CIs that one depends on, the nearest are looked at. */
export const MAX_CARRIERS = 64

export interface Inhibitable {
  readonly identity: string
  /** Only alerts of one correlation scope inhibit each other. */
  readonly scope: string
  readonly startsAt: EpochMs
  readonly facts: Facts
  readonly ci: string | null
}

/** What mutes: the source that has fired longest of those nearest, and by which rule. */
export interface Inhibition {
  readonly rule: InhibitRule
  readonly source: string
}

interface Source {
  readonly identity: string
  readonly startsAt: EpochMs
}

/** Where a source and its targets meet: one rule, equal values, and the source's CI where it counts. */
interface Slot {
  /** Sources that are no targets of the rule: they mute every target here. */
  readonly plain: Source[]
  /** Sources that are targets as well: they mute those that are targets only. */
  readonly both: Source[]
  /** Identities of firing targets. */
  readonly targets: Set<string>
}

/** What an alert is to one rule. */
interface Part {
  readonly rule: InhibitRule
  readonly isSource: boolean
  readonly isTarget: boolean
  readonly sourceSlot: string
  /** Nearest first. */
  readonly targetSlots: readonly string[]
  /** Of the slot that its sources on a CI have. */
  readonly slotOn: (ci: string) => string
}

interface Kept {
  readonly alert: Source
  readonly parts: readonly Part[]
}

/**
 * Firing alerts by what they are to the rules. Derived: a restart builds it from the alerts. Adding or
 * removing an alert costs O(rules + MAX_CARRIERS), however many others there are.
 */
export class Inhibitions {
  private readonly slots = new Map<string, Slot>()
  private readonly kept = new Map<string, Kept>()
  private readonly changed = new Set<string>()
  private readonly touched = new Set<string>()
  private readonly rules: readonly InhibitRule[]
  private readonly topology: Topology

  constructor(rules: readonly InhibitRule[], topology: Topology) {
    this.rules = rules
    this.topology = topology
  }

  /** Takes note of an alert that fires. */
  add({ identity, startsAt, ...about }: Inhibitable): void {
    const alert: Source = { identity, startsAt }
    this.remove(identity)
    const parts = this.partsOf(about)
    if (parts.length === 0) return
    this.kept.set(identity, { alert, parts })
    for (const part of parts) {
      if (part.isSource)
        this.changeSources(part.sourceSlot, (slot) =>
          insertSorted(listOf(slot, part), alert, first),
        )
      if (part.isTarget)
        for (const slot of part.targetSlots) this.slotOf(slot).targets.add(alert.identity)
    }
  }

  /** Takes note that something of a firing alert has changed: it is judged again, and what it inhibits. */
  renew(alert: Inhibitable): void {
    this.add(alert)
    this.touched.add(alert.identity)
  }

  /** Takes note of an alert that fires no longer. */
  remove(identity: string): void {
    const known = this.kept.get(identity)
    if (known === undefined) return
    this.kept.delete(identity)
    for (const part of known.parts) {
      if (part.isTarget) for (const slot of part.targetSlots) this.dropTarget(slot, identity)
      if (part.isSource)
        this.changeSources(part.sourceSlot, (slot) =>
          takeSorted(listOf(slot, part), known.alert, first),
        )
    }
  }

  /**
   * What mutes the alert, known or not, firing or not: by the first rule that does. O(rules +
   * MAX_CARRIERS); `null`: nothing.
   */
  inhibitorOf(alert: Inhibitable): Inhibition | null {
    for (const part of this.partsOf(alert)) {
      if (!part.isTarget) continue
      for (const name of part.targetSlots) {
        const source = this.sourceIn(name, part)
        if (source === undefined) continue
        if (!this.isSpared(part, alert.ci)) return { rule: part.rule, source: source.identity }
        break
      }
    }
    return null
  }

  /** Firing alerts that may be muted now and were not, or the other way, since this was asked last. */
  takeChanged(): readonly string[] {
    const identities = new Set<string>(this.touched)
    this.touched.clear()
    for (const name of this.changed)
      for (const identity of this.slots.get(name)?.targets ?? []) identities.add(identity)
    this.changed.clear()
    return [...identities].sort(compare)
  }

  /** The source in a slot that mutes such a target, the one that has fired longest. */
  private sourceIn(name: string, { isSource }: Part): Source | undefined {
    const slot = this.slots.get(name)
    if (slot === undefined) return undefined
    const [source] = [...slot.plain.slice(0, 1), ...(isSource ? [] : slot.both.slice(0, 1))].sort(
      first,
    )
    return source
  }

  /** Whether a path is left on which no source fires, where the rule asks for that. */
  private isSpared(part: Part, ci: string | null): boolean {
    const { rule, slotOn } = part
    if (!rule.all_paths || ci === null) return false
    const isDead = (one: string): boolean => this.sourceIn(slotOn(one), part) !== undefined
    const paths: Paths = { rule, isDead, topology: this.topology, found: new Map() }
    return !isDead(ci) && !isCutOff(ci, rule.downstream ?? 0, paths)
  }

  private partsOf({ scope, facts, ci }: Pick<Inhibitable, 'scope' | 'facts' | 'ci'>): Part[] {
    return this.rules.flatMap((rule, index) => {
      const isSource = holds(rule.source, facts)
      const isTarget = holds(rule.target, facts)
      if (!isSource && !isTarget) return []
      const key = scopedKey(scope, `${index} ${keyOf(facts, rule.equal)}`)
      const { downstream } = rule
      if (downstream === undefined)
        return [
          { rule, isSource, isTarget, sourceSlot: key, targetSlots: [key], slotOn: () => key },
        ]
      if (ci === null) return []
      const carriers = isTarget ? carriersOf(ci, downstream, this.topology) : []
      const slotOn = (one: string): string => `${key} ${one}`
      const targetSlots = carriers.map(slotOn)
      return [{ rule, isSource, isTarget, sourceSlot: slotOn(ci), targetSlots, slotOn }]
    })
  }

  private slotOf(name: string): Slot {
    const known = this.slots.get(name)
    if (known !== undefined) return known
    const made: Slot = { plain: [], both: [], targets: new Set() }
    this.slots.set(name, made)
    return made
  }

  /** Targets are to be judged again only where the first source came or the last one went. */
  private changeSources(name: string, change: (slot: Slot) => void): void {
    const slot = this.slotOf(name)
    const [plain, all] = [slot.plain.length, slot.plain.length + slot.both.length]
    change(slot)
    const isOther = (before: number, after: number): boolean => before === 0 || after === 0
    if (isOther(plain, slot.plain.length) || isOther(all, slot.plain.length + slot.both.length))
      this.changed.add(name)
    this.dropEmpty(name, slot)
  }

  private dropTarget(name: string, identity: string): void {
    const slot = this.slots.get(name)
    if (slot === undefined) return
    slot.targets.delete(identity)
    this.dropEmpty(name, slot)
  }

  private dropEmpty(name: string, { plain, both, targets }: Slot): void {
    if (plain.length + both.length + targets.size === 0) this.slots.delete(name)
  }
}

function listOf(slot: Slot, { isTarget }: Part): Source[] {
  return isTarget ? slot.both : slot.plain
}

function first(a: Source, b: Source): number {
  return a.startsAt - b.startsAt || compare(a.identity, b.identity)
}

/**
 * The CI itself and those that it depends on, over at most `hops` relations, nearest first, at most
 * MAX_CARRIERS.
 */
export function carriersOf(ci: string, hops: number, topology: Topology): readonly string[] {
  const found = new Set([ci])
  let frontier: readonly string[] = [ci]
  for (let hop = 0; hop < hops && frontier.length > 0; hop++) {
    const next = new Set<string>()
    for (const from of frontier)
      for (const edge of topology.edges(from))
        if (edge.towards === 'down' && !found.has(edge.ci)) next.add(edge.ci)
    frontier = [...next].sort(compare)
    for (const one of frontier) {
      if (found.size === MAX_CARRIERS) return [...found]
      found.add(one)
    }
  }
  return [...found]
}

interface Paths {
  readonly rule: InhibitRule
  readonly isDead: (ci: string) => boolean
  readonly topology: Topology
  /** What was found of CIs on the way, by CI and the relations left. */
  readonly found: Map<string, boolean>
}

/** CIs that are looked at for one answer: where there are more, one of them is taken to be alive. */
const MAX_LOOKS = 4 * MAX_CARRIERS

/**
 * Whether every path of the CI ends at a dead one: each CI of the source's sort that it depends on is dead,
 * or cut off itself, over at most `hops` relations. Without any there is no path to be cut.
 */
function isCutOff(ci: string, hops: number, paths: Paths): boolean {
  const { found, isDead } = paths
  const key = `${hops} ${ci}`
  const known = found.get(key)
  if (known !== undefined) return known
  if (hops === 0 || found.size === MAX_LOOKS) return false
  const next = nextOf(ci, paths)
  const isCut =
    next.length > 0 && next.every((one) => isDead(one) || isCutOff(one, hops - 1, paths))
  found.set(key, isCut)
  return isCut
}

function nextOf(ci: string, { rule, topology }: Paths): readonly string[] {
  const sort = rule.source.filter(({ name }) => name.startsWith('ci.'))
  const below = topology.edges(ci).filter(({ towards }) => towards === 'down')
  return [...new Set(below.map((edge) => edge.ci))].filter((one) => {
    const item = topology.items.get(one)
    return item !== undefined && isOperational(item) && holds(sort, aboutCi(item))
  })
}

/** A CI by itself: of no alert, and so of no service. */
function aboutCi(ci: Ci): Facts {
  const alert = { labels: {}, source: '', name: '', title: '' }
  return { ...alert, severity: 'none', ci, service: () => null }
}
