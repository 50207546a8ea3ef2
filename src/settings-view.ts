/** The settings as people may see them: where each comes from, and never a secret. */
import { type Config, ENVIRONMENT } from './config.ts'
import { shippedRules } from './paths.ts'
import type { SettingRow, SetUp } from './server/deps.ts'

/** Rows in the order of docs/running.md. Tokens, passwords and paths of addresses are left out. */
export function viewSettings(config: Config): SetUp {
  const { listen, limits, retention, heartbeat, sourceTokens, sourceSecrets, snsTopics } = config
  const row = (key: string, value: SettingRow['value']): SettingRow => {
    const variable = Object.entries(ENVIRONMENT).find(([, name]) => name === key)?.[0] ?? null
    return { key, value, variable, from: config.origins[key] ?? 'default' }
  }
  const ofToken = config.adminToken === null ? 'made at the first start' : 'set'
  return {
    file: config.file,
    rows: [
      row('data', config.data),
      row('listen', `${listen.host}:${listen.port}`),
      row('adminToken', ofToken),
      row('logLevel', config.logLevel),
      row('clickhouseUrl', 'path' in config.store ? null : config.store.url),
      row('consoleUrl', config.consoleUrl),
      row('cmdb', config.cmdb),
      row('cmdbSources', pulledOf(config.cmdbSources)),
      row('changeSources', pulledOf(config.changeSources)),
      row('knowledge', config.knowledge),
      row('rules', config.rules ?? shippedRules()),
      row('channels', config.channels.length),
      row('heartbeat', heartbeat === null ? null : heartbeat.url.toString()),
      row('heartbeat.intervalSeconds', heartbeat?.intervalSeconds ?? null),
      row('sourceTokens', countOf(sourceTokens)),
      row('sourceSecrets', countOf(sourceSecrets)),
      row('snsTopics', snsTopics.length === 0 ? null : snsTopics.join(', ')),
      row('limits.storeMemoryMb', limits.storeMemoryMb),
      row('limits.journalQueueMb', limits.journalQueueMb),
      row('limits.snapshotSeconds', limits.snapshotSeconds),
      row('retention.journalDays', retention.journalDays),
      row('retention.historyDays', retention.historyDays),
    ],
  }
}

/** `generic (2), prometheus (1)`: how many, never which. */
function countOf(all: readonly { readonly source: string }[]): string | null {
  const counts = new Map<string, number>()
  for (const { source } of all) counts.set(source, (counts.get(source) ?? 0) + 1)
  if (counts.size === 0) return null
  return [...counts].map(([source, count]) => `${source} (${count})`).join(', ')
}

function pulledOf(
  all: readonly { readonly source: string; readonly from: string }[],
): string | null {
  return all.length === 0 ? null : all.map(({ source, from }) => `${source} (${from})`).join(', ')
}
