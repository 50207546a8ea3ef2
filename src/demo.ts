/** `faultline demo`: a folder of its own, a year brought about, and a server with an outage to play. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type Config, loadConfig } from './config.ts'
import { Engine } from './core/engine/engine.ts'
import { AppError } from './core/errors.ts'
import { type EpochMs, MINUTE, toRfc3339 } from './core/time.ts'
import { createDirector } from './demo/director.ts'
import { maintenanceOf, pastOf } from './demo/past.ts'
import { readScripts } from './demo/scripts.ts'
import { seedPast } from './demo/seed.ts'
import { stormOf } from './demo/storm.ts'
import { loadCmdb, loadKnowledge, loadRules } from './inputs.ts'
import { openJournal } from './journal/clickhouse.ts'
import { channelsSchema } from './notify/channel.ts'
import { demoFolder, shippedRules } from './paths.ts'
import { type StartDemo, serveUntilStopped } from './serve.ts'
import { openStore } from './store/client.ts'
import { readEpoch } from './store/meta.ts'
import { openRecordWriter } from './store/records.ts'

export interface DemoOptions {
  readonly data: string
  readonly listen: string
  readonly keep?: boolean
  readonly speed: string
  readonly after: string
  readonly slack?: string
}

const SEED = 20_260

/** Runs the demo until it is stopped; says on stdout what it does and where to look. */
export async function demo(options: DemoOptions): Promise<void> {
  const config = configOf(options)
  const speed = numberOf('--speed', options.speed, { min: 0.1, max: 100 })
  const afterSeconds = numberOf('--after', options.after, { min: 0, max: 86_400 })
  const run = options.keep === true ? ownRun(config.data) : null
  if (run !== null) process.stdout.write(`Going on with the demo in ${config.data}\n`)
  const startDemo = directed(run ?? (await makeAnew(config)), { speed, afterSeconds })
  await serveUntilStopped(config, startDemo)
}

/** The defaults, and only this machine: nothing of the user's own settings or data is touched. */
function configOf(options: DemoOptions): Config {
  const loaded = loadConfig({
    env: { FAULTLINE_LISTEN: options.listen, FAULTLINE_LOG_LEVEL: 'warn' },
    readFile: () => '{}',
  })
  if (!loaded.ok) throw new AppError('payload_invalid', loaded.faults.join('; '))
  if (!loaded.config.listen.loopback)
    throw new AppError('payload_invalid', 'the demo listens on this machine only')
  const data = resolve(options.data)
  const channel = { id: 'slack', type: 'slack', url: options.slack, allowPrivate: true }
  return {
    ...loaded.config,
    data,
    store: { path: join(data, 'store') },
    cmdb: join(demoFolder(), 'estate.yaml'),
    knowledge: join(demoFolder(), 'articles'),
    retention: { journalDays: 3650, historyDays: 3650 },
    channels: options.slack === undefined ? [] : channelsSchema.parse([channel]),
  }
}

function numberOf(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  throw new AppError('payload_invalid', `${name} must be a number from ${min} to ${max}`)
}

/** Says that a folder is the demo's: only such a one is ever emptied. */
const MARK = 'demo.json'
const Mark = z.object({ run: z.string(), ready: z.boolean() })

/** The run whose data the folder holds in full; null where there is none. */
function ownRun(folder: string): string | null {
  const file = join(folder, MARK)
  if (!existsSync(file)) return null
  const mark = Mark.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return mark.data?.ready === true ? mark.data.run : null
}

async function makeAnew(config: Config): Promise<string> {
  const folder = config.data
  const found = existsSync(folder) ? readdirSync(folder) : []
  if (found.length > 0 && !found.includes(MARK))
    throw new AppError('payload_invalid', `${folder} is not a folder of the demo; give another one`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const now = Date.now()
  const run = toRfc3339(now)
  const mark = (ready: boolean): void =>
    writeFileSync(join(folder, MARK), `${JSON.stringify({ run, ready })}\n`)
  mark(false)
  process.stdout.write(`Making a year of incidents in ${folder} (nothing else is touched)\n`)
  const begun = performance.now()
  const entries = await fill(config, now)
  mark(true)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  process.stdout.write(`${entries} entries went through the engine in ${seconds} s\n`)
  return run
}

async function fill(config: Config, now: EpochMs): Promise<number> {
  const { past, checks } = readScripts(demoFolder())
  const happenings = pastOf({ script: past, checks, seed: SEED, until: now })
  const begins = (happenings[0]?.at ?? now) - MINUTE
  const files = [
    loadRules(shippedRules()),
    loadCmdb(join(demoFolder(), 'estate.yaml')),
    loadKnowledge(join(demoFolder(), 'articles')),
  ]
  const before = files.map(({ toEntry }) => toEntry(begins, 'default'))
  const store = await openStore(config.store)
  const journal = await openJournal(store.journal)
  const records = openRecordWriter(store)
  try {
    const deps = { engine: new Engine(), store, journal, records, epoch: await readEpoch(store) }
    return await seedPast(deps, [...before, maintenanceOf(past, { at: begins, now })], happenings)
  } finally {
    await records.close()
    await journal.close()
    await store.close()
  }
}

function directed(
  run: string,
  { speed, afterSeconds }: { readonly speed: number; readonly afterSeconds: number },
): StartDemo {
  const { storm: script, checks } = readScripts(demoFolder())
  return ({ url, engine, log }) =>
    createDirector({
      engine,
      url,
      run,
      storm: (at) => stormOf({ script, checks, seed: SEED, at, speed }),
      afterSeconds,
      now: () => Date.now(),
      onError: (cause) => log.error({ err: cause }, 'the demo cannot go on'),
    })
}
