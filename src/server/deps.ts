/** What the server is given; there is nothing behind it that it reaches for itself. */
import type { HttpBindings } from '@hono/node-server'
import type { BadRow } from '../cmdb/importer.ts'
import type { Report } from '../core/backtest/report.ts'
import type { RuleChange } from '../core/backtest/rule-change.ts'
import type { ImportCounts, ImportDiff } from '../core/cmdb/model.ts'
import type { Article } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import type { Journal } from '../journal/journal.ts'
import type { Journey } from '../journey.ts'
import type { Clock } from '../notify/clock.ts'
import type { DeliveryRecord } from '../notify/delivery.ts'
import type { Outbox } from '../notify/outbox.ts'
import type { Store } from '../store/client.ts'
import type { Deliveries } from '../store/deliveries.ts'
import type { RecordWriter } from '../store/records.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Access, Caller } from './access.ts'
import type { Demo } from './demo.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { PastImports } from './past-imports.ts'
import type { Replays } from './replays.ts'
import type { Sns } from './sns.ts'

export interface ServerDeps {
  readonly journey: Journey
  readonly journal: Pick<Journal, 'last'>
  readonly store: Store
  readonly records: Pick<RecordWriter, 'flushed' | 'stats'>
  readonly deliveries: Pick<Deliveries<DeliveryRecord>, 'list' | 'find'>
  readonly outbox: Pick<Outbox, 'redeliver' | 'channels'>
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly lifecycle: Lifecycle
  readonly access: Access
  /** Absent where no topic of SNS may post. */
  readonly sns?: Sns
  /** Folder of the built console; null: there is none. */
  readonly consoleDir: string | null
  /** Folder of the pages on how each tool posts here, `<source>.md`; null: there is none. */
  readonly pagesDir: string | null
  /** Folder of the JSON Schemas of rule files, `<kind>.json`. */
  readonly schemasDir: string
  readonly version: string
  /** Of a demo; absent: this is none. */
  readonly demo?: Demo
  readonly limits?: ServerLimits
  /** Absent: the rules come from elsewhere, as in a demo. */
  readonly rules?: RulesFolder
  /** Absent: no folder of articles is set up. */
  readonly knowledge?: KnowledgeFolder
  /** Absent: no articles can be imported. */
  readonly articleImports?: ArticleImports
  /** Absent: no past incidents can be imported. */
  readonly pastImports?: PastImports
  /** Absent: none can be run. */
  readonly backtests?: Backtests
  /** Absent: nothing can be imported. */
  readonly imports?: CmdbImports
  /** Absent: no source of the CMDB is pulled. */
  readonly pulls?: CmdbPulls
  /** Absent: no changes are pulled. */
  readonly changePulls?: ChangePulls
  /** What the config file and the environment say; absent: nothing is known of it. */
  readonly setUp?: SetUp
  /** How long history is kept; absent: for good. */
  readonly historyDays?: number
}

/** Something wrong with a folder of rules; `case` where a test did not come true. */
export interface RulesFault {
  readonly file: string
  readonly case: string | null
  readonly expected: string
  readonly got: string
}

/** One look at the folder of rules, and what became of what it held. */
export interface RulesReload {
  readonly at: EpochMs
  /** `start`, `files changed`, `SIGHUP`, or the person. */
  readonly by: string
  /** `refused`: the rules before it stay in force. */
  readonly outcome: 'taken' | 'unchanged' | 'refused'
  /** Of what the folder held; null where it could not be read. */
  readonly version: string | null
  /** Cases that were run. */
  readonly cases: number
  readonly faults: readonly RulesFault[]
}

/** The folder that the rules come from. */
export interface RulesFolder {
  readonly folder: string
  /** The newest look; null before the first. */
  last(): RulesReload | null
  /** Looks now; one after the other. */
  reload(by: string): Promise<RulesReload>
}

/** A file of the folder of articles that is not, or not all, in force. */
export interface KnowledgeFault {
  readonly file: string
  /** One sentence. */
  readonly error: string
}

/** One look at the folder of articles. */
export interface KnowledgeRead {
  readonly at: EpochMs
  /** `start`, `files changed`, or the person. */
  readonly by: string
  /** `refused`: what was there before stays. */
  readonly outcome: 'taken' | 'unchanged' | 'refused'
  /** Articles read. */
  readonly files: number
  readonly added: number
  readonly changed: number
  readonly retired: number
  readonly faults: readonly KnowledgeFault[]
  /** Faults that are not listed. */
  readonly moreFaults: number
}

