/** What commands answer, and articles that are written one by one. */
import type { ArticlesResult } from './articles.ts'
import type { CommandResult } from './commands.ts'
import type { ProposalResult } from './corrections.ts'
import type { PastResult } from './imported.ts'
import type { RemoveResult } from './learn.ts'
import type { ChangeResult } from './lift.ts'
import type { ObservedResult } from './observed.ts'
import type { ProblemResult } from './problem-commands.ts'
import type { RegroupingResult } from './regroupings.ts'
import type { AliasResult } from './unbound.ts'
import type { WeightsResult } from './weights.ts'

export type AnyResult =
  | CommandResult
  | ProblemResult
  | RemoveResult
  | ProposalResult
  | AliasResult
  | WeightsResult
  | ObservedResult
  | RegroupingResult
  | ChangeResult
  | ArticlesResult
  | PastResult
