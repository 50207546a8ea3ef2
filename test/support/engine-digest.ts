/** The engine's state as text and as a partition, so that two engines can be compared. */
import type { Engine } from '../../src/core/engine/engine.ts'
import { SECOND } from '../../src/core/time.ts'
import { compare } from '../../src/core/topology.ts'
import { incidentsOf, T0 } from './engine.ts'

/** Tables of the state; each a keyed table of records. */
const TABLES = [
  'alerts',
  'incidents',
  'members',
  'editParts',
  'silences',
  'changes',
  'rates',
  'votes',
  'articleMarks',
  'confirmed',
  'scopes',
  'arrivals',
  'constraints',
  'corrections',
  'declined',
  'weights',
  'partners',
  'companions',
  'sources',
  'profiles',
  'raised',
  'past',
  'imported',
  'pastImports',
  'pastImportParts',
  'problems',
  'problemLinks',
  'sourceRecords',
  'links',
  'imports',
  'importParts',
  'aliases',
  'unbound',
  'observed',
  'regroupings',
] as const

/**
 * The whole state as text, a line for each scalar and for each record of each table, sorted, without the snapshot marks and whatever the order of labels.
 *
 * @param without names of scalars, and of fields of records, to leave out
 */
export function digest({ state }: Engine, without: readonly string[] = []): string {
  const scalars = Object.entries(state)
    .filter(([name]) => !TABLES.some((table) => table === name))
    .map(([name, value]): [string, unknown] => [name, DERIVED[name]?.(state) ?? value])
    .sort(([a], [b]) => compare(a, b))
  const kept = scalars
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${name} ${text(value, [])}`)
  const records = TABLES.flatMap((name) =>
    [...state[name].values()]
      .map((record) => `${name} ${text(record, [...without, 'snap'])}`)
      .sort(compare),
  )
  return [...kept, ...records].join('\n')
}

function text(value: unknown, without: readonly string[]): string {
  return JSON.stringify(value, (name: string, inner: unknown) => {
    if (without.includes(name)) return undefined
    return LABELS.has(name) ? sortedByName(inner) : inner
  })
}

const LABELS = new Set(['labels', 'annotations'])

function sortedByName(labels: unknown): unknown {
  if (typeof labels !== 'object' || labels === null) return labels
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compare(a, b)))
}

const DERIVED: Readonly<Record<string, (state: Engine['state']) => unknown>> = {
  topology: ({ topology }) => [topology.version, [...topology.items.values()], topology.relations],
  articles: ({ articles }) => [...articles.values()],
}

/** Episodes by incident, ids aside: sorted lists of `<fingerprint>@<second>`, sorted. */
export function partition(engine: Engine): string[] {
  return incidentsOf(engine)
    .map(({ members }) =>
      [...members.values()]
        .filter(({ suppressed }) => !suppressed)
        .map(({ fingerprint, startsAt }) => `${fingerprint}@${(startsAt - T0) / SECOND}`)
        .sort(compare)
        .join(' '),
    )
    .filter((members) => members !== '')
    .sort(compare)
}
