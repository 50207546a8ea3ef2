/**
 * The two ways to write a matcher, read as Alertmanager reads them: the UTF-8 syntax first, then the
 * classic one; where both can read a text and disagree, the classic reading counts.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
 */

/** A matcher as written: its expression is not checked yet. */
export interface WrittenMatcher {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** The matcher in a text, or `null` where neither syntax can read it. O(length) */
export function readMatcher(text: string): WrittenMatcher | null {
  const trimmed = text.trim()
  if (trimmed.startsWith('{') || trimmed.endsWith('}')) return null
  return readClassic(text) ?? readUtf8(trimmed)
}

const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*$/s

/** `name=value`, the value perhaps in quotes; backslashes escape `"`, `n` and themselves. */
function readClassic(text: string): WrittenMatcher | null {
  const [, name, operator, raw] = CLASSIC.exec(text) ?? []
  if (name === undefined || !isOperator(operator) || raw === undefined) return null
  const quoted = raw.startsWith('"')
  const inner = quoted ? /^"((?:[^"\\]|\\.)*)"$/s.exec(raw)?.[1] : raw
  if (inner === undefined || (!quoted && /(?:^|[^\\])(?:\\\\)*"/s.test(inner))) return null
  return { name, operator, value: inner.replace(/\\([n"\\])/g, unescapeClassic) }
}

function unescapeClassic(_whole: string, char: string): string {
  return char === 'n' ? '\n' : char
}

/** Runes that end a token without quotes. */
const TOKEN = /[^\s{}!=~,\\"'`]+/y
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y
const OPERATOR = /\s*(=~|!~|!=|=)\s*/y

/** Names and values are tokens, or texts in quotes with the escapes of Go. */
function readUtf8(text: string): WrittenMatcher | null {
  const name = readToken(text, 0)
  if (name === null) return null
  OPERATOR.lastIndex = name.end
  const found = OPERATOR.exec(text)
  const operator = found?.[1]
  if (!isOperator(operator)) return null
  const value = readToken(text, OPERATOR.lastIndex)
  if (value === null || value.end !== text.length || name.text === '') return null
  return { name: name.text, operator, value: value.text }
}

function readToken(
  text: string,
  from: number,
): { readonly text: string; readonly end: number } | null {
  QUOTED.lastIndex = from
  const [quoted] = QUOTED.exec(text) ?? []
  if (quoted !== undefined) {
    const unquoted = unquoteGo(quoted.slice(1, -1))
    return unquoted === null ? null : { text: unquoted, end: from + quoted.length }
  }
  TOKEN.lastIndex = from
  const [token] = TOKEN.exec(text) ?? []
  return token === undefined ? null : { text: token, end: from + token.length }
}

const ESCAPE =
  /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.?))/gs
const SIMPLE: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"' },
}

/** @see https://pkg.go.dev/strconv#Unquote */
function unquoteGo(inner: string): string | null {
  let text = ''
  let end = 0
  for (const found of inner.matchAll(ESCAPE)) {
    const [whole, simple, x, u, U, octal] = found
    const code = Number.parseInt(x ?? u ?? U ?? octal ?? '', octal === undefined ? 16 : 8)
    const isRune = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    if (simple === undefined && !isRune) return null
    const meant = simple === undefined ? String.fromCodePoint(code) : (SIMPLE[simple] ?? '')
    text += inner.slice(end, found.index) + meant
    end = found.index + whole.length
  }
  return text + inner.slice(end)
}

function isOperator(text: string | undefined): text is WrittenMatcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~'
}
