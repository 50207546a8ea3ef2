/**
 * Text as words: what alerts, runbooks and notes are compared by. Identifiers are kept whole and
 * split (`KubePodNotReady` → `kubepodnotready`, `kube`, `pod`, `not`, `readi`), what only tells
 * instances apart (numbers, ids, addresses) is left out, English words are stemmed.
 *
 * Stemmer: M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, as in `natural`.
 */
import porter from 'natural/lib/natural/stemmers/porter_stemmer.js'
import { words as STOP_LIST } from 'natural/lib/natural/util/stopwords.js'

const STOP_WORDS: ReadonlySet<string> = new Set(STOP_LIST)

/** Longer runs are no words: base64, minified code. */
const MAX_WORD = 64

const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi
const TIMESTAMP =
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)/g
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|\/\d{1,2})?(?![\w.]*\w)/g
const IPV6 = /(?<![\w:])(?=[0-9a-f:]*[0-9a-f])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi
/** Git and container hashes: hexadecimal with at least one digit and one letter. */
const HASH = /\b(?:0x[0-9a-f]{1,64}|(?=[a-f]{0,63}\d)(?=\d{0,63}[a-f])[0-9a-f]{7,64})\b/gi
/** Suffixes Kubernetes makes up for pods (`-7d9f8b6c5d-x2x7k`) and for one of many (`-x2x7k`). */
const POD_SUFFIX =
  /-(?:[bcdf-hj-np-tv-xz2456789]{6,10}-[bcdf-hj-np-tv-xz2456789]{5}|(?=[a-z]{0,4}\d)[bcdf-hj-np-tv-xz2456789]{5})(?![\w-])/g
const HOST = /(?<![\w.-])(?:[a-z0-9][a-z0-9-]{0,62}\.){2,8}[a-z]{2,24}(?::\d{1,5})?(?![\w-])/g
const NUMBER = /(?<!\w)[+-]?\d+(?:[.,]\d+)*(?:\s?%|\s?(?:[kmgtp]i?b|ms|s|m|h|d|w)\b)?/gi

const RUN = /[\p{L}\p{N}]+(?:[_-]+[\p{L}\p{N}]+)*/gu
const PARTS =
  /[1-5](?:xx|XX)(?!\p{L})|\p{Lu}{2,}s(?!\p{Ll})|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|[\p{Lt}\p{Lm}\p{Lo}]+|\p{N}+/gu
const HAS_DIGIT = /\d/
const DIGITS = /^\p{N}+$/u
const QUANTITY = /^\d+(?:[kmgtp]i?b?|ms|s|m|h|d|w|y)$/i
const ASCII_WORD = /^[a-z]+$/

/** What a text is made of, each list in its order, repeats included. */
export interface Words {
  /** Single words, and the parts of identifiers. */
  readonly words: readonly string[]
  /** Identifiers of several parts, joined without their separators. */
  readonly wholes: readonly string[]
  /** Neighbouring words joined: `file system` gives `filesystem`, as `file-system` itself does. */
  readonly pairs: readonly string[]
}

export type Tokenizer = (text: string) => Words

/** An identifier or word, taken apart. */
interface Run {
  /** All parts joined; `''` where there is one part only. */
  readonly whole: string
  /** Parts without numbers and stop words. */
  readonly words: readonly string[]
}

/** Runs remembered by a tokenizer; then it starts anew. */
const MAX_KNOWN = 50_000
/** The same of whole short texts: an incident is looked at again and again with the same alerts. */
const MAX_KNOWN_TEXTS = 8192
const MAX_KNOWN_TEXT = 256

/**
 * A tokenizer that remembers how it took words apart (at most 50,000 of them, and 8,192 short texts);
 * its answers do not depend on what it was asked before. Use one for many texts: it is several times faster than
 * `tokens`.
 */
export function createTokenizer(): Tokenizer {
  const known = new Map<string, Run>()
  const takeApart = (text: string): Run => {
    const seen = known.get(text)
    if (seen !== undefined) return seen
    if (known.size >= MAX_KNOWN) known.clear()
    const run = runOf(text)
    known.set(text, run)
    return run
  }
  const read = (text: string): Words => {
    const words: string[] = []
    const wholes: string[] = []
    const pairs: string[] = []
    let before = ''
    for (const found of withoutIds(text).match(RUN) ?? []) {
      if (found.length > MAX_WORD) continue
      const run = takeApart(found)
      if (run.whole !== '') wholes.push(run.whole)
      for (const word of run.words) {
        words.push(word)
        if (before !== '' && before + word !== run.whole) pairs.push(before + word)
        before = word
      }
    }
    return { words, wholes, pairs }
  }
  const texts = new Map<string, Words>()
  return (text) => {
    if (text.length > MAX_KNOWN_TEXT) return read(text)
    const seen = texts.get(text)
    if (seen !== undefined) return seen
    if (texts.size >= MAX_KNOWN_TEXTS) texts.clear()
    const words = read(text)
    texts.set(text, words)
    return words
  }
}

/**
 * Words of a text: lower case, without stop words, numbers, quantities, UUIDs, addresses, hashes
 * and the suffixes of pods, all stemmed; then its identifiers of several parts, joined
 * (`kube-state-metrics` and `KubeStateMetrics` are one). O(length).
 */
export function tokens(text: string): readonly string[] {
  const { words, wholes } = createTokenizer()(text)
  return [...words, ...wholes]
}

function withoutIds(text: string): string {
  if (!HAS_DIGIT.test(text)) return text
  return text
    .replace(UUID, ' ')
    .replace(TIMESTAMP, ' ')
    .replace(IPV4, ' ')
    .replace(IPV6, ' ')
    .replace(POD_SUFFIX, ' ')
    .replace(HASH, ' ')
}

/** What tells instances apart (`-12`, `-15m`) is left out. */
function runOf(text: string): Run {
  const parts = text
    .split(/[_-]+/)
    .filter((segment) => !DIGITS.test(segment) && !QUANTITY.test(segment))
    .flatMap((segment) => segment.match(PARTS) ?? [])
    .map((part) => part.toLowerCase())
  return {
    whole: parts.length > 1 ? parts.map(stemOf).join('') : '',
    words: parts.filter((part) => !DIGITS.test(part) && !STOP_WORDS.has(part)).map(stemOf),
  }
}

function stemOf(word: string): string {
  return ASCII_WORD.test(word) ? porter.stem(word) : word
}

/**
 * The text with everything that tells instances apart replaced by a kind in angle brackets, e.g.
 * `disk of web-<num> is <num> full (<ip>)`; white space collapsed. Two texts of one template are
 * near duplicates. Bounded: only the first 10,000 characters count. O(length).
 */
export function templateOf(text: string): string {
  return text
    .slice(0, 10_000)
    .replace(UUID, '<uuid>')
    .replace(TIMESTAMP, '<time>')
    .replace(IPV4, '<ip>')
    .replace(IPV6, '<ip>')
    .replace(HOST, '<host>')
    .replace(POD_SUFFIX, '-<pod>')
    .replace(HASH, '<hash>')
    .replace(NUMBER, '<num>')
    .replace(/\d+/g, '<num>')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Jaccard index of two bags read as sets: |a ∩ b| / |a ∪ b|, 0 where both are empty. O(a + b). */
export function jaccard(a: Iterable<string>, b: Iterable<string>): number {
  const left = new Set(a)
  const right = new Set(b)
  let both = 0
  for (const word of left) if (right.has(word)) both++
  const either = left.size + right.size - both
  return either === 0 ? 0 : both / either
}
