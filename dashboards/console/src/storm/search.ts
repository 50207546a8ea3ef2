/** What the list of storms shows, as it stands in its address. */
import { kept, textIn } from '../ui/search-params.ts'

export interface StormsSearch {
  /** Correlation scope. */
  readonly scope?: string
}

export function readStormsSearch(given: Record<string, unknown>): StormsSearch {
  return kept({ scope: textIn(given, 'scope') })
}
