/**
 * Imports into the CMDB beside live traffic, one at a time: read in a thread of its own, planned and
 * applied piece by piece, so that alerts never wait for more than a moment.
 */
import { randomUUID } from 'node:crypto'
import type { Imported } from './cmdb/importer.ts'
import { FILE_IMPORTERS } from './cmdb/index.ts'
import { trusting } from './cmdb/pull/authority.ts'
import type { PullHttp } from './cmdb/pull/http.ts'
import { PULL_IMPORTERS } from './cmdb/pull/index.ts'
import type { ImportCounts, ImportDiff, ImportRecord } from './core/cmdb/model.ts'
import { type ImportPlan, MAX_RETIRED_SHARE, planImport, planUndo } from './core/cmdb/plan.ts'
import { AppError } from './core/errors.ts'
import type { EpochMs } from './core/time.ts'
import { inTurns, readInThread, untilStopped } from './import-steps.ts'
import type { Journey } from './journey.ts'
import type { PulledSource } from './pulled-sources.ts'
import type { CmdbImport, CmdbImports, ImportAsked } from './server/deps.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface ImportsDeps {
  readonly journey: Journey
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => EpochMs
  readonly http: PullHttp
}

export interface RunningImports extends CmdbImports {
  /**
   * Reads a source by its API and applies what has changed; `ended` settles once that is over, however it
   * ended. One that changes nothing is no entry of the journal, so that the import before it can still be undone.
   *
   * @throws AppError `overloaded`: too many wait
   */
  pull(
    source: PulledSource,
    by: string,
  ): { readonly begun: CmdbImport; readonly ended: Promise<CmdbImport> }
  /** Gives up what waits, and waits for the part under way. */
  stop(): Promise<void>
}

const MAX_WAITING = 5
/** Imports that are remembered beside those that the engine knows: dry runs, failed ones. */
const MAX_KEPT = 20
/** Records, or relations, of one entry of the journal. */
const PART = 500

interface Run {
  view: CmdbImport
  asked: ImportAsked | null
  imported: Imported | null
}

type Changes = Pick<ImportPlan, 'records' | 'link' | 'unlink'> & {
  readonly counts: ImportCounts
  readonly diff: ImportDiff
}

export function openImports(deps: ImportsDeps): RunningImports {
  return new Running(deps)
}

class Running implements RunningImports {
  private readonly deps: ImportsDeps
  private readonly runs = new Map<string, Run>()
  private readonly ending = new AbortController()
  private tail: Promise<void> = Promise.resolve()
  private waiting = 0

  constructor(deps: ImportsDeps) {
    this.deps = deps
  }

  formats(): ReturnType<CmdbImports['formats']> {
    return [...FILE_IMPORTERS.values()].map(({ id, title, docs }) => ({ id, title, docs }))
  }

  start(by: string, asked: ImportAsked): CmdbImport {
    if (!FILE_IMPORTERS.has(asked.format))
      throw new AppError('payload_invalid', `there is no format ${asked.format}`, {
        pointer: '#/format',
      })
    const run = this.add({ source: asked.source, format: asked.format, actor: by }, asked)
    void this.queue(run, async () => {
      this.show(run, { state: 'reading' })
      run.imported = await readInThread(asked, this.ending.signal)
      run.asked = { ...asked, files: [] }
      this.deps.metrics.importBadRows.inc(run.imported.bad.length)
      await this.planAndApply(run, !asked.dryRun, asked.force)
    })
    return run.view
  }

  pull(
    { source, from, authority, caFile, settings }: PulledSource,
    by: string,
  ): ReturnType<RunningImports['pull']> {
    const importer = PULL_IMPORTERS.get(from)
    if (importer === undefined) throw new AppError('payload_invalid', `there is no API ${from}`)
    const about = { source, format: from }
    const asked = { ...about, rank: authority, dryRun: false, force: false, files: [] }
    const run = this.add({ ...about, actor: by }, asked)
    const ended = this.queue(run, async () => {
      this.show(run, { state: 'reading' })
      const http = await trusting(this.deps.http, caFile)
      const reading = importer.pull(settings, http, (done) => this.show(run, { done }))
      run.imported = await untilStopped(reading, this.ending.signal)
      this.deps.metrics.importBadRows.inc(run.imported.bad.length)
      await this.planAndApply(run, true, false, true)
    })
    return { begun: run.view, ended: ended.then(() => this.viewRun(run)) }
  }

