#!/usr/bin/env node
/**
 * The command line. Settings come from src/config.ts, what a command does from the files beside it;
 * those that bring the store or the server along are loaded by the commands that need them.
 */
import { cpSync, createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Argument, Command } from 'commander'
import { adminToken } from './admin-token.ts'
import type { BacktestOptions, Past } from './backtest-cli.ts'
import { type Config, processConfig, widenThreadPool } from './config.ts'
import { AppError } from './core/errors.ts'
import { RULE_FILE_KINDS } from './core/rule-files.ts'
import type { ImportOptions, ServerAddress } from './import-cli.ts'
import { loadCmdb, loadKnowledge, loadRules } from './inputs.ts'
import type { PastOptions } from './past-cli.ts'
import { ruleSchemas, shippedRules, version } from './paths.ts'
import type { ProposalsOptions } from './proposals-cli.ts'
import { replayEvents, replayJournal } from './replay.ts'

widenThreadPool()

const program = new Command('faultline')
  .description('Alerts become explained incidents, and nothing is lost.')
  .version(version())
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')

/** The settings, or the end of the process with every fault on a line of its own. */
function config(): Config {
  const loaded = processConfig()
  if (loaded.ok) return loaded.config
  for (const fault of loaded.faults) process.stderr.write(`faultline: ${fault}\n`)
  process.exit(2)
}

program
  .command('serve')
  .description('take alerts in, decide, and serve the API and the console')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async () => {
    const { serveUntilStopped } = await import('./serve.ts')
    await serveUntilStopped(config())
  })

interface DemoOptions {
  readonly data: string
  readonly listen: string
  readonly keep?: boolean
  readonly speed: string
  readonly after: string
  readonly slack?: string
}

program
  .command('demo')
  .description('a made-up company, a year of its incidents, and an outage to look at')
  .option('--data <folder>', 'a folder of its own, made anew at each start', './data/demo')
  .option('--keep', 'go on with what the folder holds from the last time')
  .option('--listen <address>', 'on this machine only', '127.0.0.1:7373')
  .option('--speed <factor>', 'how many times faster than a minute', '1')
  .option('--after <seconds>', 'from the first look at the console to the outage', '20')
  .option('--slack <url>', 'also tell this Slack webhook')
  .action(async (options: DemoOptions) => {
    const { demo } = await import('./demo.ts')
    await demo(options)
  })

interface ReplayOptions {
  readonly events?: string
  readonly journal?: string
  readonly cmdb?: string
  readonly knowledge?: string
  readonly rules?: string
  readonly out: string
}

program
  .command('replay')
  .description('run the engine on a recorded stream or journal, in virtual time')
  .option('--events <file>', 'NDJSON, one request per line')
  .option('--journal <file>', 'what `journal export` wrote; holds its own rules, CMDB and articles')
  .option('--cmdb <file>', 'CIs and relations, YAML or JSON')
  .option('--knowledge <folder>', 'Markdown articles')
  .option('--rules <folder>', 'rule packs; the shipped ones unless given')
  .requiredOption('--out <folder>', 'where the results go')
  .action(async (options: ReplayOptions) => {
    const started = performance.now()
    await replay(options)
    process.stderr.write(`replayed in ${((performance.now() - started) / 1000).toFixed(2)} s\n`)
  })

async function replay(options: ReplayOptions): Promise<void> {
  const { events, journal, out } = options
  if ((events === undefined) === (journal === undefined))
    throw new AppError('payload_invalid', 'give either --events or --journal')
  if (journal !== undefined) {
    const { readExport } = await import('./journal-file.ts')
    return replayJournal(readExport(linesOf(journal)), out)
  }
  if (events === undefined) return
  const loaded = [
    loadRules(options.rules ?? shippedRules()),
    ...(options.cmdb === undefined ? [] : [loadCmdb(options.cmdb)]),
    ...(options.knowledge === undefined ? [] : [loadKnowledge(options.knowledge)]),
  ]
  const setUp = loaded.map(
    ({ toEntry }) =>
      (at: number) =>
        toEntry(at, 'default'),
  )
  await replayEvents(events, { setUp, out })
}

program
  .command('backtest')
  .description('what other rules would have made of the past')
  .option('--from <time>', 'RFC 3339; of the journal, or of a part of a file')
  .option('--to <time>', 'RFC 3339; the end unless given')
  .option('--rules <folder>', 'rule packs to try, instead of all that were in force')
  .option('--set <key=value>', 'a setting to try, e.g. correlate.gap=15m; repeatable', collect, [])
  .option('--events <file>', 'a recorded stream instead of the journal')
  .option('--journal <file>', 'what `journal export` wrote, instead of the journal')
  .option('--against <folder>', 'with --events: rule packs to compare with; the shipped ones')
  .option('--cmdb <file>', 'with --events: CIs and relations')
  .option('--knowledge <folder>', 'with --events: Markdown articles')
  .option('--out <folder>', 'where backtest.json goes')
  .option('--json', 'print the whole report as JSON')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (options: BacktestOptions) => {
    const started = performance.now()
    const { backtest } = await import('./backtest-cli.ts')
    process.exitCode = await backtest(options, openPast)
    process.stderr.write(`tried in ${((performance.now() - started) / 1000).toFixed(2)} s\n`)
  })

program
  .command('import')
  .description('give files of CIs and relations to the server that runs')
  .argument('[files...]')
  .option('--source <name>', 'under which name what they say is kept', 'import')
  .option('--format <format>', 'as docs/cmdb.md lists them', 'faultline')
  .option('--authority <number>', 'of two sources the lower one is believed', '100')
  .option('--dry-run', 'only show what would change')
  .option('--yes', 'also where it retires more than 30 % of what the source has said')
  .option('--undo <import>', 'take the newest import of a source back')
  .option('--url <url>', 'of the server; as it is configured here unless given')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (files: readonly string[], options: ImportOptions) => {
    const { runImport } = await import('./import-cli.ts')
    if (files.length === 0 && options.undo === undefined)
      throw new AppError('payload_invalid', 'give files, or --undo')
    process.exitCode = await runImport(files, options, runningServer(options))
  })

