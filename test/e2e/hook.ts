/** A receiver of Faultline's generic webhook that notes when each message came. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { z } from 'zod'
import { until } from '../support/process.ts'

const Message = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })

export interface Heard {
  readonly at: number
  readonly id: string
  readonly type: string
}

export async function startHook(): Promise<{
  readonly url: string
  /** Types in the order they came, each message once. */
  types(): string[]
  /** Waits for a message of a type; answers all of that type. */
  next(type: string, ms: number): Promise<Heard[]>
  close(): Promise<void>
}> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { type } = Message.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      const id = String(request.headers['webhook-id'])
      if (!heard.some((one) => one.id === id)) heard.push({ at: Date.now(), id, type })
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    types: () => heard.map(({ type }) => type),
    next: (type, ms) =>
      until(`a message of type ${type}`, ms, async () => {
        const found = heard.filter((one) => one.type === type)
        return found.length > 0 ? found : undefined
      }),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
