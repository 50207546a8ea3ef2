/** What the API is asked to write, from what is shown. */
import type { Matcher, RecurrenceInput, Silence } from '../api/schema.d.ts'
import type { Kind, Wanted } from '../api/silences.ts'

export interface Draft {
  readonly kind: Kind
  /** Absent: a new one. */
  readonly id?: string
  readonly matchers: readonly Matcher[]
  readonly cis: readonly string[]
  readonly services?: readonly string[]
  readonly startsAt?: string
  readonly endsAt: string
  readonly comment: string
  readonly recurs?: RecurrenceInput
}

export function toWanted({
  kind,
  id,
  startsAt,
  endsAt,
  comment,
  ...draft
}: Draft | Silence): Wanted {
  const window = {
    ...(id === undefined ? {} : { id }),
    ...(startsAt === undefined ? {} : { startsAt }),
    endsAt,
    comment,
  }
  const { matchers, cis, services = [], recurs } = draft
  const again = recurs === undefined ? {} : { recurs: asRecurrence(recurs) }
  return kind === 'silence'
    ? { kind, input: { ...window, matchers: asMany(matchers) } }
    : {
        kind,
        input: {
          ...window,
          ...again,
          matchers: [...matchers],
          cis: [...cis],
          services: [...services],
        },
      }
}

/** What the API shows is what it takes. */
export function asRecurrence({
  windows,
  ...recurs
}: NonNullable<Silence['recurs']> | RecurrenceInput): RecurrenceInput {
  return { ...recurs, windows: asMany(windows) }
}

/** Guarantee: none where the API wants one is for the API to refuse, with its reason. */
function asMany<Item>(items: readonly Item[]): [Item, ...Item[]] {
  return [...items] as unknown as [Item, ...Item[]]
}
