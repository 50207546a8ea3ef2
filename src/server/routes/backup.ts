/** A backup of the store while it is in use: the CLI writes what this answers into a file. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { beginBackup, keepLastBackup, lastBackup, type RunningBackup } from '../../store/backup.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { readProblems } from '../schemas/problem.ts'
import { copies } from './guards.ts'

const backup = createRoute({
  method: 'get',
  path: '/api/v1/backup',
  operationId: 'getBackup',
  tags: ['operations'],
  summary:
    'Everything in the store as of one entry of the journal, as a file for `faultline restore`',
  description: [
    'Takes a while and is sent as it is read; alerts are taken meanwhile. The last line of the file',
    'is its manifest: an answer that was broken off has none, and `faultline restore` refuses it.',
    'One at a time.',
  ].join(' '),
  middleware: copies,
  responses: {
    200: {
      description: 'The file',
      content: {
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    ...readProblems,
  },
})

/** Sets the metrics of the newest backup, from before the start. */
export async function showLastBackup({
  store,
  metrics,
}: Pick<ServerDeps, 'store' | 'metrics'>): Promise<void> {
  const last = await lastBackup(store)
  if (last === null) return
  metrics.backupTimestamp.set(last.at / 1000)
  metrics.backupSize.set(last.bytes)
}

async function* recorded(
  { pieces, offset }: RunningBackup,
  { store, metrics, clock, lifecycle, log }: ServerDeps,
): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const piece of pieces) {
    if (lifecycle.phase() === 'stopping')
      throw new AppError('store_unavailable', 'the server stops: take the backup again')
    bytes += piece.length
    yield piece
  }
  const at = clock.now()
  await keepLastBackup(store, { at, offset: offset(), bytes })
  metrics.backupTimestamp.set(at / 1000)
  metrics.backupSize.set(bytes)
  log.info({ offset: offset(), bytes }, 'a backup was taken')
}

/** Read as far as it is taken, no further. */
function streamOf(
  pieces: AsyncGenerator<Buffer>,
  { onEnd, onError }: { readonly onEnd: () => void; readonly onError: (cause: unknown) => void },
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { value, done } = await pieces.next()
          if (done !== true) return controller.enqueue(value)
          onEnd()
          controller.close()
        } catch (cause) {
          onEnd()
          onError(cause)
          controller.error(cause)
        }
      },
      cancel: async () => {
        await pieces.return(undefined).finally(onEnd)
      },
    },
    { highWaterMark: 0 },
  )
}

export function backupRoutes(app: OpenAPIHono<AppEnv>): void {
  let running = false
  app.openapi(backup, async (c) => {
    const deps = c.get('deps')
    const { store, clock, version, log } = deps
    // nobody would ever read what is made for it
    if (c.req.method === 'HEAD') return c.body(null, 200)
    if (running) throw new AppError('conflict', 'another backup is being taken')
    running = true
    const onEnd = (): void => {
      running = false
    }
    try {
      const begun = await beginBackup(store, { version, now: clock.now() })
      const onError = (cause: unknown): void => log.error({ err: cause }, 'a backup was broken off')
      return c.body(streamOf(recorded(begun, deps), { onEnd, onError }), 200, {
        'Content-Type': 'application/octet-stream',
        'Cache-Control': 'no-store, no-transform',
      })
    } catch (cause) {
      onEnd()
      throw cause
    }
  })
}
