/** Which relations only alerts tell of, for what shows relations. */
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
