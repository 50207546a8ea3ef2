/** Every API that the CMDB is imported from, by id. */
import type { PullImporter } from './http.ts'
import { itopPull } from './itop.ts'
import { kubernetesPull } from './kubernetes.ts'
import { netboxPull } from './netbox.ts'
import { servicenowPull } from './servicenow.ts'

export const PULL_IMPORTERS: ReadonlyMap<string, PullImporter> = new Map(
  [itopPull, kubernetesPull, netboxPull, servicenowPull].map((importer) => [importer.id, importer]),
)
