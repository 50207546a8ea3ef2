/**
 * The tools the system tests drive, how to find them and how to get them. Where the tests run as
 * root on Debian, what is missing is installed; elsewhere the suites that need it skip and say so;
 * in CI a missing tool is a failure.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

interface ToolSpec {
  /** Names on the PATH, or absolute paths, in the order they are tried. */
  readonly names: readonly string[]
  /** Debian's package. */
  readonly apt: string
  /** What to do on macOS. */
  readonly mac: string
  readonly usedBy: string
}

const ALERTMANAGER_ON_MAC = 'Alertmanager (with amtool) from https://prometheus.io/download'

const TOOLS = {
  'redis-server': {
    names: ['redis-server'],
    apt: 'redis-server',
    mac: 'brew install redis',
    usedBy: 'cluster mode',
  },
  chromium: {
    names: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    apt: 'chromium',
    mac: 'brew install --cask google-chrome',
    usedBy: 'the console in a browser',
  },
  prometheus: {
    names: ['prometheus'],
    apt: 'prometheus',
    mac: 'brew install prometheus',
    usedBy: 'real Prometheus end to end',
  },
  promtool: {
    names: ['promtool'],
    apt: 'prometheus',
    mac: 'brew install prometheus',
    usedBy: 'the alert rules over Faultline',
  },
  alertmanager: {
    names: ['prometheus-alertmanager', 'alertmanager'],
    apt: 'prometheus-alertmanager',
    mac: ALERTMANAGER_ON_MAC,
    usedBy: 'real Alertmanager end to end, benchmarks beside it',
  },
  amtool: {
    names: ['amtool'],
    apt: 'prometheus-alertmanager',
    mac: ALERTMANAGER_ON_MAC,
    usedBy: 'the Alertmanager-compatible API',
  },
} as const satisfies Record<string, ToolSpec>

export type Tool = keyof typeof TOOLS

export type Requirement =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string }

/** Where a tool is, or why the tests that need it are skipped. */
export function requireTool(tool: Tool): Requirement {
  const { names, apt, mac, usedBy }: ToolSpec = TOOLS[tool]
  const path = names.map(locate).find((found) => found !== undefined)
  if (path !== undefined) return { ok: true, path }
  return {
    ok: false,
    reason: `skipped (${usedBy}): ${tool} is missing; Debian: apt-get install ${apt}; macOS: ${mac}`,
  }
}

/** Tools that are not on this machine, by name. */
export function missingTools(): Tool[] {
  return (Object.keys(TOOLS) as Tool[]).filter((tool) => !requireTool(tool).ok).sort()
}

/**
 * Makes sure of every tool: installs what is missing where it may, else says what to install.
 *
 * @throws where a tool is missing at the end and `ci` is set
 */
export function ensureTools({ ci, print }: { ci: boolean; print: (line: string) => void }): void {
  if (missingTools().length > 0 && mayInstall()) installFromDebian(missingTools(), print)
  const missing = missingTools()
  if (missing.length === 0) return
  const lines = missing.map((tool) => {
    const found = requireTool(tool)
    return found.ok ? tool : `  ${found.reason}`
  })
  if (ci) throw new Error(`tools are missing, and in CI nothing is skipped:\n${lines.join('\n')}`)
  for (const line of ['Some tests need tools that are not here:', ...lines]) print(line)
}

function locate(name: string): string | undefined {
  const folders = name.startsWith('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  return (
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && locate('apt-get') !== undefined
  )
}

/** Debian starts what it installs, on the default ports, unless this file says no (101). */
const START_POLICY = '/usr/sbin/policy-rc.d'

function installFromDebian(tools: readonly Tool[], print: (line: string) => void): void {
  const packages = [...new Set(tools.map((tool) => TOOLS[tool].apt))]
  print(`installing ${packages.join(', ')} from Debian's packages for the tests`)
  const ownPolicy = !existsSync(START_POLICY)
  if (ownPolicy) writeFileSync(START_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt(['update', '-qq'], print)
    apt(['install', '-y', '-qq', '--no-install-recommends', ...packages], print)
  } finally {
    if (ownPolicy) rmSync(START_POLICY, { force: true })
  }
}

function apt(args: readonly string[], print: (line: string) => void): void {
  const { status, stdout, stderr, error } = spawnSync(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=300', ...args],
    { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' },
  )
  if (status === 0) return
  const said = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-10).join('\n')
  print(`apt-get ${args[0]} failed: ${error?.message ?? `exit ${status}`}\n${said}`)
}
