/** Formats that past incidents are imported from, by id. */
import { freshservice } from './freshservice.ts'
import type { PastImporter } from './importer.ts'
import { jira } from './jira.ts'
import { servicenow } from './servicenow.ts'
import { solarwinds } from './solarwinds.ts'
import { csv } from './table.ts'

export const PAST_IMPORTERS: ReadonlyMap<string, PastImporter> = new Map(
  [csv, servicenow, jira, freshservice, solarwinds].map((one) => [one.id, one]),
)
