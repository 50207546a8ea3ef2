/** What the address of the sources holds. */
import { kept, textIn } from '../ui/search-params.ts'

export interface SourcesSearch {
  /** The tool whose set-up is shown. */
  readonly setup?: string
}

export function readSourcesSearch(given: Record<string, unknown>): SourcesSearch {
  return kept({ setup: textIn(given, 'setup') })
}
