/** The foremost of a set that changes, so that nobody has to look at all of it to know them. */
import { insertSorted, type Order, takeSorted } from './sorted.ts'
import { topOf } from './top.ts'

export class Foremost<T> {
  private readonly limit: number
  private readonly order: Order<T>
  /** The foremost ones, in order: up to twice the limit, so that some may leave before all are looked at. */
  private best: T[] = []
  /** Whether there are others. */
  private others = false

  /** @param order a total order of facts that do not change while an item is in the set */
  constructor(limit: number, order: Order<T>) {
    this.limit = limit
    this.order = order
  }

  /** O(limit) */
  add(item: T): void {
    const last = this.best.at(-1)
    // behind those that are kept may stand one that is not
    if (this.others && (last === undefined || this.order(last, item) < 0)) return
    insertSorted(this.best, item, this.order)
    if (this.best.length <= 2 * this.limit) return
    this.best.pop()
    this.others = true
  }

  /** O(limit) */
  remove(item: T): void {
    takeSorted(this.best, item, this.order)
  }

  /**
   * The first `limit` of the set in order. O(limit), and O(all) once after about `limit` of them left.
   *
   * @param all the set as it is
   */
  list(all: () => Iterable<T>): readonly T[] {
    if (this.others && this.best.length < this.limit) {
      this.best = topOf(all(), 2 * this.limit, this.order)
      this.others = this.best.length === 2 * this.limit
    }
    return this.best.slice(0, this.limit)
  }
}
