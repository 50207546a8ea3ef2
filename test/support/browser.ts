/** A real browser for the console: Debian's chromium, driven by playwright-core, with a fresh profile. */
import { type Browser, chromium, type Page } from 'playwright-core'

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
