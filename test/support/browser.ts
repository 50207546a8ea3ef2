/** A real browser for the console: Debian's chromium, driven by playwright-core, with a fresh profile. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { filesBelow, ROOT } from './source.ts'

/** Nothing but our pages: no calls home, and it runs as root and without a screen. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface PageOptions {
  /** CSS pixels; 1280 unless given. */
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
}

export interface TestPage {
  readonly page: Page
  /** Everything that went wrong in the page: errors of the console, exceptions, failed requests. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

export interface TestBrowser {
  /** A page with storage of its own. */
  open(options?: PageOptions): Promise<TestPage>
  close(): Promise<void>
}

export async function startBrowser(executablePath: string): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  return { open: (options) => openPage(browser, options ?? {}), close: () => browser.close() }
}

async function openPage(browser: Browser, options: PageOptions): Promise<TestPage> {
  const { width = 1280, height = 900, scheme = 'light' } = options
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Asia/Kathmandu',
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed'
    // what the page gives up itself is no fault: a stream it closes, an answer it needs no more
    if (why !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()} ${why}`)
  })
  return { page, faults, close: () => context.close() }
}

/**
 * Builds the console where a source of it is newer than what is built.
 *
 * @returns what the bundler said where it failed
 */
export function rebuildConsole(): string | null {
  const changed = (path: string): number =>
    statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = filesBelow('dashboards/console', /\.(tsx?|css|html|js|svg)$/)
  const built = changed('dist/console/index.html')
  if (built > Math.max(...sources.map(changed))) return null
  const args = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error']
  const { status, stderr } = spawnSync(
    process.execPath,
    [...args, '--config', 'dashboards/console/vite.config.ts'],
    // vitest's own would make it a build for tests
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  )
  return status === 0 ? null : stderr
}

/** Waits until the page says that it is live, or that it is not. */
export async function liveState(page: Page, live: boolean): Promise<void> {
  const mark = live ? '[data-live="live"]' : '[data-live]:not([data-live="live"])'
  await page.locator(`${mark}:visible`).waitFor({ timeout: 15_000 })
}

/**
 * Texts of a page that stand out too little from their ground (WCAG 2.2, 1.4.3: 4.5:1, large ones
 * 3:1). Grounds are plain colours, laid over each other; what is disabled or hidden is left out.
 */
export function contrastFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(${CONTRAST})()`)
}

/** Runs in the page. */
const CONTRAST = `() => {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const seen = new Map()
  const read = (color) => {
    if (!seen.has(color)) {
      pen.clearRect(0, 0, 1, 1)
      pen.fillStyle = color
      pen.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data
      seen.set(color, [r, g, b, a / 255])
    }
    return seen.get(color)
  }
  const over = (top, ground, opacity) => {
    const a = top[3] * opacity
    return [0, 1, 2].map((at) => top[at] * a + ground[at] * (1 - a))
  }
  const light = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const faults = new Set()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim()
    const element = texts.currentNode.parentElement
    if (text === '' || element.closest('script, noscript, style, [disabled], [data-disabled]')) continue
    if (!element.checkVisibility({ visibilityProperty: true })) continue
    const chain = []
    for (let one = element; one !== null; one = one.parentElement) chain.unshift(one)
    let ground = [255, 255, 255]
    let opacity = 1
    for (const one of chain) {
      const style = getComputedStyle(one)
      opacity *= Number(style.opacity)
      ground = over(read(style.backgroundColor), ground, 1)
    }
    if (opacity < 0.1) continue
    const style = getComputedStyle(element)
    const ink = over(read(style.color), ground, opacity)
    const [low, high] = [light(ink), light(ground)].sort((a, b) => a - b)
    const ratio = (high + 0.05) / (low + 0.05)
    const size = Number.parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (large ? 3 : 4.5)) faults.add(text.slice(0, 40) + ': ' + ratio.toFixed(2))
  }
  return [...faults]
}`

/**
 * Presses a key until it has moved the focus to an element: a dialog that closes gives the focus
 * back a moment later, and a key that comes before that is taken by it.
 */
export async function pressUntilFocused(key: string, element: Locator): Promise<void> {
  const focused = (): Promise<boolean> =>
    element.evaluate((one) => one === one.ownerDocument.activeElement)
  for (let tries = 0; tries < 50; tries++) {
    if (await focused()) return
    await element.page().keyboard.press(key)
  }
  throw new Error(`${key} does not lead there`)
}
