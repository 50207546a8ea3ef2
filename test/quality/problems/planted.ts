/** Problems of several kinds that are planted in a year of incidents, and which incidents are theirs. */
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { YEAR0 } from '../../core/problems/year.ts'
import {
  CLASSES,
  type Draws,
  drawsOf,
  incidentOf,
  moment,
  serviceOf,
  YEAR_DAYS,
} from './estate-year.ts'

export const PLANTED_KINDS = [
  'same CI',
  'several first alerts',
  'bursts',
  'weekly',
  'daily',
  'rising',
  'one service',
  'many places weekly',
  'new at many places',
  'after deploys',
] as const
export type PlantedKind = (typeof PLANTED_KINDS)[number]

export interface Planted {
  readonly kind: PlantedKind
  readonly incidents: readonly PastIncident[]
}

interface Spot {
  readonly placeClass: string
  readonly rule: string
  readonly ci: number
}

/** One problem of every kind, two of the common ones; the same seed plants the same. */
export function plant(seed: number): readonly Planted[] {
  const draws = drawsOf(seed * 7 + 1)
  const kinds = [...PLANTED_KINDS, 'same CI', 'weekly', 'after deploys'] as const
  return kinds.map((kind, index) => ({
    kind,
    incidents: MAKERS[kind](draws).map((one, n) => ({
      ...one,
      incident: `PL-${index}-${String(n).padStart(4, '0')}`,
    })),
  }))
}

function spotOf({ pick, below }: Draws, placeClass?: string): Spot {
  const name = placeClass ?? pick(Object.keys(CLASSES))
  const kind = CLASSES[name]
  if (kind === undefined) throw new Error(`there is no class ${name}`)
  return { placeClass: name, rule: pick(kind.rules), ci: below(kind.cis) }
}

const made = (draws: Draws, spot: Spot, of: Partial<PastIncident> & { startedAt: number }) =>
  incidentOf({
    incident: '',
    ...spot,
    minutes: 30 + draws.next() * 150,
    priority: draws.pick([2, 3] as const),
    ...of,
  })

const timesOf = (draws: Draws, count: number): number[] =>
  Array.from({ length: count }, () => moment(draws)).sort((a, b) => a - b)

/** From a day on, every `every` days at an hour, some minutes early or late, one in ten left out. */
function rhythm(draws: Draws, of: { everyDays: number; from: number; days: number }): number[] {
  const hour = draws.below(24) * HOUR
  const weekday = draws.below(7)
  return Array.from({ length: Math.floor(of.days / of.everyDays) }, (_, n) => {
    const day = of.from + n * of.everyDays + (of.everyDays === 7 ? weekday : 0)
    return YEAR0 + day * DAY + hour + draws.below(40) * MINUTE
  }).filter((at) => draws.below(10) > 0 && at < YEAR0 + YEAR_DAYS * DAY)
}

const MAKERS: Readonly<Record<PlantedKind, (draws: Draws) => PastIncident[]>> = {
  'same CI': (draws) => {
    const spot = spotOf(draws)
    return timesOf(draws, 12 + draws.below(10)).map((startedAt) => made(draws, spot, { startedAt }))
  },
  'several first alerts': (draws) => {
    const spot = spotOf(draws, 'service')
    const [a, b, c] = ['ServiceB', 'ServiceE', 'ServiceH']
    const all = [a, b, c].map((rule) => `${rule}|service`)
    return timesOf(draws, 16).map((startedAt) => {
      const rule = draws.pick([a, b, c]) ?? ''
      const signatures = all.filter((one) => one === `${rule}|service` || draws.below(4) > 0)
      return made(draws, { ...spot, rule }, { startedAt, signatures })
    })
  },
  bursts: (draws) => {
    const spot = spotOf(draws)
    return timesOf(draws, 9).flatMap((at) =>
      Array.from({ length: 3 + draws.below(5) }, (_, n) =>
        made(draws, spot, { startedAt: at + n * (30 + draws.below(120)) * MINUTE }),
      ),
    )
  },
  weekly: (draws) => {
    const spot = spotOf(draws)
    const from = 100 + draws.below(120)
    return rhythm(draws, { everyDays: 7, from, days: 140 }).map((startedAt) =>
      made(draws, spot, { startedAt }),
    )
  },
  daily: (draws) => {
    const spot = spotOf(draws)
    const from = 250 + draws.below(60)
    return rhythm(draws, { everyDays: 1, from, days: 30 }).map((startedAt) =>
      made(draws, spot, { startedAt }),
    )
  },
  rising: (draws) => {
    const spot = spotOf(draws)
    const begin = YEAR_DAYS - 90
    return Array.from({ length: 14 }, (_, n) => {
      const day = begin + 88 * Math.sqrt((n + draws.next()) / 14)
      return made(draws, spot, { startedAt: YEAR0 + Math.floor(day * DAY) })
    })
  },
  'one service': (draws) => {
    const { placeClass, rule } = spotOf(draws, draws.pick(['host', 'service']))
    const { cis } = CLASSES[placeClass] ?? { cis: 1 }
    const all = Array.from({ length: cis }, (_, ci) => ci)
    const ofService = all.map((ci) => {
      const service = serviceOf(placeClass, ci)
      return { service, own: all.filter((other) => serviceOf(placeClass, other) === service) }
    })
    const { service, own } = draws.pick(ofService.filter(({ own: cis }) => cis.length >= 8))
    return timesOf(draws, 24).map((startedAt) =>
      made(draws, { placeClass, rule, ci: draws.pick(own) }, { startedAt, service }),
    )
  },
  'many places weekly': (draws) =>
    wandering(draws, rhythm(draws, { everyDays: 7, from: 140, days: 210 }), []),
  'new at many places': (draws) => {
    const begin = YEAR0 + (YEAR_DAYS - 55) * DAY
    const times = Array.from({ length: 32 }, () => begin + Math.floor(draws.next() * 54 * DAY))
    return wandering(draws, times, [])
  },
  'after deploys': (draws) => wandering(draws, timesOf(draws, 22), ['deploy']),
}

/** One cause that shows at another CI of a class nearly every time. */
function wandering(
  draws: Draws,
  times: readonly number[],
  changes: readonly string[],
): PastIncident[] {
  const { placeClass, rule } = spotOf(draws, draws.pick(['host', 'service', 'database']))
  const { cis } = CLASSES[placeClass] ?? { cis: 1 }
  return times.map((startedAt) =>
    made(draws, { placeClass, rule, ci: draws.below(cis) }, { startedAt, changes }),
  )
}
