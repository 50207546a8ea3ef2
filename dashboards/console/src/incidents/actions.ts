/** What is done to the incidents that are chosen, or else to the one the keys are at. */
import { useState } from 'react'
import type { IncidentSummary } from '../api/schema.d.ts'
import { sayRefused } from '../ui/notices.tsx'
import { type Bulk, type BulkDialog, useBulkCommands } from './bulk.tsx'
import type { Selection } from './selection.ts'

export interface Actions {
  readonly bulk: Bulk
  /** Acknowledges; where all of them are, takes that back. */
  readonly acknowledge: () => void
  readonly open: (dialog: BulkDialog) => void
  /** The dialog that is open, and for which incidents. */
  readonly asking: { readonly dialog: BulkDialog; readonly ids: readonly string[] } | null
  readonly close: () => void
}

export function useActions(rows: readonly IncidentSummary[], selection: Selection): Actions {
  const bulk = useBulkCommands()
  const [asking, setAsking] = useState<Actions['asking']>(null)
  const subjects = (): readonly string[] => {
    const { active, chosen } = selection
    if (chosen.size > 0) return [...chosen]
    return active === null ? [] : [active]
  }
  const onSubjects = (act: (ids: readonly string[]) => void): void => {
    const ids = subjects()
    if (ids.length > 0) act(ids)
    else sayRefused(new Error('Go to an incident first (j), or select some (x).'))
  }
  return {
    bulk,
    acknowledge: () =>
      onSubjects((ids) => {
        const known = rows.filter(({ id }) => ids.includes(id))
        const isAll = known.length > 0 && known.every((one) => one.acknowledgedAt !== null)
        void bulk.run({ do: isAll ? 'unacknowledge' : 'acknowledge' }, ids)
      }),
    open: (dialog) => onSubjects((ids) => setAsking({ dialog, ids })),
    asking,
    close: () => setAsking(null),
  }
}
