/** Imports of past incidents, as the server asks for them. */
import type { BadRow, ImportFile } from '../cmdb/importer.ts'
import type { PastAsked } from '../cmdb/past/importer.ts'
import type { BoundIncident, ChangedIncident } from '../core/imported-plan.ts'

export interface PastImportAsked extends PastAsked {
  /** Under which name they are kept. */
  readonly source: string
  /** Correlation scope that they are of. */
  readonly scope: string
  /** The source of the CMDB that keys of CIs are of. */
  readonly cmdb: string
  readonly format: string
  readonly files: readonly ImportFile[]
  /** Only what would change is wanted. */
  readonly dryRun: boolean
}

/** What an import of past incidents changes, or has changed. */
export interface PastImportDone {
  /** null: nothing was applied. */
  readonly id: string | null
  readonly source: string
  readonly scope: string
  readonly format: string
  readonly state: 'planned' | 'applied'
  readonly added: readonly BoundIncident[]
  readonly changed: readonly ChangedIncident[]
  readonly same: number
  readonly passedOver: number
  /** Those that there is no room for: as it is expected, or as it was. */
  readonly dropped: number
  readonly bad: readonly BadRow[]
}

/** Imports of past incidents, one after the other. */
export interface PastImports {
  /** @throws AppError `payload_invalid` where nothing can be read; `overloaded`: too many are read */
  run(by: string, asked: PastImportAsked): Promise<{ readonly done: Promise<PastImportDone> }>
  /** Takes the newest import of a source back. @throws AppError `not_found`, `conflict` */
  undo(id: string, by: string): Promise<void>
  formats(): readonly { readonly id: string; readonly title: string; readonly docs: string }[]
}
