/** Which relations only alerts tell of, for what shows relations. */
import { linkId, OBSERVED_SOURCE } from '../core/cmdb/model.ts'
import type { Engine } from '../core/engine/engine.ts'
import { isOnlyObserved } from '../core/engine/observed-estate.ts'
import type { Relation } from '../core/model.ts'

/** The relations, marked. O(relations of their ends) */
export function marked(
  engine: Engine,
  relations: readonly Relation[],
): (Relation & { observed?: true })[] {
  return relations.map((one) =>
    engine.state.links.size > 0 && isOnlyObserved(engine, [one.from, one.to])
      ? { ...one, observed: true as const }
      : one,
  )
}

/** Whether only alerts tell of a relation, for very many of them. O(1) each for what alerts do not tell of */
export function onlyObserved(engine: Engine): (relation: Relation) => boolean {
  const { links } = engine.state
  return (relation) =>
    links.has(linkId({ source: OBSERVED_SOURCE, ...relation })) &&
    isOnlyObserved(engine, [relation.from, relation.to])
}

/** Whether some step of a way rests on a relation that only alerts tell of. O(relations of its CIs) */
export function onObserved(engine: Engine, way: readonly string[]): boolean {
  if (engine.state.links.size === 0) return false
  return way.slice(1).some((ci, before) => isOnlyObserved(engine, [way[before] ?? '', ci]))
}
