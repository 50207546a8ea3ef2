/** Grafana's dashboards: every query against the metrics there are, and against a real Prometheus. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { freePort, type Program, prometheus } from '../support/estate.ts'
import { type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const FOLDER = join(ROOT, 'dashboards', 'grafana')

const Target = z.object({ refId: z.string(), expr: z.string().min(1) })
const Grid = z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int(), h: z.int() })
const Dashboard = z.object({
  uid: z.string().regex(/^[a-z-]+$/),
  title: z.string(),
  schemaVersion: z.int().min(39),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string().min(1),
      description: z.string().min(1),
      type: z.enum(['stat', 'timeseries']),
      gridPos: Grid,
      targets: z.array(Target).min(1),
    }),
  ),
})

const dashboards = readdirSync(join(FOLDER, 'dashboards')).map((name) => ({
  name,
  board: Dashboard.parse(JSON.parse(readFileSync(join(FOLDER, 'dashboards', name), 'utf8'))),
}))

const queries = dashboards.flatMap(({ board }) =>
  board.panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({
      of: `${board.title}, ${title}, ${refId}`,
      // as Grafana fills them in
      expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
    })),
  ),
)

interface Selected {
  readonly metrics: readonly string[]
  readonly labels: readonly string[]
  readonly broken: boolean
}

/** Names of metrics and labels in a query, by Prometheus' own grammar. */
function selected(expr: string): Selected {
  const metrics: string[] = []
  const labels: string[] = []
  let broken = false
  parser.parse(expr).iterate({
    enter: (node) => {
      const text = expr.slice(node.from, node.to)
      if (node.type.isError) broken = true
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector')
        metrics.push(text)
      if (node.name === 'LabelName') labels.push(text)
    },
  })
  return { metrics, labels, broken }
}

const Known = z.object({ labelNames: z.array(z.string()) })

/** Every series name, with its labels: ours, and those that Prometheus adds. */
async function known(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { registry } = createMetrics({ version: 'test', sources: ['generic'] })
  const series = new Map<string, ReadonlySet<string>>([['up', new Set(['job', 'instance'])]])
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const { labelNames } = Known.parse(registry.getSingleMetric(name))
    const labels = new Set([...labelNames, 'job', 'instance'])
    series.set(name, labels)
    if (String(type) !== 'histogram') continue
    for (const end of ['_sum', '_count']) series.set(`${name}${end}`, labels)
    series.set(`${name}_bucket`, new Set([...labels, 'le']))
  }
  return series
}

describe('the dashboards', () => {
  it('are two, with panels that lie beside each other', () => {
    expect(dashboards.length).toBe(2)
    expect(queries.length).toBeGreaterThan(30)
    expect(new Set(dashboards.map(({ board }) => board.uid)).size).toBe(2)
    for (const { board } of dashboards) {
      const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
      )
      expect(new Set(cells).size, board.title).toBe(cells.length)
      expect(board.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
      expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length)
    }
  })

  it('ask only for metrics and labels that exist', async () => {
    const series = await known()
    const faults = queries.flatMap(({ of, expr }) => {
      const { metrics, labels, broken } = selected(expr)
      const there = new Set(metrics.flatMap((name) => [...(series.get(name) ?? [])]))
      return [
        ...(broken ? [`${of}: cannot be read`] : []),
        ...(metrics.length === 0 ? [`${of}: no metric`] : []),
        ...metrics.filter((name) => !series.has(name)).map((name) => `${of}: no metric ${name}`),
        ...labels.filter((label) => !there.has(label)).map((label) => `${of}: no label ${label}`),
      ]
    })
    expect(faults).toEqual([])
  })

  it('leave no metric of ours out', async () => {
    const asked = new Set(queries.flatMap(({ expr }) => selected(expr).metrics))
    const ours = [...(await known()).keys()].filter((name) => name.startsWith('faultline_'))
    const bases = new Set(ours.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    const shown = new Set([...asked].map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    expect([...bases].filter((name) => !shown.has(name))).toEqual([])
  })

  it.each([
    ['sum by (le) (rate(x_bucket{a="b"}[1m]))', ['x_bucket'], ['le', 'a'], false],
    ['sum(rate(x[1m]', ['x'], [], true],
  ])('are read as Prometheus reads them: %s', (expr, metrics, labels, broken) => {
    expect(selected(expr)).toEqual({ metrics, labels, broken })
  })

  it('are provisioned from where they are mounted', () => {
    const compose = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
    const provider: unknown = parse(
      readFileSync(join(FOLDER, 'provisioning/dashboards/faultline.yaml'), 'utf8'),
    )
    const Provider = z.object({
      providers: z.tuple([z.object({ options: z.object({ path: z.string() }) })]),
    })
    const { path } = Provider.parse(provider).providers[0].options
    expect(compose).toContain(`./dashboards/grafana/dashboards:${path}:ro`)
    const source: unknown = parse(
      readFileSync(join(FOLDER, 'provisioning/datasources/prometheus.yaml'), 'utf8'),
    )
    expect(source).toMatchObject({ datasources: [{ type: 'prometheus' }] })
  })
})

const tool = requireTool('prometheus')

describe.skipIf(!tool.ok)(`a real Prometheus ${tool.ok ? '' : tool.reason}`, () => {
  const folder = temporaryFolder()
  let faultline: Running
  let prom: Program
  const Answer = z.object({
    status: z.literal('success'),
    data: z.object({ result: z.array(z.unknown()) }),
  })
  const ask = async (query: string): Promise<number> => {
    const answer = await fetch(`${prom.url}/api/v1/query?query=${encodeURIComponent(query)}`)
    return Answer.parse(await answer.json()).data.result.length
  }

  beforeAll(async () => {
    if (!tool.ok) throw new Error(tool.reason)
    faultline = await run({ data: join(folder.path, 'data') })
    const ports = { toyPort: await freePort(), alertmanagerPort: await freePort() }
    prom = await prometheus(tool.path, {
      folder: folder.path,
      faultline: faultline.url,
      ...ports,
    })
    await prom.start()
    const alert = { title: 'full', status: 'firing', severity: 'critical', labels: { host: 'a' } }
    await fetch(`${faultline.url}/ingest/generic`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alert),
    })
  })
  afterAll(async () => {
    await prom.stop()
    await faultline.stop()
    folder.remove()
  })

  it('answers every query', async () => {
    for (const { of, expr } of queries)
      expect(await ask(expr).catch((error: unknown) => String(error)), of).toEqual(
        expect.any(Number),
      )
  })

  it.each([
    ['Faultline, Open incidents, A'],
    ['Faultline, Alerts firing, A'],
    ['Faultline, What became of what tools sent, A'],
    ['Faultline, Open incidents by priority, A'],
    ['Faultline, inside, Up, A'],
    ['Faultline, inside, Version, A'],
    ['Faultline, inside, Deciding one entry, A'],
    ['Faultline, inside, Memory, A'],
  ])('has data for %s', async (of) => {
    const query = queries.find((one) => one.of === of)
    if (query === undefined) throw new Error(`there is no ${of}`)
    const series = await until('data', 30_000, async () => {
      const found = await ask(query.expr)
      return found > 0 ? found : undefined
    })
    expect(series).toBeGreaterThan(0)
  })
})
