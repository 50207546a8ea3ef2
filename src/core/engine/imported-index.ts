/** What is derived of imported incidents: by what they are found, and how far back they reach. */
import type { SimilarIndex } from '../similar.ts'
import type { EpochMs } from '../time.ts'

/** What is missing here is worked out when it is asked for. */
export interface ImportedIndex {
  /** By scope. Apart from Faultline's own incidents, so that neither pushes the other out. */
  readonly similar: Map<string, SimilarIndex>
  /** Scope → when its oldest one opened. */
  readonly since: Map<string, EpochMs>
}

export function emptyImportedIndex(): ImportedIndex {
  return { similar: new Map(), since: new Map() }
}
