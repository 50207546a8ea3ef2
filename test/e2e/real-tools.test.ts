/**
 * The main job with real programs: Debian's Prometheus and Alertmanager over a service that goes
 * down, both telling Faultline; restarts of each of the three in the middle; the service back.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { alertmanager, freePort, type Program, prometheus, toyService } from '../support/estate.ts'
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'
import { startHook } from './hook.ts'

const tools = [requireTool('prometheus'), requireTool('alertmanager')]
const missing = tools.flatMap((tool) => (tool.ok ? [] : [tool.reason]))

const Incident = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  priority: z.number(),
  alertCount: z.number(),
  openedAt: z.string().nullable(),
  notifiedAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
})
const Page = z.object({ items: z.array(Incident) })
const Detail = Incident.extend({
  articles: z.array(z.object({ id: z.string(), how: z.string() })),
  alerts: z.array(
    z.object({
      rule: z.string(),
      ci: z.string().nullable(),
      firstSeenAt: z.string(),
      evidence: z.object({ method: z.string() }).nullable(),
      reporters: z.array(z.object({ reporter: z.string(), firing: z.boolean() })),
    }),
  ),
})

describe.skipIf(missing.length > 0)(`Prometheus and Alertmanager ${missing.join('; ')}`, () => {
  const folder = temporaryFolder()
  const ports = { faultline: 0, toy: 0, alertmanager: 0 }
  let toy: ReturnType<typeof toyService>
  let prom: Program
  let am: Program
  let faultline: Running
  let hook: Awaited<ReturnType<typeof startHook>>
  const seenLive: { at: number; incident: string }[] = []

  const start = async (): Promise<void> => {
    const args = ['--config', join(folder.path, 'faultline.yaml')]
    faultline = await run({ data: join(folder.path, 'data'), port: ports.faultline, args })
  }
  const incidents = async (): Promise<z.output<typeof Incident>[]> => {
    const path = '/api/v1/incidents?status=provisional,open,resolved,closed&limit=50'
    return Page.parse(await api(faultline.url, path)).items
  }

  /** What there is, with its alerts, so that a failure can be understood from the report. */
  const explain = async (all: readonly z.output<typeof Incident>[]): Promise<object[]> =>
    Promise.all(
      all.map(async ({ id, title, status }) => {
        const { alerts } = Detail.parse(await api(faultline.url, `/api/v1/incidents/${id}`))
        return { id, title, status, alerts: alerts.map(({ rule, ci }) => `${rule} on ${ci}`) }
      }),
    )

  beforeAll(async () => {
    ports.faultline = await freePort()
    ports.toy = await freePort()
    ports.alertmanager = await freePort()
    hook = await startHook()
    writeSettings(folder.path, hook.url)
    toy = toyService(ports.toy)
    await toy.start()
    await start()
    const wiring = {
      folder: folder.path,
      faultline: faultline.url,
      toyPort: ports.toy,
      alertmanagerPort: ports.alertmanager,
    }
    const [promPath, amPath] = tools.map((tool) => (tool.ok ? tool.path : ''))
    am = await alertmanager(amPath ?? '', wiring)
    prom = await prometheus(promPath ?? '', wiring)
    await am.start()
    await prom.start()
    void follow(faultline.url, seenLive)
  })

  afterAll(async () => {
    await prom?.stop()
    await am?.stop()
    await faultline?.stop()
    await toy?.stop()
    await hook?.close()
    folder.remove()
  })

  it('opens one explained incident, at once, and tells people', async () => {
    await until('a scrape of the toy', 20_000, async () => {
      const up = await fetch(`${prom.url}/api/v1/query?query=up{job="toy"}==1`)
      return (await up.text()).includes('"value"') ? true : undefined
    })
    expect(await incidents()).toEqual([])
    await toy.stop()
    const [told] = await hook.next('incident.opened', 30_000)
    const all = await incidents()
    expect(await explain(all)).toHaveLength(1)
    const detail = await until('both ways in', 20_000, async () => {
      const one = Detail.parse(await api(faultline.url, `/api/v1/incidents/${all[0]?.id}`))
      const down = one.alerts.find(({ rule }) => rule === 'ToyDown')
      return one.alerts.length === 2 && down?.reporters.length === 2 ? one : undefined
    })
    expect(detail.priority).toBeLessThanOrEqual(2)
    for (const alert of detail.alerts) {
      expect(alert.ci).toBe('toy-shop')
      expect(alert.evidence).not.toBeNull()
    }
    expect(detail.articles[0]).toMatchObject({ id: 'toy-down' })
    const arrived = Math.min(...detail.alerts.map(({ firstSeenAt }) => Date.parse(firstSeenAt)))
    const visible = seenLive.find(({ incident }) => incident === detail.id)?.at ?? Infinity
    const latency = { provisional: visible - arrived, notified: (told?.at ?? Infinity) - arrived }
    process.stdout.write(
      `provisional after ${latency.provisional} ms, notified after ${latency.notified} ms\n`,
    )
    expect(latency.provisional).toBeLessThanOrEqual(250)
    expect(latency.notified).toBeLessThanOrEqual(1000)
  })

  it.each([
    [
      'Faultline',
      async () => {
        await faultline.stop()
        await start()
      },
    ],
    [
      'Faultline, killed',
      async () => {
        await faultline.kill()
        await start()
      },
    ],
    [
      'Prometheus',
      async () => {
        await prom.stop()
        await prom.start()
      },
    ],
    [
      'Alertmanager',
      async () => {
        await am.stop()
        await am.start()
      },
    ],
  ] as const)('a restart of %s resolves nothing and opens nothing', async (_name, restart) => {
    await restart()
    const since = Date.now()
    await until('reports after the restart', 30_000, async () => {
      const [one] = await incidents()
      const detail = Detail.parse(await api(faultline.url, `/api/v1/incidents/${one?.id}`))
      const path = '/api/v1/sources'
      const { items } = z
        .object({ items: z.array(z.object({ reporter: z.string(), lastSeenAt: z.string() })) })
        .parse(await api(faultline.url, path))
      const heard = items.find(({ reporter }) => reporter === 'prometheus')
      const after = Date.parse(heard?.lastSeenAt ?? '') > since + 2000
      return after && detail.alerts.length > 0 ? true : undefined
    })
    const all = await incidents()
    expect(all.map(({ status }) => status)).toEqual(['open'])
    expect(hook.types()).toEqual(['incident.opened'])
  })

  it('resolves when the service is back, and the books balance', async () => {
    await toy.start()
    await hook.next('incident.resolved', 30_000)
    const all = await incidents()
    expect(all.map(({ status }) => status)).toEqual(['resolved'])
    expect(hook.types()).toEqual(['incident.opened', 'incident.resolved'])
    const ledger = z
      .object({ balanced: z.boolean() })
      .parse(await api(faultline.url, '/api/v1/ledger'))
    expect(ledger.balanced).toBe(true)
  })
})

