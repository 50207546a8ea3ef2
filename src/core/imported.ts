/**
 * Incidents of other tools that are over: what an import gives, and how Faultline reads one, as what
 * problem discovery and the search for similar incidents compare. They are no incidents of its own.
 */
import type { PastIncident } from './problems/types.ts'
import type { IncidentProfile } from './similar.ts'
import { type Snapped, Table } from './table.ts'
import { createTokenizer, templateOf } from './text.ts'
import type { EpochMs } from './time.ts'
import { compare } from './topology.ts'

/** What a tool calls a CI: by its name, by its key in that tool's own CMDB, or by both. */
export interface CiName {
  readonly name: string | null
  readonly key: string | null
}

/** An incident as its tool has it. Plain JSON; texts are bounded by the importers. */
export interface ImportedIncident {
  /** Stable in its source: an id where there is one, else the number. */
  readonly key: string
  /** As people there call it, e.g. `INC0010023`. */
  readonly number: string
  /** Where it is shown, http or https. */
  readonly url: string | null
  readonly title: string
  readonly openedAt: EpochMs
  /** Never before `openedAt`. */
  readonly resolvedAt: EpochMs
  readonly priority: 1 | 2 | 3 | 4 | 5
  /** null: it names none. */
  readonly ci: CiName | null
  readonly service: CiName | null
  readonly team: string | null
  readonly resolver: string | null
  /** What resolved it, in words, and the code of it. */
  readonly resolution: string | null
  readonly resolutionCode: string | null
  readonly category: string | null
}

/** Where an import puts its incidents. */
export interface ImportInto {
  readonly source: string
  /** Correlation scope. */
  readonly realm: string
}

/** An imported incident that is kept, with what its names mean. */
export interface ImportedState extends Snapped, ImportInto {
  /** `<source>:<key>`: no incident of Faultline has such an id. */
  readonly id: string
  readonly incident: ImportedIncident
  readonly bound: Bound
}

/** What the names of an incident meant when it was imported. */
export interface Bound {
  /** CIs; null: unbound, or none is named. */
  readonly ci: string | null
  readonly ciClass: string | null
  readonly service: string | null
  /** By which both may stand in its title. */
  readonly names: readonly string[]
}

export interface PastCounts {
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** Those of it that there was no room for: too long ago. */
  readonly dropped: number
  /** Of those added and changed: have a CI or service, name one that is not known, name none. */
  readonly bound: number
  readonly unbound: number
  readonly unnamed: number
}

/** An import that was applied. */
export interface PastImport extends Snapped, ImportInto {
  readonly id: string
  /** Rises with each import. */
  readonly number: number
  readonly format: string
  readonly actor: string
  /** The source of the CMDB that keys of CIs were of. */
  readonly cmdb: string
  readonly at: EpochMs
  counts: PastCounts
  /** The import that this one takes back. */
  readonly undoes: string | null
  /** The import that took it back. */
  undoneBy: string | null
  /** Until its last part is there. */
  isOpen: boolean
}

/** What was there before a part of an import: what takes it back. */
export interface PastImportPart extends Snapped {
  readonly key: string
  readonly import: string
  readonly part: number
  readonly before: readonly { readonly key: string; readonly was: ImportedIncident | null }[]
}

/** Of the engine's state. */
export interface ImportedTables {
  /** Those of the past incidents that were other tools'. */
  readonly imported: Table<ImportedState>
  readonly pastImports: Table<PastImport>
  readonly pastImportParts: Table<PastImportPart>
}

export function emptyImported(): ImportedTables {
  return {
    imported: new Table((record) => record.id),
    pastImports: new Table((record) => record.id),
    pastImportParts: new Table((record) => record.key),
  }
}

/** Imports that are remembered; of each source the newest one can be undone. */
export const MAX_PAST_IMPORTS = 100

