/** The list of sources, by id. `POST /ingest/<id>` and the lines of a recorded stream name them. */
import { alertmanager } from './alertmanager.ts'
import { change } from './change.ts'
import { datadog } from './datadog.ts'
import { generic } from './generic.ts'
import { grafana } from './grafana.ts'
import { opsgenie } from './opsgenie.ts'
import { pagerduty } from './pagerduty.ts'
import { prometheus } from './prometheus.ts'
import type { Source } from './source.ts'

const ALL: readonly Source[] = [
  ...[alertmanager, prometheus, generic, change],
  ...[grafana, pagerduty, opsgenie, datadog],
]

export const SOURCES: ReadonlyMap<string, Source> = new Map(
  ALL.map((source) => [source.id, source]),
)
