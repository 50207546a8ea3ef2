/** People who correct the same thing again and again. */
import { HOUR } from '../../src/core/time.ts'
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
