import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { temporaryFolder } from '../support/store.ts'

describe('the console', () => {
  const folder = temporaryFolder()
  const script = `console.log(${JSON.stringify('x'.repeat(2000))})`
  let app: TestApp
  beforeAll(async () => {
    const files = {
      'index.html': '<!doctype html><title>Faultline</title>',
      'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'assets/index-BkT3x9aQ.js': script,
      'assets/font-Zz_0-aB1.woff2': 'bytes',
    }
    mkdirSync(join(folder.path, 'dist/assets'), { recursive: true })
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder.path, 'dist', name), text)
    }
    writeFileSync(join(folder.path, 'secret.txt'), 'secret')
    app = await startApp({ consoleDir: join(folder.path, 'dist') })
  })
  afterAll(async () => {
    await app.stop()
    folder.remove()
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}${path}`, { headers })

  it.each(['/', '/incidents', '/incidents/INC-000001', '/login', '/deep/er/path'])(
    'is the page on every path of its own, without a token: %s',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self'/)
      expect(await response.text()).toContain('<title>Faultline</title>')
    },
  )

  it.each([
    ['/assets/index-BkT3x9aQ.js', 'text/javascript; charset=utf-8', true],
    ['/assets/font-Zz_0-aB1.woff2', 'font/woff2', true],
    ['/favicon.svg', 'image/svg+xml', false],
  ])('has its files: %s', async (path, type, forGood) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('cache-control')).toBe(
      forGood ? 'public, max-age=31536000, immutable' : 'no-cache',
    )
    await response.arrayBuffer()
  })

  it('compresses what is text for those who read that', async () => {
    const path = '/assets/index-BkT3x9aQ.js'
    const response = await app.app.request(`http://localhost${path}`, {
      headers: { 'accept-encoding': 'br, gzip' },
    })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    const zipped = Buffer.from(await response.arrayBuffer())
    expect(zipped.length).toBeLessThan(200)
    expect(gunzipSync(zipped).toString('utf8')).toBe(script)
    const plain = await app.app.request(`http://localhost${path}`)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(script)
  })

  it.each([
    '/assets/none-AAAAAAAA.js',
    '/secret.txt',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
  ])('has no others: %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.text()).not.toBe('secret')
  })

  it.each([
    '/api/v1/nothing',
    '/api',
    '/api/v9',
    '/ingest',
    '/ingest/',
    '/v2/enqueue',
    '/-/reload',
  ])('is not where programs look: %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found', instance: path })
  })

  it('answers nothing but GET', async () => {
    const response = await fetch(`${app.url}/incidents`, { method: 'POST', body: 'x' })
    expect(response.status).toBe(404)
    expect((await fetch(`${app.url}/`, { method: 'HEAD' })).status).toBe(200)
  })
})

describe('a console that is not built', () => {
  it.each([null, '/nowhere/at/all'])('says so, plainly (%s)', async (consoleDir) => {
    const app = await startApp({ consoleDir })
    const response = await fetch(`${app.url}/`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toMatch(/not built.*npm run build:console/s)
    expect((await app.get('/healthz')).status).toBe(200)
    await app.stop()
  })
})