/** The id under which Faultline knows it. Encoded, the key has no `:` that could be the separator. */
export function importedId(source: string, key: string): string {
  return `${source}:${encodeURIComponent(key.replace(/\p{Cs}/gu, '\uFFFD'))}`
}

const words = createTokenizer()

/** Feature names `word:<stem>` of a text, without those of `names`. Bounded by the text's first 500 characters. */
export function wordFeatures(text: string, names: readonly string[]): readonly string[] {
  return [...new Set(words(without(text.slice(0, 500), names)).words)]
    .sort(compare)
    .map((word) => `word:${word}`)
}

/** Longer titles differ in more than what they are about. */
const MAX_KIND = 120
const LINKING = /(?:^|\s)(?:on|at|in|for|of|from|to|by|the|a|an|is|are|was|has|and|or|with)$/

/**
 * What kind of incident a title tells of: its words in lower case without what tells instances apart
 * (numbers, ids, addresses, the CI's own names). `Disk full on db-1 (97 %)` is `disk full`.
 */
export function kindOf(title: string, names: readonly string[]): string {
  let kind = templateOf(without(title, names))
    .replace(/\S*<\w+>\S*/g, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, MAX_KIND)
    .trim()
  while (LINKING.test(kind)) kind = kind.replace(LINKING, '')
  return kind === '' ? 'incident' : kind
}

/** Names are found as whole words, the longest first. */
function without(text: string, names: readonly string[]): string {
  let rest = text
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    if (name.length < 2) continue
    const lower = rest.toLowerCase()
    const parts: string[] = []
    let from = 0
    for (let at = lower.indexOf(name.toLowerCase()); at >= 0; ) {
      const end = at + name.length
      const isWhole = !isWordAt(lower, at - 1) && !isWordAt(lower, end)
      parts.push(rest.slice(from, at), isWhole ? ' ' : rest.slice(at, end))
      from = end
      at = lower.indexOf(name.toLowerCase(), end)
    }
    // lower case may be longer than the text itself: then places do not fit
    if (lower.length === rest.length) rest = parts.join('') + rest.slice(from)
  }
  return rest
}

function isWordAt(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text[at] ?? '')
}

/** As problem discovery sees it. A CI that is named and not known is a place all the same. */
export function toPast({ id, realm, incident, bound }: Omit<ImportedState, 'snap'>): PastIncident {
  const { ci, ciClass } = bound
  const named = incident.ci?.name ?? incident.ci?.key ?? null
  const service = bound.service ?? incident.service?.name ?? null
  const unknown = named === null ? `~service=${service ?? ''}` : `~ci=${named.toLowerCase()}`
  const placeClass = ci !== null ? (ciClass ?? '?') : named === null ? '~service' : '~ci'
  const signature = `${kindOf(incident.title, bound.names)}|${placeClass}`
  return {
    ...{
      incident: id,
      scope: realm,
      startedAt: incident.openedAt,
      resolvedAt: incident.resolvedAt,
    },
    ...{ priority: incident.priority, signature, place: ci ?? unknown, placeClass, service },
    ...{ changes: [], signatures: [signature] },
  }
}

/** What it was like. Every feature weighs the same: how unlikely it was nobody has counted. */
export function toProfile({ id, incident, bound }: Omit<ImportedState, 'snap'>): IncidentProfile {
  const { ci, ciClass, service, names } = bound
  const features = [
    ...wordFeatures(incident.title, names),
    ...(ci === null ? [] : [`ci:${ci}`]),
    ...(ciClass === null ? [] : [`class:${ciClass}`]),
    ...(service === null ? [] : [`service:${service}`]),
  ]
  return {
    ...{ incident: id, closedAt: incident.resolvedAt, title: incident.title },
    features: Object.fromEntries(features.map((name) => [name, 1])),
    resolution: incident.resolution ?? incident.resolutionCode,
    tookMs: incident.resolvedAt - incident.openedAt,
    by: incident.resolver ?? incident.team,
  }
}
