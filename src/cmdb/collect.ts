/**
 * Collects what an importer finds and puts it in an order that does not depend on that of its files:
 * one item for each key, relations between items that are there, the rest among the bad rows.
 */
import type { Labels } from '../core/model.ts'
import { compare } from '../core/topology.ts'
import type { BadRow, Imported, ImportedItem, ImportedRelation } from './importer.ts'

/** What is longer is no name of anything: it is cut off from the rest as a bad row. */
export const MAX_TEXT = 1024
/** More names than this are left out of an item. */
const MAX_ALIASES = 200

interface Found<T> {
  readonly what: T
  readonly where: string
}

/** Says of an import what is there; the answer of `finish` is sorted. */
export class Collector {
  private readonly items: Found<ImportedItem>[] = []
  private readonly relations: Found<ImportedRelation>[] = []
  private readonly rows: BadRow[] = []

  item(item: ImportedItem, where: string): void {
    const fault = faultOf(item)
    if (fault === null) this.items.push({ what: tidy(item), where })
    else this.bad({ where, ...fault })
  }

  relation(relation: ImportedRelation, where: string): void {
    this.relations.push({ what: relation, where })
  }

  bad(row: BadRow): void {
    this.rows.push(row)
  }

  /**
   * Of two items with one key that differ the first by content stays and the other is a bad row;
   * so is a relation to a key that is not there, and one of an item to itself.
   */
  finish(): Imported {
    const bad = [...this.rows]
    const kept = new Map<string, Found<ImportedItem> & { readonly text: string }>()
    const sorted = this.items
      .map((found) => ({ ...found, text: JSON.stringify(found.what) }))
      .sort((a, b) => compare(a.text, b.text) || compare(a.where, b.where))
    for (const found of sorted) {
      const first = kept.get(found.what.key)
      if (first === undefined) kept.set(found.what.key, found)
      else if (first.text !== found.text)
        bad.push({
          where: found.where,
          field: 'key',
          error: `${found.what.key} is described differently by ${first.where}`,
        })
    }
    const relations = this.keepRelations(kept, bad)
    return {
      items: [...kept.values()].map(({ what }) => what).sort((a, b) => compare(a.key, b.key)),
      relations,
      bad: uniqueRows(bad),
    }
  }

  private keepRelations(
    items: ReadonlyMap<string, unknown>,
    bad: BadRow[],
  ): readonly ImportedRelation[] {
    const kept = new Map<string, ImportedRelation>()
    for (const { what, where } of this.relations) {
      const missing = [what.from, what.to].find((key) => !items.has(key))
      if (missing !== undefined)
        bad.push({ where, field: what.type, error: `${clip(missing)} is not in this import` })
      else if (what.from === what.to)
        bad.push({ where, field: what.type, error: `${what.from} is related to itself` })
      else kept.set(relationKey(what), what)
    }
    return [...kept].sort(([a], [b]) => compare(a, b)).map(([, relation]) => relation)
  }
}

function relationKey({ from, type, to }: ImportedRelation): string {
  return JSON.stringify([from, type, to])
}

function uniqueRows(rows: readonly BadRow[]): readonly BadRow[] {
  const byText = new Map(rows.map((row) => [JSON.stringify(row), row]))
  return [...byText].sort(([a], [b]) => compare(a, b)).map(([, row]) => row)
}

/** For messages: text of others, cut to what a line can hold. */
export function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`
}

function faultOf(item: ImportedItem): { readonly field: string; readonly error: string } | null {
  for (const field of ['key', 'class', 'name'] as const) {
    const text = item[field]
    if (text.trim() === '') return { field, error: 'is empty' }
    if (text.length > MAX_TEXT) return { field, error: `is longer than ${MAX_TEXT} characters` }
    if (text.includes('\0')) return { field, error: 'holds a NUL' }
  }
  return null
}

function tidy(item: ImportedItem): ImportedItem {
  const { key, class: ciClass, name, owner, criticality, environment, status } = item
  const isAlias = (alias: string): boolean => isText(alias) && alias !== name
  return {
    key: key.trim(),
    class: ciClass.trim(),
    name: name.trim(),
    aliases: [...new Set(item.aliases.map((alias) => alias.trim()).filter(isAlias))]
      .sort(compare)
      .slice(0, MAX_ALIASES),
    labels: tidyLabels(item.labels),
    ...(isText(owner) ? { owner: owner.trim() } : {}),
    ...(criticality === undefined ? {} : { criticality }),
    ...(isText(environment) ? { environment: environment.trim() } : {}),
    ...(isText(status) ? { status: status.trim() } : {}),
  }
}

function tidyLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([name, value]) => isText(name) && isText(value))
      .sort(([a], [b]) => compare(a, b)),
  )
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && text.length <= MAX_TEXT && !text.includes('\0')
}
