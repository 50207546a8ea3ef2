/** What people have said about an alert and others, as far as its placement is concerned. */
import { isOfKind, type Kind, type Said } from '../learn/constraints.ts'
import type { EpochMs } from '../time.ts'
import type { LinkSide } from './link.ts'
import type { Placement, Placements } from './placements.ts'

export interface Learned {
  /** What is said of the alert, the newest first. */
  readonly said: readonly Said[]
  /** Whether an incident has alerts of a kind. */
  readonly holds: (incident: string, kind: Kind) => boolean
}

/** Placements of a partner that are looked at. */
const MAX_PARTNERS = 16

/** The newest that is said about the alert and what is in an incident. O(said). */
export function saidOfIncident(learned: Learned | undefined, incident: string): Said | null {
  return learned?.said.find(({ partner }) => learned.holds(incident, partner)) ?? null
}

/**
 * What counts in the link to one placement: that the two are apart, whichever of the incident's alerts
 * was meant; or that the very two belong together.
 */
export function saidOfLink(
  learned: Learned | undefined,
  ofIncident: Said | null,
  { a, b, isNear }: { readonly a: LinkSide; readonly b: LinkSide; readonly isNear: boolean },
): Said | null {
  if (learned === undefined || ofIncident === null) return null
  if (ofIncident.relation === 'apart') return ofIncident
  return (
    learned.said.find(
      ({ relation, partner }) =>
        relation === 'together' &&
        isOfKind(partner, b) &&
        (partner.place !== null || isNear || sharesRealm(a, b)),
    ) ?? null
  )
}

/** Whether a label of theirs is equal: what is meant of a whole class is not meant across the estate. */
export function sharesRealm(a: LinkSide, b: LinkSide): boolean {
  for (const name in a.realm) if (a.realm[name] === b.realm[name]) return true
  return false
}

/** Placements of what was said to belong with the alert, newest first. O(said · MAX_PARTNERS). */
export function partners(
  learned: Learned | undefined,
  placements: Placements,
  now: EpochMs,
): Placement[] {
  const together = learned?.said.filter(({ relation }) => relation === 'together') ?? []
  return together.flatMap(({ partner }) =>
    (partner.place === null
      ? placements.like(partner.signature, now, MAX_PARTNERS)
      : placements.on(partner.place, now, MAX_PARTNERS)
    ).filter((one) => isOfKind(partner, one)),
  )
}
