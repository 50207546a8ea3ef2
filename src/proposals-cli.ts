/** `faultline proposals`: rules and weights proposed from corrections, from the journal or from an exported one. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Past } from './backtest-cli.ts'
import { proposed, proposedWeights } from './core/engine/corrections.ts'
import { Engine } from './core/engine/engine.ts'
import { restoreEngine } from './core/engine/snapshot.ts'
import type { JournalRecord } from './core/entry.ts'
import { caseYaml, ruleYaml, stateOf } from './core/learn/proposal-files.ts'
import type { Proposal } from './core/learn/proposals.ts'
import { isDismissed } from './core/learn/support.ts'
import type { WeightsProposal } from './core/learn/weights.ts'
import { toRfc3339 } from './core/time.ts'
import { readExport } from './journal-file.ts'
import { decode } from './journey.ts'
import { latestSnapshot } from './store/snapshots.ts'

export interface ProposalsOptions {
  readonly journal?: string
  readonly json?: boolean
}

/**
 * Prints them, those of most weight first.
 *
 * @param openPast opens the journal of this machine's store; called where no file is given
 * @throws AppError `payload_invalid` on a line of the file that cannot be read
 */
export async function listProposals(
  { journal, json = false }: ProposalsOptions,
  openPast: () => Promise<Past>,
): Promise<void> {
  const engine = journal === undefined ? await foldPast(openPast) : await foldFile(journal)
  const all = proposed(engine).map((one) => ({
    proposal: one,
    state: stateOf(one, engine.state.rules),
  }))
  const lines = json
    ? all.map(({ proposal, state }) => `${JSON.stringify(asJson(proposal, state))}\n`)
    : all.map(({ proposal, state }) => asText(proposal, state))
  const weights = proposedWeights(engine).map((one) =>
    json ? `${JSON.stringify(weightsAsJson(one))}\n` : weightsAsText(one),
  )
  process.stdout.write([...lines, ...weights].join(''))
  const beside = weights.length === 0 ? '' : ` and ${weights.length} changes of weights`
  process.stderr.write(
    `${all.length} proposed rules${beside} of ${engine.state.corrections.size} corrections\n`,
  )
}

async function foldFile(file: string): Promise<Engine> {
  const engine = new Engine()
  const lines = createInterface({ input: createReadStream(file, 'utf8') })
  await fold(engine, readExport(lines))
  return engine
}

async function foldPast(openPast: () => Promise<Past>): Promise<Engine> {
  const past = await openPast()
  try {
    const { store, journal } = past.deps
    const restoring = restoreEngine()
    const snapshot = await latestSnapshot(store)
    for await (const chunk of snapshot?.chunks ?? []) restoring.add(chunk)
    const engine = restoring.finish() ?? new Engine()
    await fold(engine, journal.read(engine.state.offset + 1))
    return engine
  } finally {
    await past.close()
  }
}

async function fold(engine: Engine, records: AsyncIterable<JournalRecord>): Promise<void> {
  // causes, articles and problems are not asked for
  engine.explains = false
  for await (const record of records) engine.apply(record, decode(record.entry, engine.state.rules))
}

function correctionsOf({ corrections }: Pick<Proposal, 'corrections'>): readonly object[] {
  return corrections.map(({ kind, by, at, incident, other }) => ({
    ...{ kind, by, at: toRfc3339(at), incident, other },
  }))
}

function weightsAsJson(one: WeightsProposal): object {
  const { id, text, scope, version, changes, weight, incidents, links } = one
  const state = isDismissed(one) ? 'dismissed' : 'open'
  return {
    ...{ kind: 'weights', id, state, text, scope, version, changes, weight, incidents, links },
    ...{ corrections: correctionsOf(one), against: one.against.length },
  }
}

function weightsAsText(one: WeightsProposal): string {
  const { id, text, scope, changes, incidents, corrections, against, links } = one
  const people = [...new Set(corrections.map(({ by }) => by))].join(', ')
  const word = isDismissed(one) ? ' (dismissed)' : ''
  const settings = changes.map(({ term, from, to }) => `weights.${term}: ${from} → ${to}\n`)
  return [
    `${id}${word}: ${text}\n# ${incidents} incidents, corrected by ${people}; `,
    `${links.before} of ${links.of} links right before, ${links.after} after`,
    `${against.length === 0 ? '' : `; worse in ${against.length} corrections`}\n`,
    `# scope ${scope}\n${settings.join('')}\n`,
  ].join('')
}

function asJson(one: Proposal, state: string): object {
  const { id, relation, text, pack, rule, weight, incidents } = one
  const corrections = correctionsOf(one)
  return {
    ...{ kind: 'rule', id, state, relation, text, pack, rule, weight, incidents, corrections },
    ...{ against: one.against.length, case: caseYaml(one) },
  }
}

function asText(one: Proposal, state: string): string {
  const { id, text, pack, incidents, corrections, against } = one
  const people = [...new Set(corrections.map(({ by }) => by))].join(', ')
  const word = state === 'open' ? '' : ` (${state.replace('_', ' ')})`
  const opposite = against.length === 0 ? '' : `; ${against.length} said the opposite`
  const head = `${id}${word}: ${text}\n# ${incidents} incidents, corrected by ${people}${opposite}\n`
  return `${head}# ${pack}.yaml, below rules:\n${ruleYaml(one)}\n`
}
