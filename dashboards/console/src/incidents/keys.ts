/** What the keys of the list do. */
import { useNavigate } from '@tanstack/react-router'
import type { IncidentSummary, IncidentViewQuery } from '../api/schema.d.ts'
import { SORTS, showingOf, trimmed, withShowing } from '../app/search.ts'
import { type KeyMap, useKeys } from '../ui/keys.ts'
import type { Actions } from './actions.ts'
import type { ListHandle } from './list.tsx'
import type { Selection } from './selection.ts'

interface KeyProps {
  readonly rows: readonly IncidentSummary[]
  readonly selection: Selection
  readonly list: { readonly current: ListHandle | null }
  readonly searchBox: { readonly current: HTMLInputElement | null }
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
  readonly actions: Actions
  readonly onShowNews: () => void
  readonly onFilters: () => void
  readonly onSaveView: () => void
}

const SHOWINGS = ['open', 'resolved', 'all'] as const

/** The member after the present one, and around again; the first where it is none of them. */
function next<Member>(all: readonly Member[], present: Member | null): Member | undefined {
  const at = present === null ? -1 : all.indexOf(present)
  return all[(at + 1) % all.length]
}

function movingKeys({ rows, selection, list }: KeyProps): KeyMap {
  const at = rows.findIndex(({ id }) => id === selection.active)
  const go = (to: number): string | null => {
    const index = Math.max(0, Math.min(rows.length - 1, to))
    const id = rows[index]?.id ?? null
    if (id === null) return null
    list.current?.show(index)
    selection.activate(id)
    return id
  }
  const step = (by: 1 | -1): string | null =>
    go(at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by)
  const sweep = (by: 1 | -1): void => {
    if (selection.active !== null) selection.extendTo(selection.active)
    const id = step(by)
    if (id !== null) selection.extendTo(id)
  }
  const all = rows.map(({ id }) => id)
  const isAll = rows.length > 0 && selection.chosen.size === rows.length
  const toggle = (): void => {
    if (selection.active !== null) selection.toggle(selection.active)
  }
  return Object.fromEntries([
    ['j', () => void step(1)],
    ['k', () => void step(-1)],
    ['J', () => sweep(1)],
    ['K', () => sweep(-1)],
    ['Home', () => void go(0)],
    ['End', () => void go(rows.length - 1)],
    ['x', toggle],
    ['X', () => (isAll ? selection.clear() : selection.choose(all))],
  ])
}

function filterKeys({ query, onChange, searchBox, onFilters, onSaveView }: KeyProps): KeyMap {
  const toggle = (priority: number): void => {
    const { priority: before = [] } = query
    const after = before.includes(priority)
      ? before.filter((one) => one !== priority)
      : [...before, priority].sort()
    onChange(trimmed({ ...query, priority: after }))
  }
  return {
    '/': () => {
      searchBox.current?.focus()
      searchBox.current?.select()
    },
    f: onFilters,
    w: onSaveView,
    c: () => onChange(trimmed({ status: query.status ?? [] })),
    s: () => {
      const sort = next(SORTS, query.sort ?? 'newest')
      if (sort !== undefined) onChange(trimmed({ ...query, sort }))
    },
    t: () => onChange(withShowing(query, next(SHOWINGS, showingOf(query)) ?? 'open')),
    ...Object.fromEntries(
      [1, 2, 3, 4, 5].map((priority) => [`${priority}`, () => toggle(priority)]),
    ),
  }
}

export function useListKeys(props: KeyProps): void {
  const { selection, actions, onShowNews } = props
  const navigate = useNavigate()
  const openActive = (): void => {
    const { active } = selection
    if (active !== null) void navigate({ to: '/incidents/$id', params: { id: active } })
  }
  useKeys({
    ...movingKeys(props),
    ...filterKeys(props),
    a: actions.acknowledge,
    e: () => actions.open('assign'),
    r: () => actions.open('resolve'),
    '.': onShowNews,
    Escape: selection.clear,
    // asked at the press: a link or a button that has the focus takes the key itself
    get Enter() {
      return document.activeElement === document.body ? openActive : undefined
    },
  })
}
