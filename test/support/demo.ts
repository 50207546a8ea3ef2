/** The demo as its users run it, played fast, with a Slack of ours to tell. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Running, run } from './process.ts'
import { temporaryFolder } from './store.ts'

export interface RunningDemo {
  readonly url: string
  readonly token: string
  /** What it printed. */
  readonly log: Running['log']
  /** Bodies that Slack was told. */
  readonly told: readonly string[]
  /** Calls the API. */
  api(path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

export async function startDemo(args: readonly string[] = []): Promise<RunningDemo> {
  const folder = temporaryFolder()
  const told: string[] = []
  const slack = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      told.push(Buffer.concat(chunks).toString('utf8'))
      response.end('ok')
    })
  })
  slack.listen(0, '127.0.0.1')
  await once(slack, 'listening')
  const address = slack.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const data = join(folder.path, 'demo')
  const options = [`--data=${data}`, '--listen=127.0.0.1:0', '--after=3600']
  const faultline = await run({
    command: 'demo',
    data,
    args: [...options, `--slack=http://127.0.0.1:${port}/`, ...args],
    env: { FAULTLINE_DATA: '', FAULTLINE_LISTEN: '', FAULTLINE_ADMIN_TOKEN: '' },
  })
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  return {
    ...{ url: faultline.url, log: faultline.log, token, told },
    api: async (path, body) => {
      const response = await fetch(`${faultline.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
      return JSON.parse(text)
    },
    stop: async () => {
      await faultline.stop()
      slack.closeAllConnections()
      slack.close()
      folder.remove()
    },
  }
}

/** Logs a page in, as the link that the demo prints does. */
export async function logIn(page: Page, { url, token }: RunningDemo): Promise<void> {
  await page.goto(`${url}/login#token=${token}`)
  await page.getByRole('navigation').first().waitFor({ timeout: 30_000 })
}
