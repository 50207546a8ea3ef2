/** Which article a rule's `runbook_url` names. */
import { articleId, baseName } from './article.ts'

/** More articles than this under one name: the link says too little to follow. */
const MAX_NAMESAKES = 3

export interface LinkIndex {
  /** Ids of articles by the lower-case last part of their id; each list is sorted. */
  readonly byBase: ReadonlyMap<string, readonly string[]>
  /** The same by the address where they are from, as `linkAddress` has it. */
  readonly byAddress: ReadonlyMap<string, readonly string[]>
}

/** The name in {@link LinkIndex} that an article is found by. */
export function linkName(id: string): string {
  return baseName(id).toLowerCase()
}

/**
 * An address as it is compared: without scheme, fragment and what ends it, its host in lower case. Query
 * parameters count, since many systems name their articles by one. Undefined where it is no http address.
 */
export function linkAddress(url: string): string | undefined {
  if (!URL.canParse(url.trim())) return undefined
  const read = new URL(url.trim())
  if (!/^https?:$/.test(read.protocol)) return undefined
  return `${read.host}${read.pathname.replace(/\/+$/, '')}${read.search}`
}

/**
 * Ids of the articles a URL (or path) names, by id: those that are from that very address; else the last segment of its path, without
 * extension and ignoring case, is the last part of the id; where several articles have that name,
 * those that share most of the path before it, then those whose other parts stand anywhere in the
 * URL. A fragment counts where the path names none (`…/runbooks#KubePodNotReady`). None where more
 * than three are left: a wrong link is worse than none.
 */
export function linkedBy(index: LinkIndex, url: string): readonly string[] {
  const address = linkAddress(url)
  const from = address === undefined ? [] : (index.byAddress.get(address) ?? [])
  if (from.length > 0 && from.length <= MAX_NAMESAKES) return from
  const [, location = '', fragment = ''] = /^([^#]*)#?(.*)$/s.exec(url) ?? []
  const [, host = '', path = ''] =
    /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/([^/?]*))?([^?]*)/i.exec(location) ?? []
  const segments = decoded(path)
    .split('/')
    .filter((segment) => segment !== '')
  const byPath = namesakes(index, segments, host)
  return byPath.length > 0 ? byPath : namesakes(index, [...segments, decoded(fragment)], host)
}

function namesakes(index: LinkIndex, path: readonly string[], host: string): readonly string[] {
  const segments = path.map((segment) =>
    articleId(segment)
      .replace(/\.html?$/i, '')
      .toLowerCase(),
  )
  const last = segments.at(-1)
  const found = last === undefined || last === '' ? [] : (index.byBase.get(last) ?? [])
  const whole = `${host.toLowerCase()}/${segments.join('/')}`
  const nearest = keepBest(found, (id) => sharedTail(id.toLowerCase().split('/'), segments))
  const best = keepBest(nearest, (id) => {
    const parts = id.toLowerCase().split('/').slice(0, -1)
    return parts.filter((part) => whole.includes(part)).length
  })
  return best.length > MAX_NAMESAKES ? [] : best
}

function keepBest(ids: readonly string[], score: (id: string) => number): readonly string[] {
  const best = Math.max(...ids.map(score))
  return ids.filter((id) => score(id) === best)
}

function sharedTail(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  while (shared < a.length && shared < b.length && a.at(-1 - shared) === b.at(-1 - shared)) shared++
  return shared
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
