/**
 * What an importer is: a format of configuration items read into one shape. Importers read and do
 * nothing else; what several of them say of one thing is reconciled afterwards.
 */
import type { Labels } from '../core/model.ts'

/** What one source says of one thing. */
export interface ImportedItem {
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
}

/** Between two keys of one import; `from depends_on to`: a fault in `to` can hurt `from`. */
export interface ImportedRelation {
  readonly from: string
  readonly type: string
  readonly to: string
}

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
