/** What a fault of one CI can hurt, hop by hop, and which services are among it. */
import { isService } from './service-class.ts'
import { MAX_SPREAD_HOPS, spreadFrom, wayTo } from './spread.ts'
import { compare, type Topology } from './topology.ts'

export interface HurtCi {
  readonly ci: string
  /** 1 … MAX_SPREAD_HOPS. */
  readonly hops: number
  /** The CIs of the shortest way there, the one at fault first. */
  readonly path: readonly string[]
}

export interface BlastRadius {
  /** Nearest first, then by id; without the CI itself. */
  readonly hurt: readonly HurtCi[]
  /** Those of them that are services: the most critical first, then the nearest, then by id. */
  readonly services: readonly HurtCi[]
  /** There is more than the bounds of the walk let in. */
  readonly cut: boolean
}

/**
 * Everything that depends on a CI, directly or through others, by the walk that impact and the ways of
 * causes use (core/spread.ts, with its bounds). Unknown criticality counts as the least.
 *
 * @returns `null` for an unknown CI. Pure. O(CIs × degree) of what is reached
 */
export function blastRadiusOf(
  ci: string,
  topology: Topology,
  maxHops: number = MAX_SPREAD_HOPS,
): BlastRadius | null {
  if (!topology.items.has(ci)) return null
  const { reached, cut } = spreadFrom([ci], topology, maxHops)
  const hurt = [...reached.values()]
    .filter(({ hops }) => hops > 0)
    .map((one) => ({ ci: one.ci, hops: one.hops, path: wayTo(one) }))
  const weight = (one: HurtCi): number => topology.items.get(one.ci)?.criticality ?? 5
  const services = hurt
    .filter((one) => isService(topology.items.get(one.ci)?.class ?? ''))
    .sort((a, b) => weight(a) - weight(b) || a.hops - b.hops || compare(a.ci, b.ci))
  return { hurt, services, cut }
}
