/** Single keys as shortcuts; silent while somebody types or a dialog is open. */
import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>

/** Runs `keys[event.key]`; the map may be a new one on every render. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isTyping(event.target) || isDialogOpen()) return
      const act = current.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** Inputs that are ticked or chosen, not typed into. */
const NOT_TYPED = /^(checkbox|radio|button|submit)$/

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
