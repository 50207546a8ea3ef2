/** What is derived from what sources say of CIs. */
import type { TopologyPatch } from '../topology-patch.ts'

export interface CmdbIndex {
  /** CI → ids of the records about it. */
  readonly records: Map<string, Set<string>>
  /** Relation → how many sources say it. */
  readonly links: Map<string, number>
  /** The import that is coming in. */
  importing: { readonly id: string; readonly patch: TopologyPatch } | null
}

export function emptyCmdbIndex(): CmdbIndex {
  return { records: new Map(), links: new Map(), importing: null }
}
