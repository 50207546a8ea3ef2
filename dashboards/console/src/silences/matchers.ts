/** Matchers as text: `severity="critical"`, `pod=~"web-.*"`, as Alertmanager writes them. */
import type { Matcher } from '../api/schema.d.ts'

export const OPERATORS = ['=', '!=', '=~', '!~'] as const
export type Operator = (typeof OPERATORS)[number]

export function operatorOf({ isRegex, isEqual }: Pick<Matcher, 'isRegex' | 'isEqual'>): Operator {
  if (isRegex) return isEqual ? '=~' : '!~'
  return isEqual ? '=' : '!='
}

export function withOperator(matcher: Matcher, operator: string): Matcher {
  return { ...matcher, isRegex: operator.endsWith('~'), isEqual: !operator.startsWith('!') }
}

export function matcherText(matcher: Matcher): string {
  return `${matcher.name}${operatorOf(matcher)}${JSON.stringify(matcher.value)}`
}

const MATCHER = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s{}!=~,"]+))\s*(=~|!~|!=|=)\s*(.*?)\s*$/s

/** Null where the text is no matcher. */
export function readMatcher(text: string): Matcher | null {
  const [, quotedName, plainName, operator = '', rest = ''] = MATCHER.exec(text) ?? []
  const name = quotedName ?? plainName
  if (name === undefined) return null
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(rest)?.[1]
  const value = quoted === undefined ? rest : quoted.replace(/\\(.)/gs, '$1')
  return withOperator({ name, value, isRegex: false, isEqual: true }, operator)
}
