/** Waits for what an entry brings about, but not for ever: a fold that has stopped answers nothing. */
import { AppError } from '../core/errors.ts'
import type { ServerDeps } from './deps.ts'

const APPLY_MS = 30_000

/**
 * What `done` resolves with.
 *
 * @throws AppError `store_unavailable` where it takes too long: the entry is durable, and will be
 * applied when the engine is
 */
export async function applied<T>(
  { clock, limits }: Pick<ServerDeps, 'clock' | 'limits'>,
  done: Promise<T>,
): Promise<T> {
  let timer: unknown
  const late = new Promise<never>((_yes, no) => {
    const fail = (): void =>
      no(new AppError('store_unavailable', 'it is recorded, and not applied yet'))
    timer = clock.setTimeout(fail, limits?.applyMs ?? APPLY_MS)
  })
  try {
    return await Promise.race([done, late])
  } finally {
    clock.clearTimeout(timer)
  }
}
