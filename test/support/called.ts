/** Operations about what was learned, each called once; `ok` holds the answers to their description. */
import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import { correctRacks } from './correcting.ts'
import { until } from './process.ts'

type Ok = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<ReturnType<typeof JSON.parse>>

const reportOf = (ok: Ok, path: string) =>
  until('a report', 30_000, async () => (await ok('GET', path)).report ?? undefined)

export async function callBacktests(ok: Ok): Promise<void> {
  const from = new Date(Date.now() - 86_400_000).toISOString()
  const to = new Date(Date.now() + 86_400_000).toISOString()
  const asked = { from, to, set: { 'correlate.gap': '1m' } }
  const { id } = await ok('POST', '/api/v1/backtests', asked)
  const path = `/api/v1/backtests/${id}`
  await reportOf(ok, path)
  await ok('GET', '/api/v1/backtests')
  await ok('GET', '/api/v1/backtests/packs')
  await ok('DELETE', path)
}

export async function callProposals(ok: Ok, app: TestApp): Promise<void> {
  await correctRacks(app, ['ada', 'bo', 'ada'])
  const { items } = await ok('GET', '/api/v1/proposals?state=open')
  const path = `/api/v1/proposals/${items[0].id}`
  expect((await ok('GET', `${path}/files`)).files).toHaveLength(2)
  const { id } = await ok('POST', `${path}/backtest`, {})
  await reportOf(ok, `/api/v1/backtests/${id}`)
  expect((await ok('GET', path)).backtest).toMatchObject({ id, state: 'done' })
  await ok('POST', `${path}/dismiss`, { reason: 'too wide' })
  await ok('POST', `${path}/restore`, {})
}