export interface ArticleImportAsked {
  /** Under which name they are kept. */
  readonly source: string
  readonly format: string
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** Only what would change is wanted. */
  readonly dryRun: boolean
  /** However much it retires. */
  readonly force: boolean
}

/** What an import of articles changes, or has changed. */
export interface ArticleImport {
  readonly source: string
  readonly format: string
  /** `guarded`: it retires so much that nothing was done. */
  readonly state: 'planned' | 'guarded' | 'applied'
  readonly added: readonly Article[]
  readonly changed: readonly {
    readonly article: Article
    /** Names of fields. */
    readonly changed: readonly string[]
    /** Its text as it was. */
    readonly before: string
  }[]
  readonly retired: readonly Article[]
  readonly same: number
  /** Of what the source has said, the share that it retires. */
  readonly retiredShare: number
  readonly taken: readonly { readonly id: string; readonly source: string }[]
  readonly bad: readonly BadRow[]
}

/** An import whose files are read. */
interface RunningArticleImport {
  /** Resolves once what they say is applied; those before it come first. */
  readonly done: Promise<ArticleImport>
}

/** Imports of articles, one after the other. */
export interface ArticleImports {
  /** @throws AppError `payload_invalid` where nothing can be read; `overloaded`: too many are read */
  run(by: string, asked: ArticleImportAsked): Promise<RunningArticleImport>
  formats(): readonly { readonly id: string; readonly title: string; readonly docs: string }[]
}

/** The folder that articles come from. */
export interface KnowledgeFolder {
  readonly folder: string
  /** The newest look; null before the first. */
  last(): KnowledgeRead | null
  /** Looks now; one after the other. */
  read(by: string): Promise<KnowledgeRead>
}

export interface BacktestAsked {
  /** Both inclusive. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly change: RuleChange
  /** The proposal whose rule is tried. */
  readonly proposal?: string
}

export const BACKTEST_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const

export interface Backtest {
  readonly id: string
  readonly by: string
  readonly asked: BacktestAsked
  readonly state: (typeof BACKTEST_STATES)[number]
  readonly createdAt: EpochMs
  readonly startedAt: EpochMs | null
  readonly endedAt: EpochMs | null
  /** Entries of the journal, those before the range included that lead to its beginning. */
  readonly done: number
  /** null: not known yet. */
  readonly total: number | null
  /** One sentence. */
  readonly failure: string | null
  readonly report: Report | null
}

/** Runs of other rules on the past. */
export interface Backtests {
  /**
   * Begins when those before it have ended.
   *
   * @throws AppError `payload_invalid` where the rules are at fault; `overloaded`: too many wait
   */
  start(by: string, asked: BacktestAsked): Backtest
  /** The newest first. */
  list(): readonly Backtest[]
  find(id: string): Backtest | undefined
  /** Cancels it, or forgets one that has ended. */
  remove(id: string): Backtest | undefined
  /** Earliest time that a range may begin with; null: there is nothing yet. */
  earliest(): Promise<EpochMs | null>
  /** Texts of the packs in the folder, by name. */
  packs(): Readonly<Record<string, string>>
  /** Texts of their cases, by name of the pack. */
  cases(): Readonly<Record<string, string>>
}

export const IMPORT_STATES = [
  ...['waiting', 'reading', 'planned', 'guarded', 'applying', 'applied'],
  ...['undone', 'interrupted', 'failed'],
] as const

export interface ImportAsked {
  /** Under which name what the files say is kept. */
  readonly source: string
  readonly format: string
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** Of two sources the one with the lower number is believed. */
  readonly rank: number
  /** Only the diff is wanted. */
  readonly dryRun: boolean
  /** However much it retires. */
  readonly force: boolean
}

/** An import: how far it is, and what it changes. */
export interface CmdbImport {
  readonly id: string
  readonly source: string
  readonly format: string
  readonly actor: string
  /** `planned`: a dry run. `guarded`: it retires so much that somebody has to confirm it. */
  readonly state: (typeof IMPORT_STATES)[number]
  readonly at: EpochMs
  readonly endedAt: EpochMs | null
  /** Items looked at or applied, and of how many; null: not known yet. */
  readonly done: number
  readonly total: number | null
  readonly counts: ImportCounts | null
  readonly diff: ImportDiff | null
  /** Of what the source has said, the share that it would retire. */
  readonly retiredShare: number | null
  readonly undoes: string | null
  readonly undoable: boolean
  /** One sentence. */
  readonly failure: string | null
}

