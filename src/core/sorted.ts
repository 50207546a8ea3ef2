/** Sorted lists in plain arrays: cheap at the end, where most of what comes in time order goes. */

/** A total order: negative where `a` comes first. */
export type Order<T> = (a: T, b: T) => number

/** Adds an item. O(log n), and what comes after it moves up. */
export function insertSorted<T extends P, P>(list: T[], item: T, order: Order<P>): void {
  const last = list.at(-1)
  if (last === undefined || order(last, item) <= 0) list.push(item)
  else list.splice(indexAfter(list, item, order), 0, item)
}

/** Takes an item out, where it is in the list; says whether it was. O(log n), and what comes after it moves down. */
export function takeSorted<T extends P, P>(list: T[], item: T, order: Order<P>): boolean {
  const index = indexAfter(list, item, order) - 1
  if (list[index] !== item) return false
  list.splice(index, 1)
  return true
}

/** Index of the first item that comes after `item`. O(log n). */
export function indexAfter<T extends P, P>(list: readonly T[], item: P, order: Order<P>): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (other !== undefined && order(other, item) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
