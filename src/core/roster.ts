/**
 * The members of one incident, in the order in which they joined, with what the incident shows
 * because of them. Every fact is kept up to date as members come, change and go, so that none of it
 * costs more the more members there are. Derived: a restart builds it from the table of members.
 */

import type { LinkSide } from './correlate/link.ts'
import { byStart } from './correlate/placements.ts'
import { Foremost } from './foremost.ts'
import { Groups, listOf } from './groups.ts'
import type { Kind } from './learn/constraints.ts'
import { type Labels, SEVERITIES, type Severity } from './model.ts'
import type { AlertRecord } from './record.ts'
import type { Held, Routing } from './route.ts'
import { insertSorted, takeSorted } from './sorted.ts'
import type { Snapped } from './table.ts'
import type { EpochMs } from './time.ts'
import { topOf } from './top.ts'
import { compare } from './topology.ts'

/** An alert episode in an incident: what the incident needs even after the alert fires anew. */
export interface Member extends Snapped {
  /** `<alert id>.<startsAt>` */
  readonly key: string
  /** Id of the incident it is in. */
  incident: string
  /** Its place in the order of joining; unique within the incident. */
  order: number
  readonly identity: string
  readonly startsAt: EpochMs
  readonly fingerprint: string
  readonly signature: string
  readonly rule: string
  readonly title: string
  severity: Severity
  readonly labels: Labels
  readonly annotations: Labels
  ci: string | null
  locus: string | null
  /** The service it counts for, as the topology had it when it joined or changed last. */
  service: string | null
  /** Names of the priority rules that hold for it. */
  priorityRules: readonly string[]
  /** Route rules that hold for it, in the order in which they are asked. */
  routing: readonly Routing[]
  firing: boolean
  endsAt: EpochMs | null
  suppressed: boolean
  /** Fires as far as is known, but its source has fallen silent. */
  stale: boolean
  flappingSince: EpochMs | null
  readonly addedAt: EpochMs
  /** Ids of changes in whose blast radius it began. */
  readonly changes: readonly string[]
  /** Nats, when it began. */
  readonly surprise: number
  /** As it was placed; `null` while it is muted. */
  side: LinkSide | null
  /** Its last record, once the alert fires anew. */
  past: AlertRecord | null
}

/** A member to be read; to change it, take it from the table of members. */
export type Seen = Readonly<Member>

/** What may change while an episode is a member. */
export type MemberChange = Partial<
  Pick<
    Member,
    | 'severity'
    | 'ci'
    | 'locus'
    | 'service'
    | 'priorityRules'
    | 'routing'
    | 'firing'
    | 'endsAt'
    | 'suppressed'
    | 'stale'
    | 'flappingSince'
    | 'side'
  >
>

/** Worst first; `unknown` is a little less than a warning: nobody said it is harmless. */
export const WORST: readonly Severity[] = [
  'critical',
  'error',
  'warning',
  'unknown',
  'info',
  'none',
]

/** Members that are looked at for what an incident is about: the most surprising ones. */
export const MAX_LOOKED_AT = 500

const NOT_HELD: Held = { extent: 'none', teams: [] }

export class Roster {
  private readonly byKey = new Map<string, Member>()
  /** Unmuted ones by severity, as they began. */
  private readonly loud = new Map<Severity, Member[]>()
  private readonly muted: Member[] = []
  private readonly foremost = new Foremost<Member>(MAX_LOOKED_AT, bySurprise)
  private readonly foremostMuted = new Foremost<Member>(MAX_LOOKED_AT, bySurprise)
  /** Since when, the longest first. */
  private readonly flapping: Member[] = []
  private readonly services = new Groups()
  private readonly changes = new Groups()
  /** Unmuted ones by priority rule that holds for them. */
  private readonly ranked = new Map<string, number>()
  /** Unmuted ones by route rule that holds for them, by the team that each names. */
  private readonly routed = new Map<string, Groups>()
  /** How many there are of a signature, and of a signature on a locus. */
  private readonly kinds = new Map<string, number>()
  /** How many placed ones have each mark of the rules. */
  private readonly marks = new Map<string, number>()
  private firing = 0
  private stale = 0
  /** Latest end of a member; `null` where that is to be looked for anew. */
  private lastEnd: EpochMs | null = 0

  get size(): number {
    return this.byKey.size
  }

  get firingCount(): number {
    return this.firing
  }

  get staleCount(): number {
    return this.stale
  }

  get suppressedCount(): number {
    return this.muted.length
  }

  get(key: string): Seen | undefined {
    return this.byKey.get(key)
  }

  /** In the order of joining. */
  values(): IterableIterator<Seen> {
    return this.byKey.values()
  }

