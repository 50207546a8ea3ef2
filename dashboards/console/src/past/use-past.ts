/** The past of a map: the moment shown, the steps of its range, and the keys that lead along them. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { topologyStepsQuery } from '../api/cis.ts'
import type { TopologySteps } from '../api/schema.d.ts'
import { useKeys } from '../ui/keys.ts'
import { boundsOf } from '../ui/time-range.ts'
import { type MapStep, stepFrom } from './line.ts'
import { NO_PAST, type PastSearch } from './search.ts'

export type PastChange = {
  readonly [Name in keyof PastSearch]: PastSearch[Name] | undefined
}

const SPEEDS: readonly number[] = [0.5, 1, 2, 4]
/** How long a moment stays at speed 1. */
const PLAY_MS = 1000

export interface Past {
  readonly search: PastSearch
  readonly isOpen: boolean
  readonly data: TopologySteps | undefined
  readonly error: Error | null
  readonly retry: () => void
  readonly from: number
  readonly to: number
  readonly speed: number
  readonly set: (change: PastChange) => void
  readonly step: (towards: 1 | -1) => void
  readonly goTo: (at: number) => void
  readonly live: () => void
  readonly toggle: () => void
  readonly togglePlaying: () => void
  readonly faster: (towards: 1 | -1) => void
}

/** @param prefetch reads what the map shows at a moment, before it is wanted */
export function usePast(
  search: PastSearch,
  set: (change: PastChange) => void,
  prefetch: (client: ReturnType<typeof useQueryClient>, at: string) => void,
): Past {
  const { range, from: first, to: last, at, of, play } = search
  const isOpen = range !== undefined || first !== undefined
  // a range up to now stays where it is while somebody looks at it
  const bounds = useMemo(() => {
    const now = Date.now()
    const { from, to } = boundsOf(
      { ...(range && { range }), ...(first && { from: first }), ...(last && { to: last }) },
      now,
    )
    return { from: Date.parse(from ?? ''), to: to === undefined ? now : Date.parse(to) }
  }, [range, first, last])
  const steps = useQuery({ ...topologyStepsQuery(bounds, of), enabled: isOpen })
  const known: readonly MapStep[] = steps.data?.steps ?? []
  const [speed, setSpeed] = useState(1)
  const shown = at === undefined ? bounds.to : Date.parse(at)
  const goTo = (moment: number): void => {
    const within = Math.max(bounds.from, Math.min(bounds.to, moment))
    set({ at: new Date(within).toISOString(), play: undefined })
  }
  const live = (): void => set({ at: undefined, play: undefined })
  const step = (towards: 1 | -1): void => {
    const next = stepFrom(known, shown, towards)
    if (next === undefined) goTo(towards === 1 ? bounds.to : bounds.from)
    else set({ at: next.at, play: undefined })
  }
  const togglePlaying = (): void => {
    const isAtEnd = stepFrom(known, shown, 1) === undefined
    const begin = isAtEnd ? { at: new Date(bounds.from).toISOString() } : {}
    set(play === true ? { play: undefined } : { play: true, ...begin })
  }
  const toggle = (): void => set(isOpen ? NO_PAST : { range: '1h' })
  const faster = (towards: 1 | -1): void => {
    const index = SPEEDS.indexOf(speed) + towards
    setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))] ?? 1)
  }
  const next = stepFrom(known, shown, 1)
  usePlaying({ next, isPlaying: play === true && steps.data !== undefined, speed, set, prefetch })
  useKeys({
    t: toggle,
    ...(isOpen
      ? {
          ',': () => step(-1),
          '.': () => step(1),
          p: togglePlaying,
          n: live,
          '<': () => faster(-1),
          '>': () => faster(1),
        }
      : {}),
  })
  const { data, error } = steps
  const retry = (): void => void steps.refetch()
  return {
    ...{ search, isOpen, data, error, retry, ...bounds, speed },
    ...{ set, step, goTo, live, toggle, togglePlaying, faster },
  }
}

interface Playing {
  readonly next: MapStep | undefined
  readonly isPlaying: boolean
  readonly speed: number
  readonly set: (change: PastChange) => void
  readonly prefetch: Parameters<typeof usePast>[2]
}

/** Goes on to the next moment after a while, which is read before; stops at the last one. */
function usePlaying({ next, isPlaying, speed, set, prefetch }: Playing): void {
  const client = useQueryClient()
  const latest = useRef({ set, prefetch })
  latest.current = { set, prefetch }
  const at = next?.at
  useEffect(() => {
    if (!isPlaying) return
    if (at === undefined) {
      latest.current.set({ play: undefined })
      return
    }
    latest.current.prefetch(client, at)
    const timer = setTimeout(() => latest.current.set({ at, play: true }), PLAY_MS / speed)
    return () => clearTimeout(timer)
  }, [client, isPlaying, at, speed])
}
