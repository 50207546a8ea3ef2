/**
 * The words an alert asks for in the knowledge base. What says what is wrong counts (rule name,
 * title, annotations in prose, a few labels); expressions, links and names of places do not.
 */
import type { Labels } from './model.ts'
import type { Tokenizer, Words } from './text.ts'
import { compare } from './topology.ts'

/** One kind of alert in an incident. */
export interface AskingSignature {
  readonly rule: string
  readonly title: string
  readonly annotations: Labels
  readonly labels: Labels
  /** How unusual it is, in nats; 0 or more. */
  readonly surprise: number
  /** Whether it is of the CI that is the probable cause. */
  readonly atCause?: boolean
}

export interface SignatureQuery {
  /** At most MAX_QUERY_WORDS words the index knows, with their weights, heaviest first. */
  readonly words: ReadonlyMap<string, number>
  /** Σ weight · idf of those words and of the MAX_QUERY_WORDS heaviest unknown ones. */
  readonly asked: number
  /** Those of the words that are single ones: neither pairs nor whole identifiers. */
  readonly singles: ReadonlySet<string>
}

export const MAX_QUERY_WORDS = 16
/** Longer annotations are cut: they are dumps, not descriptions. */
const MAX_ANNOTATION = 2_000
const MAX_LABELS = 64

const NAME_WEIGHT = 1
const SUMMARY_WEIGHT = 1
const DESCRIPTION_WEIGHT = 0.5
const LABEL_WEIGHT = 0.25
/** Of a pair of neighbouring words, relative to a single word. */
const PAIR_WEIGHT = 0.5

const SUMMARIES: ReadonlySet<string> = new Set(['summary', 'title', 'subject'])
const NOT_PROSE =
  /^__|url|link|href|dashboard|panel|runbook|playbook|expr|query|promql|logql|image|screenshot|value|generator|fingerprint/i
/** A line with a selector, or with a PromQL function over a selector, a range or another function. */
const FUNCTION =
  'rate|irate|increase|delta|deriv|sum|avg|min|max|count|quantile|histogram_quantile|absent|topk|changes'
const EXPRESSION = new RegExp(
  `\\b(?:${FUNCTION})\\s*(?:(?:by|without)\\s*\\([^()\\n]{0,200}\\)\\s*)?\\([^\\n]{0,200}?(?:[[{(]|\\)\\s*(?:by|without)\\b)` +
    '|\\{[^{}\\n]{0,200}=~?"[^{}\\n]{0,200}\\}',
)
/** Labels that say where it was measured, or how bad, not what is wrong. */
const PLACES: ReadonlySet<string> = new Set(
  (
    'alertname severity priority instance job endpoint host hostname node pod pod_name container_id ' +
    'namespace cluster region zone environment env tenant team receiver prometheus replica uid id ' +
    'metrics_path exported_instance exported_job exported_namespace exported_pod exporter image'
  ).split(' '),
)

interface Text {
  readonly text: string
  readonly weight: number
}

const DIGIT = /\p{N}/u
/** Every alert is one: these say nothing about what is wrong (stems, as the tokenizer gives them). */
const SELF: ReadonlySet<string> = new Set(['alert', 'alarm'])

/**
 * Weighs the words of one signature; repeats add up. A word or identifier that no article has is
 * asked for in vain and counts in `asked`, so that a foreign alert fits nothing; not so what names
 * an instance (it has digits, or is the value of a label), nor pairs of words.
 *
 * @param idfOf idf of a word, `undefined` where the index does not know it
 * @param unknownIdf idf of a word that no article has
 */
export function queryOf(
  signature: AskingSignature,
  split: Tokenizer,
  idfOf: (word: string) => number | undefined,
  unknownIdf: number,
): SignatureQuery {
  const weights = new Map<string, number>()
  const missed = new Set<string>()
  const singles = new Set<string>()
  for (const { text, weight } of textsOf(signature)) {
    const words = split(text)
    addWords(words, weight, weights, missed)
    for (const word of words.words) singles.add(word)
  }
  for (const word of instancesOf(signature, split)) missed.delete(word)
  const known: [word: string, weight: number, mass: number][] = []
  const unknown: number[] = []
  for (const [word, weight] of weights) {
    if (SELF.has(word)) continue
    const idf = idfOf(word)
    if (idf !== undefined) known.push([word, weight, weight * idf])
    else if (missed.has(word)) unknown.push(weight * unknownIdf)
  }
  known.sort((a, b) => b[2] - a[2] || compare(a[0], b[0]))
  unknown.sort((a, b) => b - a)
  const kept = known.slice(0, MAX_QUERY_WORDS)
  const missing = unknown.slice(0, MAX_QUERY_WORDS)
  return {
    singles,
    words: new Map(kept.map(([word, weight]) => [word, weight])),
    asked: [...kept.map(([, , mass]) => mass), ...missing].reduce((sum, mass) => sum + mass, 0),
  }
}

function addWords(
  { words, wholes, pairs }: Words,
  weight: number,
  weights: Map<string, number>,
  missed: Set<string>,
): void {
  const add = (word: string, by: number): void => {
    weights.set(word, (weights.get(word) ?? 0) + by)
  }
  for (const word of [...words, ...wholes]) {
    if (!DIGIT.test(word)) missed.add(word)
    add(word, weight)
  }
  for (const pair of pairs) add(pair, weight * PAIR_WEIGHT)
}

/** Words that stand in label values but not in the rule's name. */
function instancesOf({ rule, labels }: AskingSignature, split: Tokenizer): ReadonlySet<string> {
  const all = ({ words, wholes }: Words): readonly string[] => [...words, ...wholes]
  const ours = new Set(all(split(rule)))
  const values = someOf(labels).flatMap(([, value]) => all(split(value.slice(0, MAX_ANNOTATION))))
  return new Set(values.filter((word) => !ours.has(word)))
}

function textsOf({ rule, title, annotations, labels }: AskingSignature): readonly Text[] {
  const texts: Text[] = [{ text: rule.slice(0, MAX_ANNOTATION), weight: NAME_WEIGHT }]
  const seen = new Set([rule.trim()])
  const add = (text: string, weight: number): void => {
    const prose = text.slice(0, MAX_ANNOTATION).trim()
    if (prose === '' || seen.has(prose)) return
    seen.add(prose)
    texts.push({ text: withoutExpressions(prose), weight })
  }
  add(title, SUMMARY_WEIGHT)
  const names = Object.keys(annotations)
    .filter((name) => !NOT_PROSE.test(name))
    .sort(compare)
  for (const name of names.filter((name) => SUMMARIES.has(name)))
    add(annotations[name] ?? '', SUMMARY_WEIGHT)
  for (const name of names.filter((name) => !SUMMARIES.has(name)))
    add(annotations[name] ?? '', DESCRIPTION_WEIGHT)
  for (const [name, value] of someOf(labels)) if (!PLACES.has(name)) add(value, LABEL_WEIGHT)
  return texts
}

function someOf(labels: Labels): readonly (readonly [name: string, value: string])[] {
  const names = Object.keys(labels).sort(compare).slice(0, MAX_LABELS)
  return names.map((name) => [name, labels[name] ?? ''])
}

function withoutExpressions(prose: string): string {
  return prose
    .split('\n')
    .filter((line) => !EXPRESSION.test(line))
    .join('\n')
    .replace(/https?:\/\/\S+/g, ' ')
}
