/**
 * Who is logged in here: the API token and the name a person goes by. Both stay in this browser.
 * `faultline serve` prints a link with the token in its fragment, which browsers never send.
 */
import { useSyncExternalStore } from 'react'

const TOKEN = 'faultline.token'
const ACTOR = 'faultline.actor'

interface Session {
  readonly token: string | null
  /** Recorded with what this person does; null: the name that goes with the token. */
  readonly actor: string | null
  /** Why there is no token any more, for the log-in page. */
  readonly ended: string | null
}

let current: Session = { token: load(TOKEN), actor: load(ACTOR), ended: null }
const listeners = new Set<() => void>()

/** Storage may be forbidden; then the session lasts as long as the page. */
function load(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function save(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // see load
  }
}

function change(next: Session): void {
  current = next
  save(TOKEN, next.token)
  save(ACTOR, next.actor)
  for (const tell of listeners) tell()
}

export function session(): Session {
  return current
}

export function logIn(token: string): void {
  change({ ...current, token, ended: null })
}

export function logOut(reason: string | null = null): void {
  change({ ...current, token: null, ended: reason })
}

export function setActor(name: string): void {
  const actor = name.trim()
  change({ ...current, actor: actor === '' ? null : actor })
}

export function useSession(): Session {
  return useSyncExternalStore((tell) => {
    listeners.add(tell)
    return () => {
      listeners.delete(tell)
    }
  }, session)
}

/** The token of a log-in link, or the text itself where it is no link. */
export function tokenIn(text: string): string {
  const fragment = text.slice(text.indexOf('#') + 1)
  return new URLSearchParams(fragment).get('token') ?? text.trim()
}

/**
 * Takes the token out of `/login#token=…`, and the fragment out of the address bar and the history.
 *
 * @returns whether there was one
 */
export function adoptTokenFromAddress(): boolean {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null || token === '') return false
  logIn(token)
  window.history.replaceState(null, '', pathname === '/login' ? '/' : pathname + search)
  return true
}
