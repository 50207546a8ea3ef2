/** What the knowledge base is asked: our own runbooks, and alerts, incidents and people's words about them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseArticle } from '../../../src/core/article.ts'
import type { KnowledgeQuery } from '../../../src/core/knowledge.ts'
import type { AskingSignature } from '../../../src/core/knowledge-query.ts'
import type { Article } from '../../../src/core/model.ts'
import { demoFolder } from '../../../src/paths.ts'
import { filesBelow } from '../../support/source.ts'

const HERE = join(import.meta.dirname, '../knowledge')

export interface Question {
  readonly query: KnowledgeQuery
  /** Ids of the articles that are about it; none where nothing is. */
  readonly right: readonly string[]
}

/** Questions by the set they are told with. */
export type QuestionSets = ReadonlyMap<string, readonly Question[]>

const OwnArticles = z.array(
  z.object({
    id: z.string(),
    title: z.string(),
    classes: z.array(z.string()),
    body: z.string(),
  }),
)

const Incidents = z.array(
  z.object({
    kind: z.enum(['several', 'warnings', 'nothing']),
    right: z.array(z.string()),
    cause: z.string(),
    alerts: z.array(z.tuple([z.string(), z.string(), z.number(), z.string(), z.string()])),
  }),
)

/** The runbooks of the demo, without the names of rules in them, and those of this folder. */
export function ownArticles(): readonly Article[] {
  const folder = join(demoFolder(), 'articles')
  const demo = filesBelow('src/demo/articles', /\.md$/).map((path) => {
    const inside = path.slice('src/demo/articles/'.length)
    return parseArticle(inside, readFileSync(join(folder, inside), 'utf8')).article
  })
  const own = OwnArticles.parse(parse(readFileSync(join(HERE, 'articles.yaml'), 'utf8')))
  return [
    ...demo.map((article) => ({ ...article, alertnames: [] })),
    ...own.map((one) => ({ ...one, alertnames: [], services: [], tags: [] })),
  ]
}

/** Every set; each right article must be among `articles`. */
export function ownQuestions(articles: readonly Article[]): QuestionSets {
  const known = new Set(articles.map(({ id }) => id))
  const sets = new Map<string, readonly Question[]>([
    ['alerts', lines('alerts.txt').map(([id, rule, title]) => asked([alert(rule, title)], [id]))],
    ['several alerts', incidents('several')],
    ['warnings only', incidents('warnings')],
    ['symptoms', lines('symptoms.txt').map(([id, text]) => asked([alert(text, text)], [id]))],
    ['nothing, far', nothing('far')],
    ['nothing, near', nothing('near')],
    ['nothing, incidents', incidents('nothing')],
  ])
  for (const { right } of [...sets.values()].flat())
    for (const id of right) if (!known.has(id)) throw new Error(`no article ${id}`)
  return sets
}

function nothing(kind: string): readonly Question[] {
  return lines('nothing.txt')
    .filter(([how]) => how === kind)
    .map(([, rule, title]) => asked([alert(rule, title)], []))
}

function lines(file: string): (readonly [string, string, string])[] {
  return readFileSync(join(HERE, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [first = '', second = '', third = ''] = line.split('|').map((part) => part.trim())
      return [first, second, third] as const
    })
}

function incidents(kind: string): readonly Question[] {
  return Incidents.parse(parse(readFileSync(join(HERE, 'incidents.yaml'), 'utf8')))
    .filter((one) => one.kind === kind)
    .map(({ right, cause, alerts }) => {
      const signatures = alerts.map(([place, , surprise, rule, title]) => ({
        ...alert(rule, title),
        labels: { alertname: rule, instance: place },
        surprise,
        atCause: place === cause,
      }))
      const classes = alerts.map(([, ciClass]) => ciClass)
      return asked(signatures, right, [...new Set(classes)])
    })
}

function alert(rule: string, title: string): AskingSignature {
  return { rule, title, annotations: {}, labels: {}, surprise: 5 }
}

function asked(
  signatures: readonly AskingSignature[],
  right: readonly string[],
  ciClasses: readonly string[] = [],
): Question {
  const query = { signatures, ciClasses, services: [], runbookUrls: [], votes: new Map(), limit: 5 }
  return { query, right }
}
