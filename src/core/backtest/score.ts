/**
 * How well a grouping agrees with what people corrected: pairs of alert episodes that belong
 * together, and pairs that do not.
 */

/** What one correction says about episodes; by key. Of several about one pair the last one holds. */
export interface Constraint {
  /** Every one of the first list belongs with every one of the second. */
  readonly together: readonly [readonly string[], readonly string[]]
  /** None of the first list belongs with any of the second. */
  readonly apart: readonly [readonly string[], readonly string[]]
}

export interface Score {
  /** Pairs that people have put together, and taken apart, as far as both are known. */
  readonly together: number
  readonly apart: number
  /** Of either, those that this grouping holds together. */
  readonly togetherHeld: number
  readonly apartHeld: number
  /** Share of the held pairs that belong together; `null`: none is held. */
  readonly precision: number | null
  /** Share of the pairs that belong together which are held; `null`: there are none. */
  readonly recall: number | null
}

/** Episodes of one list of a correction that count: one large merge must not drown all others. */
export const MAX_SIDE = 50
/** Pairs that are counted in all, the newest first: bounds the memory. */
export const MAX_PAIRS = 500_000

export interface Pairs {
  /** In the order of the corrections; `true`: together. */
  readonly all: readonly (readonly [string, string, boolean])[]
  /** Pairs that the bounds above left out. */
  readonly leftOut: number
}

/** The pairs that corrections speak of, each once, with what was said of it last. */
export function pairsOf(constraints: readonly Constraint[]): Pairs {
  const seen = new Set<string>()
  const all: (readonly [string, string, boolean])[] = []
  let leftOut = 0
  for (const { together, apart } of [...constraints].reverse()) {
    for (const [[some, others], belongs] of [
      [apart, false],
      [together, true],
    ] as const) {
      const cut = (keys: readonly string[]): readonly string[] => keys.slice(0, MAX_SIDE)
      leftOut += some.length * others.length - cut(some).length * cut(others).length
      for (const a of cut(some))
        for (const b of cut(others)) {
          const name = a < b ? `${a} ${b}` : `${b} ${a}`
          if (a === b || seen.has(name)) continue
          if (seen.size >= MAX_PAIRS) leftOut += 1
          else {
            seen.add(name)
            all.push([a, b, belongs])
          }
        }
    }
  }
  return { all: all.reverse(), leftOut }
}

/**
 * Counts pairs. One in no incident is with nobody; a pair of which either is unknown does not count.
 *
 * @param homeOf incident of an episode; `null`: in none; `undefined`: there is no such episode
 */
export function scorePairs(
  { all }: Pairs,
  homeOf: (key: string) => string | null | undefined,
): Score {
  const counts = { together: 0, apart: 0, togetherHeld: 0, apartHeld: 0 }
  for (const [a, b, belongs] of all) {
    const home = homeOf(a)
    const other = homeOf(b)
    if (home === undefined || other === undefined) continue
    const isHeld = home !== null && home === other
    counts[belongs ? 'together' : 'apart'] += 1
    if (isHeld) counts[belongs ? 'togetherHeld' : 'apartHeld'] += 1
  }
  const held = counts.togetherHeld + counts.apartHeld
  return {
    ...counts,
    precision: held === 0 ? null : counts.togetherHeld / held,
    recall: counts.together === 0 ? null : counts.togetherHeld / counts.together,
  }
}
