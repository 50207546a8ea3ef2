/** What the engine's state holds of problems. */
import type { ProblemKind, ProblemStatus } from '../record.ts'
import type { Snapped } from '../table.ts'
import type { EpochMs } from '../time.ts'
import type { Try } from './clusters.ts'
import type { Chance, Explanation, Figures, PastIncident, ProblemTask } from './types.ts'

/** A resolved incident, for finding what recurs; as long as its profile is kept. */
export interface PastState extends Snapped {
  readonly incident: string
  readonly past: PastIncident
}

/** Which problem an incident is one of. Of a dismissed one: it would be, if that were a problem. */
export interface ProblemLinkState extends Snapped {
  readonly incident: string
  /** `null`: a person took it out, and the engine does not put it back. */
  problem: string | null
  by: string
}

/** What a person did to a problem, with what is needed to undo it. */
export interface ProblemEdit {
  readonly kind: string
  readonly at: EpochMs
  readonly actor: string
  readonly before: ProblemCourse
  /** Links as they were; `problem: undefined` where there was none. */
  readonly links: readonly {
    readonly incident: string
    readonly problem: string | null | undefined
    readonly by: string
  }[]
  /** Of a merge and a split: the other problem, its status before, and the keys that moved. */
  readonly other: string | null
  readonly otherStatus: ProblemStatus | null
  readonly keys: readonly string[]
  undone: boolean
}

/** What commands change. */
export interface ProblemCourse {
  status: ProblemStatus
  owner: string | null
  workaround: string | null
  resolution: string | null
  decidedAt: EpochMs | null
  decidedBy: string | null
  resolvedAt: EpochMs | null
  /** In the order they were added. */
  tasks: readonly ProblemTask[]
  /** Ids of changes and of articles that people say belong to it, sorted. */
  changes: readonly string[]
  articles: readonly string[]
}

export interface ProblemState extends Snapped, ProblemCourse {
  readonly id: string
  /** Correlation scope of its incidents. */
  readonly scope: string
  readonly kind: ProblemKind
  /** Keys of incident families (core/problems/families.ts) that are it; each is owned by one problem. */
  keys: string[]
  chance: Chance | null
  figures: Figures
  explanation: Explanation
  readonly proposedAt: EpochMs
  reopenCount: number
  /** Tasks that it ever had. */
  taskCounter: number
  mergedInto: string | null
  readonly splitFrom: string | null
  edits: ProblemEdit[]
}

/** When problems are looked for next in a scope, and a search for clusters that is under way. */
export interface Discovery {
  dueAt: EpochMs | null
  /** Incidents resolved since the last look. */
  resolved: number
  /** Incidents that the last look took. */
  looked: number
  search: {
    readonly incidents: readonly string[]
    /** The number of clusters to try next, and when. */
    k: number
    nextAt: EpochMs
    best: Try | null
  } | null
}
