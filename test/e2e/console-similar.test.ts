/** What helped before, on the page of an incident, in a real browser. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { axeFaults } from '../support/axe.ts'
import {
  contrastFaults,
  rebuildConsole,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts'
import { rebuild } from '../support/build.ts'
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 20_000 }

const Items = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })
const Detail = z.object({ firingCount: z.number() })
const KIOSK = {
  ...{ title: 'kiosk: no screen answers', severity: 'critical', status: 'firing' },
  labels: { alertname: 'KioskDown', service: 'kiosk' },
}
const NOTES = ['Restarted the kiosk relay', 'restarted relay of the kiosk', 'Paid the provider']

describe.skipIf(!chromium.ok)(`similar incidents ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  const before: string[] = []
  let faultline: Running
  let browser: TestBrowser

  const next = (): Promise<string> =>
    until('the next incident of the kiosk', 15_000, async () => {
      const { items } = Items.parse(await api(faultline.url, '/api/v1/incidents?limit=50'))
      return items.find(({ id }) => !before.includes(id))?.id
    })
  const firing = async (id: string): Promise<number> =>
    Detail.parse(await api(faultline.url, `/api/v1/incidents/${id}`)).firingCount

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    for (const resolution of NOTES) {
      await api(faultline.url, '/ingest/generic', [KIOSK])
      const id = await next()
      before.push(id)
      await api(faultline.url, '/ingest/generic', [{ ...KIOSK, status: 'resolved' }])
      await until('its end', WAIT.timeout, async () => (await firing(id)) === 0 || undefined)
      await api(faultline.url, `/api/v1/incidents/${id}/resolve`, { resolution })
      await api(faultline.url, `/api/v1/incidents/${id}/close`, {})
    }
    await api(faultline.url, '/ingest/generic', [KIOSK])
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it.each(['light', 'dark'] as const)(
    'say what fixed them, how often, how long it took and who did it (%s)',
    async (scheme) => {
      const { page, faults } = await browser.open({ scheme })
      const section = page.locator('[data-section="similar"]')
      await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
      await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
      await page.goto(`${faultline.url}/incidents/${before[0]}`)
      await section.getByText(/No past incident is like this one/).waitFor(WAIT)
      await page.goto(`${faultline.url}/incidents/${await next()}`)
      const remedies = page.getByRole('list', { name: 'What helped before' }).getByRole('listitem')
      await expect
        .poll(() => remedies.allTextContents(), WAIT)
        .toEqual([
          expect.stringMatching(/^2 of 3 times: restarted .*relay.*median .* · by admin$/i),
          expect.stringMatching(/^1 of 3 times: Paid the provider.* · by admin$/),
        ])
      const similar = section.locator('[data-similar]')
      expect(await similar.count()).toBe(3)
      const paid = similar.filter({ hasText: 'Fixed by: Paid the provider' })
      expect(await paid.textContent()).toMatch(
        /Same fault.*% alike · .*, took .*, by admin.*Both have: alert KioskDown/,
      )
      expect(await contrastFaults(page)).toEqual([])
      expect(await axeFaults(page)).toEqual([])
      await section.screenshot({ path: join(pictures, `similar-${scheme}.png`) })
      await paid.getByRole('link').click()
      await expect.poll(() => new URL(page.url()).pathname, WAIT).toBe(`/incidents/${before[2]}`)
      expect(faults).toEqual([])
      await page.close()
    },
  )
})
