/** What is measured side by side, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../support/estate.ts'
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'
import { estate } from './inputs.ts'

export interface Target {
  readonly name: 'Faultline' | 'Alertmanager' | 'bare Hono'
  readonly url: string
  /** Resolves when everything it has acknowledged is also worked through. */
  settled(alerts: number): Promise<void>
  stop(): Promise<void>
}

/** How many alerts Faultline's engine has decided on. */
async function decided(url: string): Promise<number> {
  const { sources } = await api<{ sources: { source: string; received: number }[] }>(
    url,
    '/api/v1/ledger',
  )
  return sources.find(({ source }) => source === 'prometheus')?.received ?? 0
}

const POLL_MS = 10
const SETTLE_MS = 120_000

/** Resolves when the engine has decided on that many alerts since its start. */
export async function untilDecided(url: string, alerts: number): Promise<void> {
  const end = performance.now() + SETTLE_MS
  for (;;) {
    const done = await decided(url)
    if (done >= alerts) return
    if (performance.now() > end) throw new Error(`only ${done} of ${alerts} alerts were decided on`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Faultline as it is run: built, embedded store, shipped rules; with the estate unless told not to. */
export async function startFaultline(data: string, withEstate = true): Promise<Running> {
  mkdirSync(data, { recursive: true })
  const cmdb = join(data, 'cmdb.json')
  const config = join(data, 'faultline.yaml')
  writeFileSync(cmdb, JSON.stringify(estate()))
  writeFileSync(config, JSON.stringify(withEstate ? { cmdb } : {}))
  const running = await run({ data, args: ['--config', config] })
  await until('Faultline to be ready', 60_000, async () => {
    const response = await fetch(`${running.url}/readyz`)
    return response.ok ? true : undefined
  })
  return running
}

export async function faultlineTarget(): Promise<Target> {
  const folder = temporaryFolder()
  const running = await startFaultline(join(folder.path, 'data'))
  return {
    name: 'Faultline',
    url: running.url,
    settled: (alerts) => untilDecided(running.url, alerts),
    stop: async () => {
      await running.kill()
      folder.remove()
    },
  }
}

/** Debian's Alertmanager with nobody to tell; or why it is left out. */
export async function alertmanagerTarget(): Promise<Target | { readonly missing: string }> {
  const tool = requireTool('alertmanager')
  if (!tool.ok) return { missing: tool.reason }
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(folder.path, 'alertmanager.yml')
  const route = { receiver: 'nobody', group_by: ['alertname'] }
  writeFileSync(config, JSON.stringify({ route, receivers: [{ name: 'nobody' }] }))
  const child = spawn(
    tool.path,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  )
  await until('Alertmanager to be ready', 30_000, async () => {
    const response = await fetch(`${url}/-/ready`)
    return response.ok ? true : undefined
  })
  return {
    name: 'Alertmanager',
    url,
    // it answers when the alerts are in its memory
    settled: () => Promise.resolve(),
    stop: async () => {
      await end(child)
      folder.remove()
    },
  }
}

/** A server that does nothing but read the body and parse it, on the same HTTP library. */
export async function bareTarget(script: string): Promise<Target> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--child', 'bare'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  return {
    name: 'bare Hono',
    url: String(url),
    settled: () => Promise.resolve(),
    stop: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

export const BEARER = { authorization: `Bearer ${ADMIN_TOKEN}` }
