/**
 * The settings: the only reader of the environment and of the config file (docs/running.md).
 * The environment wins over the file, the file over the defaults. A setting that is unknown or
 * wrong stops the start, and every fault is named at once.
 */
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { SOURCES } from '../ingest/index.ts'
import { AppError } from './core/errors.ts'
import { MappingId } from './core/mapping.ts'
import { channelsSchema, heartbeatSchema } from './notify/channel.ts'
import { shippedRules } from './paths.ts'
import { badAuthorities, ChangeSources, type Looking, PulledSources } from './pulled-sources.ts'
import type { ServerTarget, StoreTarget } from './store/client.ts'
import { LOG_LEVELS } from './telemetry/log.ts'

/** Environment variables and the key of the config file each of them overrides. */
export const ENVIRONMENT = {
  FAULTLINE_DATA: 'data',
  FAULTLINE_LISTEN: 'listen',
  FAULTLINE_ADMIN_TOKEN: 'adminToken',
  FAULTLINE_LOG_LEVEL: 'logLevel',
  CLICKHOUSE_URL: 'clickhouseUrl',
  REDIS_URL: 'redisUrl',
} as const

/** Names a place in the code where the process kills itself: for the crash tests, so not in the file. */
const FAULT_POINT = 'FAULTLINE_FAULT'

/**
 * Names of ours that others set: Kubernetes describes a service called `faultline` with variables
 * like these, and the test suites find their data and options by theirs.
 */
const FOREIGN = /^FAULTLINE_(?:PORT(?:_.*)?|SERVICE_.*|.*_(?:SERVICE|PORT)_.*|DATASETS|TEST_.*)$/

const DEFAULT_FILE = 'faultline.yaml'

const Url = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
const Server = Url.transform((text, ctx): ServerTarget => {
  const server = toServer(text)
  if (server !== undefined) return server
  ctx.addIssue({ code: 'custom', message: 'must be http(s)://user:password@host:port/database' })
  return z.NEVER
})
const Secret = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces, to fit into a header')
/** Whether there is such a source is looked at last: it may be a mapping in the folder of rules. */
const SourceId = MappingId
const Days = z.int().min(1).max(3650)

const Listen = z.string().transform((text, ctx) => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:\s[\]/]+)):(\d{1,5})$/i.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > 65_535) {
    ctx.addIssue({ code: 'custom', message: 'must be host:port, such as 127.0.0.1:7373' })
    return z.NEVER
  }
  return { host, port, loopback: isLoopback(host) }
})

const Settings = z.strictObject({
  data: z.string().min(1).default('./data'),
  listen: Listen.prefault('127.0.0.1:7373'),
  adminToken: Secret.nullable().default(null),
  logLevel: z.enum(LOG_LEVELS).default('info'),
  clickhouseUrl: Server.nullable().default(null),
  redisUrl: z.never('cluster mode is not there yet: unset it to run on one node').optional(),
  consoleUrl: Url.transform((url) => url.replace(/\/+$/, ''))
    .nullable()
    .default(null),
  cmdb: z.string().min(1).nullable().default(null),
  cmdbSources: PulledSources,
  changeSources: ChangeSources,
  knowledge: z.string().min(1).nullable().default(null),
  rules: z.string().min(1).nullable().default(null),
  channels: channelsSchema.default([]),
  heartbeat: heartbeatSchema.nullable().default(null),
  limits: z
    .strictObject({
      storeMemoryMb: z.int().min(256).max(1_048_576).nullable().default(null),
      journalQueueMb: z.int().min(1).max(4096).nullable().default(null),
      snapshotSeconds: z.number().min(0.1).max(3600).default(60),
    })
    .prefault({}),
  sourceTokens: z.array(z.strictObject({ source: SourceId, token: Secret })).default([]),
  sourceSecrets: z.array(z.strictObject({ source: SourceId, secret: Secret })).default([]),
  snsTopics: z
    .array(
      z
        .string()
        .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/, 'must be the ARN of a topic'),
    )
    .default([]),
  retention: z
    .strictObject({ journalDays: Days.default(30), historyDays: Days.default(180) })
    .prefault({}),
})

type Parsed = z.output<typeof Settings>

/** Everything that can be set, checked; paths are absolute. */
export interface Config extends Readonly<Omit<Parsed, 'clickhouseUrl' | 'redisUrl'>> {
  /** A server where `CLICKHOUSE_URL` is set, else the folder `store` in `data`. */
  readonly store: StoreTarget
  /** The name of the fault point to die at; null outside crash tests. */
  readonly faultPoint: string | null
  /** The config file that was read; null where there is none. */
  readonly file: string | null
  /** Where each key that was given comes from, e.g. `limits.snapshotSeconds`; others have their defaults. */
  readonly origins: Readonly<Record<string, 'environment' | 'file'>>
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] }

