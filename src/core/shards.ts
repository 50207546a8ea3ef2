/** A map of which versions share what they have in common: a copy costs little, and each change a little. */

const SHARDS = 8192

/** By a text; in no order. */
export class Shards<V> {
  private readonly shards: (Map<string, V> | undefined)[]
  /** Those of `shards` that no other version has. */
  private readonly own = new Set<number>()

  constructor(of?: Shards<V>) {
    this.shards = of === undefined ? [] : [...of.shards]
  }

  get(key: string): V | undefined {
    return this.shards[shardOf(key)]?.get(key)
  }

  set(key: string, value: V): void {
    this.ownShard(key).set(key, value)
  }

  delete(key: string): void {
    this.ownShard(key).delete(key)
  }

  private ownShard(key: string): Map<string, V> {
    const at = shardOf(key)
    const known = this.shards[at]
    if (known !== undefined && this.own.has(at)) return known
    const copy = new Map(known)
    this.shards[at] = copy
    this.own.add(at)
    return copy
  }
}

/** FNV-1a over UTF-16 code units. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function shardOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 13)) & (SHARDS - 1)
}
