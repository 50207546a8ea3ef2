/** Every format of files that the CMDB is imported from, by id. */
import { backstage } from './backstage.ts'
import { cilium } from './cilium.ts'
import { compose } from './compose.ts'
import { faultline } from './faultline.ts'
import { freshservice } from './freshservice.ts'
import type { FileImporter } from './importer.ts'
import { istio } from './istio.ts'
import { itop } from './itop.ts'
import { jiraAssets } from './jira-assets.ts'
import { kubernetes } from './kubernetes.ts'
import { netbox } from './netbox.ts'
import { otelServiceGraph } from './otel-service-graph.ts'
import { plainCsv } from './plain-csv.ts'
import { servicenow } from './servicenow.ts'
import { solarwinds } from './solarwinds.ts'
import { terraform } from './terraform.ts'
import { zluri } from './zluri.ts'

export const FILE_IMPORTERS: ReadonlyMap<string, FileImporter> = new Map(
  [
    backstage,
    cilium,
    compose,
    faultline,
    freshservice,
    istio,
    itop,
    jiraAssets,
    kubernetes,
    netbox,
    otelServiceGraph,
    plainCsv,
    servicenow,
    solarwinds,
    terraform,
    zluri,
  ].map((importer) => [importer.id, importer]),
)
