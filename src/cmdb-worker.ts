/** The thread that reads the files of an import: large ones take seconds, in which alerts go on. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Imported, ImportFile } from './cmdb/importer.ts'
import { FILE_IMPORTERS } from './cmdb/index.ts'

export interface ReadTask {
  readonly format: string
  readonly files: readonly ImportFile[]
}

/** Some of what was read; the one with `end` is the last. */
export type ReadPart = Imported & { readonly end: boolean }

/** Small enough that taking one over takes the other thread a moment. */
const AT_ONCE = 2000

const { format, files } = workerData as ReadTask
const read = FILE_IMPORTERS.get(format)?.read(files)
const { items, relations, bad } = read ?? { items: [], relations: [], bad: [] }
for (let at = 0; ; at += AT_ONCE) {
  const end = at + AT_ONCE >= Math.max(items.length, relations.length, bad.length)
  const part: ReadPart = {
    items: items.slice(at, at + AT_ONCE),
    relations: relations.slice(at, at + AT_ONCE),
    bad: bad.slice(at, at + AT_ONCE),
    end,
  }
  parentPort?.postMessage(part)
  if (end) break
}
