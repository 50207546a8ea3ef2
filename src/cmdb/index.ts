/** Every format of files that the CMDB is imported from, by id. */
import { backstage } from './backstage.ts'
import { faultline } from './faultline.ts'
import type { FileImporter } from './importer.ts'
import { plainCsv } from './plain-csv.ts'

export const FILE_IMPORTERS: ReadonlyMap<string, FileImporter> = new Map(
  [backstage, faultline, plainCsv].map((importer) => [importer.id, importer]),
)
