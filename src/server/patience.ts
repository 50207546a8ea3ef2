/** Waits for what an entry brings about, but not for ever: a fold that has stopped answers nothing. */
import { AppError } from '../core/errors.ts'
import type { State } from '../core/state.ts'
import type { RecordWriter } from '../store/records.ts'
import type { ServerDeps } from './deps.ts'

const APPLY_MS = 30_000

type Patient = Pick<ServerDeps, 'clock' | 'limits'>

interface Applying {
  readonly journey: { readonly engine: { readonly state: Pick<State, 'seq'> } }
  readonly records: Pick<RecordWriter, 'flushed'>
}

/**
 * What `done` resolves with.
 *
 * @throws AppError `store_unavailable` where it takes too long: the entry is durable, and will be
 * applied when the engine is
 */
export function applied<T>(deps: Patient, done: Promise<T>): Promise<T> {
  return inTime(deps, done, 'it is recorded, and not applied yet')
}

/**
 * What `done` resolves with, once what it brought about can be read from the store.
 *
 * @param late says what is the case where it takes too long
 * @throws AppError `store_unavailable` where it takes too long, in the engine or in the store
 */
export function stored<T>(
  deps: Patient & Applying,
  done: Promise<T>,
  late = 'it is recorded, and not applied yet, or not in the store',
): Promise<T> {
  const { journey, records } = deps
  const flushed = done.then(async (result) => {
    await records.flushed(journey.engine.state.seq)
    return result
  })
  return inTime(deps, flushed, late)
}

type InOrder = <T>(deps: Patient, work: () => Promise<T>) => Promise<T>

/**
 * Does one thing after the other: each begins once the one before is done, also where nobody waits
 * for that any more. What waits its turn for too long is not begun.
 */
export function inOrder(): InOrder {
  let tail: Promise<unknown> = Promise.resolve()
  return async (deps, work) => {
    const before = tail
    let end: () => void = () => undefined
    const mine = new Promise<void>((done) => {
      end = done
    })
    tail = before.then(() => mine)
    try {
      await inTime(deps, before, 'what was asked before it is not applied yet')
    } catch (cause) {
      end()
      throw cause
    }
    return inTime(deps, work().finally(end), 'it may be recorded, and is not applied yet')
  }
}

async function inTime<T>({ clock, limits }: Patient, done: Promise<T>, text: string): Promise<T> {
  let timer: unknown
  const late = new Promise<never>((_yes, no) => {
    const fail = (): void => no(new AppError('store_unavailable', text))
    timer = clock.setTimeout(fail, limits?.applyMs ?? APPLY_MS)
  })
  try {
    return await Promise.race([done, late])
  } finally {
    clock.clearTimeout(timer)
  }
}
