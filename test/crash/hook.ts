/** A receiver of webhooks that keeps every message, and holds repeats against the first one. */
import { once } from 'node:events'
import { createServer } from 'node:http'

export interface Heard {
  readonly id: string
  readonly body: string
}

export interface Hook {
  readonly url: string
  /** Each message once, in the order in which they first came. */
  readonly heard: readonly Heard[]
  /** Messages that came again with another content. */
  readonly contradictions: readonly string[]
  readonly repeats: () => number
  close(): Promise<void>
}

export async function startHook(): Promise<Hook> {
  const heard: Heard[] = []
  const byId = new Map<string, string>()
  const contradictions: string[] = []
  let repeats = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const id = String(request.headers['webhook-id'])
      const known = byId.get(id)
      if (known === undefined) {
        byId.set(id, body)
        heard.push({ id, body })
      } else {
        repeats += 1
        if (known !== body) contradictions.push(`${id}: ${known} and ${body}`)
      }
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    heard,
    contradictions,
    repeats: () => repeats,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
