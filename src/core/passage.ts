/** The part of an article worth quoting. */
import { blocksOf } from './markdown.ts'
import type { Tokenizer } from './text.ts'

export const MAX_PASSAGE = 300
/** Characters of an article that are looked through. */
const MAX_LOOKED_AT = 20_000

/**
 * The paragraph whose distinct words weigh most, the earlier of equals; the first paragraph where
 * none has any of them; `''` for an article without prose. Plain text of at most MAX_PASSAGE
 * characters: a longer paragraph is quoted from its heaviest sentence on, cut at a word with `…`.
 *
 * @param weights weight of each word asked for
 */
export function passageOf(
  body: string,
  weights: ReadonlyMap<string, number>,
  split: Tokenizer,
): string {
  const paragraphs = blocksOf(body.slice(0, MAX_LOOKED_AT)).flatMap(({ kind, text }) =>
    kind === 'text' ? [text] : [],
  )
  const best = heaviest(paragraphs, weights, split)
  if (best === undefined || best.length <= MAX_PASSAGE) return best ?? ''
  const sentences = best.split(/(?<=[.!?;:])\s+/)
  const start = sentences.indexOf(heaviest(sentences, weights, split) ?? '')
  return cut(sentences.slice(Math.max(0, start)).join(' '))
}

function heaviest(
  texts: readonly string[],
  weights: ReadonlyMap<string, number>,
  split: Tokenizer,
): string | undefined {
  let best: string | undefined
  let most = Number.NEGATIVE_INFINITY
  for (const text of texts) {
    const { words, wholes, pairs } = split(text)
    let weight = 0
    for (const word of new Set([...words, ...wholes, ...pairs])) weight += weights.get(word) ?? 0
    if (weight > most) {
      most = weight
      best = text
    }
  }
  return best
}

function cut(text: string): string {
  if (text.length <= MAX_PASSAGE) return text
  const room = text.slice(0, MAX_PASSAGE - 1)
  const end = room.lastIndexOf(' ')
  return `${(end > MAX_PASSAGE / 2 ? room.slice(0, end) : wholeCharacters(room)).trimEnd()}…`
}

/** Without the first half of a surrogate pair at the end. */
function wholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '')
}
