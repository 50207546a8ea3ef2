/** What the addresses of silences hold. */
import type { Kind, SilenceState } from '../api/silences.ts'
import { kept, oneOfIn, textIn, textsIn } from '../ui/search-params.ts'

const KINDS = ['silence', 'maintenance'] as const
export const STATES = ['active', 'pending', 'expired'] as const

export interface SilencesSearch {
  readonly kind?: Extract<Kind, 'maintenance'>
  /** Active unless given. */
  readonly state?: Exclude<SilenceState, 'active'>
  readonly q?: string
}

export function readSilencesSearch(given: Record<string, unknown>): SilencesSearch {
  const kind = oneOfIn(given, 'kind', KINDS)
  const state = oneOfIn(given, 'state', STATES)
  return kept({
    kind: kind === 'silence' ? undefined : kind,
    state: state === 'active' ? undefined : state,
    q: textIn(given, 'q'),
  })
}

/** Fills the form in: `/silences/new?matcher=service="shop"&matcher=host=~"web-.*"`. */
export interface NewSearch {
  readonly kind?: Kind
  readonly matcher?: readonly string[]
  readonly ci?: readonly string[]
  readonly service?: readonly string[]
  readonly comment?: string
}

export function readNewSearch(given: Record<string, unknown>): NewSearch {
  return kept({
    kind: oneOfIn(given, 'kind', KINDS),
    matcher: textsIn(given, 'matcher'),
    ci: textsIn(given, 'ci'),
    service: textsIn(given, 'service'),
    comment: textIn(given, 'comment'),
  })
}

export function readOneSearch(given: Record<string, unknown>): { readonly kind?: 'maintenance' } {
  return given['kind'] === 'maintenance' ? { kind: 'maintenance' } : {}
}
