/** Imports of past incidents: read in a thread of its own, compared with what there is, applied in parts, taken back. */
import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { ReadPast } from './cmdb/past/importer.ts'
import { PAST_IMPORTERS } from './cmdb/past/index.ts'
import { isUndoable, namingBy, partsOf } from './core/engine/imported.ts'
import { MAX_PAST } from './core/engine/problems.ts'
import { AppError } from './core/errors.ts'
import type { ImportedIncident } from './core/imported.ts'
import { importedId } from './core/imported.ts'
import { type PastPlan, planPast } from './core/imported-plan.ts'
import { DAY } from './core/time.ts'
import type { Journey } from './journey.ts'
import type { Clock } from './notify/clock.ts'
import type { PastTask } from './past-worker.ts'
import { pastWorker } from './paths.ts'
import type { PastImportAsked, PastImportDone, PastImports } from './server/past-imports.ts'

/** Read at once; others are refused. */
const MAX_RUNNING = 2
const READ_MS = 120_000
/** Incidents of one entry of the journal. */
const PART = 100

type Journeying = Pick<Journey, 'engine' | 'submit'>

export function openPastImports(journey: Journeying, clock: Pick<Clock, 'now'>): PastImports {
  let running = 0
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }
  return {
    formats: () => [...PAST_IMPORTERS.values()].map(({ id, title, docs }) => ({ id, title, docs })),
    run: async (by, asked) => {
      if (!PAST_IMPORTERS.has(asked.format))
        throw new AppError('payload_invalid', `there is no format ${asked.format}`, {
          pointer: '#/format',
        })
      if (running >= MAX_RUNNING) throw new AppError('overloaded', 'too many imports are read')
      running += 1
      const read = await readInThread(asked).finally(() => {
        running -= 1
      })
      const known = withoutFuture(read, clock.now())
      // one after the other: each is compared with what those before it made
      return { done: inTurn(() => take(journey, { by, asked, read: known })) }
    },
    undo: (id, by) => inTurn(() => undo(journey, id, by)),
  }
}

/** What is said to be resolved tomorrow has a wrong time. */
function withoutFuture(read: ReadPast, now: number): ReadPast {
  const isFuture = ({ resolvedAt }: ImportedIncident): boolean => resolvedAt > now + DAY
  const future = read.incidents.filter(isFuture).map(({ number }) => {
    return { where: number, field: 'resolved', error: 'lies in the future' }
  })
  if (future.length === 0) return read
  const incidents = read.incidents.filter((one) => !isFuture(one))
  return { ...read, incidents, bad: [...read.bad, ...future] }
}

interface Taking {
  readonly by: string
  readonly asked: PastImportAsked
  readonly read: ReadPast
}

async function take(journey: Journeying, { by, asked, read }: Taking): Promise<PastImportDone> {
  const { source, format, dryRun, scope: realm, cmdb } = asked
  const { state } = journey.engine
  const elsewhere = read.incidents.find(({ key }) => {
    const known = state.imported.get(importedId(source, key))
    return known !== undefined && known.realm !== realm
  })
  if (elsewhere !== undefined)
    throw new AppError(
      'conflict',
      `${elsewhere.number} of ${source} is in another scope: give what is of this one another source`,
      { field: 'source' },
    )
  const plan = await planned(journey, { into: { source, realm }, cmdb, incidents: read.incidents })
  const news = [...plan.added, ...plan.changed].map(({ incident }) => incident)
  const applies = !dryRun && news.length > 0
  const id = randomUUID()
  if (applies)
    await submitPast(journey, {
      ...{ id, source, format, actor: by, realm, cmdb },
      ...{ incidents: news, remove: [], undoes: null },
    })
  return {
    ...{ id: applies ? id : null, source, scope: realm, format },
    state: dryRun ? 'planned' : 'applied',
    ...{ added: plan.added, changed: plan.changed, same: plan.same },
    ...{ passedOver: read.passedOver, bad: read.bad },
    dropped: applies
      ? (state.pastImports.get(id)?.counts.dropped ?? 0)
      : Math.max(0, state.past.size + plan.added.length - MAX_PAST),
  }
}

/** Incidents that are looked at in one go: some ten milliseconds. */
const PLANNED_AT_ONCE = 200

/** Alerts are taken between the pieces. */
async function planned(
  { engine: { state } }: Journeying,
  given: Parameters<typeof planPast>[1],
): Promise<PastPlan> {
  const plans: PastPlan[] = []
  for (let at = 0; at < given.incidents.length; at += PLANNED_AT_ONCE) {
    const incidents = given.incidents.slice(at, at + PLANNED_AT_ONCE)
    plans.push(planPast(state.imported, { ...given, incidents }, namingBy(state)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    added: plans.flatMap(({ added }) => added),
    changed: plans.flatMap(({ changed }) => changed),
    same: plans.reduce((sum, { same }) => sum + same, 0),
  }
}

async function undo(journey: Journeying, id: string, by: string): Promise<void> {
  const { state } = journey.engine
  const run = state.pastImports.get(id)
  if (run === undefined) throw new AppError('not_found', 'there is no such import')
  if (!isUndoable(state, run))
    throw new AppError('conflict', 'only the newest import of a source can be taken back')
  const before = partsOf(state, id).flatMap((part) => part.before)
  const { source, format, realm, cmdb } = run
  await submitPast(journey, {
    ...{ id: randomUUID(), source, format, actor: by, realm, cmdb, undoes: id },
    incidents: before.flatMap(({ was }) => was ?? []),
    remove: before.flatMap(({ key, was }) => (was === null ? [key] : [])),
  })
}

interface Submitting {
  readonly id: string
  readonly source: string
  readonly format: string
  readonly actor: string
  readonly realm: string
  readonly cmdb: string
  readonly incidents: readonly ImportedIncident[]
  readonly remove: readonly string[]
  readonly undoes: string | null
}

/** Resolves once all of it is applied. */
async function submitPast(journey: Journeying, all: Submitting): Promise<void> {
  const { id, incidents, remove, ...about } = all
  const parts = Math.max(1, Math.ceil(Math.max(incidents.length, remove.length) / PART))
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part * PART, (part + 1) * PART]
    await journey.submit((at, scope) => ({
      ...{ kind: 'past', at, scope, import: id, ...about, part, last: part === parts - 1 },
      incidents: incidents.slice(from, to),
      remove: remove.slice(from, to),
    }))
  }
}

/** @throws AppError `payload_invalid` where the thread fails, or takes too long */
async function readInThread({
  format,
  files,
  address,
  columns,
}: PastImportAsked): Promise<ReadPast> {
  const workerData: PastTask = { format, files, asked: { address, columns } }
  const worker = new Worker(pastWorker(), { workerData })
  const fail = (cause?: unknown): AppError =>
    new AppError('payload_invalid', 'the files could not be read', {}, cause)
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<ReadPast>((resolve, reject) => {
      timer = setTimeout(() => reject(fail()), READ_MS)
      worker.on('message', resolve)
      worker.on('error', (cause) => reject(fail(cause)))
      worker.on('exit', () => reject(fail()))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
