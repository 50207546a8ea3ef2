/** `faultline import-incidents` before the built program, and what is left of an import after it was killed. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, api, type Running, run } from '../support/process.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
const data = join(folder.path, 'data')
let running: Running | undefined
afterAll(async () => {
  await running?.kill()
  folder.remove()
})

const give = (url: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), 'import-incidents', '--url', url, ...args],
    {
      encoding: 'utf8',
      cwd: folder.path,
      env: { PATH: process.env['PATH'], FAULTLINE_DATA: data, FAULTLINE_ADMIN_TOKEN: ADMIN_TOKEN },
    },
  )
  return { code: status, out: stdout, err: stderr }
}

const CSV = [
  'Ticket;What happened;Opened;Resolved;Host',
  '1;Disk full on db-1;2026-01-11 02:00;2026-01-11 03:00;db-1',
  '2;Disk full on db-1;2026-01-18 02:00;2026-01-18 03:00;db-1',
  '3;Odd;yesterday;2026-01-18 03:00;db-1',
].join('\n')

interface Runs {
  readonly kept: number
  readonly items: readonly { readonly id: string; readonly undoable: boolean }[]
}

describe('faultline import-incidents', () => {
  it('shows, applies, survives a kill, and is taken back after it', async () => {
    const file = join(folder.path, 'list.csv')
    writeFileSync(file, CSV)
    running = await run({ data })
    const columns = ['--column', 'key=Ticket', '--column', 'title=What happened']
    const args = ['--source', 'desk', ...columns, file]
    const dry = give(running.url, ['--dry-run', ...args])
    expect([dry.code, dry.out]).toEqual([0, '- planned: 2 added, 2 unbound, 1 bad\n'])
    expect(dry.err).toContain('list.csv row 4 opened: "yesterday" is no time')
    expect(dry.err).toContain('unbound: db-1 (2)')
    const applied = give(running.url, args)
    expect(applied.out).toMatch(/^\S{36} applied: 2 added, 2 unbound, 1 bad\n$/)
    expect(give(running.url, args).out).toBe('- applied: 2 same, 1 bad\n')
    await running.kill()

    running = await run({ data })
    const list = (): Promise<Runs> => api(running?.url ?? '', '/api/v1/past-incidents/imports')
    const [one] = (await list()).items
    expect(await list()).toMatchObject({ kept: 2, items: [{ undoable: true }] })
    // with a snapshot this time
    await running.stop()
    running = await run({ data })
    expect(await list()).toMatchObject({ kept: 2, items: [{ id: one?.id, undoable: true }] })
    expect(give(running.url, ['--undo', one?.id ?? '']).code).toBe(0)
    expect((await list()).kept).toBe(0)
    const again = give(running.url, ['--undo', one?.id ?? ''])
    expect(again.code).toBe(2)
    expect(again.err).toContain('409')
    expect(give(running.url, []).code).toBe(2)
  }, 120_000)
})
