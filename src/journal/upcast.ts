/** Entries of older schema versions, brought to the current one when they are read. */
import { ENTRY_SCHEMA, type Entry } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'

/** `UPCASTERS[n]` makes an entry of version n + 1 out of one of version n. */
type Upcaster = (entry: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
export type Upcasters = Readonly<Record<number, Upcaster>>

const UPCASTERS: Upcasters = {}

/**
 * The entry as the current version has it. What the journal holds was an `Entry` when it was
 * written, so it is not validated again; what comes from outside is, before it gets here.
 *
 * @throws AppError `internal` for a version newer than this program, or one no upcaster knows
 */
export function upcast(
  schema: number,
  entry: Readonly<Record<string, unknown>>,
  { current, upcasters }: { readonly current: number; readonly upcasters: Upcasters } = {
    current: ENTRY_SCHEMA,
    upcasters: UPCASTERS,
  },
): Entry {
  if (schema > current) {
    throw new AppError(
      'internal',
      `the journal has entries of schema version ${schema}, written by a newer program; this one ` +
        `knows versions up to ${current}`,
      { schema, known: current },
    )
  }
  let raised = entry
  for (let version = schema; version < current; version++) {
    const step = upcasters[version]
    if (step === undefined) {
      throw new AppError('internal', `no upcaster for entries of schema version ${version}`, {
        schema,
      })
    }
    raised = step(raised)
  }
  return raised as unknown as Entry
}
