/** Imports into the CMDB: those that people ask for, and those by the clock. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createPullHttp } from './cmdb/pull/http.ts'
import { openImports, type RunningImports } from './cmdb-imports.ts'
import { type Config, credential } from './config.ts'
import { createPulls } from './jobs/pulls.ts'
import type { Journey } from './journey.ts'
import { systemClock } from './notify/clock.ts'
import type { CmdbPulls } from './server/deps.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface CmdbParts {
  readonly config: Pick<Config, 'cmdbSources'>
  readonly metrics: Metrics
  readonly log: Log
  readonly journey: Journey
  readonly ends: { add(close: () => Promise<void>): void }
}

/** Begins to read the sources by the clock, until the stop. */
export function openCmdb({ config, metrics, log, journey, ends }: CmdbParts): {
  readonly imports: RunningImports
  readonly pulls: CmdbPulls
} {
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false })
  const http = createPullHttp({ env: credential, wait, now: () => performance.now() })
  const imports = openImports({ journey, metrics, log, now: () => Date.now(), http })
  ends.add(() => imports.stop())
  const pulls = createPulls({
    sources: config.cmdbSources,
    pull: (source, by) => imports.pull(source, by),
    clock: systemClock,
    onError: (cause) => log.error({ err: cause }, 'a source of the CMDB could not be read'),
  })
  pulls.start()
  ends.add(async () => pulls.stop())
  return { imports, pulls }
}
