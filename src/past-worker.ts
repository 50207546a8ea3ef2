/** The thread that reads files of past incidents: years of them take seconds. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ImportFile } from './cmdb/importer.ts'
import type { PastAsked } from './cmdb/past/importer.ts'
import { PAST_IMPORTERS } from './cmdb/past/index.ts'

export interface PastTask {
  readonly format: string
  readonly asked: PastAsked
  readonly files: readonly ImportFile[]
}

const { format, asked, files } = workerData as PastTask
parentPort?.postMessage(
  PAST_IMPORTERS.get(format)?.read(files, asked) ?? { incidents: [], passedOver: 0, bad: [] },
)
