/** Names of things, as CMDBs and tools write them: what is one name, and what only looks like it. */

/**
 * The form in which names are compared: IP and MAC addresses in their shortest form, all else in lower
 * case and without the dot that ends a full domain name.
 */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '')
  return ipAddress(lower) ?? macAddress(lower) ?? lower
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/**
 * An IP address in its shortest form, `::ffff:10.0.0.1` as `10.0.0.1`; `null` for what is none.
 * @see https://www.rfc-editor.org/rfc/rfc5952
 */
export function ipAddress(text: string): string | null {
  if (IPV4.test(text)) return text
  if (text.length > 64 || !/^[0-9a-f:.]*:[0-9a-f:.]*(?:%.*)?$/i.test(text)) return null
  const url = `http://[${text.replace(/%.*$/s, '')}]/`
  if (!URL.canParse(url)) return null
  const short = new URL(url).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (mapped === null) return short
  const [high, low] = [mapped[1], mapped[2]].map((part) => Number.parseInt(part ?? '0', 16))
  return [high, low].flatMap((part = 0) => [part >> 8, part & 255]).join('.')
}

/** Loopback, unspecified and link-local addresses, which every machine has: they name none. */
export function isOwnAddress(ip: string): boolean {
  return /^(?:127\.|0\.0\.0\.0$|169\.254\.|::1?$|fe[89ab][0-9a-f]:)/.test(ip)
}

/** A MAC address as `00:1b:44:11:3a:b7`, however it was written; `null` for what is none. */
function macAddress(lower: string): string | null {
  if (
    !/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/.test(
      lower,
    )
  )
    return null
  return (lower.replace(/[:.-]/g, '').match(/../g) ?? []).join(':')
}

/** `https://web-1.example:8443/x` → `web-1.example:8443`, `web-1.example`; IPv6 in brackets too. */
export function hostNames(value: string): readonly string[] {
  const host = value
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^[^@]*@/, '')
  const bare = host.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1')
  return bare === host ? [host] : [host, bare]
}

/** A host name of a domain, in two parts; an IP address, or what has a port, has none. */
export interface HostParts {
  readonly short: string
  /** Empty for a short name. */
  readonly domain: string
}

/** `web-1.eu.example` → `web-1` and `eu.example`; `null` for what cannot be a host's name. */
export function hostParts(name: string): HostParts | null {
  const lower = canonicalName(name)
  if (!/\p{L}/u.test(lower) || /[:/\s@]/.test(lower)) return null
  const dot = lower.indexOf('.')
  if (dot === 0) return null
  return dot < 0
    ? { short: lower, domain: '' }
    : { short: lower.slice(0, dot), domain: lower.slice(dot + 1) }
}

/** Whether two domains may be one: one is unknown, or begins the other (`eu` and `eu.example`). */
export function isOneDomain(a: string, b: string): boolean {
  return a === '' || b === '' || `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`)
}

const ENVIRONMENTS: Readonly<Record<string, string>> = {
  ...{ production: 'prod', prd: 'prod', prod: 'prod', live: 'prod' },
  ...{ staging: 'stage', stage: 'stage', stg: 'stage' },
  ...{ development: 'dev', dev: 'dev' },
  ...{ testing: 'test', test: 'test', tst: 'test' },
  ...{ qa: 'qa', uat: 'uat', preprod: 'preprod' },
}

/** One word for each environment: `Production`, `prd` and `prod` are the same. */
export function environmentOf(word: string): string {
  const lower = word.toLowerCase()
  return Object.hasOwn(ENVIRONMENTS, lower) ? (ENVIRONMENTS[lower] ?? lower) : lower
}

/** How a name is found that is written otherwise. */
export interface NameKey {
  readonly key: string
  /** The environment that was part of the name, and is not of the key. */
  readonly environment: string | null
}

/**
 * Keys of a name: without case and separators, and also without a word that names an environment.
 * `Web_12`, `web-12` and `WEB12` share one; every digit counts, and what stands between digits, so
 * that `web-12` shares none with `web-21`, `web-1-2` and `web-012`.
 */
export function nameKeys(name: string): readonly NameKey[] {
  const words =
    hostParts(name)
      ?.short.split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean) ?? []
  const whole = { key: keyOf(words), environment: null }
  if (whole.key.length < 3) return []
  const found = words.filter((word) => Object.hasOwn(ENVIRONMENTS, word))
  const [word] = found
  const rest = words.filter((one) => one !== word)
  const bare = keyOf(rest)
  if (word === undefined || found.length > 1 || bare.length < 3) return [whole]
  return [whole, { key: bare, environment: environmentOf(word) }]
}

function keyOf(words: readonly string[]): string {
  return words.join('.').replace(/(?<!\p{N})\.|\.(?!\p{N})/gu, '')
}
