/**
 * Measures Faultline on this machine: `npm run bench`, see docs/performance.md.
 *
 *   --quick         under 40 s, fewer rounds and smaller states
 *   --only PART     throughput, latency or engine; may be given several times
 *   --json FILE     all figures, for machines
 *   --rounds N, --connections N
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'
import type { EngineFigures, EngineOptions } from './engine.ts'
import { showEngine } from './engine-table.ts'
import { measureLatency, showLatency } from './latency.ts'
import { measureRecovery } from './recovery.ts'
import { measureThroughput, showThroughput } from './throughput.ts'

const PARTS = ['throughput', 'latency', 'engine'] as const

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [...PARTS] },
    json: { type: 'string' },
    rounds: { type: 'string' },
    connections: { type: 'string', default: '64' },
    /** What this script runs in processes of its own. */
    child: { type: 'string' },
    argument: { type: 'string' },
  },
})

const script = import.meta.filename

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function progress(text: string): void {
  process.stderr.write(`… ${text}\n`)
}

async function main(): Promise<void> {
  const { quick, only } = values
  const begun = performance.now()
  const wanted = (part: (typeof PARTS)[number]): boolean => only.includes(part)
  const unknown = only.filter((part) => !(PARTS as readonly string[]).includes(part))
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}`)
  const machine = describeMachine()
  print(`Faultline ${machine.commit}, ${machine.date}`)
  print(`${machine.cores} × ${machine.cpu}, ${machine.memoryGib} GiB, Node ${machine.node}\n`)
  const result: Record<string, unknown> = { machine, quick }
  if (wanted('throughput')) {
    const throughput = await measureThroughput({
      rounds: Number(values.rounds ?? (quick ? 1 : 5)),
      sliceMs: quick ? 250 : 700,
      connections: Number(values.connections),
      script,
      print: progress,
    })
    result['throughput'] = throughput
    print(`${showThroughput(throughput)}\n`)
  }
  if (wanted('latency')) {
    const latency = await measureLatency({ seconds: quick ? 2 : 10, print: progress })
    result['latency'] = latency
    print(`${showLatency(latency)}\n`)
  }
  if (wanted('engine')) {
    const { engine, recovery } = await measureState(quick)
    result['engine'] = engine
    result['recovery'] = recovery
    print(`${showEngine(engine, recovery)}\n`)
  }
  print(`measured in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
}

async function measureState(quick: boolean) {
  const folder = temporaryFolder()
  const options: EngineOptions = {
    sizes: quick ? [5_000, 10_000] : [10_000, 50_000, 100_000],
    storm: quick ? 5_000 : 20_000,
    tail: quick ? 50 : 250,
    data: folder.path,
  }
  try {
    progress('the engine by itself')
    const engine = asFigures(await runChild('engine', options))
    progress('recovery')
    return { engine, recovery: await measureRecovery(folder.path) }
  } finally {
    folder.remove()
  }
}

/** Runs a part in a process of its own, whose memory nothing else has touched; what it prints. */
async function runChild(child: string, argument: unknown): Promise<string> {
  const args = ['--import', 'tsx', script, '--child', child, '--argument', JSON.stringify(argument)]
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const parts: Buffer[] = []
  running.stdout.on('data', (part: Buffer) => parts.push(part))
  const [code] = await once(running, 'close')
  if (code !== 0) throw new Error(`part ${child} ended with ${code}`)
  return Buffer.concat(parts).toString()
}

/** Guarantee: the text is what `--child engine` printed. */
function asFigures(text: string): EngineFigures {
  return JSON.parse(text) as EngineFigures
}

function describeMachine() {
  const [first, ...rest] = cpus()
  return {
    commit: git(['rev-parse', '--short', 'HEAD']) ?? 'of unknown version',
    date: new Date().toISOString().slice(0, 10),
    cores: rest.length + 1,
    cpu: first?.model ?? 'unknown processor',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
}

function git(args: readonly string[]): string | null {
  try {
    return execFileSync('git', ['-C', join(ROOT), ...args], { stdio: 'pipe' })
      .toString()
      .trim()
  } catch {
    return null
  }
}

if (values.child === 'bare') {
  const { serveBare } = await import('./bare.ts')
  serveBare()
} else if (values.child === 'engine') {
  const { measureEngine } = await import('./engine.ts')
  const options = JSON.parse(values.argument ?? '') as EngineOptions
  print(JSON.stringify(await measureEngine(options)))
} else await main()
