/**
 * A body that spans correlation scopes becomes an entry for each of them: pure, and only ever a matter
 * of what is stored where. The entries of a body together give its items, each once.
 */
import type { ReceivedEntry } from '../src/core/entry.ts'
import type { IngestItem } from '../src/core/model.ts'
import { itemsByScope, type ScopeRules } from '../src/core/parts.ts'
import { DEFAULT_SCOPE } from '../src/core/scope.ts'
import { decodeBody } from './decode.ts'
import { isRecord } from './fields.ts'
import { readBody, type Source } from './source.ts'

/** An entry, and its items as its source reads them. */
export interface Share {
  readonly entry: ReceivedEntry
  readonly items: readonly IngestItem[]
}

export interface SplitOptions {
  readonly source: Source
  readonly rules: ScopeRules
  /** Other rules may be in force when it is applied, and read another list of items in it. */
  readonly isMapped: boolean
}

/** What the parts of a body may take together: so many times its own length, … */
const MAX_GROWTH = 3
/** … and this at least: each has what stands around the list. */
const MAX_SMALL = 2 ** 20
/** How deep in a body its list of items is looked for, and how many lists are tried. */
const MAX_LIST_DEPTH = 4
const MAX_LISTS = 4

/**
 * The entries that a received one becomes: itself with its scope, or one for each scope that its items
 * name. Such an entry has its items alone, cut out of the body, where they read the same; else the whole
 * body. What cannot be told apart, would take too much room or may be read otherwise later is not
 * split: it is one entry of `default`.
 *
 * @param items of the entry. O(length of the body), twice where it is split
 */
export function splitByScope(
  entry: ReceivedEntry,
  items: readonly IngestItem[],
  options: SplitOptions,
): readonly Share[] {
  const unsplit = [{ entry: { ...entry, scope: DEFAULT_SCOPE }, items }]
  const parts = itemsByScope(items, options.rules)
  if (parts === null) return unsplit
  const [only] = parts.keys()
  if (parts.size === 1 && only !== undefined) return [{ entry: { ...entry, scope: only }, items }]
  const lists = listsIn(entry, items.length, options.source)
  const shares: Share[] = []
  let room = Math.max(MAX_GROWTH * entry.body.length, MAX_SMALL)
  for (const [scope, numbers] of parts) {
    const share = shareOf({ ...entry, scope }, { all: items, numbers, lists }, options)
    room -= share?.entry.body.length ?? 0
    if (share === null || room < 0) return unsplit
    shares.push(share)
  }
  return shares
}

/** The items of an entry among those of its body. */
export function itemsOf(
  { part }: Pick<ReceivedEntry, 'part'>,
  items: readonly IngestItem[],
): readonly IngestItem[] {
  return part?.whole === true ? part.items.flatMap((number) => items[number] ?? []) : items
}

/** A list in a body, and the body with another one in its place. */
interface List {
  readonly values: readonly unknown[]
  readonly without: (values: readonly unknown[]) => unknown
}

interface Wanted {
  readonly all: readonly IngestItem[]
  readonly numbers: readonly number[]
  readonly lists: readonly List[]
}

function shareOf(
  entry: ReceivedEntry,
  { all, numbers, lists }: Wanted,
  { source, isMapped }: SplitOptions,
): Share | null {
  const wanted = numbers.flatMap((number) => all[number] ?? [])
  for (const list of lists) {
    const body = JSON.stringify(list.without(numbers.map((number) => list.values[number])))
    const cut = { ...entry, body, part: { items: numbers } }
    const items = readBody(source, cut)
    if (isAlike(items, wanted)) return { entry: cut, items }
  }
  return isMapped
    ? null
    : { entry: { ...entry, part: { items: numbers, whole: true } }, items: wanted }
}

/** Pointers aside: where a thing stands is another place in the cut body. */
function isAlike(items: readonly IngestItem[], wanted: readonly IngestItem[]): boolean {
  const text = (item: IngestItem | undefined): string =>
    JSON.stringify(item?.kind === 'rejected' ? { ...item, pointer: '' } : item)
  return items.length === wanted.length && items.every((item, i) => text(item) === text(wanted[i]))
}

/** Lists in a body that are as long as it has items, the outermost first. */
function listsIn(entry: ReceivedEntry, length: number, { maxBodyBytes }: Source): readonly List[] {
  const decoded = decodeBody(entry, maxBodyBytes)
  if (decoded.reason !== undefined) return []
  const found: List[] = []
  let level: readonly { readonly value: unknown; readonly put: (value: unknown) => unknown }[] = [
    { value: decoded.payload, put: (value) => value },
  ]
  for (let depth = 0; depth <= MAX_LIST_DEPTH && found.length < MAX_LISTS; depth++) {
    for (const { value, put } of level)
      if (Array.isArray(value) && value.length === length)
        found.push({ values: value, without: put })
    level = level.flatMap(({ value, put }) =>
      isRecord(value)
        ? Object.entries(value).map(([name, inner]) => ({
            value: inner,
            put: (other: unknown) => put({ ...value, [name]: other }),
          }))
        : [],
    )
  }
  return found.slice(0, MAX_LISTS)
}
