/**
 * One connection to the live stream for the whole page. Read with `fetch`, as `EventSource` cannot
 * send the token. Comes back by itself: where it left off (`Last-Event-ID`), later and later.
 */
import { useSyncExternalStore } from 'react'
import { authHeaders } from '../api/client.ts'
import { logOut } from '../api/session.ts'
import { createSseReader, type StreamEvent } from './sse.ts'

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline'

export interface LiveHandlers {
  readonly onEvent: (event: StreamEvent) => void
  /** Connected; `fresh`: without a place to continue from, so something may have been missed. */
  readonly onConnected: (fresh: boolean) => void
}

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 15_000
/** Without a word, not even a comment, for so long, the line is dead. */
const SILENCE_MS = 45_000
/** Tries in vain after which it counts as offline. */
const OFFLINE_AFTER = 3

let state: LiveState = 'connecting'
const watchers = new Set<() => void>()

function show(next: LiveState): void {
  if (next === state) return
  state = next
  for (const tell of watchers) tell()
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell)
      return () => {
        watchers.delete(tell)
      }
    },
    () => state,
  )
}

/** Connects and stays connected until the returned function is called. */
export function connectLive(handlers: LiveHandlers): () => void {
  const ended = new AbortController()
  show('connecting')
  void keepConnected(handlers, ended.signal)
  return () => ended.abort()
}

async function keepConnected(handlers: LiveHandlers, ended: AbortSignal): Promise<void> {
  let lastId: string | null = null
  let failures = 0
  const onEvent = (event: StreamEvent): void => {
    lastId = event.id ?? lastId
    handlers.onEvent(event)
  }
  while (!ended.aborted) {
    const onOpen = (): void => {
      failures = 0
      show('live')
      handlers.onConnected(lastId === null)
    }
    const verdict = await readOnce({ lastId, onEvent, onOpen, ended })
    if (ended.aborted) return
    if (verdict === 'refused') return logOut('This token is not accepted any more. Log in again.')
    failures += 1
    show(failures > OFFLINE_AFTER || !navigator.onLine ? 'offline' : 'reconnecting')
    await pause(failures, ended)
  }
}

interface Reading {
  readonly lastId: string | null
  readonly onEvent: (event: StreamEvent) => void
  readonly onOpen: () => void
  readonly ended: AbortSignal
}

/** One connection, from its opening to its end, however that comes. */
async function readOnce({ lastId, onEvent, onOpen, ended }: Reading): Promise<'over' | 'refused'> {
  const cut = new AbortController()
  const stop = (): void => cut.abort()
  ended.addEventListener('abort', stop, { once: true })
  let silence = setTimeout(stop, SILENCE_MS)
  try {
    const response = await fetch('/api/v1/stream', {
      headers: {
        ...authHeaders(),
        Accept: 'text/event-stream',
        ...(lastId === null ? {} : { 'Last-Event-ID': lastId }),
      },
      signal: cut.signal,
      cache: 'no-store',
    })
    if (response.status === 401) return 'refused'
    if (!response.ok || response.body === null) return 'over'
    onOpen()
    const read = createSseReader()
    const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await chunks.read()
      if (done) return 'over'
      clearTimeout(silence)
      silence = setTimeout(stop, SILENCE_MS)
      for (const event of read(value)) onEvent(event)
    }
  } catch {
    return 'over'
  } finally {
    clearTimeout(silence)
    ended.removeEventListener('abort', stop)
  }
}

/** Waits longer each time; being online again ends the wait. */
function pause(failures: number, ended: AbortSignal): Promise<void> {
  const most = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10))
  const ms = most * (0.5 + Math.random() / 2)
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      ended.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
    ended.addEventListener('abort', done)
  })
}
