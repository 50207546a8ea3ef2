/** The filters of the dead letters as they stand in the address. */
import type { LetterFilters } from '../api/operations.ts'
import { kept, oneOfIn, textIn } from '../ui/search-params.ts'

export const LETTER_STATES = ['open', 'replayed', 'discarded'] as const
const STEPS = ['decode', 'parse', 'apply'] as const

export function readLettersSearch(given: Record<string, unknown>): LetterFilters {
  const state = oneOfIn(given, 'state', LETTER_STATES)
  return kept({
    source: textIn(given, 'source'),
    scope: textIn(given, 'scope'),
    step: oneOfIn(given, 'step', STEPS),
    state: state === 'open' ? undefined : state,
  })
}
