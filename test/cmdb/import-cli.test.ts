/** `faultline import` before a listener that answers as the API does: what it sends, says and exits with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runImport } from '../../src/import-cli.ts'
import { ImportInput, ImportView, UndoInput } from '../../src/server/schemas/cmdb-import.ts'

const TOKEN = 'token-of-the-command-line'
const OPTIONS = { source: 'sheet', format: 'csv', authority: '50' }
const ZERO = {
  ...{ added: 0, changed: 0, unchanged: 0, returned: 0, retired: 0 },
  ...{ linked: 0, unlinked: 0, conflicts: 0, bad: 0 },
}

/** An import as the API gives it. */
function view(more: object): object {
  return ImportView.parse({
    ...{ id: 'imp-1', source: 'sheet', format: 'csv', actor: 'ada', state: 'applied' },
    ...{ at: '2026-11-26T20:00:00Z', endedAt: null, done: 0, total: null, counts: ZERO },
    ...{ diff: null, retiredShare: null, undoes: null, undoable: false, failure: null },
    ...more,
  })
}

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly asked: readonly { readonly line: string; readonly body: unknown }[]
}

/** Runs the command; the listener gives one answer after the other. */
async function run(
  files: Readonly<Record<string, string>>,
  options: object,
  answers: readonly { readonly status?: number; readonly body: object }[],
): Promise<Said> {
  const asked: { line: string; body: unknown }[] = []
  const left = [...answers]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      asked.push({
        line: `${request.method} ${request.url} ${request.headers.authorization}`,
        body: text === '' ? null : JSON.parse(text),
      })
      const answer = left.shift()
      response.writeHead(answer?.status ?? (answer === undefined ? 500 : 200))
      response.end(JSON.stringify(answer?.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'import-cli-'))
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    out.mockRestore()
    err.mockRestore()
    rmSync(folder, { recursive: true })
    server.closeAllConnections()
    server.close()
  })
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const code = await runImport(paths, { ...OPTIONS, ...options }, { url, token: TOKEN })
  const said = (spy: typeof out): string => spy.mock.calls.map(([text]) => `${text}`).join('')
  return { code, out: said(out), err: said(err), asked }
}

describe('faultline import', () => {
  it('gives the files, waits for the end and says what came of it, bad rows by their places', async () => {
    const bad = [{ where: 'hosts.csv row 3', field: 'name', error: 'is empty' }]
    const diff = { added: [], changed: [], retired: [], conflicts: [], bad }
    const { code, out, err, asked } = await run({ 'hosts.csv': 'name,class\nweb,host\n' }, {}, [
      { body: view({ state: 'waiting' }) },
      { body: view({ state: 'applying', done: 1, total: 2 }) },
      { body: view({ state: 'applied', counts: { ...ZERO, added: 2, bad: 1 }, diff }) },
    ])
    expect(code).toBe(0)
    expect(out).toBe('imp-1 applied: 2 added, 1 bad\n')
    expect(err).toBe('hosts.csv row 3 name: is empty\n')
    const of = `/api/v1/cmdb/imports`
    expect(asked.map(({ line }) => line)).toEqual([
      `POST ${of} Bearer ${TOKEN}`,
      `GET ${of}/imp-1 Bearer ${TOKEN}`,
      `GET ${of}/imp-1 Bearer ${TOKEN}`,
    ])
    const given = ImportInput.parse(asked[0]?.body)
    expect(given).toMatchObject({ ...OPTIONS, authority: 50, dryRun: false, force: false })
    expect(given.files.map(({ text }) => text)).toEqual(['name,class\nweb,host\n'])
  })

  it('says what a dry run would do, and nothing where it would do nothing', async () => {
    const { code, out, asked } = await run({ 'a.csv': 'x' }, { dryRun: true, yes: true }, [
      { body: view({ state: 'planned' }) },
    ])
    expect([code, out]).toEqual([0, 'imp-1 planned: nothing\n'])
    expect(ImportInput.parse(asked[0]?.body)).toMatchObject({ dryRun: true, force: true })
  })

  it('fails where somebody has to look first, and says how to go on', async () => {
    const { code, err } = await run({ 'a.csv': 'x' }, {}, [
      { body: view({ state: 'guarded', retiredShare: 0.456 }) },
    ])
    expect(code).toBe(1)
    expect(err).toContain('it would retire 46 % of what sheet has said: confirm it in the console')
    expect(err).toContain('--yes')
  })

  it('fails where the import does, with its reason', async () => {
    const { code, out, err } = await run({ 'a.csv': 'x' }, {}, [
      { body: view({ state: 'failed', failure: 'the server stops' }) },
    ])
    expect([code, out, err]).toEqual([1, 'imp-1 failed: nothing\n', 'the server stops\n'])
  })

  it('undoes, or says what that would change', async () => {
    const { asked } = await run({}, { undo: 'imp-1', dryRun: true }, [{ body: view({}) }])
    expect(asked[0]?.line).toBe(`POST /api/v1/cmdb/imports/imp-1/undo Bearer ${TOKEN}`)
    expect(UndoInput.parse(asked[0]?.body)).toEqual({ dryRun: true })
  })

  it('says which file cannot be read, what the server refused, and where none is', async () => {
    await expect(runImport(['nowhere.csv'], OPTIONS, { url: 'x', token: '' })).rejects.toThrow(
      'cannot read nowhere.csv',
    )
    const refused = run({ 'a.csv': 'x' }, {}, [{ status: 403, body: { detail: 'not yours' } }])
    await expect(refused).rejects.toThrow(/answered 403: .*not yours/)
    const nobody = { url: 'http://127.0.0.1:1', token: '' }
    await expect(runImport([], { ...OPTIONS, undo: 'imp-1' }, nobody)).rejects.toThrow(
      'no server answers at http://127.0.0.1:1',
    )
  })
})