  keys(): IterableIterator<string> {
    return this.byKey.keys()
  }

  /** No part of JSON: members have a table of their own. */
  toJSON(): undefined {
    return undefined
  }

  /**
   * When the last of them ended; `null` while an unmuted one fires. O(1), and O(members) once after
   * the one that ended last left or began anew.
   */
  endedAt(): EpochMs | null {
    if (this.firing > 0) return null
    if (this.lastEnd === null) {
      this.lastEnd = 0
      for (const { endsAt } of this.byKey.values()) this.noteEnd(endsAt)
    }
    return this.lastEnd === 0 ? null : this.lastEnd
  }

  private noteEnd(endsAt: EpochMs | null): void {
    if (this.lastEnd !== null && endsAt !== null) this.lastEnd = Math.max(this.lastEnd, endsAt)
  }

  /** Adds a member whose `order` comes after that of all others. O(log members). */
  join(member: Member): void {
    this.noteEnd(member.endsAt)
    this.byKey.set(member.key, member)
    this.count(member)
  }

  /** Takes a member out. O(log members). */
  leave(key: string): Member | undefined {
    const member = this.byKey.get(key)
    if (member === undefined) return undefined
    this.byKey.delete(key)
    if (member.endsAt === this.lastEnd) this.lastEnd = null
    this.uncount(member)
    return member
  }

  /** Changes a member that the caller may change. O(log members); only counters where it is no more. */
  change(member: Member, change: MemberChange): void {
    const { severity, suppressed, flappingSince, service, firing, stale, side } = change
    const moves =
      (change.locus !== undefined && change.locus !== member.locus) ||
      (severity !== undefined && severity !== member.severity) ||
      (suppressed !== undefined && suppressed !== member.suppressed) ||
      (flappingSince !== undefined && flappingSince !== member.flappingSince) ||
      (service !== undefined && service !== member.service) ||
      (change.priorityRules !== undefined && change.priorityRules !== member.priorityRules) ||
      (change.routing !== undefined && change.routing !== member.routing) ||
      (side !== undefined && (marksOf(side).length > 0 || marksOf(member.side).length > 0))
    if (moves) this.uncount(member)
    else {
      const loud = member.suppressed ? 0 : 1
      this.firing += loud * (Number(firing ?? member.firing) - Number(member.firing))
      this.stale += Number(stale ?? member.stale) - Number(member.stale)
    }
    if (change.endsAt !== undefined && member.endsAt === this.lastEnd) this.lastEnd = null
    Object.assign(member, change)
    this.noteEnd(change.endsAt ?? null)
    if (moves) this.count(member)
  }

  /** Start of the first and last unmuted one, or of all where every one is muted; `null`: none. */
  span(): { readonly first: EpochMs; readonly last: EpochMs } | null {
    const lists = this.loudCount() > 0 ? [...this.loud.values()] : [this.muted]
    let first = Number.POSITIVE_INFINITY
    let last = Number.NEGATIVE_INFINITY
    for (const list of lists) {
      first = Math.min(first, list[0]?.startsAt ?? first)
      last = Math.max(last, list.at(-1)?.startsAt ?? last)
    }
    return this.size === 0 ? null : { first, last }
  }

  /** The worst unmuted one, of these the first; else the one that joined first. */
  head(): Seen | null {
    for (const severity of SEVERITIES) {
      const [first] = this.loud.get(severity) ?? []
      if (first !== undefined) return first
    }
    return this.byKey.values().next().value ?? null
  }

  /** The worst among the unmuted. */
  severity(): Severity {
    return WORST.find((severity) => (this.loud.get(severity)?.length ?? 0) > 0) ?? 'none'
  }

  /** Services of unmuted ones, as they joined. The same list as long as nothing changes it. */
  serviceIds(): readonly string[] {
    return this.services.inOrder()
  }

  /** Of how many of the unmuted a priority rule holds. */
  holding(rule: string): 'none' | 'some' | 'all' {
    const count = this.ranked.get(rule) ?? 0
    if (count === 0) return 'none'
    return count === this.loudCount() ? 'all' : 'some'
  }

  /** The same of a route rule, with the teams that it names for them, as they joined. O(teams) */
  routedBy(rule: string): Held {
    const teams = this.routed.get(rule)
    if (teams === undefined || teams.size === 0) return NOT_HELD
    const names = teams.inOrder().filter((team) => team !== '')
    return { extent: teams.size === this.loudCount() ? 'all' : 'some', teams: names }
  }

  /** Changes near any of them, as they joined. The same list as long as nothing changes it. */
  changeIds(): readonly string[] {
    return this.changes.inOrder()
  }

