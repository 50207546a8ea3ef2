/** Incidents that come back, so that there is a problem to find. */
import { DAY, MINUTE } from '../../src/core/time.ts'
import { firing, type TestApp } from './app.ts'

/** "It is now": lets the engine do what is due. */
export async function tick(app: TestApp): Promise<void> {
  await app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
}

/** An incident of ten minutes on each of the hosts, then nothing for the rest of `everyMs`; `times` times. */
export async function recur(
  app: TestApp,
  alerts: readonly { readonly rule: string; readonly host: string }[],
  { times, everyMs = 7 * DAY }: { readonly times: number; readonly everyMs?: number },
): Promise<void> {
  for (let n = 0; n < times; n++) {
    for (const { rule, host } of alerts) {
      await app.post('/ingest/generic', firing(rule, host))
      app.skip(10 * MINUTE)
      await app.post('/ingest/generic', firing(rule, host, { status: 'resolved' }))
      app.skip(2 * MINUTE)
      await tick(app)
    }
    app.skip(everyMs - alerts.length * 12 * MINUTE)
  }
  await tick(app)
  app.skip(MINUTE)
  await tick(app)
  await app.settled()
}
