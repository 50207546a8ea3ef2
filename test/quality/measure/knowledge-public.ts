/** Public alerts and runbooks that are not part of this repository, where they are at hand. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseArticle } from '../../../src/core/article.ts'
import type { AskingSignature } from '../../../src/core/knowledge-query.ts'
import type { Article } from '../../../src/core/model.ts'

const Texts = z.record(z.string(), z.string())
const Line = z.object({
  id: z.string(),
  payload: z.object({
    title: z.string(),
    status: z.enum(['firing', 'resolved']),
    labels: Texts,
    annotations: Texts,
  }),
})
const Truth = z.array(z.object({ id: z.string(), relevant: z.array(z.string()) }))

interface PublicQuestion {
  readonly signature: AskingSignature
  readonly right: ReadonlySet<string>
}

export interface PublicSet {
  readonly articles: readonly Article[]
  readonly questions: readonly PublicQuestion[]
}

/** Reads `<name>.tar.gz` of the folder. */
export function publicSet(datasets: string, name: string): PublicSet {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-quality-'))
  try {
    execFileSync('tar', ['xzf', join(datasets, `${name}.tar.gz`), '-C', folder])
    return load(join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function load(at: string): PublicSet {
  const files = readdirSync(join(at, 'articles'), { recursive: true, encoding: 'utf8' })
  const truth = Truth.parse(JSON.parse(readFileSync(join(at, 'truth.json'), 'utf8')))
  const right = new Map(truth.map(({ id, relevant }) => [id, new Set(relevant)]))
  const lines = readFileSync(join(at, 'events.ndjson'), 'utf8').split('\n')
  const firing = lines
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)))
    .filter(({ payload }) => payload.status === 'firing')
  return {
    articles: files
      .filter((file) => file.endsWith('.md'))
      .map((file) => parseArticle(file, readFileSync(join(at, 'articles', file), 'utf8')).article),
    questions: firing.map(({ id, payload: { title, labels, annotations } }) => ({
      signature: { rule: labels['alertname'] ?? '', title, labels, annotations, surprise: 5 },
      right: right.get(id) ?? new Set<string>(),
    })),
  }
}