/** Imports into the CMDB, one after the other. */
export interface CmdbImports {
  /** @throws AppError `payload_invalid` for a format there is none of; `overloaded`: too many wait */
  start(by: string, asked: ImportAsked): CmdbImport
  /** The newest first. */
  list(): readonly CmdbImport[]
  find(id: string): CmdbImport | undefined
  /** Applies a dry run, or one that waits for it. @throws AppError `conflict` where it does not */
  confirm(id: string, by: string): CmdbImport
  /** Takes the newest import of a source back, by an import. @throws AppError `conflict` */
  undo(id: string, by: string, dryRun: boolean): CmdbImport
  formats(): readonly { readonly id: string; readonly title: string; readonly docs: string }[]
}

/** A source that is pulled: of the CMDB, or of changes. */
export interface CmdbPull {
  readonly source: string
  /** Which API. */
  readonly from: string
  readonly everyMinutes: number
  readonly isRunning: boolean
  /** When it was read last since the start, however that ended. */
  readonly lastAt: EpochMs | null
  /** null: it is being read. */
  readonly nextAt: EpochMs | null
  /** Why the last time failed, in one sentence. */
  readonly failure: string | null
}

/** Sources of the CMDB that are pulled by the clock. */
export interface CmdbPulls {
  list(): readonly CmdbPull[]
  /**
   * Reads one now; its turn is so long after that.
   *
   * @throws AppError `not_found`; `conflict`: it is being read; `overloaded`: too many imports wait
   */
  now(source: string, by: string): CmdbImport
}

/** One reading of a service desk for its changes. */
export interface ChangePull {
  readonly by: string
  readonly at: EpochMs
  readonly endedAt: EpochMs | null
  /** Changes that came. */
  readonly read: number
  /** Those of them that were new or had changed, and so were recorded. */
  readonly told: number
  /** Those without a start, or with one too far from now. */
  readonly passedOver: number
  /** What could not be read, or was refused; the first 20. */
  readonly bad: readonly { readonly where: string; readonly error: string }[]
  readonly badCount: number
}

export interface ChangeSource extends CmdbPull {
  /** Since the start; null: not read yet. */
  readonly last: ChangePull | null
}

/** Service desks whose changes are pulled by the clock. */
export interface ChangePulls {
  list(): readonly ChangeSource[]
  /**
   * Reads one now; its turn is so long after that.
   *
   * @throws AppError `not_found`; `conflict`: it is being read
   */
  now(source: string, by: string): ChangeSource
}

/** One setting as people may see it: never a secret. */
export interface SettingRow {
  /** As in the config file, e.g. `retention.journalDays`. */
  readonly key: string
  /** null: not set. */
  readonly value: string | number | null
  readonly from: 'environment' | 'file' | 'default'
  /** The environment variable that sets it, where there is one. */
  readonly variable: string | null
}

export interface SetUp {
  /** The config file that was read; null where there is none. */
  readonly file: string | null
  readonly rows: readonly SettingRow[]
}

/** Bounds that tests make small; every one has a default. */
export interface ServerLimits {
  /** Bytes of bodies that may be in work at once; 256 MiB unless given. */
  readonly inFlightBytes?: number
  /** Requests that may wait for the journal at once; 4,096 unless given. */
  readonly inFlightRequests?: number
  /** Entries waiting for the fold from which a source that takes more than its share is refused; 5,000. */
  readonly busyLag?: number
  /** Longest wait for what was posted to be applied, in milliseconds; 30,000 unless given. */
  readonly applyMs?: number
  readonly stream?: StreamLimits
}

export interface StreamLimits {
  /** Events kept for clients that come back; 5,000 unless given. */
  readonly kept?: number
  /** Bytes that may wait for one client; 1 MiB unless given. */
  readonly queueBytes?: number
  /** Clients at once; 200 unless given. */
  readonly clients?: number
  /** Shortest time between two groups of events, in milliseconds; 100 unless given. */
  readonly windowMs?: number
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    deps: ServerDeps
    requestId: string
    caller: Caller
    replays: Replays
    /** The text of a body that `readsJson` has read. */
    bodyText: string
  }
}
