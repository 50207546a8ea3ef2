/** Single keys as shortcuts; silent while somebody types or a dialog is open. */
import { useEffect, useRef } from 'react'

/** By key, e.g. `j`; by two keys one after the other, e.g. `g s`. */
export type KeyMap = Readonly<Record<string, (() => void) | undefined>>

/** Begins the sequences of two keys; what follows is meant for them alone. */
const LEADER = 'g'
const SEQUENCE_MS = 1200

let ledAt = Number.NEGATIVE_INFINITY
/** The press that the leader was for; no later one is led by it. */
let takenAt: number | null = null

/** The key of this press in a map: one led by another is `g <key>` for everybody who listens. */
function nameOf({ key, timeStamp }: KeyboardEvent): string {
  const isNext = takenAt === null || takenAt === timeStamp
  if (!isNext || timeStamp <= ledAt || timeStamp - ledAt > SEQUENCE_MS) return key
  takenAt = timeStamp
  return `${LEADER} ${key}`
}

/** Runs what the map has for a press; the map may be a new one on every render. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isTyping(event.target) || isDialogOpen()) return
      const name = nameOf(event)
      if (name === LEADER) {
        ledAt = event.timeStamp
        takenAt = null
      }
      const act = current.current[name]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** Inputs that are ticked, chosen or slid, not typed into. */
const NOT_TYPED = /^(checkbox|radio|range|button|submit)$/

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPED.test(target.type)
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null
}

/** Moves the focus to the next (`1`) or previous (`-1`) of the elements a selector names. */
export function focusStep(selector: string, step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)]
  if (all.length === 0) return
  const at = all.findIndex((element) => element.contains(document.activeElement))
  const next = at === -1 ? (step === 1 ? 0 : all.length - 1) : at + step
  const element = all[Math.max(0, Math.min(all.length - 1, next))]
  element?.focus()
  element?.scrollIntoView({ block: 'nearest' })
}
