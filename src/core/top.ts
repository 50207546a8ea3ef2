/**
 * The best `limit` items, best first, without sorting them all; `compareItems` must be a total
 * order (negative: the first is better). O(items + kept · log limit), where few items get in.
 */
export function topOf<T>(
  items: Iterable<T>,
  limit: number,
  compareItems: (a: T, b: T) => number,
): T[] {
  const best: T[] = []
  for (const item of items) {
    const last = best.at(-1)
    if (last !== undefined && best.length >= limit) {
      if (compareItems(item, last) >= 0) continue
      best.pop()
    }
    if (best.length < limit) best.splice(placeFor(item, best, compareItems), 0, item)
  }
  return best
}

function placeFor<T>(item: T, best: readonly T[], compareItems: (a: T, b: T) => number): number {
  let low = 0
  let high = best.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = best[middle]
    if (other !== undefined && compareItems(other, item) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
