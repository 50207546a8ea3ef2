/**
 * The folder of rules while Faultline runs: read and checked with its cases, taken over as an entry of
 * the journal, or refused as a whole, and then the rules before it stay in force.
 */
import { setImmediate as pause } from 'node:timers/promises'
import { AppError } from './core/errors.ts'
import { strangeChannels } from './core/route.ts'
import { parseRules } from './core/rules.ts'
import { fingerprintRules, type LoadedRules, loadRules } from './inputs.ts'
import type { Journey } from './journey.ts'
import type { Clock } from './notify/clock.ts'
import { checkRulesGently } from './rules-check.ts'
import type { RulesFault, RulesFolder, RulesReload } from './server/deps.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface RulesFolderDeps {
  readonly folder: string
  /** Ids of the channels of the settings: a route may name no other. */
  readonly channels: readonly string[]
  readonly journey: Pick<Journey, 'engine' | 'submit'>
  readonly clock: Pick<Clock, 'now'>
  readonly metrics: Pick<Metrics, 'rulesReloads' | 'rulesReloadOk' | 'rulesReloadTimestamp'>
  readonly log: Log
}

export interface WatchedRules extends RulesFolder {
  /** Ids that a route may name. */
  readonly channels: readonly string[]
  fingerprint(): string
  /** The fingerprint of what was looked at last. */
  looked(): string | null
}

/** Rules of an engine that has been given none yet. */
const NONE = 'default'
/** Somebody writes into the folder while it is checked: looked at again, so often. */
const MAX_LOOKS = 5
const FAULTS_LOGGED = 20

type Found = Omit<RulesReload, 'at' | 'by'>

export function openRulesFolder(deps: RulesFolderDeps): WatchedRules {
  const { folder, clock } = deps
  let last: RulesReload | null = null
  let looked: string | null = null
  let queue: Promise<unknown> = Promise.resolve()
  const attempt = async (by: string): Promise<RulesReload> => {
    const seen = fingerprintRules(folder)
    const found = await look(deps, by)
    looked = seen
    last = { at: clock.now(), by, ...found }
    report(deps, last)
    return last
  }
  return {
    folder,
    channels: deps.channels,
    last: () => last,
    looked: () => looked,
    fingerprint: () => fingerprintRules(folder),
    reload: (by) => {
      const next = queue.then(() => attempt(by))
      queue = next.catch(() => undefined)
      return next
    },
  }
}

/**
 * Takes over what the folder holds at the start. An engine that has rules already keeps them where
 * the folder is at fault, so that a restart at night does not fail for an edit of the day.
 *
 * @throws AppError `payload_invalid` with every fault, where the engine has no rules yet
 */
export async function startWithRules(
  rules: WatchedRules,
  { journey }: Pick<RulesFolderDeps, 'journey'>,
): Promise<void> {
  // the first packs need not have cases beside them: there is nothing to fall back to
  if (journey.engine.state.rulesVersion === NONE) {
    const loaded = loadRules(rules.folder)
    const [strange] = channelFaults(loaded, rules)
    if (strange !== undefined)
      throw new AppError('payload_invalid', `rules in ${rules.folder}: route: ${strange.got}`)
    await journey.submit(loaded.toEntry)
  }
  await rules.reload('start')
}

async function look(deps: RulesFolderDeps, by: string): Promise<Found> {
  const { folder, journey } = deps
  for (let looks = 1; ; looks++) {
    const loaded = tryLoad(folder)
    const version = 'fault' in loaded ? null : loaded.version
    const strange = 'fault' in loaded ? [] : channelFaults(loaded, deps)
    if (strange.length > 0) return { outcome: 'refused', version, cases: 0, faults: strange }
    if (version === journey.engine.state.rulesVersion)
      return { outcome: 'unchanged', version, cases: 0, faults: [] }
    const { cases, faults } = await check(folder)
    if ('fault' in loaded || faults.length > 0) {
      const named = faults.length > 0 || !('fault' in loaded) ? faults : [loaded.fault]
      return { outcome: 'refused', version, cases, faults: named }
    }
    if (versionNow(folder) !== version && looks < MAX_LOOKS) continue
    const actor = by === 'start' ? {} : { actor: by }
    await journey.submit((at, scope) => ({ ...loaded.toEntry(at, scope), ...actor }))
    return { outcome: 'taken', version, cases, faults: [] }
  }
}

/** A channel that nobody has set up tells nobody: better no new rules than those. */
function channelFaults(
  { packs }: LoadedRules,
  { channels }: Pick<RulesFolderDeps, 'channels'>,
): readonly RulesFault[] {
  const read = parseRules(packs)
  const about = { file: 'route.yaml', case: null, expected: 'ids of channels of the settings' }
  return read.ok
    ? strangeChannels(read.packs.route, channels).map((got) => ({ ...about, got }))
    : []
}

function tryLoad(folder: string): LoadedRules | { readonly fault: RulesFault } {
  try {
    return loadRules(folder)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    return { fault: faultOf(cause) }
  }
}

function versionNow(folder: string): string | null {
  const loaded = tryLoad(folder)
  return 'fault' in loaded ? null : loaded.version
}

async function check(
  folder: string,
): Promise<{ readonly cases: number; readonly faults: readonly RulesFault[] }> {
  try {
    return await checkRulesGently(folder, pause)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    return { cases: 0, faults: [faultOf(cause)] }
  }
}

function faultOf({ message }: AppError): RulesFault {
  return { file: '.', case: null, expected: 'packs that can be read', got: message }
}

function report({ folder, metrics, log }: RulesFolderDeps, reload: RulesReload): void {
  const { at, by, outcome, version, cases, faults } = reload
  metrics.rulesReloads.inc({ outcome })
  metrics.rulesReloadOk.set(outcome === 'refused' ? 0 : 1)
  if (outcome !== 'refused') metrics.rulesReloadTimestamp.set(at / 1000)
  const about = { folder, by, version, cases }
  if (outcome === 'taken') log.info(about, 'new rules are in force')
  if (outcome === 'refused')
    log.error(
      { ...about, faults: faults.slice(0, FAULTS_LOGGED) },
      'the rules in the folder were refused, those before stay in force: see docs/rules.md',
    )
}