export interface ConfigInputs {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Only `--config FILE` is looked at; the rest is the command line's own business. */
  readonly argv?: readonly string[]
  /** The text of a file; throws as `readFileSync` does where there is none. */
  readonly readFile: (path: string) => string
}

/** The value of an environment variable that a setting names: credentials are in no file of ours. */
export function credential(variable: string): string | undefined {
  return process.env[variable]
}

/** Threads of libuv's pool: the store's connections each hold one while a statement runs. */
const POOL_THREADS = '8'

/**
 * Makes room in libuv's thread pool, which has 4 threads unless told otherwise. Only of use before
 * anything has used the pool.
 */
export function widenThreadPool(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= POOL_THREADS
}

/** The settings of this process. */
export function processConfig(): LoadedConfig {
  const readFile = (path: string): string => readFileSync(path, 'utf8')
  return loadConfig({ env: process.env, argv: process.argv.slice(2), readFile })
}

/**
 * Puts the settings together: environment over file (`--config FILE`, else `faultline.yaml` where it
 * exists) over defaults. Paths in the file are relative to the file, all others to the working folder.
 *
 * @returns the settings, or every fault found, one sentence each, beginning with the variable or
 *   the key it is about; values are never repeated, as they may be secrets
 */
export function loadConfig({ env, argv = [], readFile }: ConfigInputs): LoadedConfig {
  const file = readSettings(argv, readFile)
  const fromEnv = Object.entries(ENVIRONMENT).flatMap(([name, key]) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [{ name, key, value }]
  })
  const parsed = Settings.safeParse({
    ...file.settings,
    ...Object.fromEntries(fromEnv.map(({ key, value }) => [key, value])),
  })
  const byEnv = new Set<string>(fromEnv.map(({ key }) => key))
  const at = (key: string, path: string): string =>
    byEnv.has(key) || !(key in file.settings) ? resolve(path) : resolve(file.folder, path)
  const nameOf = (path: readonly PropertyKey[]): string =>
    fromEnv.find(({ key }) => key === path[0])?.name ?? `${file.name}: ${path.join('.')}`
  const faults = [
    ...file.faults,
    ...unknownVariables(env),
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, nameOf))),
    ...(parsed.success ? exposed(parsed.data) : []),
    ...(parsed.success ? strangeSources(parsed.data, { at, nameOf, readFile }) : []),
    ...(parsed.success ? badAuthorities(parsed.data, { at, nameOf, readFile }) : []),
  ]
  if (!parsed.success || faults.length > 0) return { ok: false, faults }
  const origins = Object.fromEntries([
    ...keysIn(file.settings).map((key) => [key, 'file'] as const),
    ...fromEnv.map(({ key }) => [key, 'environment'] as const),
  ])
  const given = { faultPoint: env[FAULT_POINT], file: file.path, origins }
  return { ok: true, config: toConfig(parsed.data, at, given) }
}

/** A token under this name imports into the CMDB, and may do nothing else. */
const CMDB_TOKEN = 'cmdb'

/** Tokens and secrets of sources that are neither ours nor mapped in the folder of rules. */
function strangeSources(
  { sourceTokens, sourceSecrets, rules }: Parsed,
  { at, nameOf, readFile }: Looking,
): string[] {
  const folder = rules === null ? shippedRules() : at('rules', rules)
  const isMapped = (source: string): boolean => {
    try {
      readFile(join(folder, 'ingest', `${source}.yaml`))
      return true
    } catch {
      return false
    }
  }
  const known = [...SOURCES.keys()].join(', ')
  return Object.entries({ sourceTokens, sourceSecrets }).flatMap(([key, all]) =>
    all.flatMap(({ source }, index) =>
      SOURCES.has(source) || isMapped(source) || (key === 'sourceTokens' && source === CMDB_TOKEN)
        ? []
        : [`${nameOf([key, index, 'source'])}: must be one of ${known}, or a mapping in ${folder}`],
    ),
  )
}

function toConfig(
  { clickhouseUrl, redisUrl: _none, ...settings }: Parsed,
  at: (key: string, path: string) => string,
  {
    faultPoint,
    ...given
  }: Pick<Config, 'file' | 'origins'> & { readonly faultPoint?: string | undefined },
): Config {
  const atOrNull = (key: 'cmdb' | 'knowledge' | 'rules'): string | null => {
    const path = settings[key]
    return path === null ? null : at(key, path)
  }
  const caOf = (key: string, { caFile }: { readonly caFile?: string | undefined }) =>
    caFile === undefined ? {} : { caFile: at(key, caFile) }
  const data = at('data', settings.data)
  return {
    ...settings,
    ...given,
    data,
    store: clickhouseUrl ?? { path: join(data, 'store') },
    cmdb: atOrNull('cmdb'),
    cmdbSources: settings.cmdbSources.map((one) => ({ ...one, ...caOf('cmdbSources', one) })),
    changeSources: settings.changeSources.map((one) => ({ ...one, ...caOf('changeSources', one) })),
    knowledge: atOrNull('knowledge'),
    rules: atOrNull('rules'),
    faultPoint: faultPoint === undefined || faultPoint === '' ? null : faultPoint,
  }
}

