/** The upper bound: Hono on Node's HTTP server, reading and parsing bodies, and nothing else. */
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'

/** Listens on a free port and prints its URL as one line. */
export function serveBare(): void {
  const app = new Hono()
  app.post('/api/v2/alerts', async (c) => {
    await c.req.json()
    return c.body(null, 200)
  })
  const server = createAdaptorServer({ fetch: app.fetch })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no address')
    process.stdout.write(`http://127.0.0.1:${address.port}\n`)
  })
}
