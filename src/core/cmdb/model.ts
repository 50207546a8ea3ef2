/** What sources say of CIs, and the imports by which they said it. */
import type { Ci, Labels, Relation } from '../model.ts'
import type { Snapped } from '../table.ts'
import type { EpochMs } from '../time.ts'

/** What one source says of one thing. */
export interface SourceItem {
  /** Stable in its source (an id, a uid, an entity reference); a display name only where there is nothing better. */
  readonly key: string
  /** In our words, e.g. `service`, `host`, `database`. */
  readonly class: string
  readonly name: string
  /** Other names it is known by: FQDNs, short names, IP addresses. */
  readonly aliases: readonly string[]
  /**
   * `namespace`, `cluster` and `environment` tell things of one name apart. `uid`, `provider_id`,
   * `serial` and `fqdn` say that things of two sources are one.
   */
  readonly labels: Labels
  readonly owner?: string
  /** 1 (most critical) to 4. */
  readonly criticality?: 1 | 2 | 3 | 4
  readonly environment?: string
  readonly status?: string
  /** Those that pass, each with its times; only the CMDB file has them. */
  readonly addresses?: Ci['addresses']
}

/** The same, with the CI that it is about: a key never changes it. */
export interface SourceRecord extends Snapped {
  readonly source: string
  readonly key: string
  readonly ci: string
  /** Authority of the source: of two the lower number is believed. */
  readonly rank: number
  /** When the source said so first. */
  readonly at: EpochMs
  /** It vanished from its source. */
  readonly retired: boolean
  readonly item: SourceItem
}

/** A source says that this relation is there. */
export interface LinkRecord extends Snapped, Relation {
  readonly source: string
}

/** How many of what an import comes to. */
export interface ImportCounts {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Among `changed`: were retired before. */
  readonly returned: number
  readonly retired: number
  readonly linked: number
  readonly unlinked: number
  readonly conflicts: number
  readonly bad: number
}

/** One line of a diff, at most so many of each kind are kept. */
export interface ItemChange {
  readonly key: string
  readonly ci: string
  readonly name: string
  /** Which identification rule found the CI; `new`: none did. */
  readonly rule: string
  readonly fields: readonly { readonly field: string; readonly old: string; readonly new: string }[]
}

export interface ImportConflict {
  readonly ci: string
  readonly field: string
  /** What the source that is believed says, and what the other does. */
  readonly kept: { readonly source: string; readonly value: string }
  readonly other: { readonly source: string; readonly value: string }
}

export interface ImportDiff {
  readonly added: readonly ItemChange[]
  readonly changed: readonly ItemChange[]
  readonly retired: readonly { readonly key: string; readonly ci: string; readonly name: string }[]
  readonly conflicts: readonly ImportConflict[]
  readonly bad: readonly {
    readonly where: string
    readonly field?: string
    readonly error: string
  }[]
}

export interface ImportRecord extends Snapped {
  readonly id: string
  readonly source: string
  readonly format: string
  readonly actor: string
  readonly at: EpochMs
  readonly endedAt: EpochMs | null
  /** `interrupted`: the process ended within it; what it had brought stays. */
  readonly state: 'running' | 'applied' | 'interrupted' | 'undone'
  readonly counts: ImportCounts | null
  readonly diff: ImportDiff | null
  /** The import that this one takes back. */
  readonly undoes: string | null
}

/** What a part of an import found, so that it can be undone. */
export interface ImportPart extends Snapped {
  readonly key: string
  readonly import: string
  readonly before: readonly {
    readonly key: string
    readonly ci: string
    readonly item: SourceItem | null
    readonly retired: boolean
  }[]
  readonly linked: readonly Relation[]
  readonly unlinked: readonly Relation[]
}

/** What is said of CIs outside of imports: by the CMDB file or `POST /api/v1/topology`. */
export const BASE_SOURCE = 'file'
export const BASE_RANK = 1000
/** What alerts say, once it is confirmed (core/observed/): everybody else is believed before. */
export const OBSERVED_SOURCE = 'observed'
export const OBSERVED_RANK = 2000
/** Of a CI that nobody speaks of but alerts. */
export const OBSERVED_STATUS = 'observed'

export function recordId(source: string, key: string): string {
  return `${source}\0${key}`
}

export function linkId({ source, from, type, to }: Relation & { readonly source: string }): string {
  return `${source}\0${from}\0${type}\0${to}`
}

export function relationId({ from, type, to }: Relation): string {
  return `${from}\0${type}\0${to}`
}
