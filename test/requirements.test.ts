import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ensureTools, missingTools, requireTool } from './support/requirements.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-tools-'))

beforeEach(() => {
  vi.stubEnv('PATH', folder) // no apt-get here, so nothing is installed either
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function addTool(name: string, mode = 0o755): string {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

describe('a tool', () => {
  it('is found by the name it has here', () => {
    const path = addTool('alertmanager')
    expect(requireTool('alertmanager')).toEqual({ ok: true, path })
    rmSync(path)
  })

  it('that is not there comes with what to install and what is skipped', () => {
    expect(requireTool('redis-server')).toEqual({
      ok: false,
      reason: expect.stringMatching(
        /^skipped \(.+\): redis-server is missing; .*apt-get install redis-server; .*brew install redis$/,
      ),
    })
  })

  it('must be executable', () => {
    const path = addTool('prometheus', 0o644)
    expect(requireTool('prometheus').ok).toBe(false)
    rmSync(path)
  })
})

describe('missing tools', () => {
  it('are named, with how to get them, and the suites are skipped', () => {
    const lines: string[] = []
    ensureTools({ ci: false, print: (line) => lines.push(line) })
    expect(missingTools()).toContain('prometheus')
    expect(lines).toHaveLength(missingTools().length + 1)
    expect(lines.join('\n')).toContain('apt-get install prometheus-alertmanager')
  })

  it('are a failure in CI', () => {
    expect(() => ensureTools({ ci: true, print: () => undefined })).toThrow(
      /in CI.*\n.*prometheus/s,
    )
  })
})
