/** Every API that the CMDB is imported from, by id. */
import { freshservicePull } from './freshservice.ts'
import type { PullImporter } from './http.ts'
import { itopPull } from './itop.ts'
import { jiraAssetsPull } from './jira-assets.ts'
import { jiraAssetsDcPull } from './jira-assets-dc.ts'
import { kubernetesPull } from './kubernetes.ts'
import { netboxPull } from './netbox.ts'
import { servicenowPull } from './servicenow.ts'
import { solarwindsPull } from './solarwinds.ts'

export const PULL_IMPORTERS: ReadonlyMap<string, PullImporter> = new Map(
  [
    freshservicePull,
    itopPull,
    jiraAssetsPull,
    jiraAssetsDcPull,
    kubernetesPull,
    netboxPull,
    servicenowPull,
    solarwindsPull,
  ].map((importer) => [importer.id, importer]),
)
