/** Every API that changes are read from, by id. */
import type { ChangeImporter } from './change.ts'
import { freshserviceChanges } from './freshservice.ts'
import { jiraChanges } from './jira.ts'
import { servicenowChanges } from './servicenow.ts'
import { solarwindsChanges } from './solarwinds.ts'

export const CHANGE_IMPORTERS: ReadonlyMap<string, ChangeImporter> = new Map(
  [freshserviceChanges, jiraChanges, servicenowChanges, solarwindsChanges].map((importer) => [
    importer.id,
    importer,
  ]),
)
