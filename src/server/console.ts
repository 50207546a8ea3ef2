/**
 * The console: static files, found once at the start, so that no path leads anywhere else. Files
 * named by their content are cached for good; every other path of it is the page itself.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { AppError } from '../core/errors.ts'
import type { AppEnv } from './deps.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

const COMPRESSIBLE = /^(text\/|application\/(json|manifest)|image\/svg)/
/** Vite's names: `assets/index-BkT3x9aQ.js`. */
const NAMED_BY_CONTENT = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Faultline</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto">
<h1>Faultline is running</h1>
<p>The console is not built. Build it with <code>npm run build:console</code> and start again.</p>
<p>The API is there: <a href="/docs">its description</a>, <a href="/healthz">health</a>,
<a href="/metrics">metrics</a>.</p></body></html>`

interface Asset {
  readonly path: string
  readonly type: string
  readonly immutable: boolean
  plain: Buffer | null
  zipped: Buffer | null
}

export type Console = (c: Context<AppEnv>) => Response

/** A handler for every GET that nothing else answers. */
export function openConsole(folder: string | null): Console {
  const assets = folder === null || !existsSync(folder) ? new Map() : findAssets(folder)
  const page = assets.get('/index.html')
  return (c) => {
    const { path } = c.req
    if (isOfApi(path)) throw new AppError('not_found', 'there is no such route')
    const asset = assets.get(path)
    if (asset !== undefined) return send(c, asset)
    if (extname(path) !== '') throw new AppError('not_found', 'there is no such file')
    if (page !== undefined) return send(c, page)
    return c.body(NOT_BUILT, 404, { 'Content-Type': 'text/html; charset=utf-8' })
  }
}

/** Below `/alertmanager` Grafana looks for another product, and must not find a page. */
const API =
  /^\/(api|ingest|v2|jsm|alertmanager|-)(\/|$)|^\/(metrics|healthz|readyz|livez|docs|openapi\.json)\/?$/

function isOfApi(path: string): boolean {
  return API.test(path)
}

function findAssets(folder: string): ReadonlyMap<string, Asset> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry): [string, Asset] => {
        const path = join(entry.parentPath, entry.name)
        const url = `/${relative(folder, path).split(sep).join('/')}`
        const type = TYPES[extname(path)] ?? 'application/octet-stream'
        const immutable = NAMED_BY_CONTENT.test(url)
        return [url, { path, type, immutable, plain: null, zipped: null }]
      }),
  )
}

function send(c: Context<AppEnv>, asset: Asset): Response {
  asset.plain ??= readFileSync(asset.path)
  c.header('Content-Type', asset.type)
  c.header('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (!COMPRESSIBLE.test(asset.type)) return c.body(bytesOf(asset.plain), 200)
  c.header('Vary', 'Accept-Encoding')
  if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) {
    return c.body(bytesOf(asset.plain), 200)
  }
  asset.zipped ??= gzipSync(asset.plain)
  c.header('Content-Encoding', 'gzip')
  return c.body(bytesOf(asset.zipped), 200)
}

/** The same bytes with a buffer type that a Response takes. */
function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer)
}
