/**
 * The nouns of Faultline (docs/concepts.md), as plain readonly data. What a source reports is an
 * event; events of one identity are an alert; an alert has episodes; episodes that belong to one
 * fault are an incident.
 */
import type { Recurrence } from './hours.ts'
import type { EpochMs } from './time.ts'

/** One scale for every source, worst first; `unknown` keeps the tool's own word in `severityText`. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info', 'none', 'unknown'] as const
export type Severity = (typeof SEVERITIES)[number]

export type Labels = Readonly<Record<string, string>>

/** Whether they have the same names and values, in any order. */
export function isEqual(a: Labels, b: Labels): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
  )
}

/** One report of one condition, as a source normalised it. */
export interface AlertEvent {
  readonly kind: 'alert'
  /** The source that was posted to, e.g. `prometheus`. */
  readonly source: string
  /** Integration family: sources of one family report the same alerts (`alertmanager` and `prometheus`). */
  readonly family: string
  /** Who says so within the family, e.g. `prometheus`; the engine adds the dropped labels (replica …). */
  readonly reporter: string
  /** True where the reporter passes on what another reporter of its family said (Alertmanager's webhook). */
  readonly relay: boolean
  /**
   * What makes two reports the same alert: named fields, ids and never prose. For the Alertmanager
   * family the full label set: the engine takes the drop-labels of the dedup rules out of it.
   */
  readonly identity: Labels
  readonly status: 'firing' | 'resolved'
  readonly severity: Severity
  /** The tool's own word for the severity, where it said one. */
  readonly severityText?: string
  /** Name of the rule or check that raised it; half of the signature. */
  readonly rule: string
  readonly title: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: EpochMs
  /** Resolved: when it ended. Firing: when the report lapses unless it is repeated; absent: never. */
  readonly endsAt?: EpochMs
  readonly generatorUrl?: string
  /** The tool's own fingerprint where it has one, else ours over the identity: 16 hex digits. */
  readonly fingerprint: string
}

/** A deployment, config change or maintenance that touched CIs, as a source normalised it. */
export interface ChangeEvent {
  readonly kind: 'change'
  readonly source: string
  /** The tool's id of the change where it has one, else derived; two reports of one id are one change. */
  readonly changeId: string
  readonly title: string
  /** deploy, rollback, config, flag, release, scale, maintenance … as the tool said it. */
  readonly changeKind: string
  /** CI names or ids as the tool gave them; bound when applied. */
  readonly cis: readonly string[]
  readonly labels: Labels
  readonly startsAt: EpochMs
  readonly endsAt?: EpochMs
  readonly url?: string
  readonly actor?: string
}

/** A part of a body that could not be read. The rest of the batch still goes in. */
export interface RejectedItem {
  readonly kind: 'rejected'
  /** Where in the flow it failed: `decode` (not UTF-8, not JSON, too large) or `parse` (not the source's schema). */
  readonly step: 'decode' | 'parse'
  /** One sentence that names the field. */
  readonly reason: string
  /** JSON Pointer fragment of the offending field, e.g. `#/alerts/3/startsAt`. */
  readonly pointer: string
  /** Time the report itself gives, where one could be read; only replay prints it. */
  readonly startsAt?: EpochMs
  /** Labels it has, where they could be read: they tell its scope. */
  readonly labels?: Labels
}

/** One item of a received body, in the body's order. `items[i]` answers item `i` of the body. */
export type IngestItem = AlertEvent | ChangeEvent | RejectedItem

/** Which CI an alert belongs to, and why. */
export interface CiBinding {
  readonly ci: string
  /** Name of the cascade step that decided, e.g. `exact_name`, `kubernetes_workload`. */
  readonly rule: string
  /** 0 < confidence ≤ 1. */
  readonly confidence: number
  /** What was matched, e.g. `service=checkout`. */
  readonly matched: string
}

/** An IP address that a CI has for a time, as those of pods and of DHCP. */
export interface CiAddress {
  readonly address: string
  /** The first instant, and the first one after; absent: ever. */
  readonly from?: EpochMs
  readonly until?: EpochMs
  /** Many answer to it (NAT, a virtual address): it names none of them. */
  readonly shared?: boolean
}

export interface Ci {
  readonly id: string
  readonly class: string
  readonly name: string
  /** Other names, and addresses that last. */
  readonly aliases: readonly string[]
  readonly addresses?: readonly CiAddress[]
  readonly labels: Labels
  readonly owner?: string
  /** 1 (most critical) to 4. */
  readonly criticality?: 1 | 2 | 3 | 4
  readonly environment?: string
  /** `operational` unless the CMDB says otherwise; `retired` CIs never bind. */
  readonly status: string
}

/** `from depends_on to` means that a fault in `to` can hurt `from`; so for every type. */
export interface Relation {
  readonly from: string
  readonly type: string
  readonly to: string
}

export interface Change {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly changeKind: string
  /** Ids of bound CIs, sorted. */
  readonly cis: readonly string[]
  /** Names that matched no CI. */
  readonly unbound: readonly string[]
  readonly labels: Labels
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | null
  readonly url: string | null
  readonly actor: string | null
}

export interface Article {
  /** Path without `.md`. */
  readonly id: string
  readonly title: string
  /** Alert rule names this article is for (front matter). */
  readonly alertnames: readonly string[]
  readonly classes: readonly string[]
  readonly services: readonly string[]
  readonly tags: readonly string[]
  /** Markdown without its front matter. */
  readonly body: string
  /** Who says it: the folder, people, or an import; absent: from before articles had a source. */
  readonly source?: string
  /** Who keeps it right. */
  readonly owner?: string
  /** The day by which somebody has to read it again: `2026-03-31`. */
  readonly reviewOn?: string
  /** Where it is from. */
  readonly url?: string
}

/** One Alertmanager matcher: regular expressions are RE2 and fully anchored; a missing label is `''`. */
export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

/** One time of what recurs that is left out, or comes at another time. */
export interface TurnException {
  /** When it would begin as it recurs. */
  readonly startsAt: EpochMs
  /** `null`: it is skipped. */
  readonly to: { readonly startsAt: EpochMs; readonly endsAt: EpochMs } | null
  readonly by: string
  readonly at: EpochMs
  readonly reason: string | null
}

/** Mutes alerts from `startsAt` to `endsAt`: by labels (a silence) or also by CI or service (a maintenance window). */
export interface Silence {
  readonly id: string
  readonly kind: 'silence' | 'maintenance'
  readonly matchers: readonly Matcher[]
  /** Maintenance only: ids of CIs in it; an alert bound to one of them, or `runs_on`/`member_of` it, is muted. */
  readonly cis: readonly string[]
  /** Maintenance only: ids or names of services; an alert of one of them is muted as well. */
  readonly services?: readonly string[]
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs
  readonly createdBy: string
  readonly comment: string
  readonly updatedAt: EpochMs
  /** Maintenance only: it mutes at these times alone, as long as it lasts. */
  readonly recurs?: Recurrence
  /** Recurring only: times that people skipped or moved, by their beginning. */
  readonly exceptions?: readonly TurnException[]
  /** What other tools keep with it; nothing here depends on them. */
  readonly annotations?: Labels
}
