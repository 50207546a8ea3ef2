/** What the page shows, as it stands in its address. */
import type { Relation } from '../api/constraints.ts'
import { kept, oneOfIn, textIn } from '../ui/search-params.ts'

const RELATIONS = ['together', 'apart', 'noise'] as const

export interface LearnedSearch {
  /** All unless given. */
  readonly relation?: Relation
  /** Correlation scope. */
  readonly scope?: string
}

export function readLearnedSearch(given: Record<string, unknown>): LearnedSearch {
  return kept({
    relation: oneOfIn(given, 'relation', RELATIONS),
    scope: textIn(given, 'scope'),
  })
}
