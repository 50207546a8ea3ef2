/** The console before a real server, in a real browser, logged in. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type AppOptions, startApp, type TestApp, TOKEN } from './app.ts'
import { type PageOptions, rebuildConsole, startBrowser, type TestPage } from './browser.ts'
import { ROOT } from './source.ts'

/** Longest wait for what a page is to show. */
export const WAIT = { timeout: 15_000 }
/** Pixels by which a page is wider than its window. */
export const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

export interface TestConsole {
  readonly app: TestApp
  readonly page: Page
  /** Another browser profile, logged in as well. */
  open(options: PageOptions): Promise<TestPage>
  stop(): Promise<void>
}

/**
 * Builds the console where that is due, and logs in.
 *
 * @param prepare what is to have happened before; the app stops where it fails
 */
export async function openConsole(
  executablePath: string,
  prepare: (app: TestApp) => Promise<unknown>,
  options: AppOptions = {},
): Promise<TestConsole> {
  const failure = rebuildConsole()
  if (failure !== null) throw new Error(failure)
  const app = await startApp({ ...options, consoleDir: join(ROOT, 'dist/console') })
  const browser = await startBrowser(executablePath)
  const stop = async (): Promise<void> => {
    await browser.close()
    await app.stop()
  }
  const open = async (options: PageOptions): Promise<TestPage> => {
    const opened = await browser.open(options)
    await opened.page.goto(`${app.url}/login#token=${TOKEN}`)
    await opened.page
      .locator('[data-live]')
      .first()
      .waitFor({ state: 'attached', ...WAIT })
    return opened
  }
  try {
    await prepare(app)
    return { app, page: (await open({})).page, open, stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}