program
  .command('import-incidents')
  .description('give past incidents of a service desk to the server that runs')
  .argument('[files...]')
  .option('--format <format>', 'csv, servicenow, jira, freshservice or solarwinds', 'csv')
  .option('--source <name>', 'under which name they are kept; the format unless given')
  .option('--scope <scope>', 'correlation scope that they are of')
  .option('--cmdb <source>', 'source of the CMDB that keys of CIs are of')
  .option('--address <url>', 'where the tool is, for links')
  .option('--column <field=column>', 'which column has a field; repeatable', collect, [])
  .option('--dry-run', 'only show what would change')
  .option('--undo <import>', 'take the newest import of a source back')
  .option('--url <url>', 'of the server; as it is configured here unless given')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (files: readonly string[], options: PastOptions) => {
    const { importIncidents } = await import('./past-cli.ts')
    if (files.length === 0 && options.undo === undefined)
      throw new AppError('payload_invalid', 'give files, or --undo')
    process.exitCode = await importIncidents(files, options, runningServer(options))
  })

/** Where the server that runs answers, and what opens it. */
function runningServer(options: { readonly url?: string }): ServerAddress {
  const settings = config()
  const { host, port } = settings.listen
  const here = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return { url: (options.url ?? here).replace(/\/$/, ''), token: adminToken(settings).value }
}

program
  .command('proposals')
  .description('rules proposed from what people corrected, and the corrections behind them')
  .option('--journal <file>', 'what `journal export` wrote, instead of the journal')
  .option('--json', 'a line of JSON for each')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (options: ProposalsOptions) => {
    const { listProposals } = await import('./proposals-cli.ts')
    await listProposals(options, openPast)
  })

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** The store of this machine; the engine must not be running. */
async function openPast(): Promise<Past> {
  const { openStore } = await import('./store/client.ts')
  const { openJournal } = await import('./journal/clickhouse.ts')
  const { store: target, rules } = config()
  const store = await openStore(target)
  const journal = await openJournal(store.journal)
  return {
    deps: { store, journal },
    folder: rules ?? shippedRules(),
    close: async () => {
      await journal.close()
      await store.close()
    },
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) yield line
}

program
  .command('backup')
  .description('write everything into one file; of the server that runs, or of its store')
  .argument('<to>', 'the file, or the folder for one that is named after the time')
  .option('--url <url>', 'of the server; as it is configured here unless given')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (to: string, { url }: { readonly url?: string }) => {
    const { backup } = await import('./copy-cli.ts')
    await backup(to, { config: config(), ...(url !== undefined && { url }) })
  })

program
  .command('restore')
  .description('fill an empty store from a backup')
  .argument('<from>', 'the file that `backup` wrote')
  .option('--check', 'only look whether it is whole')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async (from: string, { check }: { readonly check?: boolean }) => {
    const { checkFile, restore } = await import('./copy-cli.ts')
    if (check === true) await checkFile(from)
    else await restore(from, config())
  })

program
  .command('move')
  .description(
    'copy the store of this machine to a ClickHouse server; goes on where it was cut short',
  )
  .requiredOption('--to <url>', 'http(s)://user:password@host:port/database')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async ({ to }: { readonly to: string }) => {
    const { move } = await import('./copy-cli.ts')
    await move(to, config())
  })

const journal = program.command('journal').description('what was received, decided with and done')
journal
  .command('export')
  .description('write the journal as NDJSON; the engine must not be running')
  .option('--from <offset>', 'first offset', '1')
  .option('--out <file>', 'a file; the standard output unless given')
  .option('--config <file>', 'settings; ./faultline.yaml where it exists')
  .action(async ({ from, out }: { readonly from: string; readonly out?: string }) => {
    const { exportTo } = await import('./journal-file.ts')
    const lines = await exportTo(config(), Number(from), out ?? null)
    process.stderr.write(`${lines} entries\n`)
  })

const rules = program.command('rules').description('rule packs')
rules
  .command('check')
  .argument('[folder]', 'the shipped packs unless given')
  .action(async (folder: string | undefined) => {
    const { checkRules } = await import('./rules-check.ts')
    const { packs, mappings, cases, faults } = checkRules(folder ?? shippedRules())
    for (const fault of faults) process.stderr.write(`${JSON.stringify(fault)}\n`)
    process.stdout.write(
      `${packs} packs, ${mappings} mappings, ${cases} cases, ${faults.length} faults\n`,
    )
    process.exitCode = faults.length > 0 ? 1 : 0
  })

rules
  .command('schema')
  .description('JSON Schemas of the files in a folder of rules, for editors')
  .addArgument(
    new Argument('[kind]', 'of one kind, to the standard output').choices(RULE_FILE_KINDS),
  )
  .option('--out <folder>', 'all of them, as files')
  .action(async (kind: string | undefined, { out }: { readonly out?: string }) => {
    if ((kind === undefined) === (out === undefined))
      throw new AppError('payload_invalid', 'give either a kind or --out')
    if (kind !== undefined) process.stdout.write(readFileSync(join(ruleSchemas(), `${kind}.json`)))
    if (out !== undefined) cpSync(ruleSchemas(), out, { recursive: true })
  })

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof AppError
  process.stderr.write(`faultline: ${known ? error.message : String(error)}\n`)
  if (!known && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  process.exitCode = known ? 2 : 1
})
