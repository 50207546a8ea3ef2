/**
 * Why an alert was kept out of an incident that was looked at: the incident takes none like it, too much
 * time lies between, or a rule says so. What a weak link keeps out is told here as well, by its score.
 */
import type { Rejected } from '../evidence.ts'
import { type EpochMs, HOUR, MINUTE, SECOND } from '../time.ts'
import { compare, type Near } from '../topology.ts'
import type { Bound } from './limits.ts'
import type { LinkSide } from './link.ts'
import type { OpenIncident } from './open.ts'
import type { Placement } from './placements.ts'

/** An incident that was looked at and not joined is named with its reason: at most so many. */
export const MAX_REJECTED = 4

/** A link that the score would look at. */
interface Barrable {
  readonly alert: LinkSide
  readonly member: LinkSide
  /** Path between the two; `null`: the same locus, or none is known. */
  readonly near: Near | null
  readonly incident: OpenIncident
}

type Refusal = 'resolved' | 'ruled' | 'lifetime' | 'gap' | 'rule'

/** What refuses the link before it is scored, or `null`. Makes nothing: most links are only asked. */
export function refusalOf(link: Barrable): Refusal | null {
  const { alert, member, incident } = link
  if (!incident.accepts) return 'resolved'
  if (incident.ruled !== null) return 'ruled'
  if (alert.startsAt - incident.firstAlertAt > incident.lifetime) return 'lifetime'
  if (apart(alert, member) > incident.gap) return 'gap'
  if (alert.limits === undefined && member.limits === undefined) return null
  return barringRule(link) === null ? null : 'rule'
}

export interface Refused {
  readonly link: Barrable & { readonly member: Placement }
  readonly refusal: Refusal
  readonly distanceMs: number
}

/** Of what is refused of one incident, what is nearest in time. */
export function nearest(known: Refused | null, link: Refused['link'], refusal: Refusal): Refused {
  const distanceMs = apart(link.alert, link.member)
  if (known !== null && distanceMs > known.distanceMs) return known
  const one = { link, refusal, distanceMs }
  return known === null || byDistance(one, known) < 0 ? one : known
}

function byDistance(a: Refused, b: Refused): number {
  return a.distanceMs - b.distanceMs || compare(a.link.member.key, b.link.member.key)
}

/**
 * The best that were scored and not joined, then the nearest of those that were refused.
 *
 * @param runners best first
 */
export function rejectedOf(
  runners: readonly Runner[],
  refused: readonly Refused[],
  needed: Needed,
): Rejected[] {
  // room for both kinds: a rule that kept it out says more than one more weak link
  const room = Math.max(MAX_REJECTED - refused.length, MAX_REJECTED / 2)
  const near = [...refused].sort(byDistance).slice(0, MAX_REJECTED)
  return [
    ...runners.slice(0, room).map((one) => explainWeak(one, needed)),
    ...near.map(({ link, refusal }) => explainRefusal(link, refusal)),
  ].slice(0, MAX_REJECTED)
}

interface Runner {
  readonly incident: string
  readonly p: number
  readonly reason: string
}

/** The p from which an alert joins, and the one of the incident it joined. */
interface Needed {
  readonly join: number
  readonly taken: number
}

/** The refusal with the numbers behind it, as a sentence. */
function explainRefusal(link: Barrable, refusal: Refusal): Rejected {
  const { alert, member, incident } = link
  const base = { incident: incident.id, reason: refusal } as const
  switch (refusal) {
    case 'resolved': {
      if (incident.resolved === null) return { ...base, note: 'it takes no more alerts' }
      const { agoMs: value, reopenMs: limit } = incident.resolved
      const note = `it had resolved ${over(value)} before, and takes alerts again for ${span(limit)}`
      return { ...base, value, limit, note }
    }
    case 'ruled': {
      const rule = incident.ruled ?? ''
      return { ...base, rule, note: `it only takes what rule ${rule} puts there` }
    }
    case 'lifetime': {
      const value = alert.startsAt - incident.firstAlertAt
      const limit = incident.lifetime
      const note = `its first alert began ${over(value)} before, and it takes alerts for ${span(limit)}`
      return { ...base, value, limit, note }
    }
    case 'gap':
      return { ...base, ...tooFar(alert, member, incident.gap) }
    case 'rule':
      return { ...base, ...(barringRule(link) ?? { note: '' }) }
  }
}

