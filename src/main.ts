#!/usr/bin/env node
/** The command line. Every command reads its settings through src/config.ts. */
import { Command } from 'commander'
import { AppError } from './core/errors.ts'
import { loadCmdb, loadKnowledge, loadRules } from './inputs.ts'
import { shippedRules } from './paths.ts'
import { replayEvents } from './replay.ts'

const program = new Command('faultline').description(
  'Alerts become explained incidents, and nothing is lost.',
)

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
  .description('run the engine on a recorded stream, in virtual time')
  .option('--events <file>', 'NDJSON, one request per line')
  .option('--journal <file>', 'an exported journal')
  .option('--cmdb <file>', 'CIs and relations, YAML or JSON')
  .option('--knowledge <folder>', 'Markdown articles')
  .option('--rules <folder>', 'rule packs; the shipped ones unless given')
  .requiredOption('--out <folder>', 'where the results go')
  .action(async (options: ReplayOptions) => {
    const loaded = [
      loadRules(options.rules ?? shippedRules()),
      ...(options.cmdb === undefined ? [] : [loadCmdb(options.cmdb)]),
      ...(options.knowledge === undefined ? [] : [loadKnowledge(options.knowledge)]),
    ]
    const started = performance.now()
    if (options.events === undefined) throw new AppError('payload_invalid', 'give --events')
    await replayEvents(options.events, {
      setUp: loaded.map(
        ({ toEntry }) =>
          (at) =>
            toEntry(at, 'default'),
      ),
      out: options.out,
    })
    process.stderr.write(`replayed in ${((performance.now() - started) / 1000).toFixed(2)} s\n`)
  })

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof AppError
  process.stderr.write(`faultline: ${known ? error.message : String(error)}\n`)
  if (!known && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  process.exitCode = known ? 2 : 1
})
