/**
 * Samples of bodies: `fixtures/<source>/<case>.json` holds where it comes from, when it arrived and
 * the body (`body` as JSON, or `text` as it is); `<case>.events.json` beside it is what it becomes.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { IngestItem } from '../../src/core/model.ts'
import { parseRfc3339, toRfc3339 } from '../../src/core/time.ts'

const ROOT = fileURLToPath(new URL('./fixtures/', import.meta.url))
const GOLDEN = '.events.json'

const File = z.strictObject({
  provenance: z.string().min(20),
  at: z.string(),
  body: z.unknown().optional(),
  text: z.string().optional(),
})

export interface Fixture {
  readonly source: string
  readonly name: string
  readonly at: number
  readonly body: string
  /** Path of its golden file. */
  readonly golden: string
}

/** Names of the folders: one per source. */
export function fixtureFolders(): readonly string[] {
  return readdirSync(ROOT).sort()
}

/** The samples of a source, by name. */
export function fixturesOf(source: string): readonly Fixture[] {
  return readdirSync(`${ROOT}${source}`)
    .filter((file) => !file.endsWith(GOLDEN))
    .sort()
    .map((file) => {
      const { at, body, text } = File.parse(
        JSON.parse(readFileSync(`${ROOT}${source}/${file}`, 'utf8')),
      )
      const name = file.replace(/\.json$/, '')
      return {
        source,
        name,
        at: instant(at),
        body: text ?? JSON.stringify(body),
        golden: `${ROOT}${source}/${name}${GOLDEN}`,
      }
    })
}

/** An instant written as RFC 3339. */
export function instant(text: string): number {
  const at = parseRfc3339(text)
  if (at === undefined || at === null) throw new Error(`not a time: ${text}`)
  return at
}

/** Items as a golden file shows them: times as a reader can check them. */
export function toGolden(items: readonly IngestItem[]): string {
  const readable = items.map((item) => ({
    ...item,
    ...(item.startsAt === undefined ? {} : { startsAt: toRfc3339(item.startsAt) }),
    ...('endsAt' in item && item.endsAt !== undefined ? { endsAt: toRfc3339(item.endsAt) } : {}),
  }))
  return `${JSON.stringify(readable, null, 2)}\n`
}