  list(): readonly CmdbImport[] {
    const known = [...this.deps.journey.engine.state.imports.values()]
    const views = [
      ...known.filter(({ id }) => !this.runs.has(id)).map((record) => this.viewKnown(record)),
      ...[...this.runs.values()].map((run) => this.viewRun(run)),
    ]
    return views.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  }

  find(id: string): CmdbImport | undefined {
    const run = this.runs.get(id)
    if (run !== undefined) return this.viewRun(run)
    const known = this.deps.journey.engine.state.imports.get(id)
    return known === undefined ? undefined : this.viewKnown(known)
  }

  confirm(id: string, by: string): CmdbImport {
    const run = this.runs.get(id)
    if (run === undefined || !['planned', 'guarded'].includes(run.view.state))
      throw new AppError('conflict', 'it does not wait to be confirmed')
    this.show(run, { state: 'waiting', actor: by, done: 0 })
    const { undoes } = run.view
    void this.queue(run, () =>
      undoes === null ? this.planAndApply(run, true, true) : this.planAndUndo(run, undoes, true),
    )
    return run.view
  }

  undo(id: string, by: string, dryRun: boolean): CmdbImport {
    const known = this.expectUndoable(id)
    const run = this.add({ source: known.source, format: known.format, actor: by }, null)
    this.show(run, { undoes: id })
    void this.queue(run, () => this.planAndUndo(run, id, !dryRun))
    return run.view
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.tail
  }

  private add(
    what: Pick<CmdbImport, 'source' | 'format' | 'actor'>,
    asked: ImportAsked | null,
  ): Run {
    if (this.waiting >= MAX_WAITING) throw new AppError('overloaded', 'too many imports wait')
    const run: Run = {
      asked,
      imported: null,
      view: {
        ...what,
        ...{ id: `imp-${randomUUID().slice(0, 8)}`, state: 'waiting', at: this.deps.now() },
        ...{ endedAt: null, done: 0, total: null, counts: null, diff: null, retiredShare: null },
        ...{ undoes: null, undoable: false, failure: null },
      },
    }
    this.runs.set(run.view.id, run)
    for (const [id, { view }] of this.runs) {
      if (this.runs.size <= MAX_KEPT) break
      if (view.endedAt !== null) this.runs.delete(id)
    }
    return run
  }

  private show(run: Run, change: Partial<CmdbImport>): void {
    run.view = { ...run.view, ...change }
  }

  private queue(run: Run, work: () => Promise<void>): Promise<void> {
    this.waiting += 1
    this.tail = this.tail.then(async () => {
      try {
        if (this.ending.signal.aborted) throw new AppError('conflict', 'the server stops')
        await work()
      } catch (cause) {
        const failure = cause instanceof AppError ? cause.message : 'it failed within'
        this.deps.log.error({ err: cause, import: run.view.id }, 'an import failed')
        this.deps.metrics.imports.inc({ result: 'failed' })
        this.show(run, { state: 'failed', failure, endedAt: this.deps.now() })
      } finally {
        this.waiting -= 1
      }
    })
    return this.tail
  }

  private async planAndApply(
    run: Run,
    applies: boolean,
    force: boolean,
    skipsSame = false,
  ): Promise<void> {
    const { asked, imported } = run
    if (asked === null || imported === null) return
    const total = imported.items.length
    const steps = planImport(this.deps.journey.engine.state, {
      ...{ source: asked.source, rank: asked.rank, keysAreIds: asked.format === 'faultline' },
      ...imported,
    })
    const plan = await inTurns(steps, (done) => this.show(run, { done, total }))
    const { counts, diff, retiredShare } = plan
    this.show(run, { counts, diff, retiredShare, done: total, total })
    const isGuarded = retiredShare > MAX_RETIRED_SHARE && !force
    if (skipsSame && plan.records.length + plan.link.length + plan.unlink.length === 0) {
      run.imported = null
      return this.show(run, { state: 'applied', endedAt: this.deps.now() })
    }
    if (applies && !isGuarded) return this.apply(run, plan, asked.rank)
    const state = applies ? 'guarded' : 'planned'
    this.deps.metrics.imports.inc({ result: state })
    this.show(run, { state, endedAt: this.deps.now() })
  }