function writeSettings(folder: string, hookUrl: string): void {
  mkdirSync(join(folder, 'articles'))
  mkdirSync(join(folder, 'rules'))
  const article = '# Toy shop is down\n\nThe shop does not answer. Start it again.\n'
  const front = '---\nalertnames: [ToyDown]\nservices: [toy-shop]\n---\n'
  writeFileSync(join(folder, 'articles', 'toy-down.md'), `${front}${article}`)
  writeFileSync(join(folder, 'rules', 'lifecycle.yaml'), 'resolve_hold: 1s\n')
  const items = [
    { id: 'toy-shop', class: 'service', name: 'toy-shop', aliases: ['toy'], criticality: 1 },
  ]
  writeFileSync(join(folder, 'cmdb.json'), JSON.stringify({ items, relations: [] }))
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const settings = {
    cmdb: './cmdb.json',
    knowledge: './articles',
    rules: './rules',
    channels: [
      { type: 'webhook', id: 'hook', url: hookUrl, secrets: [secret], allowPrivate: true },
    ],
  }
  writeFileSync(join(folder, 'faultline.yaml'), JSON.stringify(settings))
}

/** Notes when each incident is first seen on the live stream. */
async function follow(url: string, seen: { at: number; incident: string }[]): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const response = await fetch(`${url}/api/v1/stream`, { headers }).catch(() => null)
  if (response?.body == null) return
  const decoder = new TextDecoder()
  try {
    for await (const chunk of response.body) {
      for (const match of decoder.decode(chunk, { stream: true }).matchAll(/"id":"(INC-\d+)"/g)) {
        const incident = match[1] ?? ''
        if (!seen.some((one) => one.incident === incident)) seen.push({ at: Date.now(), incident })
      }
    }
  } catch {
    // the server it follows was stopped
  }
}