/**
 * A server as `CLICKHOUSE_URL` names it.
 *
 * @throws AppError `payload_invalid` where the text is no such URL; it is not in the message
 */
export function serverOf(text: string): ServerTarget {
  const server = Server.safeParse(text)
  if (server.success) return server.data
  throw new AppError(
    'payload_invalid',
    'not the URL of a server: http(s)://user:password@host:port/database',
  )
}

/** Reads `http://user:password@host:8123/database`, all parts but the host optional. */
function toServer(text: string): ServerTarget | undefined {
  const url = new URL(text)
  const [username, password, database] = [url.username, url.password, url.pathname.slice(1)].map(
    decode,
  )
  if (username === undefined || password === undefined || database === undefined) return undefined
  if (database.includes('/') || url.search !== '' || url.hash !== '') return undefined
  return {
    url: `${url.protocol}//${url.host}`,
    ...(username === '' ? undefined : { username }),
    ...(password === '' ? undefined : { password }),
    ...(database === '' ? undefined : { database }),
  }
}

interface FileSettings {
  readonly name: string
  /** Absolute; null where there is no file. */
  readonly path: string | null
  readonly folder: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly faults: readonly string[]
}

function readSettings(argv: readonly string[], readFile: ConfigInputs['readFile']): FileSettings {
  const asked = askedFile(argv)
  if (asked === '') return noFile(DEFAULT_FILE, ['--config: needs the name of a file'])
  const name = asked ?? DEFAULT_FILE
  let text: string
  try {
    text = readFile(name)
  } catch (cause) {
    if (asked === undefined && isNotFound(cause)) return noFile(name, [])
    const reason = cause instanceof Error ? cause.message : String(cause)
    return noFile(name, [`${name}: cannot be read: ${reason}`])
  }
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    return noFile(
      name,
      document.errors.map(({ message }) => `${name}: ${message.split('\n')[0]?.replace(/:$/, '')}`),
    )
  }
  const settings: unknown = document.toJS() ?? {}
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    return noFile(name, [`${name}: must be a mapping of settings`])
  }
  const path = resolve(name)
  return { name, path, folder: dirname(path), settings: { ...settings }, faults: [] }
}

/** `limits` and `limits.snapshotSeconds`: what is given, two levels deep. */
function keysIn(settings: FileSettings['settings']): string[] {
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [key, ...Object.keys(value).map((inner) => `${key}.${inner}`)]
      : [key],
  )
}

function noFile(name: string, faults: readonly string[]): FileSettings {
  return { name, path: null, folder: resolve('.'), settings: {}, faults }
}

/** The value of `--config`; '' where it is missing; undefined where the option is. */
function askedFile(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((arg) => arg === '--config' || arg.startsWith('--config='))
  const option = argv[at]
  if (option === undefined) return undefined
  return option === '--config' ? (argv[at + 1] ?? '') : option.slice('--config='.length)
}

function isNotFound(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

function unknownVariables(env: ConfigInputs['env']): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('FAULTLINE_') && !(name in ENVIRONMENT))
    .filter((name) => name !== FAULT_POINT && !FOREIGN.test(name))
    .sort()
    .map((name) => `${name}: no such setting`)
}

function describe(
  issue: z.core.$ZodIssue,
  nameOf: (path: readonly PropertyKey[]) => string,
): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${nameOf(issue.path)}: ${issue.message}`]
  return issue.keys.map((key) => {
    const ours = Object.entries(ENVIRONMENT).find(([name]) => name === key)
    const hint = ours === undefined ? '' : `; in a file it is called ${ours[1]}`
    return `${nameOf([...issue.path, key])}: no such setting${hint}`
  })
}

/** Whoever reaches the port can read and command: beyond this machine that takes a token of theirs. */
function exposed({ listen, adminToken }: Parsed): string[] {
  if (listen.loopback || adminToken !== null) return []
  return [
    'FAULTLINE_ADMIN_TOKEN: must be set to listen beyond this machine ' +
      `(FAULTLINE_LISTEN is ${listen.host}:${listen.port})`,
  ]
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // a % that is not followed by UTF-8 in hexadecimal
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
