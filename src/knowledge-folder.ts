/**
 * The folder of articles while Faultline runs, for instance a checkout that somebody pulls: what has
 * changed is taken over, file by file; what cannot be read is named, and what it said before stays.
 */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { articleId } from './core/article.ts'
import { FOLDER, planArticles } from './core/article-plan.ts'
import type { Article } from './core/model.ts'
import { compare } from './core/topology.ts'
import { versionOf } from './inputs.ts'
import type { Journey } from './journey.ts'
import { type FoundFile, type ReadFile, readArticle, reasonOf } from './knowledge-file.ts'
import type { Clock } from './notify/clock.ts'
import type { KnowledgeFault, KnowledgeFolder, KnowledgeRead } from './server/deps.ts'
import { submitArticles } from './submit-articles.ts'
import type { Log } from './telemetry/log.ts'

export interface KnowledgeDeps {
  readonly folder: string
  readonly journey: Pick<Journey, 'engine' | 'submit'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

export interface WatchedKnowledge extends KnowledgeFolder {
  /** Names, sizes and times of the files. */
  fingerprint(): Promise<string>
  /** The fingerprint of what was looked at last; null also where some of it could not be had. */
  looked(): string | null
}

const MAX_FILES = 50_000
const MAX_FAULTS = 500

/** What a walk found, and where it could not go. */
interface Walk {
  readonly files: readonly FoundFile[]
  readonly faults: readonly KnowledgeFault[]
  /** Whether all of it was seen: what is not there may only have been out of sight otherwise. */
  readonly isWhole: boolean
}

export function openKnowledge(deps: KnowledgeDeps): WatchedKnowledge {
  const { folder, clock } = deps
  const kept = new Map<string, ReadFile>()
  let last: KnowledgeRead | null = null
  let looked: string | null = null
  let queue: Promise<unknown> = Promise.resolve()
  const attempt = async (by: string): Promise<KnowledgeRead> => {
    const walk = await walkFolder(folder)
    const found = await take(deps, { walk, kept, by })
    // what could not be had is looked at again, though nothing tells that it can be had by now
    const isUnread = [...kept.values()].some(({ stamp }) => stamp === null)
    looked = isUnread ? null : fingerprintOf(walk)
    const read = { at: clock.now(), by, ...found }
    if (read.outcome === 'taken' || !hasSameFaults(read, last)) report(deps, read)
    last = read
    return read
  }
  return {
    folder,
    last: () => last,
    looked: () => looked,
    fingerprint: async () => fingerprintOf(await walkFolder(folder)),
    read: (by) => {
      const next = queue.then(() => attempt(by))
      queue = next.catch(() => undefined)
      return next
    },
  }
}

interface Taking {
  readonly walk: Walk
  readonly kept: Map<string, ReadFile>
  readonly by: string
}

async function take(
  { folder, journey }: KnowledgeDeps,
  { walk, kept, by }: Taking,
): Promise<Omit<KnowledgeRead, 'at' | 'by'>> {
  const faults: KnowledgeFault[] = [...walk.faults]
  const articles: Article[] = []
  const unread = new Set<string>()
  const paths = new Set(walk.files.map(({ path }) => path))
  for (const path of kept.keys()) if (!paths.has(path)) kept.delete(path)
  for (const file of walk.files) {
    const read = await readArticle(folder, file, kept.get(file.path))
    kept.set(file.path, read)
    if (read.error !== null) faults.push({ file: file.path, error: read.error })
    if (read.article === null) unread.add(articleId(file.path))
    else articles.push(read.article)
  }
  const given = articles.map((article) => ({ ...article, source: FOLDER }))
  const plan = planArticles(journey.engine.state.articles, { source: FOLDER, articles: given })
  for (const { id, source } of plan.taken)
    faults.push({ file: `${id}.md`, error: `an article of this id belongs to ${source}` })
  const gone = plan.unsaid.filter(({ id }) => !unread.has(id)).map(({ id }) => id)
  const counts = { files: articles.length, faults: faults.slice(0, MAX_FAULTS) }
  const moreFaults = Math.max(0, faults.length - MAX_FAULTS)
  const nothing = { added: 0, changed: 0, retired: 0, moreFaults }
  // a mount that has gone has no files either, and says nothing about its articles
  if (walk.files.length === 0 && plan.unsaid.length > 0) {
    const none = { file: '.', error: 'there is no article here any more: those from before stay' }
    return { outcome: 'refused', ...counts, ...nothing, faults: [...counts.faults, none] }
  }
  const retire = walk.isWhole ? gone : []
  const news = [...plan.added, ...plan.changed].map(({ article }) => article)
  if (news.length + retire.length === 0) return { outcome: 'unchanged', ...counts, ...nothing }
  // of the version before and what is new: to read all of them again for one would take long
  const before = journey.engine.state.articlesVersion
  const version = versionOf(JSON.stringify([before, news, retire]))
  await submitArticles(journey, {
    ...{ version, source: FOLDER, articles: news, retire },
    ...(by === 'start' || by === 'files changed' ? {} : { actor: by }),
  })
  const { added, changed } = plan
  const done = { added: added.length, changed: changed.length, retired: retire.length, moreFaults }
  return { outcome: 'taken', ...counts, ...done }
}

interface Walking {
  readonly root: string
  readonly files: FoundFile[]
  readonly faults: KnowledgeFault[]
  /** Folders that have been seen, by their real paths: a link may lead back. */
  readonly seen: Set<string>
  isWhole: boolean
}

/** The Markdown below a folder, by path; hidden files and what leads out of it are left aside. */
async function walkFolder(folder: string): Promise<Walk> {
  const root = await realpath(folder).catch(() => null)
  const walking: Walking = {
    root: root ?? '',
    files: [],
    faults: [],
    seen: new Set(root === null ? [] : [root]),
    isWhole: true,
  }
  if (root === null) return { ...walking, ...NOWHERE }
  await visit(walking, '')
  walking.files.sort((a, b) => compare(a.path, b.path))
  return walking
}

const NOWHERE: Walk = {
  files: [],
  faults: [{ file: '.', error: 'there is no such folder' }],
  isWhole: false,
}

async function visit(walking: Walking, path: string): Promise<void> {
  const { root, files, faults, seen } = walking
  const names = await readdir(join(root, path), { withFileTypes: true }).catch((cause: unknown) => {
    walking.isWhole = false
    faults.push({ file: path || '.', error: `it cannot be read: ${reasonOf(cause)}` })
    return []
  })
  for (const entry of names) {
    const { name } = entry
    const isMarkdown = name.endsWith('.md')
    if (name.startsWith('.') || (entry.isFile() && !isMarkdown)) continue
    const child = path === '' ? name : `${path}/${name}`
    const found = await look(root, child, entry).catch((cause: unknown) => reasonOf(cause))
    if (typeof found === 'string') {
      if (isMarkdown) faults.push({ file: child, error: `it cannot be read: ${found}` })
    } else if (found.isFolder) {
      if (seen.has(found.real)) continue
      seen.add(found.real)
      await visit(walking, child)
    } else if (isMarkdown && files.length < MAX_FILES) files.push({ path: child, ...found })
    else if (isMarkdown && walking.isWhole) {
      walking.isWhole = false
      faults.push({ file: child, error: `there are more than ${MAX_FILES} files` })
    }
  }
}

interface Looked {
  readonly isFolder: boolean
  readonly real: string
  readonly stamp: string
  readonly bytes: number
}

async function look(root: string, path: string, entry: Dirent): Promise<Looked> {
  const own = join(root, path)
  const real = entry.isSymbolicLink() ? await realpath(own) : own
  const inside = relative(root, real)
  // a link may lead elsewhere in the folder, as those of a ConfigMap do, and nowhere else
  if (inside === '..' || inside.startsWith(`..${sep}`))
    throw new Error('it leads out of the folder')
  const found = await stat(real)
  const { size, mtimeMs, ctimeMs, ino } = found
  const isFolder = found.isDirectory()
  return { isFolder, real, stamp: `${size} ${mtimeMs} ${ctimeMs} ${ino}`, bytes: size }
}

function fingerprintOf({ files, faults }: Walk): string {
  return versionOf(JSON.stringify([files.map(({ path, stamp }) => [path, stamp]), faults]))
}

function hasSameFaults(read: KnowledgeRead, before: KnowledgeRead | null): boolean {
  return before !== null && JSON.stringify(read.faults) === JSON.stringify(before.faults)
}

function report({ folder, log }: KnowledgeDeps, read: KnowledgeRead): void {
  const { outcome, by, files, added, changed, retired, faults } = read
  const about = { folder, by, files, added, changed, retired, faults: faults.length }
  if (outcome === 'taken') log.info(about, 'articles of the folder have changed')
  if (outcome === 'refused')
    log.error(
      about,
      'the folder of articles has none any more, those before stay: see docs/knowledge.md',
    )
  else if (faults.length > 0)
    log.warn({ ...about, first: faults[0] }, 'some articles are at fault: see docs/knowledge.md')
}
