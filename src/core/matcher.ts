/**
 * Label matchers as Alertmanager has them: `=`, `!=`, `=~`, `!~`; regular expressions are RE2 and
 * fully anchored; a missing label counts as the empty string.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#matcher
 */
import { RE2JS } from 're2js'
import { readMatcher } from './matcher-syntax.ts'
import type { Labels, Matcher } from './model.ts'

/**
 * Reads one matcher, e.g. `severity="critical"`, `pod=~web-.*`, `"k8s.pod name"!="x"`.
 *
 * @returns the matcher, or the reason why the text is none
 */
export function parseMatcher(text: string): Matcher | { readonly error: string } {
  const written = readMatcher(text)
  if (written === null) return { error: `not a matcher: ${text}` }
  const { name, value, operator } = written
  const isRegex = operator.endsWith('~')
  if (isRegex) {
    const fault = regexFault(value)
    if (fault !== null) return { error: `${fault} in ${text}` }
  }
  return { name, value, isRegex, isEqual: !operator.startsWith('!') }
}

/** Why `pattern` is no RE2 regular expression, or `null`. */
export function regexFault(pattern: string): string | null {
  return compile(pattern) === null ? 'not an RE2 regular expression' : null
}

interface Compiled {
  readonly regex: RE2JS
  /** Whether values match: rules ask about the same few names and severities again and again. */
  readonly answers: Map<string, boolean>
}

/** Patterns, `null` for a broken one, and what they answered: pure caches, bounded. */
const compiled = new Map<string, Compiled | null>()
const MAX_COMPILED = 2000
const MAX_ANSWERS = 256
/** Longer values are not kept. */
const MAX_KEPT_LENGTH = 256

function compile(pattern: string): Compiled | null {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const made = compileAnew(pattern)
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  compiled.set(pattern, made)
  return made
}

function compileAnew(pattern: string): Compiled | null {
  try {
    return { regex: RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL), answers: new Map() }
  } catch {
    return null
  }
}

function isHit({ regex, answers }: Compiled, value: string): boolean {
  const known = answers.get(value)
  if (known !== undefined) return known
  const hit = regex.matcher(value).matches()
  if (answers.size >= MAX_ANSWERS) answers.clear()
  if (value.length <= MAX_KEPT_LENGTH) answers.set(value, hit)
  return hit
}

/** Whether one matcher holds for the labels; a broken one, negated or not, never. Linear in the value. */
export function matches(matcher: Matcher, labels: Labels): boolean {
  return matchesValue(matcher, labels[matcher.name] ?? '')
}

/** Whether one matcher holds for the value of what it names. */
export function matchesValue(matcher: Matcher, value: string): boolean {
  if (!matcher.isRegex) return (value === matcher.value) === matcher.isEqual
  const regex = compile(matcher.value)
  return regex !== null && isHit(regex, value) === matcher.isEqual
}

/** Whether every matcher holds; an empty list matches everything. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matches(matcher, labels))
}
