/** A relation that the CMDB learns only after people were told of what it ties together. */
import { MINUTE } from '../../src/core/time.ts'
import { firing, type TestApp } from './app.ts'

const HOSTS = ['tied-a', 'tied-b'].map((name) => ({ id: `host:${name}`, class: 'host', name }))

/** Two incidents, "Hot on tied-a" and "Stuck on tied-b", and then their relation: a merge is proposed. */
export async function tieLater(app: TestApp): Promise<void> {
  const learn = (relations: readonly object[]) =>
    app.post('/api/v1/topology', { mode: 'upsert', items: HOSTS, relations })
  await learn([])
  // nothing from before is near
  app.skip(20 * MINUTE)
  await app.post('/ingest/generic', firing('Hot', 'tied-a'))
  await app.post('/ingest/generic', firing('Stuck', 'tied-b'))
  await app.settled()
  await learn([{ from: 'host:tied-a', type: 'depends_on', to: 'host:tied-b' }])
  await app.settled()
}
