/** What imports are made of: files read in a thread of its own, work in turns, waiting that ends at the stop. */
import { Worker } from 'node:worker_threads'
import type { Imported } from './cmdb/importer.ts'
import type { ReadPart, ReadTask } from './cmdb-worker.ts'
import { AppError } from './core/errors.ts'
import { importWorker } from './paths.ts'
import type { ImportAsked } from './server/deps.ts'

/** Planning gives the event loop a turn after this long. */
const TURN_MS = 8

/** @throws AppError `conflict` once the server stops: a request may be waiting for minutes */
export async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const stopped = new Promise<never>((_yes, no) => {
    stop = () => no(new AppError('conflict', 'the server stops'))
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Runs the steps to their end, so that nothing else waits for long. */
export async function inTurns<T>(
  steps: Generator<number, T>,
  onStep: (done: number) => void,
): Promise<T> {
  let turn = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    onStep(step.value)
    if (performance.now() - turn < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    turn = performance.now()
  }
}

/** @throws AppError `payload_too_large` where the thread runs out of memory */
export async function readInThread(
  { format, files }: Pick<ImportAsked, 'format' | 'files'>,
  signal: AbortSignal,
): Promise<Imported> {
  const workerData: ReadTask = { format, files }
  const worker = new Worker(importWorker(), { workerData })
  const read = { items: [], relations: [], bad: [] } as {
    -readonly [K in keyof Imported]: Imported[K][number][]
  }
  try {
    return await new Promise<Imported>((resolve, reject) => {
      const give = (): void => reject(new AppError('conflict', 'the server stops'))
      signal.addEventListener('abort', give, { once: true })
      worker.on('message', ({ items, relations, bad, end }: ReadPart) => {
        read.items.push(...items)
        read.relations.push(...relations)
        read.bad.push(...bad)
        if (end) resolve(read)
      })
      worker.on('error', (cause) =>
        reject(new AppError('payload_invalid', 'the files could not be read', {}, cause)),
      )
      worker.on('exit', () => reject(new AppError('internal', 'the thread has ended')))
    })
  } finally {
    await worker.terminate()
  }
}
