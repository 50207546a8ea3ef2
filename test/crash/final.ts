/** The end of a lane: the tools finish, the program stops in order, and everything is accounted for. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { api, until } from '../support/process.ts'
import { type Books, keepBooks, readJournal } from './books.ts'
import { type Lane, look } from './lane.ts'
import { command, runToEnd, startLife } from './life.ts'
import {
  readAlerts,
  readIncidents,
  readLedger,
  type SeenAlert,
  type SeenIncident,
  type SeenLedger,
} from './look.ts'

/** What the program showed last. */
export interface Shown {
  readonly ledger: SeenLedger
  readonly incidents: readonly SeenIncident[]
  readonly alerts: readonly SeenAlert[]
}

export interface Outcome {
  readonly shown: Shown
  readonly books: Books
  /** Contents of the files that two replays of the journal wrote. */
  readonly replays: readonly ReadonlyMap<string, string>[]
}

const SETTLED_MS = 60_000
/** Longer than the engine's last deadline after an incident has closed. */
const QUIET_MS = 2500

/** One more life in which nothing goes wrong, then the journal, folded and replayed. */
export async function conclude(lane: Lane): Promise<Outcome> {
  const life = startLife(lane, null)
  lane.life = life
  if (!(await life.ready)) throw new Error(`it does not start:\n${life.log.join('\n')}`)
  await look(lane, life)
  await Promise.all([lane.sender.finish(), lane.operator.finish()])
  const shown = await settled(lane.url)
  life.child.kill('SIGTERM')
  const { code } = await life.ended
  if (code !== 0) throw new Error(`it ended with ${code}:\n${life.log.join('\n')}`)
  const file = join(lane.folder, 'journal.ndjson')
  await runToEnd(command(lane, ['journal', 'export', '--out', file]))
  const replays = []
  for (const name of ['first', 'second']) replays.push(await replay(lane, file, name))
  const books = await keepBooks(await readJournal(file), lane.url)
  return { shown, books, replays }
}

async function replay(lane: Lane, file: string, name: string): Promise<Map<string, string>> {
  const out = join(lane.folder, name)
  mkdirSync(out)
  await runToEnd(command(lane, ['replay', '--journal', file, '--out', out]))
  return new Map(readdirSync(out).map((one) => [one, readFileSync(join(out, one), 'utf8')]))
}

const Deliveries = z.object({ items: z.array(z.unknown()) })

/** Waits until nothing is due any more and everything is told, and answers what is shown then. */
async function settled(url: string): Promise<Shown> {
  const read = async (): Promise<Shown> => ({
    ledger: await readLedger(url),
    incidents: await readIncidents(url),
    alerts: await readAlerts(url),
  })
  return until('nothing to be due any more', SETTLED_MS, async () => {
    const before = await read()
    await sleep(QUIET_MS)
    const after = await read()
    const due = after.incidents.filter((one) => one.status === 'resolved' && one.firingCount === 0)
    const pending = Deliveries.parse(await api(url, '/api/v1/deliveries?state=pending'))
    const quiet = due.length === 0 && pending.items.length === 0
    return quiet && JSON.stringify(before) === JSON.stringify(after) ? after : undefined
  })
}
