/** Articles in a real browser: found, read without harm, written with a preview, compared, taken back. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HTML_PAGE } from '../cmdb/articles/confluence.ts'
import { firing, type TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')

/** Whatever a hostile author may try; none of it may run, load or link. */
const HOSTILE = `# Innocent

<script>window.harmed = 'script'</script>
<img src="x" onerror="window.harmed = 'img'">
<svg onload="window.harmed = 'svg'"><a xlink:href="javascript:window.harmed='xlink'">x</a></svg>
<a href="javascript:window.harmed='a'" onclick="window.harmed='click'">raw</a>
<iframe srcdoc="<script>parent.harmed='frame'</script>"></iframe>

[one](javascript:window.harmed='link') [two](JaVaScRiPt:alert(1)) [three](data:text/html,x)
[four](vbscript:x) ![picture](https://tracker.test/pixel.png) <javascript:alert(1)>

[fine](https://example.org/runbook)
`

describe.skipIf(!chromium.ok)(`knowledge ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  let app: TestApp
  let opened: TestConsole
  let page: Page
  const asked: string[] = []

  beforeAll(async () => {
    if (!chromium.ok) return
    mkdirSync(join(folder.path, 'db'))
    const review = '---\nowner: dba\nreview: 2026-01-31\n---\n'
    writeFileSync(
      join(folder.path, 'db/DiskFull.md'),
      `${review}# Disk full\n\nDelete the old logs.\n`,
    )
    writeFileSync(join(folder.path, 'Hostile.md'), HOSTILE)
    writeFileSync(join(folder.path, 'deep.md'), `# Deep\n\n${'>'.repeat(20_000)} x\n`)
    writeFileSync(join(folder.path, 'broken.md'), '---\n- list\n---\n# Broken\n')
    opened = await openConsole(
      chromium.path,
      async (started) => {
        app = started
        await app.post('/api/v1/knowledge/folder/read')
      },
      { knowledgeFolder: folder.path },
    )
    page = opened.page
    page.on('request', (request) => asked.push(request.url()))
  }, 180_000)
  afterAll(async () => {
    await opened?.stop()
    folder.remove()
  })

  const heading = (name: string) => page.getByRole('heading', { name, exact: true })

  it('lists articles, what is due, and the files at fault', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('k')
    await heading('Knowledge').waitFor(WAIT)
    const rows = page.getByRole('list', { name: 'Articles' }).locator('li')
    await rows.first().waitFor(WAIT)
    expect(await rows.count()).toBe(4)
    await page.getByRole('button', { name: '1 file is at fault' }).click()
    await page.getByRole('cell', { name: 'broken.md' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
    await page.getByText('Review due (1)').click()
    await expect.poll(() => rows.count()).toBe(1)
    await page.getByText('Current (4)').click()
    await page.getByRole('textbox', { name: 'Search articles' }).fill('deleting logs')
    await page.locator('mark', { hasText: 'Delete' }).waitFor(WAIT)
    await expect.poll(() => rows.count()).toBe(1)
  })

  it('shows a hostile article without any harm', async () => {
    await page.goto(`${app.url}/knowledge/Hostile`)
    await page.getByRole('link', { name: 'fine' }).waitFor(WAIT)
    const article = page.locator('[data-section="article"]')
    const links = await article
      .locator('a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    expect(links).toEqual(['https://tracker.test/pixel.png', 'https://example.org/runbook'])
    expect(await article.locator('script, img, svg:not([aria-hidden]), iframe').count()).toBe(0)
    expect(await page.evaluate('window.harmed')).toBeUndefined()
    expect(asked.filter((url) => !url.startsWith(app.url) && !url.startsWith('data:'))).toEqual([])
    await page.goto(`${app.url}/knowledge/deep`)
    await page.locator('[data-section="article"] pre').waitFor(WAIT)
  })

  it('copies one of the folder, with a preview, and keeps its versions', async () => {
    await page.goto(`${app.url}/knowledge/${encodeURIComponent('db/DiskFull')}`)
    await page.getByRole('link', { name: 'Copy to edit' }).click()
    await page.getByRole('textbox', { name: 'Text' }).fill('# Disk\n\nGrow the **volume**.')
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.locator('strong', { hasText: 'volume' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await heading('Disk full').waitFor(WAIT)
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Text' }).fill('# Disk\n\nBuy a disk.')
    await page.getByRole('textbox', { name: 'What changes' }).fill('growing did not help')
    await page.getByRole('button', { name: 'Save' }).click()
    const newest = page.locator('[data-version="2"]')
    await newest.getByRole('button', { name: 'What is different' }).click()
    await newest.locator('del', { hasText: 'Grow the' }).waitFor(WAIT)
    await newest.locator('ins', { hasText: 'Buy a disk.' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await page.locator('[data-version="1"]').getByRole('button', { name: 'Bring it back' }).click()
    await page.locator('[data-version="3"]').waitFor(WAIT)
    expect((await app.get('/api/v1/articles/people%2Fdb%2FDiskFull')).body.body).toContain('volume')
  })

  it('says that somebody was faster, and takes a retirement back', async () => {
    const path = '/api/v1/articles/people%2Fdb%2FDiskFull'
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Text' }).fill('# Mine')
    await app.post(`${path}/restore`, { revision: 2 })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('somebody has changed this article since').waitFor(WAIT)
    await page.goto(`${app.url}/knowledge/${encodeURIComponent('people/db/DiskFull')}`)
    await page.getByRole('button', { name: 'Retire' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('It is back').waitFor(WAIT)
    expect((await app.get(path)).body).toMatchObject({
      retired: false,
      body: '# Disk\n\nBuy a disk.',
    })
  })

  it('begins as a draft from an incident that no article fits', async () => {
    await app.post('/ingest/generic', firing('QuotaOfMailboxes', 'mail-7'))
    app.skip(60_000)
    await app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
    await app.settled()
    const [incident] = (await app.get('/api/v1/incidents')).body.items
    await app.post(`/api/v1/incidents/${incident.id}/comment`, { text: 'gave it **2 GiB** more' })
    await page.goto(`${app.url}/incidents/${incident.id}`)
    await page.getByRole('link', { name: 'Draft one from this incident' }).click()
    const text = page.getByRole('textbox', { name: 'Text' })
    await text.waitFor(WAIT)
    expect(await text.inputValue()).toContain('- gave it **2 GiB** more')
    await page.getByRole('region', { name: 'Preview' }).getByText('2 GiB').waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL(/\/knowledge\/quota-of-mailboxes$/)
    const { body } = await app.get('/api/v1/articles/quota-of-mailboxes')
    expect(body).toMatchObject({ source: 'people', alertnames: ['QuotaOfMailboxes'] })
  })

  it('imports a zip once it has shown what changes', async () => {
    const packed = zipSync({
      'OPS/Queue_1234567.html': strToU8(HTML_PAGE),
      'OPS/index.html': strToU8('<html></html>'),
      'OPS/attachments/1.png': new Uint8Array(10),
    })
    await page.goto(`${app.url}/knowledge`)
    await page.getByRole('link', { name: 'Import', exact: true }).click()
    await page.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: /^Confluence/ }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    const buffer = Buffer.from(packed)
    await (await chooser).setFiles({ name: 'space.zip', mimeType: 'application/zip', buffer })
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByRole('status').filter({ hasText: '1 added, 0 changed' }).waitFor(WAIT)
    await page.getByRole('cell', { name: 'confluence/1234567' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Apply' }).click()
    await heading('What has changed').waitFor(WAIT)
    expect((await app.get('/api/v1/articles/confluence%2F1234567')).body.title).toBe('Disk full')
  })
})
