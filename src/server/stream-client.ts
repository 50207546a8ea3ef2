/** One client of the live stream: a queue of bounded size that it drains at its own pace. */

export interface ClientOptions {
  readonly queueBytes: number
  /** What a client that reads too slowly is told last. */
  readonly onSlow: () => Uint8Array
  /** Called once, whoever ended it. */
  readonly onClosed: () => void
}

export interface StreamClient {
  readonly stream: ReadableStream<Uint8Array>
  push(bytes: Uint8Array): void
  /** Ends the stream after what waits. */
  end(): void
}

export function openClient(options: ClientOptions): StreamClient {
  let queue: Uint8Array[] = []
  let waiting = 0
  let ended = false
  let closed = false
  let wake: (() => void) | null = null

  const close = (): void => {
    if (closed) return
    closed = true
    queue = []
    options.onClosed()
  }

  const drain = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (queue.length > 0) {
      const bytes = Buffer.concat(queue)
      queue = []
      waiting = 0
      controller.enqueue(bytes)
    } else if (ended) {
      controller.close()
      close()
    }
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (queue.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          wake = null
        }
        if (!closed) drain(controller)
      },
      cancel: () => {
        close()
        wake?.()
      },
    },
    { highWaterMark: 0 },
  )

  return {
    stream,
    push: (bytes) => {
      if (ended || closed) return
      if (waiting + bytes.length > options.queueBytes && waiting > 0) {
        queue = [options.onSlow()]
        ended = true
      } else {
        queue.push(bytes)
        waiting += bytes.length
      }
      wake?.()
    },
    end: () => {
      ended = true
      wake?.()
    },
  }
}