  /** Marks that rules gave to placed ones. */
  markNames(): readonly string[] {
    return [...this.marks.keys()]
  }

  /**
   * The unmuted ones, or all, as they joined; where there are too many, the most surprising first.
   * O(MAX_LOOKED_AT), and O(members) once after as many of those left.
   */
  lookedAt(which: 'unmuted' | 'all'): readonly Seen[] {
    const isUnmuted = ({ suppressed }: Seen): boolean => !suppressed
    const count = which === 'all' ? this.size : this.loudCount()
    if (count <= MAX_LOOKED_AT && this.size <= 2 * MAX_LOOKED_AT)
      return [...this.values()].filter((member) => which === 'all' || isUnmuted(member))
    const unmuted = this.foremost.list(() => [...this.byKey.values()].filter(isUnmuted))
    const some =
      which === 'unmuted'
        ? unmuted
        : topOf(
            [...unmuted, ...this.foremostMuted.list(() => this.muted)],
            MAX_LOOKED_AT,
            bySurprise,
          )
    return count <= MAX_LOOKED_AT ? [...some].sort((a, b) => a.order - b.order) : some
  }

  /** Since when the one flaps that has flapped longest. */
  flappingSince(): EpochMs | null {
    return this.flapping[0]?.flappingSince ?? null
  }

  /** Episodes of an alert that flap. O(flapping members). */
  flappingOf(identity: string): readonly Seen[] {
    return this.flapping.filter((member) => member.identity === identity)
  }

  /** Whether any of them is of the kind. O(1) */
  hasKind({ signature, place }: Kind): boolean {
    return this.kinds.has(kindKey(signature, place))
  }

  private countKind({ signature, locus }: Member, by: 1 | -1): void {
    for (const key of new Set([kindKey(signature, null), kindKey(signature, locus)])) {
      const count = (this.kinds.get(key) ?? 0) + by
      if (count === 0) this.kinds.delete(key)
      else this.kinds.set(key, count)
    }
  }

  private loudCount(): number {
    return this.size - this.muted.length
  }

  private count(member: Member): void {
    this.countKind(member, 1)
    if (member.suppressed) {
      insertSorted(this.muted, member, byStart)
      this.foremostMuted.add(member)
    } else {
      this.foremost.add(member)
      insertSorted(listOf(this.loud, member.severity), member, byStart)
      if (member.firing) this.firing += 1
      if (member.service !== null) this.services.add(member.service, member)
      this.rank(member, 1)
    }
    if (member.stale) this.stale += 1
    if (member.flappingSince !== null) insertSorted(this.flapping, member, byFlapping)
    for (const change of member.changes) this.changes.add(change, member)
    for (const mark of marksOf(member.side)) this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1)
  }

  private rank(member: Member, by: 1 | -1): void {
    const { priorityRules, routing } = member
    for (const { rule, team } of routing) {
      const teams = this.routed.get(rule) ?? new Groups()
      this.routed.set(rule, teams)
      if (by === 1) teams.add(team ?? '', member)
      else teams.remove(team ?? '', member)
    }
    for (const rule of priorityRules) {
      const count = (this.ranked.get(rule) ?? 0) + by
      if (count === 0) this.ranked.delete(rule)
      else this.ranked.set(rule, count)
    }
  }

  private uncount(member: Member): void {
    this.countKind(member, -1)
    if (member.suppressed) {
      takeSorted(this.muted, member, byStart)
      this.foremostMuted.remove(member)
    } else {
      this.foremost.remove(member)
      takeSorted(listOf(this.loud, member.severity), member, byStart)
      if (member.firing) this.firing -= 1
      if (member.service !== null) this.services.remove(member.service, member)
      this.rank(member, -1)
    }
    if (member.stale) this.stale -= 1
    if (member.flappingSince !== null) takeSorted(this.flapping, member, byFlapping)
    for (const change of member.changes) this.changes.remove(change, member)
    for (const mark of marksOf(member.side)) {
      const left = (this.marks.get(mark) ?? 0) - 1
      if (left > 0) this.marks.set(mark, left)
      else this.marks.delete(mark)
    }
  }
}

/** The parts cannot run together. */
function kindKey(signature: string, place: string | null): string {
  return place === null ? signature : `${signature.length}:${signature}${place}`
}

function marksOf(side: LinkSide | null): readonly string[] {
  return side?.limits?.marks ?? []
}

function bySurprise(a: Seen, b: Seen): number {
  return b.surprise - a.surprise || compare(a.key, b.key)
}

function byFlapping(a: Member, b: Member): number {
  return (a.flappingSince ?? 0) - (b.flappingSince ?? 0) || compare(a.key, b.key)
}
