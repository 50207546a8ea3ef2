/**
 * Measures Faultline on this machine: `npm run bench`, see docs/performance.md.
 *
 *   --quick         under 40 s, fewer rounds and smaller states
 *   --only PART     throughput, latency, engine, storm, active or suggestion; may be given several times
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
import { type ActiveFigures, type ActiveOptions, showActive } from './active.ts'
import type { EngineFigures, EngineOptions } from './engine.ts'
import { type Inside, showEngine } from './engine-table.ts'
import { LOADS, measureLatency, STORM, showLatency } from './latency.ts'
import { measureRecovery } from './recovery.ts'
import type { StateFigures, StateOptions } from './state.ts'
import { type SuggestionFigures, type SuggestionOptions, showSuggestion } from './suggestion.ts'
import { measureThroughput, showThroughput } from './throughput.ts'

const PARTS = ['throughput', 'latency', 'engine', 'storm', 'active', 'suggestion'] as const
/** Unless others are asked for: a storm takes minutes, a million alerts gigabytes. */
const USUAL = ['throughput', 'latency', 'engine'] as const

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [...USUAL] },
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
      sliceMs: quick ? 250 : 500,
      connections: Number(values.connections),
      newPerSlice: quick ? 1920 : 6400,
      script,
      print: progress,
    })
    result['throughput'] = throughput
    print(`${showThroughput(throughput)}\n`)
  }
  if (wanted('latency')) {
    const latency = await measureLatency({
      loads: LOADS,
      seconds: quick ? 2 : 8,
      print: progress,
    })
    result['latency'] = latency
    print(`${showLatency(latency)}\n`)
  }
  if (wanted('storm')) {
    const storm = await measureLatency({
      loads: [STORM],
      seconds: quick ? 10 : 60,
      print: progress,
    })
    result['storm'] = storm
    print(`${showLatency(storm)}\n`)
  }
  if (wanted('active')) {
    progress('the cost of a new alert beside many active ones')
    const options: ActiveOptions = {
      sizes: quick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000],
      timed: 2000,
    }
    const active = asPrinted<readonly ActiveFigures[]>(await runChild('active', options))
    result['active'] = active
    print(`${showActive(active)}\n`)
  }
  if (wanted('suggestion')) {
    progress('suggestions beside many articles and past incidents')
    const options: SuggestionOptions = quick
      ? { articles: 1000, past: 10_000, timed: 50 }
      : { articles: 10_000, past: 100_000, timed: 100 }
    const figures = asPrinted<SuggestionFigures>(await runChild('suggestion', options))
    result['suggestion'] = figures
    print(`${showSuggestion(figures)}\n`)
  }
  if (wanted('engine')) {
    const engine = await measureInside(quick)
    result['engine'] = engine
    print(`${showEngine(engine)}\n`)
  }
  print(`measured in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
}

async function measureInside(quick: boolean): Promise<Inside> {
  const folder = temporaryFolder()
  const data = join(folder.path, 'data')
  const engine: EngineOptions = {
    rates: quick ? 1280 : 3200,
    storm: quick ? 2000 : 20_000,
    articles: quick ? 500 : 5000,
    folder: folder.path,
  }
  const state: StateOptions = {
    sizes: quick ? [5_000, 10_000] : [10_000, 50_000, 100_000],
    tail: quick ? 50 : 250,
    data,
  }
  try {
    progress('the engine by itself')
    const reports = asPrinted<EngineFigures>(await runChild('engine', engine))
    progress('a state of many alerts')
    const held = asPrinted<StateFigures>(await runChild('state', state))
    progress('recovery')
    return { ...reports, ...held, recovery: await measureRecovery(data) }
  } finally {
    folder.remove()
  }
}

/** Runs a part in a process of its own, whose memory nothing else has touched; what it prints. */
async function runChild(child: string, argument: unknown): Promise<string> {
  // a million active alerts are more than Node takes by itself; else as the program is started
  const args = [
    '--max-old-space-size=14000',
    '--max-semi-space-size=64',
    '--import',
    'tsx',
    script,
    '--child',
    child,
    '--argument',
    JSON.stringify(argument),
  ]
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const parts: Buffer[] = []
  running.stdout.on('data', (part: Buffer) => parts.push(part))
  const [code] = await once(running, 'close')
  if (code !== 0) throw new Error(`part ${child} ended with ${code}`)
  return Buffer.concat(parts).toString()
}

/** Guarantee: the text is what this script printed as a child, whose parts have these types. */
function asPrinted<T>(text: string): T {
  return JSON.parse(text) as T
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
  print(JSON.stringify(measureEngine(asPrinted<EngineOptions>(values.argument ?? ''))))
} else if (values.child === 'active') {
  const { measureActive } = await import('./active.ts')
  print(JSON.stringify(measureActive(asPrinted<ActiveOptions>(values.argument ?? ''), progress)))
} else if (values.child === 'suggestion') {
  const { measureSuggestion } = await import('./suggestion.ts')
  print(JSON.stringify(measureSuggestion(asPrinted<SuggestionOptions>(values.argument ?? ''))))
} else if (values.child === 'state') {
  const { measureState } = await import('./state.ts')
  print(JSON.stringify(await measureState(asPrinted<StateOptions>(values.argument ?? ''))))
} else await main()
