/** Which row the keys are about, and which rows are chosen for what is done to many. */
import { useCallback, useMemo, useState } from 'react'

export interface Selection {
  /** The row that `j` and `k` move; by id, so that it stays with its incident. */
  readonly active: string | null
  readonly chosen: ReadonlySet<string>
  readonly activate: (id: string | null) => void
  readonly toggle: (id: string) => void
  /** Chooses everything from the row chosen last to this one. */
  readonly extendTo: (id: string) => void
  readonly choose: (ids: readonly string[]) => void
  readonly clear: () => void
}

/** Rows that are not in the list any more stay chosen until they are acted on or let go. */
export function useSelection(ids: readonly string[]): Selection {
  const [active, activate] = useState<string | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [anchor, setAnchor] = useState<string | null>(null)
  const toggle = useCallback((id: string) => {
    setAnchor(id)
    setChosen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const extendTo = useCallback(
    (id: string) => {
      const from = ids.indexOf(anchor ?? id)
      const to = ids.indexOf(id)
      const [low, high] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)]
      if (anchor === null) setAnchor(id)
      setChosen((before) => new Set([...before, ...ids.slice(Math.max(low, 0), high + 1)]))
    },
    [ids, anchor],
  )
  const choose = useCallback((all: readonly string[]) => setChosen(new Set(all)), [])
  const clear = useCallback(() => {
    setChosen(new Set())
    setAnchor(null)
  }, [])
  return useMemo(
    () => ({ active, chosen, activate, toggle, extendTo, choose, clear }),
    [active, chosen, toggle, extendTo, choose, clear],
  )
}
