/** How Faultline is set up and what it runs on. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { aboutStore } from '../../store/about.ts'
import { lastBackup } from '../../store/backup.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { iso } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { viewReload } from '../schemas/rules.ts'
import { SettingsView } from '../schemas/settings.ts'
import { reads } from './guards.ts'

const settings = createRoute({
  method: 'get',
  path: '/api/v1/settings',
  operationId: 'getSettings',
  tags: ['operations'],
  summary: 'What the config file and the environment set, and what Faultline runs on; no secrets',
  middleware: reads,
  responses: {
    200: { description: 'The settings', content: { 'application/json': { schema: SettingsView } } },
    ...readProblems,
  },
})

/** Rules somebody wrote, where a pack has a list of them. */
function rulesIn(pack: object): number {
  const lists = Object.values(pack).filter((value) => Array.isArray(value))
  return lists.reduce((sum, list) => sum + list.length, 0)
}

function channelsOf({ outbox }: ServerDeps): SettingsView['channels'] {
  return outbox.channels().map(({ lastDeliveredAt, lastError, ...channel }) => ({
    ...channel,
    lastDeliveredAt: iso(lastDeliveredAt),
    lastError: lastError === null ? null : { ...lastError, at: iso(lastError.at) },
  }))
}

async function view(deps: ServerDeps): Promise<SettingsView> {
  const { journey, journal, store, records, setUp, version, rules } = deps
  const { state } = journey.engine
  const [{ snapshot, ...about }, backup] = await Promise.all([aboutStore(store), lastBackup(store)])
  const { waitingRecords, failedInserts } = records.stats()
  const packs = Object.entries(state.rules).map(([name, pack]) => ({
    name,
    rules: name === 'ingest' ? Object.keys(pack).length : rulesIn(pack),
  }))
  return {
    file: setUp?.file ?? null,
    settings: setUp?.rows ?? [],
    channels: channelsOf(deps),
    rules: {
      version: state.rulesVersion,
      scope: [...state.rules.correlate.scope],
      packs,
      folder: rules?.folder ?? null,
      reload: viewReload(rules?.last()),
    },
    store: { kind: store.kind, ...about, waitingRecords, failedInserts },
    engine: {
      version: state.engineVersion,
      faultline: version,
      topology: state.topology.version,
      articles: state.articlesVersion,
    },
    journal: { last: journal.last(), applied: state.offset, lag: journey.lag() },
    snapshot:
      snapshot === null
        ? null
        : {
            ...snapshot,
            finishedAt: iso(snapshot.finishedAt),
            behind: Math.max(0, state.offset - snapshot.offset),
          },
    backup: backup === null ? null : { ...backup, at: iso(backup.at) },
  }
}

export function settingRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(settings, async (c) => c.json(await view(c.get('deps')), 200))
}
