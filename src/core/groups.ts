/** Members of an incident by a name that they bring along; names in the order of their first members. */
import { insertSorted, takeSorted } from './sorted.ts'

/** What the order of names goes by: members as they joined, of one the order in which it names them. */
interface Grouped {
  readonly order: number
  readonly changes: readonly string[]
}

function byJoining(a: Grouped, b: Grouped): number {
  return a.order - b.order
}

export function listOf<K, V>(lists: Map<K, V[]>, name: K): V[] {
  const known = lists.get(name)
  if (known !== undefined) return known
  const made: V[] = []
  lists.set(name, made)
  return made
}

export class Groups {
  private readonly lists = new Map<string, Grouped[]>()
  private names: readonly string[] | null = []
  private count = 0

  /** How many members there are under all names. */
  get size(): number {
    return this.count
  }

  add(name: string, member: Grouped): void {
    const list = listOf(this.lists, name)
    insertSorted(list, member, byJoining)
    this.count += 1
    if (list[0] === member) this.names = null
  }

  remove(name: string, member: Grouped): void {
    const list = listOf(this.lists, name)
    if (list[0] === member) this.names = null
    this.count -= 1
    takeSorted(list, member, byJoining)
    if (list.length === 0) this.lists.delete(name)
  }

  /** O(names · log names) after one came or went, else O(1). */
  inOrder(): readonly string[] {
    this.names ??= [...this.lists]
      .map(([name, [first]]) => ({
        name,
        order: first?.order ?? 0,
        at: first?.changes.indexOf(name) ?? 0,
      }))
      .sort((a, b) => a.order - b.order || a.at - b.at)
      .map(({ name }) => name)
    return this.names
  }
}
