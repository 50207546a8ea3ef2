/** What helped before: the remedies of similar incidents, told in words and put together. */
import type { SimilarIncident } from './evidence.ts'
import { placeName, ruleOf } from './problems/explain.ts'
import { medianOf } from './problems/statistics.ts'
import { createTokenizer, jaccard, type Tokenizer } from './text.ts'
import { compare } from './topology.ts'

/** Similar incidents that one remedy ended. */
export interface Remedy {
  /** As it was noted at the most alike of them. */
  readonly text: string
  /** Of `of` similar incidents whose remedy is known it was this one. */
  readonly times: number
  readonly of: number
  /** Median of the ms from first alert to end; null where no time is known. */
  readonly medianMs: number | null
  /** People who ended them, sorted. */
  readonly by: readonly string[]
  /** The most alike first. */
  readonly incidents: readonly string[]
}

/** Share of common words from which two notes are of one remedy. */
const ONE_REMEDY_FROM = 0.5
/** Characters of a note that are compared. */
const MAX_NOTE = 2_000

interface Noted {
  readonly words: ReadonlySet<string>
  readonly incidents: SimilarIncident[]
}

/**
 * Remedies of similar incidents, the most frequent first, of equals the one of the most alike
 * incident. Notes are of one remedy where half of their words (stemmed, without stop words,
 * numbers and ids) are the same as those of the first note of it; notes without words where they
 * are equal. Incidents without a note are left out. O(incidents²).
 *
 * @param similar the most alike first
 */
export function remediesOf(similar: readonly SimilarIncident[]): readonly Remedy[] {
  const split = createTokenizer()
  const groups: Noted[] = []
  for (const one of similar) {
    const text = one.resolution?.trim() ?? ''
    if (text === '') continue
    const words = wordsOf(text, split)
    const known = groups.find((group) => jaccard(group.words, words) >= ONE_REMEDY_FROM)
    if (known === undefined) groups.push({ words, incidents: [one] })
    else known.incidents.push(one)
  }
  const of = groups.reduce((sum, { incidents }) => sum + incidents.length, 0)
  return groups
    .sort((a, b) => b.incidents.length - a.incidents.length)
    .map(({ incidents }) => toRemedy(incidents, of))
}

function wordsOf(text: string, split: Tokenizer): ReadonlySet<string> {
  const { words } = split(text.slice(0, MAX_NOTE))
  return new Set(words.length > 0 ? words : [text.toLowerCase()])
}

function toRemedy(incidents: readonly SimilarIncident[], of: number): Remedy {
  const took = incidents.flatMap(({ tookMs }) => tookMs ?? [])
  return {
    text: incidents[0]?.resolution?.trim() ?? '',
    times: incidents.length,
    of,
    medianMs: took.length === 0 ? null : medianOf(took),
    by: [...new Set(incidents.flatMap(({ by }) => by ?? []))].sort(compare),
    incidents: incidents.map(({ incident }) => incident),
  }
}

/** How kinds of features are told, the most telling first; values named per kind. */
const SHARED: readonly (readonly [kind: string, one: string, many: string])[] = [
  ['cause', 'cause', 'causes'],
  ['signature', 'alert', 'alerts'],
  ['ci', 'CI', 'CIs'],
  ['service', 'service', 'services'],
  ['change', 'kind of change', 'kinds of changes'],
  ['class', 'class', 'classes'],
]
const MAX_TOLD = 3

/**
 * Why it is called similar, as one line: `alert DiskFull · CI db-1 · service orders`.
 * Of each kind the weightiest three are named, the others counted.
 */
export function whyAlike({ terms }: Pick<SimilarIncident, 'terms'>): string {
  return SHARED.flatMap(([kind, one, many]) => {
    const values = terms
      .filter(({ name }) => name === kind)
      .sort((a, b) => b.x * b.w - a.x * a.w)
      .map(({ inputs }) => told(String(inputs['feature'] ?? '').slice(kind.length + 1), kind))
    const distinct = [...new Set(values)]
    if (distinct.length === 0) return []
    const more = distinct.length > MAX_TOLD ? ` and ${distinct.length - MAX_TOLD} more` : ''
    const named = distinct.slice(0, MAX_TOLD).join(', ')
    return [`${distinct.length === 1 ? one : many} ${named}${more}`]
  }).join(' · ')
}

/** Whether the same alert at the same place stands for both. */
export function isSameFamily({ terms }: Pick<SimilarIncident, 'terms'>): boolean {
  return terms.some(({ name }) => name === 'family')
}

/** A signature is told by its rule, a place without a CI by its service. */
function told(value: string, kind: string): string {
  return kind === 'signature' ? ruleOf(value) : placeName(value)
}
