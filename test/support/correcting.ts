/** People who correct the same thing again and again. */
import { HOUR, SECOND } from '../../src/core/time.ts'
import { firing, type TestApp } from './app.ts'

/** A disk and a latency of one rack, from the given one on, which look unrelated, each time merged by the next person. */
export async function correctRacks(
  app: TestApp,
  people: readonly string[],
  first = 0,
): Promise<void> {
  for (const [index, actor] of people.entries()) {
    const n = first + index
    const alerts = [
      firing('Disk', `h${n}`, { labels: { alertname: 'Disk', host: `h${n}`, rack: `r${n}` } }),
      firing('Latency', `s${n}`, {
        labels: { alertname: 'Latency', host: `s${n}`, rack: `r${n}` },
      }),
    ]
    await app.post('/ingest/generic', alerts)
    await app.settled()
    const { body } = await app.get(`/api/v1/alerts?state=firing&q=rack=r${n}`)
    const [one, other] = body.items.map(({ incident }: { readonly incident: string }) => incident)
    await app.post(
      `/api/v1/incidents/${one}/merge`,
      { from: [other] },
      { 'x-faultline-actor': actor },
    )
    await app.post(
      '/ingest/generic',
      alerts.map((alert) => ({ ...alert, status: 'resolved' })),
    )
    await app.settled()
    app.skip(HOUR)
    await app.post('/ingest/generic', firing('Tick', 'clock', { status: 'resolved' }))
    await app.settled()
  }
}

/** Between two alerts of a namespace that are nearly one incident by the shipped weights, but not quite. */
const NEARLY_MS = 575 * SECOND

/** Two alerts of one namespace, from the given one on, that the score just leaves apart; nobody corrects them. */
export async function nearPair(app: TestApp, n: number): Promise<readonly string[]> {
  const alerts = ['Queue', 'Errors'].map((name) => {
    const labels = { alertname: name, host: `${name}-${n}`, namespace: `n${n}` }
    return firing(name, `${name}-${n}`, { labels })
  })
  for (const [index, alert] of alerts.entries()) {
    if (index > 0) app.skip(NEARLY_MS)
    await app.post('/ingest/generic', alert)
    await app.settled()
  }
  const { body } = await app.get(`/api/v1/alerts?state=firing&q=namespace=n${n}`)
  const incidents = body.items.map(({ incident }: { readonly incident: string }) => incident)
  await app.post(
    '/ingest/generic',
    alerts.map((alert) => ({ ...alert, status: 'resolved' })),
  )
  await app.settled()
  app.skip(3 * HOUR)
  return [...new Set<string>(incidents)]
}

/** Such pairs, each time merged by the next person. */
export async function correctNear(app: TestApp, people: readonly string[]): Promise<void> {
  for (const [index, actor] of people.entries()) {
    const [one, other] = await nearPair(app, index + 1)
    await app.post(
      `/api/v1/incidents/${one}/merge`,
      { from: [other] },
      { 'x-faultline-actor': actor },
    )
    await app.settled()
  }
}
