/** Times for people: relative, in the viewer's own zone, and one clock for the whole page. */
import { useSyncExternalStore } from 'react'

let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(tell)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  if (document.hidden) return
  now = Date.now()
  for (const tell of listeners) tell()
}

/** Re-renders the caller when `read` of the present time gives something else. */
export function useNow<Value extends string | number>(read: (now: number) => Value): Value {
  return useSyncExternalStore(subscribe, () => read(now))
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const

/** `4s`, `12m`, `3h 5m`, `2d 4h`: at most two units, whole, rounded down. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const at = UNITS.findIndex(([, size]) => seconds >= size)
  const [unit, size] = UNITS[at] ?? ['s', 1]
  const whole = `${Math.floor(seconds / size)}${unit}`
  const [nextUnit, nextSize] = UNITS[at + 1] ?? []
  if (at === -1 || nextSize === undefined || unit === 'm') return whole
  const rest = Math.floor((seconds % size) / nextSize)
  return rest === 0 ? whole : `${whole} ${rest}${nextUnit}`
}

/** `12m ago`, `in 5s`, `just now`. */
export function relative(at: number, from: number): string {
  const apart = from - at
  if (Math.abs(apart) < 5000) return 'just now'
  return apart > 0 ? `${duration(apart)} ago` : `in ${duration(-apart)}`
}

const EXACT = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
})

/** The instant to the millisecond, with the viewer's zone. */
export function exact(iso: string): string {
  return EXACT.format(new Date(iso))
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Time of day only. */
export function timeOfDay(iso: string): string {
  return CLOCK.format(new Date(iso))
}
