/**
 * Entries: everything that changes state, one closed union with a schema version. The journal holds
 * them in order and the state is a fold over them (docs/adr/0001-journal-is-the-truth.md).
 */

import type { AlertName } from './aliases.ts'
import type { ImportCounts, ImportDiff } from './cmdb/model.ts'
import type { RecordChange } from './cmdb/plan.ts'
import type { ImportedIncident } from './imported.ts'
import type { Article, Ci, Relation, Silence } from './model.ts'
import type { IncidentReview } from './review.ts'
import type { EpochMs } from './time.ts'

/** Version of the entry format; older ones go through `upcast` when they are read. */
export const ENTRY_SCHEMA = 1

/** A body as a tool posted it, always stored whole: a repeat is liveness, not nothing. */
export interface ReceivedEntry {
  readonly kind: 'received'
  readonly at: EpochMs
  /** Partition of the correlation; a pure function of source, token and labels. */
  readonly scope: string
  readonly source: string
  /** One receipt per HTTP request; also the idempotency key of its dead letters. */
  readonly receipt: string
  /** The body as text. Not valid UTF-8: base64, and `encoding` says so. Too large: its first 64 KiB. */
  readonly body: string
  readonly encoding?: 'base64'
  /** Set where the body was over the limit: it is rejected whole, but its hash and size are kept. */
  readonly oversize?: { readonly bytes: number; readonly sha256: string }
  readonly part?: BodyPart
}

/** Which items of a body an entry is for, where the body spans scopes: one entry for each of them. */
export interface BodyPart {
  /** Their numbers in the body as it was posted, rising; dead letters are numbered by them. */
  readonly items: readonly number[]
  /** The entry has the whole body; else only these items are in it. */
  readonly whole?: true
}

/** What a person (or their tool, by the API) did. */
export interface CommandEntry {
  readonly kind: 'command'
  readonly at: EpochMs
  readonly scope: string
  readonly actor: string
  readonly command:
    | Command
    | ProblemCommand
    | ConstraintCommand
    | ProposalCommand
    | WeightsCommand
    | AliasCommand
    | ObservedCommand
    | RegroupingCommand
    | ChangeCommand
}

export type Command =
  | { readonly do: 'acknowledge'; readonly incident: string }
  | { readonly do: 'unacknowledge'; readonly incident: string }
  /** To a person, to a team, or to both; `null`: to none, and no route gives it to a team any more. */
  | {
      readonly do: 'assign'
      readonly incident: string
      readonly to?: string | null
      readonly team?: string | null
    }
  | { readonly do: 'comment'; readonly incident: string; readonly text: string }
  /** While alerts still fire it needs `force`, and then holds until they resolve or something new joins. */
  | {
      readonly do: 'resolve'
      readonly incident: string
      readonly resolution?: string
      readonly force?: boolean
    }
  | { readonly do: 'close'; readonly incident: string }
  | { readonly do: 'merge'; readonly incident: string; readonly from: readonly string[] }
  /** Members as `<alert id>.<episode>`, into a new incident. */
  | { readonly do: 'split'; readonly incident: string; readonly members: readonly string[] }
  | {
      readonly do: 'move'
      readonly incident: string
      readonly members: readonly string[]
      readonly to: string
    }
  /** Undoes the newest merge, split, move or dismissal of the incident that is not undone yet. */
  | { readonly do: 'undo'; readonly incident: string }
  /** It is none: it ends, and such alerts are held from then on. */
  | { readonly do: 'dismiss'; readonly incident: string; readonly reason?: string }
  /** The next version of its review, whole; also of one that is long closed. */
  | { readonly do: 'review'; readonly incident: string; readonly review: IncidentReview }
  | { readonly do: 'confirm_cause'; readonly incident: string; readonly ci: string }
  | {
      readonly do: 'vote'
      readonly incident: string
      readonly article: string
      readonly helpful: boolean
    }

