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
  try {
    compile(pattern)
    return null
  } catch {
    return 'not an RE2 regular expression'
  }
}

/** Compiled patterns; a pure cache, bounded. */
const compiled = new Map<string, RE2JS>()
const MAX_COMPILED = 2000

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const made = RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL)
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  compiled.set(pattern, made)
  return made
}

/** Whether one matcher holds for the labels; a broken one, negated or not, never. Linear in the value. */
export function matches(matcher: Matcher, labels: Labels): boolean {
  return matchesValue(matcher, labels[matcher.name] ?? '')
}

/** Whether one matcher holds for the value of what it names. */
export function matchesValue(matcher: Matcher, value: string): boolean {
  if (matcher.isRegex && regexFault(matcher.value) !== null) return false
  const hit = matcher.isRegex
    ? compile(matcher.value).matcher(value).matches()
    : value === matcher.value
  return hit === matcher.isEqual
}

/** Whether every matcher holds; an empty list matches everything. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matches(matcher, labels))
}
