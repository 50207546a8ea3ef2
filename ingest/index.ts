/** The list of sources, by id. `POST /ingest/<id>` and the lines of a recorded stream name them. */
import { alertmanager } from './alertmanager.ts'
import { change } from './change.ts'
import { generic } from './generic.ts'
import { prometheus } from './prometheus.ts'
import type { Source } from './source.ts'

export const SOURCES: ReadonlyMap<string, Source> = new Map(
  [alertmanager, prometheus, generic, change].map((source) => [source.id, source]),
)