/** What people do to problems. */
export type ProblemCommand =
  | { readonly do: 'problem.accept'; readonly problem: string }
  | { readonly do: 'problem.dismiss'; readonly problem: string; readonly reason?: string }
  | { readonly do: 'problem.assign'; readonly problem: string; readonly to: string | null }
  /** With a workaround it is a known error; `null` takes it back. */
  | { readonly do: 'problem.workaround'; readonly problem: string; readonly text: string | null }
  | { readonly do: 'problem.resolve'; readonly problem: string; readonly resolution?: string }
  | { readonly do: 'problem.close'; readonly problem: string }
  | { readonly do: 'problem.reopen'; readonly problem: string }
  | { readonly do: 'problem.comment'; readonly problem: string; readonly text: string }
  | { readonly do: 'problem.merge'; readonly problem: string; readonly from: readonly string[] }
  /** Some of its incidents become a problem of their own. */
  | {
      readonly do: 'problem.split'
      readonly problem: string
      readonly incidents: readonly string[]
    }
  | { readonly do: 'problem.link'; readonly problem: string; readonly incidents: readonly string[] }
  | {
      readonly do: 'problem.unlink'
      readonly problem: string
      readonly incidents: readonly string[]
    }
  /** Adds a task, or changes what is given of the one that is named. */
  | {
      readonly do: 'problem.task'
      readonly problem: string
      readonly task?: string
      readonly text?: string
      readonly assignee?: string | null
      readonly due?: EpochMs | null
      readonly done?: boolean
    }
  | { readonly do: 'problem.drop_task'; readonly problem: string; readonly task: string }
  /** Says which changes and articles belong to it, or do not. */
  | {
      readonly do: 'problem.relate' | 'problem.unrelate'
      readonly problem: string
      readonly changes: readonly string[]
      readonly articles: readonly string[]
    }
  /** Undoes the newest of these that is not undone yet, comments aside. */
  | { readonly do: 'problem.undo'; readonly problem: string }

/** What people do to what was learned from their corrections. */
export interface ConstraintCommand {
  readonly do: 'constraint.remove'
  readonly constraint: string
}

/** What people say of names in alerts. */
export type AliasCommand =
  /** A name means a CI; `correction`: it meant another one. */
  | {
      readonly do: 'alias.learn'
      readonly name: AlertName
      readonly ci: string
      readonly correction?: boolean
    }
  /** Takes an alias back. */
  | { readonly do: 'alias.forget'; readonly alias: string }

export function isAliasCommand(command: CommandEntry['command']): command is AliasCommand {
  return command.do === 'alias.learn' || command.do === 'alias.forget'
}

/** What people say of what alerts say of the world: ids of observations. */
export interface ObservedCommand {
  /** `undo` takes back what people said of them. */
  readonly do: 'observed.confirm' | 'observed.reject' | 'observed.undo'
  readonly observed: readonly string[]
}

/** What people say of the window of one planned change: its id. */
export interface ChangeCommand {
  readonly do: 'change.lift' | 'change.restore'
  readonly change: string
}

/** What people say of rules proposed from their corrections. */
export type ProposalCommand =
  | { readonly do: 'proposal.dismiss'; readonly proposal: string; readonly reason?: string }
  | { readonly do: 'proposal.restore'; readonly proposal: string }

/** What people say of weights proposed from their corrections. */
export type WeightsCommand =
  /** They are those of the incidents of a scope that begin from then on. */
  | {
      readonly do: 'weights.accept'
      readonly proposal: string
      readonly scope: string
      readonly changes: readonly {
        readonly term: string
        readonly from: number
        readonly to: number
      }[]
    }
  /** Takes the newest version of a scope back. */
  | { readonly do: 'weights.undo'; readonly version: string }

export function isWeightsCommand(command: CommandEntry['command']): command is WeightsCommand {
  return command.do === 'weights.accept' || command.do === 'weights.undo'
}

export function isProposalCommand(
  command: CommandEntry['command'],
): command is ProposalCommand | WeightsCommand {
  return 'proposal' in command || isWeightsCommand(command)
}

/** What people say of regroupings that the engine proposes; to accept one is the command that does it. */
export type RegroupingCommand =
  | { readonly do: 'regrouping.dismiss'; readonly regrouping: string; readonly reason?: string }
  | { readonly do: 'regrouping.restore'; readonly regrouping: string }

