/**
 * Posts as vmalert makes them, evaluation by evaluation, to a running Faultline: the array with
 * nanoseconds, an end that moves ahead, ends told once more after the resolve, an empty array, and
 * every alert again after a restart in the middle.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/vmalert/
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { freePort } from '../support/estate.ts'
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { temporaryFolder } from '../support/store.ts'

const Incidents = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      alertCount: z.number(),
      firingCount: z.number(),
    }),
  ),
})
const Alerts = z.object({ items: z.array(z.object({ reports: z.number() })) })

/** Go's RFC 3339 with nanoseconds, which JavaScript does not write. */
const nanos = (ms: number): string => new Date(ms).toISOString().replace('Z', '123456Z')

/** What one evaluation posts of an alert; vmalert's end is four intervals ahead. */
function alertOf(host: string, startsAt: number, endsAt: number): object {
  return {
    startsAt: nanos(startsAt),
    generatorURL: `http://vmalert.example:8880/vmalert/alert?group_id=1&alert_id=${host}`,
    endsAt: nanos(endsAt),
    labels: { alertgroup: 'db', alertname: 'ReplicationLag', severity: 'critical', instance: host },
    annotations: { summary: `Replication of ${host} lags` },
  }
}

describe('vmalert', () => {
  const folder = temporaryFolder()
  const began = Date.now()
  let port = 0
  let faultline: Running
  const start = () => run({ data: folder.path, port })

  beforeAll(async () => {
    port = await freePort()
    faultline = await start()
  })
  afterAll(async () => {
    await faultline.stop()
    folder.remove()
  })

  /** Its own client: no retry, and any 2xx is success. */
  const evaluate = async (...alerts: readonly object[]): Promise<number> => {
    const answer = await fetch(`${faultline.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify(alerts),
    })
    expect(await answer.text()).toBe('')
    return answer.status
  }
  const incidents = async () =>
    Incidents.parse(
      await api(faultline.url, '/api/v1/incidents?status=provisional,open,resolved,closed'),
    ).items
  const ahead = () => Date.now() + 4 * 15_000

  it('opens one incident for what it evaluates again and again', async () => {
    expect(await evaluate()).toBe(200)
    for (let evaluation = 0; evaluation < 3; evaluation++) {
      const both = ['db-1', 'db-1b'].map((host) => alertOf(host, began, ahead()))
      expect(await evaluate(...both)).toBe(200)
    }
    const [one, ...others] = await until('the incident', 10_000, async () => {
      const found = await incidents()
      return found[0]?.status === 'open' ? found : undefined
    })
    expect(others).toEqual([])
    expect(one).toMatchObject({ alertCount: 2, firingCount: 2 })
    const { items } = Alerts.parse(await api(faultline.url, '/api/v1/alerts'))
    expect(items.map(({ reports }) => reports)).toEqual([3, 3])
  })

  it('goes on with it after a restart, and resolves it when vmalert says so', async () => {
    await faultline.stop()
    faultline = await start()
    const both = ['db-1', 'db-1b'].map((host) => alertOf(host, began, ahead()))
    expect(await evaluate(...both)).toBe(200)
    expect(await incidents()).toMatchObject([{ status: 'open', firingCount: 2 }])
    const ended = Date.now()
    // it tells an end at each evaluation for a quarter of an hour
    for (let evaluation = 0; evaluation < 2; evaluation++)
      await evaluate(...['db-1', 'db-1b'].map((host) => alertOf(host, began, ended)))
    await until('the end of both alerts', 10_000, async () => {
      const [one] = await incidents()
      return one?.firingCount === 0 ? true : undefined
    })
    expect(await incidents()).toHaveLength(1)
    const firing = await api<unknown[]>(faultline.url, '/api/v2/alerts')
    expect(firing).toEqual([])
  })
})
