/** Operations about what was learned and what recurs, each called once; `ok` holds the answers to their description. */
import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import { correctNear, correctRacks } from './correcting.ts'
import { until } from './process.ts'
import { tieLater } from './tied.ts'

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
  await callWeights(ok, app)
}

/** Weights: proposed, accepted, listed and undone. */
async function callWeights(ok: Ok, app: TestApp): Promise<void> {
  app.skip(12_000_000)
  await correctNear(app, ['ada', 'bo', 'cy'])
  const { items } = await ok('GET', '/api/v1/proposals')
  const one = items.find(({ kind }: { readonly kind: string }) => kind === 'weights')
  const { id, changes } = await ok('POST', `/api/v1/proposals/${one.id}/accept`, {})
  expect(changes).toEqual(one.changes)
  expect((await ok('GET', '/api/v1/weights')).items).toMatchObject([{ id }])
  await ok('POST', `/api/v1/weights/${id}/undo`, {})
}

async function callLift(ok: Ok): Promise<void> {
  const [startsAt, endsAt] = [1, 2].map((h) => new Date(Date.now() + h * 3_600_000).toISOString())
  await ok('POST', '/api/v1/changes', {
    ...{ id: 'CHG9', title: 'new disks', kind: 'normal', ci: 'orders-db', startsAt, endsAt },
    labels: { status: 'Scheduled' },
  })
  await until('the planned change', 10_000, async () => {
    const { items } = await ok('GET', '/api/v1/changes/calendar')
    return items.length === 0 ? undefined : true
  })
  await ok('POST', '/api/v1/changes/change:CHG9/lift')
  await ok('POST', '/api/v1/changes/change:CHG9/restore')
}

/** A source of the CMDB whose token nobody has set. */
const CMDB_DESK = {
  ...{ source: 'desk', from: 'solarwinds', authority: 100, everyMinutes: 60 },
  settings: { tokenVariable: 'NOT_SET' },
}

/** A service desk whose token nobody has set. */
const CHANGE_DESK = {
  ...{ source: 'desk', from: 'solarwinds', everyMinutes: 60, labels: {} },
  settings: { tokenVariable: 'NOT_SET' },
}

export const DESK = { pulled: { sources: [CMDB_DESK] }, changes: { sources: [CHANGE_DESK] } }

/** Changes that are read: how each source stands, and one read now. */
async function callChangeSources(ok: Ok): Promise<void> {
  const path = '/api/v1/changes/sources'
  await ok('POST', `${path}/${CHANGE_DESK.source}/pull`, {})
  while ((await ok('GET', path)).items[0].running)
    await new Promise((resolve) => setImmediate(resolve))
}

/** An import: a dry run, what it changes, confirmed, undone; its source and who says what. */
export async function callImports(ok: Ok): Promise<void> {
  await ok('GET', '/api/v1/backup')
  const files = [{ name: 'a.csv', text: 'id,name,class,owner\n1,imported-1,host,ops\n2,,host,\n' }]
  const asked = { source: 'sheet', format: 'csv', files, dryRun: true }
  const { id } = await ok('POST', '/api/v1/cmdb/imports', asked)
  const path = '/api/v1/cmdb/imports'
  const ended = async (one: string, state: string): Promise<void> => {
    while ((await ok('GET', `${path}/${one}`)).state !== state)
      await new Promise((resolve) => setImmediate(resolve))
  }
  await ended(id, 'planned')
  await ok('POST', `${path}/${id}/confirm`, {})
  await ended(id, 'applied')
  await ok('GET', path)
  await ok('GET', '/api/v1/cmdb/sources')
  await ok('GET', '/api/v1/cmdb/formats')
  await ok('GET', '/api/v1/cis/sheet%2F1/provenance')
  await ok('GET', '/api/v1/cis/sheet%2F1/blast-radius')
  await ok('GET', '/api/v1/cis/sheet%2F1/bindings')
  await ok('GET', '/api/v1/services')
  await ok('GET', '/api/v1/topology/map')
  await ok('GET', '/api/v1/topology/live')
  await ok('GET', '/api/v1/topology/steps')
  await ok('GET', '/api/v1/services/svc:checkout')
  await ok('GET', '/api/v1/cmdb/terms')
  await callLift(ok)
  const undo = await ok('POST', `${path}/${id}/undo`, {})
  await ended(undo.id, 'applied')
  const pulled = await ok('POST', `/api/v1/cmdb/sources/${CMDB_DESK.source}/pull`, {})
  await ended(pulled.id, 'failed')
  await callChangeSources(ok)
}

/** A name that no CI has: learned, listed and forgotten. */
export async function callBindings(ok: Ok): Promise<void> {
  const path = '/api/v1/bindings'
  await ok('POST', '/ingest/generic', {
    status: 'firing',
    severity: 'warning',
    title: 'Unnamed',
    labels: { alertname: 'Unnamed', host: 'nobody-knows-1' },
  })
  const [name] = await until('an unbound name', 30_000, async () => {
    const { items } = await ok('GET', `${path}/unbound`)
    return items.length > 0 ? items : undefined
  })
  const [{ id: ci }] = (await ok('GET', '/api/v1/cis')).items
  const { id } = await ok('POST', `${path}/aliases`, { unbound: name.id, ci })
  await ok('GET', `${path}/aliases`)
  await ok('GET', path)
  await ok('POST', `${path}/aliases/${id}/delete`, {})
  const { items } = await ok('GET', '/api/v1/observed')
  const ids = items.map((one: { readonly id: string }) => one.id)
  for (const act of ['confirm', 'reject', 'undo'])
    await ok('POST', `/api/v1/observed/${act}`, { ids })
}

/** Two incidents that people know of, which a relation learned later ties together: not wanted, wanted, merged. */
export async function callRegroupings(ok: Ok, app: TestApp): Promise<void> {
  await tieLater(app)
  const path = '/api/v1/regroupings'
  const { items } = await ok('GET', `${path}?kind=merge`)
  const tied = items.find(({ reason }: { readonly reason: string }) => reason === 'estate_changed')
  const one = `${path}/${tied.id}`
  await ok('POST', `${one}/dismiss`, { reason: 'by chance' })
  await ok('POST', `${one}/restore`)
  const { incident } = await ok('POST', `${one}/accept`)
  expect([tied.incident.id, tied.other.id]).toContain(incident)
  const left = (await ok('GET', path)).items.map(({ id }: { readonly id: string }) => id)
  expect(left).not.toContain(tied.id)
}

/** A window that recurs, of which one time is skipped, moved and restored, and that recurs no more in the end. */
export async function callWindows(ok: Ok, window: object): ReturnType<Ok> {
  const recurs = { windows: [{ dates: [1], from: '01:00', to: '02:00' }] }
  const endsAt = new Date(Date.now() + 3 * 365 * 86_400_000).toISOString()
  const { id, next } = await ok('POST', '/api/v1/maintenance', { ...window, endsAt, recurs })
  const [{ startsAt }, to] = next
  const turn = `/api/v1/maintenance/${id}`
  await ok('POST', `${turn}/skip`, { startsAt, reason: 'a release' })
  expect((await ok('POST', `${turn}/move`, { startsAt, to })).exceptions).toMatchObject([{ to }])
  expect((await ok('POST', `${turn}/restore`, { startsAt })).next).toEqual(next)
  return ok('POST', '/api/v1/maintenance', { ...window, id })
}
