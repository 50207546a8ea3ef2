/** The change calendar: which planned changes are maintenance windows, from when to when, and why not. */
import type { Change, Silence } from './model.ts'
import type { RulePacks } from './rules.ts'
import type { ChangeState } from './state.ts'
import { type EpochMs, toRfc3339 } from './time.ts'

export type Planned =
  | { readonly window: Silence; readonly reason: 'planned' }
  | {
      readonly window: null
      readonly reason: 'off' | 'no_end' | 'no_ci' | 'status' | 'kind' | 'too_long' | 'lifted'
    }

/** What says which windows changes are. */
type Pack = RulePacks['suppress']['changes']

/** `labels` in which tools say how far a change is. */
const STATUS_LABELS = ['status', 'state'] as const

/** How far the change is, as its tool says; empty where it says nothing. */
export function statusOf({ labels }: Change): string {
  for (const label of STATUS_LABELS) if (labels[label]) return labels[label]
  return ''
}

/** The id of the window of a change, among those of silences. */
export function windowId(change: string): string {
  return `${PREFIX}${change}`
}

const PREFIX = 'change:'

/** The id of the change that a window is of. */
export function changeOf({ id }: Pick<Silence, 'id'>): string {
  return id.slice(PREFIX.length)
}

/**
 * The maintenance window that a change is: on its CIs, from its start to its end, while its status is
 * one of those that count and its kind none of those that never mute. Pure; the time plays no part.
 */
export function plannedWindow(change: Change, { mode, statuses, except, longest }: Pack): Planned {
  const { id, cis, startsAt, endsAt, source, title, actor } = change
  if (mode === 'off') return { window: null, reason: 'off' }
  if (endsAt === null) return { window: null, reason: 'no_end' }
  if (!isOneOf(statusOf(change), statuses)) return { window: null, reason: 'status' }
  if (isOneOf(change.changeKind, except)) return { window: null, reason: 'kind' }
  if (endsAt - startsAt > longest) return { window: null, reason: 'too_long' }
  if (cis.length === 0) return { window: null, reason: 'no_ci' }
  const name = id.slice(source.length + 1)
  const window: Silence = {
    ...{ id: windowId(id), kind: 'maintenance', matchers: [], cis, startsAt, endsAt },
    createdBy: actor ?? source,
    comment: `planned change ${name} until ${until(endsAt)}: ${title}`,
    updatedAt: startsAt,
  }
  return { window, reason: 'planned' }
}

/** The change as it is planned: on the CIs that its newest report names. */
export function plannedOf({ change, planned }: Pick<ChangeState, 'change' | 'planned'>): Change {
  return { ...change, cis: planned }
}

/** {@link plannedWindow} of a change that is kept; none where somebody has lifted it. */
export function windowOfChange(
  record: Pick<ChangeState, 'change' | 'planned' | 'lifted'>,
  pack: Pack,
): Planned {
  const planned = plannedWindow(plannedOf(record), pack)
  return planned.window === null || record.lifted === undefined
    ? planned
    : { window: null, reason: 'lifted' }
}

/**
 * The last moment at which a change may matter by itself: its end where it is a window whenever the
 * rules want windows; else its start, so that no end, however far, keeps it.
 */
export function mattersUntil(change: Change, pack: Pack): EpochMs {
  return plannedWindow(change, { ...pack, mode: 'mute' }).window?.endsAt ?? change.startsAt
}

/** `2026-03-01 02:00 UTC` */
function until(at: EpochMs): string {
  return `${toRfc3339(at).slice(0, 16).replace('T', ' ')} UTC`
}

/** `In_Progress` is `in progress`. */
function isOneOf(word: string, words: readonly string[]): boolean {
  const plain = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[-_\s]+/g, ' ')
      .trim()
  return words.some((one) => plain(one) === plain(word))
}