/** A link that was scored and is too weak, or weaker than the one that was taken. */
function explainWeak({ incident, p, reason }: Runner, { join, taken }: Needed): Rejected {
  if (p >= join) return { incident, reason: 'weaker', value: p, limit: taken, note: reason }
  const note = `fits with ${under(p)}, and ${join.toFixed(2)} is needed: ${reason}`
  return { incident, reason: 'weak', value: p, limit: join, note }
}

export const BURST_NOTE = 'so many alerts at once are a fault of their own'

/** The incident that a burst left. */
export function explainBurst(
  incident: string,
  { p, join }: { readonly p: number; readonly join: number },
): Rejected {
  const note = `fits with ${under(p)}, and ${join.toFixed(2)} is needed: ${BURST_NOTE}`
  return { incident, reason: 'burst', value: p, limit: join, note }
}

type Barring = Pick<Rejected, 'rule' | 'value' | 'limit' | 'note'>

/** The rule of either side that bars the link. */
function barringRule({ alert, member, near, incident }: Barrable): Barring | null {
  const marks = alert.limits?.marks ?? []
  const theirs = marks.length === 0 ? [] : incident.marks()
  const mark = marks.find((one) => theirs.includes(opposite(one)))
  if (mark !== undefined) {
    const rule = mark.slice(mark.indexOf(':') + 1)
    return { rule, note: `rule ${rule} forbids it` }
  }
  for (const bound of [alert.limits?.bound, member.limits?.bound]) {
    const barring = bound == null ? null : barredBy(bound, { alert, member, near })
    if (barring !== null) return barring
  }
  const own = alert.limits?.bound
  const age = alert.startsAt - incident.firstAlertAt
  if (own?.lifetime === undefined || age <= own.lifetime) return null
  const note = `its first alert began ${over(age)} before, and rule ${own.rule} lets it join for ${span(own.lifetime)}`
  return { rule: own.rule, value: age, limit: own.lifetime, note }
}

type Link = Pick<Barrable, 'alert' | 'member' | 'near'>

function barredBy({ rule, gap, scope }: Bound, link: Link): Barring | null {
  if (gap !== undefined && apart(link.alert, link.member) > gap) {
    const { note, ...numbers } = tooFar(link.alert, link.member, gap)
    return { rule, ...numbers, note: `rule ${rule}: ${note}` }
  }
  if (scope === undefined || isWithin(scope, link)) return null
  return { rule, note: `rule ${rule} links it only ${within(scope)}` }
}

function within(scope: NonNullable<Bound['scope']>): string {
  if (scope === 'same_ci') return 'on the same CI'
  if (scope === 'same_service') return 'within its service'
  return `within ${scope.hops} ${scope.hops === 1 ? 'hop' : 'hops'}`
}

function isWithin(scope: NonNullable<Bound['scope']>, { alert, member, near }: Link): boolean {
  const isSame = alert.locus !== null && alert.locus === member.locus
  if (isSame || scope === 'same_ci') return isSame
  if (scope !== 'same_service') return near !== null && near.hops <= scope.hops
  const service = alert.limits?.service ?? null
  return service !== null && service === (member.limits?.service ?? null)
}

function opposite(mark: string): string {
  return mark.startsWith('when:') ? `with:${mark.slice(5)}` : `when:${mark.slice(5)}`
}

function apart(a: { readonly startsAt: EpochMs }, b: { readonly startsAt: EpochMs }): number {
  return Math.abs(a.startsAt - b.startsAt)
}

function tooFar(
  alert: LinkSide,
  member: LinkSide,
  limit: number,
): Pick<Rejected, 'value' | 'limit' | 'note'> {
  const value = apart(alert, member)
  return { value, limit, note: `the nearest alert began ${over(value)} apart, gap ${span(limit)}` }
}

/** Rounded up, so that what is above a limit reads so. */
function over(ms: number): string {
  return inUnits(ms, Math.ceil)
}

function span(ms: number): string {
  return inUnits(ms, Math.round)
}

function inUnits(ms: number, round: (x: number) => number): string {
  if (ms < 2 * MINUTE) return `${round(ms / SECOND)} s`
  const [unit, name] = ms < 2 * HOUR ? [MINUTE, 'min'] : [HOUR, 'h']
  return `${round((ms / unit) * 10) / 10} ${name}`
}

/** Rounded down, so that what is below a limit reads so. */
function under(p: number): string {
  return (Math.floor(p * 100) / 100).toFixed(2)
}
