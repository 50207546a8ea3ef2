/** What people do about problems beside deciding on them, called once for the description of the API. */

type Ok = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
) => Promise<ReturnType<typeof JSON.parse>>

export async function callProblemWork(
  ok: Ok,
  { problem, incident }: { readonly problem: string; readonly incident: string },
): Promise<void> {
  const path = `/api/v1/incidents/${incident}/review`
  const { review } = await ok('GET', path)
  await ok('POST', path, { base: 0, review })
  await ok('GET', `${path}/markdown`)
  const on = (name: string, body: object) => ok('POST', `/api/v1/problems/${problem}/${name}`, body)
  await on('comment', { text: 'looking' })
  await on('task', { text: 'clean the filters', assignee: 'ada' })
  await on('drop-task', { task: 'T1' })
  const first = async (list: string): Promise<string> => (await ok('GET', list)).items[0].id
  const changes = [await first('/api/v1/changes')]
  await on('relate', { changes, articles: [await first('/api/v1/articles')] })
  await on('unrelate', { changes })
  for (const format of ['markdown', 'csv'])
    await ok('GET', `/api/v1/problem-report?format=${format}`)
  await ok('GET', '/api/v1/problem-costs')
  await ok('GET', `/api/v1/incidents/${incident}/article-draft`)
  await callPastIncidents(ok)
}

/** Past incidents of another tool: looked at, imported, read, taken back. */
async function callPastIncidents(ok: Ok): Promise<void> {
  const path = '/api/v1/past-incidents'
  const text = 'number,title,opened,resolved,ci\n7,Fan broken,2026-01-01,2026-01-02,late-1\n8,x,,,'
  const body = { source: 'desk', format: 'csv', files: [{ name: 'a.csv', text }] }
  await ok('GET', `${path}/formats`)
  await ok('POST', `${path}/imports`, { ...body, dryRun: true })
  const { id } = await ok('POST', `${path}/imports`, body)
  await ok('GET', `${path}/desk:7`)
  await ok('GET', `${path}/imports`)
  await ok('POST', `${path}/imports/${id}/undo`)
}