/** "It is now at least `at`": fires what is due, nothing else; how often it comes changes nothing. */
export interface TimeEntry {
  readonly kind: 'time'
  readonly at: EpochMs
  readonly scope: string
}

/** A new version of the rule packs, whole; already validated. */
export interface RulesEntry {
  readonly kind: 'rules'
  readonly at: EpochMs
  readonly scope: string
  readonly version: string
  /** Parsed packs (core/rules.ts), by name. */
  readonly packs: unknown
  /** Who had them read anew, where it was no start. */
  readonly actor?: string
}

/** A new version of the CMDB: `replace` swaps it whole, `upsert` adds and changes. */
export interface TopologyEntry {
  readonly kind: 'topology'
  readonly at: EpochMs
  readonly scope: string
  readonly version: string
  readonly mode: 'replace' | 'upsert'
  readonly items: readonly Ci[]
  readonly relations: readonly Relation[]
}

/**
 * A part of an import: what one source says now of some CIs and relations. Parts of one import follow
 * each other, with anything between them; the one with `end` puts what they say in force.
 */
export interface CmdbEntry {
  readonly kind: 'cmdb'
  readonly at: EpochMs
  readonly scope: string
  readonly import: string
  readonly source: string
  /** Authority of the source: of two the lower number is believed. */
  readonly rank: number
  readonly format: string
  readonly actor: string
  /** From 0. */
  readonly part: number
  readonly records: readonly RecordChange[]
  readonly link: readonly Relation[]
  readonly unlink: readonly Relation[]
  readonly end?: {
    readonly counts: ImportCounts
    readonly diff: ImportDiff
    /** The import that this one takes back. */
    readonly undoes: string | null
  }
}

export interface SilenceEntry {
  readonly kind: 'silence'
  readonly at: EpochMs
  readonly scope: string
  readonly actor: string
  /** Creates or replaces by id; expiring is an update with an `endsAt` that has passed. */
  readonly silence: Silence
}

export interface ArticlesEntry {
  readonly kind: 'articles'
  readonly at: EpochMs
  readonly scope: string
  readonly version: string
  /** `replace`: what the source has said and says no more is retired; without a source, whatever is not given. */
  readonly mode: 'replace' | 'upsert'
  readonly articles: readonly Article[]
  /** Whose articles these are: those of another source stay as they are. */
  readonly source?: string
  /** Ids of articles of the source that are no more. */
  readonly retire?: readonly string[]
  /** Refused where its first article is at another revision by now; 0: there must be none. */
  readonly ifRevision?: number
  readonly actor?: string
  /** Why, in the words of the person. */
  readonly note?: string
}

/**
 * A part of an import of incidents of another tool that are over. Parts of one import follow each other,
 * and each is in force at once.
 */
export interface PastEntry {
  readonly kind: 'past'
  readonly at: EpochMs
  readonly scope: string
  readonly import: string
  readonly source: string
  readonly format: string
  readonly actor: string
  /** Correlation scope that they are of. */
  readonly realm: string
  /** The source of the CMDB that keys of CIs are of. */
  readonly cmdb: string
  /** From 0. */
  readonly part: number
  readonly last: boolean
  /** New and changed ones. */
  readonly incidents: readonly ImportedIncident[]
  /** Keys of those that are no more. */
  readonly remove: readonly string[]
  /** The import that this one takes back. */
  readonly undoes: string | null
}

/**
 * An engine takes over: at every start of the process. `downSince` is the time of the newest entry
 * before it: expiry by `endsAt` in that gap waits a grace period.
 */
export interface EngineEntry {
  readonly kind: 'engine'
  readonly at: EpochMs
  readonly scope: string
  readonly version: string
  readonly downSince: EpochMs | null
}

export type Entry =
  | ReceivedEntry
  | CommandEntry
  | TimeEntry
  | RulesEntry
  | TopologyEntry
  | CmdbEntry
  | SilenceEntry
  | ArticlesEntry
  | PastEntry
  | EngineEntry

export type EntryKind = Entry['kind']

/** An entry with its place in the journal: offsets start at 1, rise by one, and never repeat. */
export interface JournalRecord {
  readonly offset: number
  readonly entry: Entry
}
