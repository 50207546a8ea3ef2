/** Long lists as JSON, made piece by piece: tens of thousands of alerts must not stop everything else. */
import type { Context } from 'hono'
import type { AppEnv } from '../deps.ts'

const PIECE = 200

const encoder = new TextEncoder()

/** Answers a JSON array of what `items` yields; each piece is made when the client takes it. */
export function answerList(c: Context<AppEnv>, items: Iterable<unknown>): Response {
  const iterator = items[Symbol.iterator]()
  let begun = false
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const texts: string[] = []
      for (let n = 0; n < PIECE; n++) {
        const { done, value } = iterator.next()
        if (!done) {
          texts.push(`${begun || texts.length > 0 ? ',' : ''}${JSON.stringify(value)}`)
          continue
        }
        controller.enqueue(encoder.encode(`${begun ? '' : '['}${texts.join('')}]\n`))
        controller.close()
        return
      }
      controller.enqueue(encoder.encode(`${begun ? '' : '['}${texts.join('')}`))
      begun = true
    },
  })
  return c.body(stream, 200, { 'Content-Type': 'application/json' })
}
