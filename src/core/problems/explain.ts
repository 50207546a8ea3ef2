/** Why incidents are one problem: a title, a hypothesis, and terms that add up. */
import type { Term } from '../evidence.ts'
import { compare } from '../topology.ts'
import type { Chance, Explanation, Figures, PastIncident, ProblemTermName } from './types.ts'

/** Most a small chance counts: about 1 in 485 million. */
const MAX_NATS = 20
/** Points for what all of the incidents share. */
const WEIGHTS = { signature: 3, place: 3, service: 1, change: 2, period: 3 } as const
/** What fewer of them share says nothing. */
const SHARE_FROM = 0.5

interface Common {
  readonly value: string
  readonly count: number
  /** Of all incidents. */
  readonly share: number
}

/**
 * Explains a problem by its incidents.
 *
 * @param chance `null` where people put the incidents together: then it counts nothing
 */
export function explain(
  incidents: readonly PastIncident[],
  { chance, figures }: { readonly chance: Chance | null; readonly figures: Figures },
): Explanation {
  const common = (values: (one: PastIncident) => readonly string[]): Common | null =>
    mostCommon(incidents, values)
  const signature = common(({ signature: one }) => [one])
  const place = common(({ place: one }) => [one])
  const service = common((one) => (one.service === null ? [] : [one.service]))
  const change = common(({ changes }) => changes)
  const places = new Set(incidents.map((one) => one.place)).size
  const shared = { signature, place, service, change }
  const evidence = [
    ...recurrenceTerm(chance),
    ...(['signature', 'place', 'service', 'change'] as const).flatMap((name) =>
      shareTerm(name, shared[name], incidents.length),
    ),
    ...periodTerm(figures),
  ]
  const isPlace = place !== null && place.share >= SHARE_FROM
  return {
    title: titleOf({ signature, place: isPlace ? place : null, places, figures }),
    hypothesis: hypothesisOf({ ...shared, places, figures, total: incidents.length }),
    score: evidence.reduce((sum, { x, w }) => sum + x * w, 0),
    evidence,
    rootCi: isPlace && !place.value.startsWith('~') ? place.value : null,
    rootClass: common(({ placeClass }) => [placeClass])?.value ?? null,
    service: service !== null && service.share >= SHARE_FROM ? service.value : null,
  }
}

/** The value that most incidents have; ties by name. */
function mostCommon(
  incidents: readonly PastIncident[],
  valuesOf: (one: PastIncident) => readonly string[],
): Common | null {
  const counts = new Map<string, number>()
  for (const one of incidents)
    for (const value of new Set(valuesOf(one))) counts.set(value, (counts.get(value) ?? 0) + 1)
  const [best] = [...counts].sort(([a, n], [b, m]) => m - n || compare(a, b))
  if (best === undefined) return null
  return { value: best[0], count: best[1], share: best[1] / incidents.length }
}

function recurrenceTerm(chance: Chance | null): readonly Term<'recurrence'>[] {
  if (chance === null) return []
  const { recurrences, expected, p } = chance
  const nats = Math.min(MAX_NATS, -Math.log(Math.max(p, Number.MIN_VALUE)))
  const usual = expected < 0.1 ? 'hardly one' : `about ${Math.round(expected * 10) / 10}`
  return [
    {
      name: 'recurrence',
      x: round3(nats),
      w: 1,
      inputs: { recurrences, expected: round3(expected), p },
      note: `came ${recurrences} times where chance lets expect ${usual}`,
    },
  ]
}

const SHARED = {
  signature: 'begin with',
  place: 'are at',
  service: 'touch',
  change: 'came with a change:',
} as const

function shareTerm(
  name: keyof typeof SHARED,
  common: Common | null,
  total: number,
): readonly Term<ProblemTermName>[] {
  if (common === null || common.share < SHARE_FROM) return []
  const what = name === 'signature' ? ruleOf(common.value) : placeName(common.value)
  return [
    {
      name,
      x: round3(common.share),
      w: WEIGHTS[name],
      inputs: { value: common.value, incidents: common.count, of: total },
      note: `${common.count} of ${total} ${SHARED[name]} ${what}`,
    },
  ]
}

function periodTerm({ period }: Figures): readonly Term<'period'>[] {
  if (period === null) return []
  const { text, strength, phaseMs } = period
  return [
    {
      name: 'period',
      x: round3(strength),
      w: WEIGHTS.period,
      inputs: { every: period.every, phaseMs },
      note: `they come ${period.every === 'week' ? `on ${text}` : text}`,
    },
  ]
}

function titleOf({
  signature,
  place,
  places,
  figures,
}: {
  readonly signature: Common | null
  readonly place: Common | null
  readonly places: number
  readonly figures: Figures
}): string {
  const rule = signature === null ? 'Recurring incidents' : ruleOf(signature.value)
  const where = place === null ? `at ${places} places` : `on ${placeName(place.value)}`
  const when = figures.period === null ? '' : `, ${figures.period.text}`
  return `${rule} ${where}${when}`
}

function hypothesisOf({
  signature,
  place,
  change,
  places,
  figures,
  total,
}: {
  readonly signature: Common | null
  readonly place: Common | null
  readonly change: Common | null
  readonly places: number
  readonly figures: Figures
  readonly total: number
}): string {
  const rule = signature === null ? 'the alert' : ruleOf(signature.value)
  const cause =
    place !== null && place.share >= SHARE_FROM
      ? `A fault of ${placeName(place.value)} that shows as ${rule}: so in ${place.count} of ${total} incidents.`
      : `One cause that shows as ${rule} at ${places} places.`
  const changed =
    change !== null && change.share >= SHARE_FROM
      ? ` A change (${change.value}) was near in ${change.count} of ${total}: look there first.`
      : ''
  const { period } = figures
  const rhythm =
    period === null
      ? ''
      : ` It comes ${period.every === 'week' ? `on ${period.text}` : period.text}: look for what runs then.`
  return `${cause}${changed}${rhythm}`
}

/** The rule of a signature `<rule>|<class>`. */
export function ruleOf(signature: string): string {
  const at = signature.lastIndexOf('|')
  return at <= 0 ? signature : signature.slice(0, at)
}

/** A place as people read it: `~service=checkout,namespace=shop` is `checkout`. */
export function placeName(place: string): string {
  if (!place.startsWith('~')) return place
  const [first] = place.slice(1).split(',')
  return first?.split('=').at(-1) || 'an unknown place'
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
