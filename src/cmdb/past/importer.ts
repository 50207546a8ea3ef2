/** What an importer of past incidents is: an export of a service desk read into one shape. */
import type { ImportedIncident } from '../../core/imported.ts'
import type { BadRow, ImportFile } from '../importer.ts'

export interface ReadPast {
  /** Each key once, by key. */
  readonly incidents: readonly ImportedIncident[]
  /** Not over yet, cancelled, or no incidents (requests, changes): nothing to learn from. */
  readonly passedOver: number
  readonly bad: readonly BadRow[]
}

export interface PastAsked {
  /** Where the tool is, for links; without a slash at its end. */
  readonly address: string | null
  /** Which column of a table a field is in, where it is not called as usual. */
  readonly columns: Readonly<Partial<Record<PastField, string>>>
}

/** Fields that a column can be named for. */
export const PAST_FIELDS = [
  ...['key', 'number', 'url', 'title', 'opened', 'resolved', 'priority', 'status', 'kind'],
  ...['ci', 'service', 'team', 'resolver', 'resolution', 'resolution_code', 'category'],
] as const
export type PastField = (typeof PAST_FIELDS)[number]

/** A format of files. `read` is pure, never throws, and answers the same whatever the order of the files. */
export interface PastImporter {
  readonly id: string
  readonly title: string
  /** The page that describes the format. */
  readonly docs: string
  readonly read: (files: readonly ImportFile[], asked: PastAsked) => ReadPast
}
