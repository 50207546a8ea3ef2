/** A small watched estate of real programs: Prometheus, Alertmanager and a toy service, all on loopback. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { until } from './process.ts'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A service with one metric, that can be stopped and started on its port. */
export function toyService(port: number): { start(): Promise<void>; stop(): Promise<void> } {
  let server: Server | null = null
  return {
    start: async () => {
      server = createServer((_request, response) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4')
        response.end('# TYPE toy_requests_total counter\ntoy_requests_total 7\n')
      })
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    stop: async () => {
      const closing = server
      server = null
      if (closing === null) return
      closing.closeAllConnections()
      closing.close()
      await once(closing, 'close')
    },
  }
}

/** A program that can be stopped and started again with the same settings. */
export interface Program {
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
}

interface ProgramSpec {
  readonly path: string
  readonly args: readonly string[]
  readonly url: string
  readonly cwd: string
}

function program({ path, args, url, cwd }: ProgramSpec): Program {
  let child: ChildProcess | null = null
  return {
    url,
    start: async () => {
      child = spawn(path, [...args], { cwd, stdio: 'ignore' })
      await until(`${path} to be ready`, 30_000, async () => {
        const response = await fetch(`${url}/-/ready`)
        return response.ok ? true : undefined
      })
    },
    stop: async () => {
      const ending = child
      child = null
      if (ending === null || ending.exitCode !== null) return
      const gone = once(ending, 'exit')
      ending.kill('SIGTERM')
      await gone
    },
  }
}

export interface Wiring {
  readonly folder: string
  readonly faultline: string
  readonly toyPort: number
  readonly alertmanagerPort: number
  /** Rules of inhibition as its configuration has them; none unless given. */
  readonly inhibit?: readonly object[]
}

/** Alertmanager that tells Faultline's webhook at once and often. */
export async function alertmanager(path: string, wiring: Wiring): Promise<Program> {
  const { folder, faultline, alertmanagerPort: port, inhibit = [] } = wiring
  const config = {
    route: {
      receiver: 'faultline',
      group_by: ['alertname'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    inhibit_rules: inhibit,
    receivers: [
      { name: 'faultline', webhook_configs: [{ url: `${faultline}/ingest/alertmanager` }] },
    ],
  }
  mkdirSync(join(folder, 'am'), { recursive: true })
  writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(config))
  return program({
    path,
    cwd: folder,
    url: `http://127.0.0.1:${port}`,
    args: [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'am')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
  })
}

/** Prometheus that scrapes the toy and Faultline, and tells both Alertmanager and Faultline. */
export async function prometheus(path: string, wiring: Wiring): Promise<Program> {
  const { folder, faultline, toyPort, alertmanagerPort } = wiring
  const port = await freePort()
  const job = (job_name: string, target: string, labels: object): object => ({
    job_name,
    static_configs: [{ targets: [target], labels }],
  })
  const rule = (alert: string, expr: string, severity: string): object => ({
    alert,
    expr,
    labels: { severity },
    annotations: { summary: `${alert} on {{ $labels.instance }}` },
  })
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '900ms', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules.yml')],
    scrape_configs: [
      job('toy', `127.0.0.1:${toyPort}`, { service: 'toy-shop' }),
      job('faultline', new URL(faultline).host, { service: 'faultline' }),
    ],
    alerting: {
      alertmanagers: [
        { static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] },
        { static_configs: [{ targets: [new URL(faultline).host] }] },
      ],
    },
  }
  const rules = {
    groups: [
      {
        name: 'estate',
        rules: [
          rule('ToyDown', 'up{job="toy"} == 0', 'critical'),
          rule('ToySilent', 'absent(toy_requests_total{job="toy"})', 'warning'),
          rule('FaultlineBacklog', 'faultline_fold_lag_entries > 100000', 'warning'),
        ],
      },
    ],
  }
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules))
  return program({
    path,
    cwd: folder,
    url: `http://127.0.0.1:${port}`,
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--rules.alert.resend-delay=1s',
    ],
  })
}
