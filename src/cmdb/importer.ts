/**
 * What an importer is: a format of configuration items read into one shape. Importers read and do
 * nothing else; what several of them say of one thing is reconciled afterwards.
 */
import type { SourceItem } from '../core/cmdb/model.ts'
import type { Relation } from '../core/model.ts'

/** What one source says of one thing. Addresses that pass come from the CMDB file alone. */
export type ImportedItem = Omit<SourceItem, 'addresses'>

/** Between two keys of one import; `from depends_on to`: a fault in `to` can hurt `from`. */
export type ImportedRelation = Relation

/** A row, document or object that could not be read; the rest goes in. */
export interface BadRow {
  /** For people: `catalog.yaml document 3`, `hosts.csv row 17`. */
  readonly where: string
  readonly field?: string
  readonly error: string
}

export interface Imported {
  readonly items: readonly ImportedItem[]
  readonly relations: readonly ImportedRelation[]
  readonly bad: readonly BadRow[]
}

export interface ImportFile {
  readonly name: string
  readonly text: string
}

/** A format of files. `read` is pure, never throws, and answers the same whatever the order of the files. */
export interface FileImporter {
  readonly id: string
  readonly title: string
  /** The page that describes the format. */
  readonly docs: string
  readonly read: (files: readonly ImportFile[]) => Imported
}
