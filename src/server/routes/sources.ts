/** Sources: every one there is, heard or not. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { SOURCES } from '../../../ingest/index.ts'
import type { Engine } from '../../core/engine/engine.ts'
import { AppError } from '../../core/errors.ts'
import { type EpochMs, SECOND } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { groupDeadLetters } from '../../store/dead-letters.ts'
import type { Tokens } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import type { Intake, LastBody } from '../intake.ts'
import { emptyOutcomes, viewLedger } from '../ledger-view.ts'
import { iso } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { SourceSetUp, SourcesView, type SourceView } from '../schemas/sources.ts'
import { reads } from './guards.ts'

const sources = createRoute({
  method: 'get',
  path: '/api/v1/sources',
  operationId: 'getSources',
  tags: ['operations'],
  summary: 'Every source: who reports, how much, and what became of it',
  middleware: reads,
  responses: {
    200: { description: 'Sources', content: { 'application/json': { schema: SourcesView } } },
    ...readProblems,
  },
})

const setUp = createRoute({
  method: 'get',
  path: '/api/v1/sources/{source}/setup',
  operationId: 'getSourceSetUp',
  tags: ['operations'],
  summary: 'How a tool is told to post here',
  middleware: reads,
  request: { params: z.object({ source: z.string().max(64) }) },
  responses: {
    200: { description: 'Its page', content: { 'application/json': { schema: SourceSetUp } } },
    ...readProblems,
  },
})

function reportersOf({ state }: Engine) {
  return [...state.sources.values()]
    .sort((a, b) => compare(a.source, b.source) || compare(a.reporter, b.reporter))
    .map(({ source, reporter, firstSeenAt, lastSeenAt, silentSince }) => ({
      source,
      reporter,
      firstSeenAt: iso(firstSeenAt),
      lastSeenAt: iso(lastSeenAt),
      silentSince: iso(silentSince),
    }))
}

interface Tally {
  firing: number
  stale: number
  /** Delays of its firing alerts, ms. */
  readonly delays: number[]
}

/** Delays of a source that its median is taken of. */
const MAX_DELAYS = 1000

function medianSeconds(delays: readonly number[]): number | null {
  const middle = [...delays].sort((a, b) => a - b)[Math.floor(delays.length / 2)]
  return middle === undefined ? null : middle / SECOND
}

/** Firing alerts by the source that reported them last. O(alerts) */
function firingBySource({ state }: Engine): ReadonlyMap<string, Tally> {
  const found = new Map<string, Tally>()
  for (const { status, source, stale, startsAt, firstSeenAt } of state.alerts.values()) {
    if (status !== 'firing') continue
    const tally = found.get(source) ?? { firing: 0, stale: 0, delays: [] }
    tally.firing += 1
    if (tally.delays.length < MAX_DELAYS) tally.delays.push(Math.max(0, firstSeenAt - startsAt))
    if (stale) tally.stale += 1
    found.set(source, tally)
  }
  return found
}

/** When a source was heard last, and whether a reporter of it has fallen silent. */
function heardOf({ state }: Engine, id: string): { at: EpochMs | null; silent: boolean } {
  const reporters = [...state.sources.values()].filter(({ source }) => source === id)
  const times = reporters.map(({ lastSeenAt }) => lastSeenAt)
  return {
    at: times.length === 0 ? null : Math.max(...times),
    silent: reporters.some(({ silentSince }) => silentSince !== null),
  }
}

interface Port {
  readonly tokens: Tokens
  readonly intake: Intake
}

async function viewSources(
  { journey, store, access }: ServerDeps,
  { tokens, intake }: Port,
): Promise<SourceView[]> {
  const { engine } = journey
  const letters = new Map<string, number>()
  for (const { source, n } of await groupDeadLetters(store, 'open'))
    letters.set(source, (letters.get(source) ?? 0) + n)
  const ledger = new Map(viewLedger(engine.state.ledger).sources.map((row) => [row.source, row]))
  const firing = firingBySource(engine)
  const mapped = Object.keys(engine.state.rules.ingest)
  const known = new Set([...SOURCES.keys(), ...mapped])
  const ids = new Set([...known, ...ledger.keys()])
  return [...ids].sort(compare).map((source) => {
    const { received = 0, outcomes = emptyOutcomes() } = ledger.get(source) ?? {}
    const heard = heardOf(engine, source)
    const last = Math.max(heard.at ?? 0, intake.lastAt(source) ?? 0)
    return {
      ...{ source, received, outcomes },
      state: received === 0 ? 'never' : heard.silent ? 'silent' : 'heard',
      lastSeenAt: last === 0 ? null : iso(last),
      minutes: intake.minutes(source),
      firing: firing.get(source)?.firing ?? 0,
      stale: firing.get(source)?.stale ?? 0,
      lagSeconds: medianSeconds(firing.get(source)?.delays ?? []),
      lastBody: bodyOf(intake.lastBody(source)),
      deadLetters: letters.get(source) ?? 0,
      path: known.has(source) ? `/ingest/${source}` : null,
      needsToken: !access.loopback || tokens.ofSource(source).needed,
    }
  })
}

function bodyOf(last: LastBody | null): SourceView['lastBody'] {
  return last === null ? null : { ...last, at: iso(last.at) }
}

export function sourceRoutes(app: OpenAPIHono<AppEnv>, port: Port): void {
  app.openapi(setUp, async (c) => {
    const { source } = c.req.valid('param')
    // only names of the list, so that no path leads out of the folder
    const folder = c.get('deps').pagesDir
    if (folder === null || !SOURCES.has(source))
      throw new AppError('not_found', 'there is no page on such a source')
    const markdown = await readFile(join(folder, `${source}.md`), 'utf8')
    return c.json({ source, markdown }, 200)
  })
  app.openapi(sources, async (c) => {
    const deps = c.get('deps')
    return c.json(
      { items: reportersOf(deps.journey.engine), sources: await viewSources(deps, port) },
      200,
    )
  })
}