  private expectUndoable(id: string): CmdbImport {
    const known = this.find(id)
    if (known === undefined) throw new AppError('not_found', 'there is no such import')
    if (known.undoable) return known
    throw new AppError('conflict', 'only the newest import of a source can be undone')
  }

  private async planAndUndo(run: Run, id: string, applies: boolean): Promise<void> {
    const { source } = this.expectUndoable(id)
    const { rank, ...plan } = await inTurns(
      planUndo(this.deps.journey.engine.state, { id, source }),
      (done) => this.show(run, { done }),
    )
    if (applies) return this.apply(run, plan, rank)
    const { counts, diff, records } = plan
    const total = records.length
    this.show(run, { state: 'planned', counts, diff, done: total, total, endedAt: this.deps.now() })
  }

  private async apply(run: Run, plan: Changes, rank: number): Promise<void> {
    const { journey, metrics, now } = this.deps
    const { id, source, format, actor, undoes } = run.view
    const { records, link, unlink, counts, diff } = plan
    const started = now()
    const parts = partsOf({ records, link, unlink })
    this.show(run, {
      state: 'applying',
      endedAt: null,
      counts,
      diff,
      done: 0,
      total: records.length,
    })
    for (const [part, content] of parts.entries()) {
      const isLast = part === parts.length - 1
      await journey.submit((at, scope) => ({
        ...{ kind: 'cmdb', at, scope, import: id, source, rank, format, actor, part },
        ...content,
        ...(isLast ? { end: { counts, diff, undoes } } : {}),
      }))
      this.show(run, { done: run.view.done + content.records.length })
      if (this.ending.signal.aborted && !isLast)
        throw new AppError('conflict', 'the server stopped within it: import again')
    }
    metrics.imports.inc({ result: undoes === null ? 'applied' : 'undone' })
    metrics.importDuration.observe((now() - started) / 1000)
    run.imported = null
    this.show(run, { state: 'applied', endedAt: now() })
  }

  private viewRun(run: Run): CmdbImport {
    const known = this.deps.journey.engine.state.imports.get(run.view.id)
    const isOver = known !== undefined && known.state !== 'running'
    if (!isOver) return run.view
    return { ...run.view, state: known.state, undoable: this.isUndoable(known) } as CmdbImport
  }

  private viewKnown(known: Readonly<ImportRecord>): CmdbImport {
    const { id, source, format, actor, at, endedAt, counts, diff, undoes } = known
    const state = known.state === 'running' ? 'applying' : known.state
    return {
      ...{ id, source, format, actor, at, endedAt, counts, diff, undoes, state },
      ...{ done: 0, total: null, retiredShare: null, failure: null },
      undoable: this.isUndoable(known),
    }
  }

  private isUndoable({ id, state, undoes }: Readonly<ImportRecord>): boolean {
    if (state !== 'applied' || undoes !== null) return false
    return this.deps.journey.engine.state.importParts.has(`${id}.0`)
  }
}

/** What is retired comes last, and relations after the CIs that they are between. */
function partsOf({
  records,
  link,
  unlink,
}: Pick<ImportPlan, 'records' | 'link' | 'unlink'>): Pick<
  ImportPlan,
  'records' | 'link' | 'unlink'
>[] {
  const none = { records: [], link: [], unlink: [] }
  const kept = records.filter(({ retired }) => !retired)
  const gone = records.filter(({ retired }) => retired)
  const parts = [
    ...slices(kept).map((some) => ({ ...none, records: some })),
    ...slices(link).map((some) => ({ ...none, link: some })),
    ...slices(unlink).map((some) => ({ ...none, unlink: some })),
    ...slices(gone).map((some) => ({ ...none, records: some })),
  ]
  return parts.length === 0 ? [none] : parts
}

function slices<T>(all: readonly T[]): (readonly T[])[] {
  const count = Math.ceil(all.length / PART)
  return Array.from({ length: count }, (_, at) => all.slice(at * PART, (at + 1) * PART))
}
