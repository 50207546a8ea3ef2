/**
 * The README's picture of an incident: the built program, a small shop whose database fills its disk
 * after a deployment, and a real browser. `npx tsx test/support/screenshot.ts [folder]`
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { ADMIN_TOKEN, run, until } from './process.ts'
import { requireTool } from './requirements.ts'
import { ROOT } from './source.ts'
import { temporaryFolder } from './store.ts'

const ITEMS = [
  { id: 'shop-web', class: 'service', name: 'shop-web', criticality: 1, owner: 'team-shop' },
  { id: 'checkout', class: 'service', name: 'checkout', criticality: 1, owner: 'team-shop' },
  { id: 'orders', class: 'service', name: 'orders', criticality: 2, owner: 'team-orders' },
  { id: 'orders-db', class: 'database', name: 'orders-db', criticality: 1, owner: 'team-data' },
  { id: 'db-host-3', class: 'host', name: 'db-host-3', owner: 'team-data' },
]
const RELATIONS = [
  { from: 'shop-web', type: 'depends_on', to: 'checkout' },
  { from: 'checkout', type: 'depends_on', to: 'orders' },
  { from: 'orders', type: 'depends_on', to: 'orders-db' },
  { from: 'orders-db', type: 'runs_on', to: 'db-host-3' },
]
const ALERTS = [
  ['HostDiskAlmostFull', { host: 'db-host-3' }, 'critical', 'db-host-3: 98 % of /var is used'],
  ['DatabaseWritesFailing', { database: 'orders-db' }, 'critical', 'orders-db rejects writes'],
  ['HighErrorRate', { service: 'orders' }, 'warning', 'orders: 34 % of requests fail'],
  ['HighLatency', { service: 'checkout' }, 'warning', 'checkout: p99 is 4.2 s'],
  ['HighErrorRate', { service: 'shop-web' }, 'warning', 'shop-web: 6 % of requests fail'],
] as const
const ARTICLE = `---
alertnames: [HostDiskAlmostFull]
classes: [host]
---
# Disk of a database host is almost full

Find what grows with \`du -xh /var | sort -h | tail\`. Write-ahead logs that a stuck replica keeps are
the usual cause: drop its replication slot, then the space comes back by itself.

## Before you delete anything

Never remove files below \`pg_wal\` by hand.
`

async function main(out: string): Promise<void> {
  const tool = requireTool('chromium')
  if (!tool.ok) throw new Error(tool.reason)
  const folder = temporaryFolder()
  mkdirSync(join(folder.path, 'articles'))
  writeFileSync(join(folder.path, 'articles', 'disk-of-a-database-host.md'), ARTICLE)
  writeFileSync(
    join(folder.path, 'cmdb.json'),
    JSON.stringify({ items: ITEMS, relations: RELATIONS }),
  )
  const settings = { cmdb: './cmdb.json', knowledge: './articles' }
  writeFileSync(join(folder.path, 'faultline.yaml'), JSON.stringify(settings))
  const args = ['--config', join(folder.path, 'faultline.yaml')]
  const faultline = await run({ data: join(folder.path, 'data'), args })
  const post = async (source: string, body: unknown): Promise<void> => {
    await fetch(`${faultline.url}/ingest/${source}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }
  await post('change', { title: 'orders 4.12 rolled out', ci: 'orders', kind: 'deploy' })
  for (const [rule, place, severity, title] of ALERTS) {
    const labels = { alertname: rule, ...place }
    await post('generic', { title, status: 'firing', severity, labels })
    await new Promise((resolve) => setTimeout(resolve, 700))
  }
  const browser = await chromium.launch({
    executablePath: tool.path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1000 },
    colorScheme: 'dark',
  })
  await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
  await until('the list', 20_000, async () => {
    const rows = await page.getByText('INC-000001').count()
    return rows > 0 ? true : undefined
  })
  await page.goto(`${faultline.url}/incidents/INC-000001`)
  await until('the cause', 20_000, async () => {
    const found = await page.getByText('db-host-3').count()
    return found > 1 ? true : undefined
  })
  await new Promise((resolve) => setTimeout(resolve, 3000))
  mkdirSync(out, { recursive: true })
  await page.screenshot({ path: join(out, 'incident.png') })
  await browser.close()
  await faultline.stop()
  folder.remove()
}

await main(process.argv[2] ?? join(ROOT, 'docs', 'images'))
