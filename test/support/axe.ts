/** What axe-core finds wrong in a page, in words. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2, levels A and AA, as axe-core tags its rules. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Most places that are named for one rule. */
const PLACES = 5

/** Until colours have faded in: half-way they are neither of the two. What never ends is not waited for. */
const SETTLED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.allSettled(
    document.getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
      .map(({ finished }) => finished)))
  .then(() => undefined)`

interface Found {
  readonly id: string
  readonly help: string
  readonly nodes: readonly {
    readonly target: readonly unknown[]
    readonly failureSummary?: string
  }[]
}

/**
 * Faults of a page against WCAG 2.2 A and AA, one sentence per rule and place, sorted: which rule,
 * where, and what would mend it. Empty when clean. Costs about a second on a full page.
 *
 * @see https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
 */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(SETTLED)
  await page.evaluate(axe.source)
  const found = await page.evaluate<readonly Found[]>(
    `axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values: ${JSON.stringify(RULES)} } })
      .then(({ violations }) => violations)`,
  )
  return found.flatMap(sentences).sort()
}

function sentences({ id, help, nodes }: Found): string[] {
  const said = nodes.slice(0, PLACES).map(({ target, failureSummary = '' }) => {
    const why = failureSummary.replace(/^Fix .*:\s*/, '').replace(/\s*\n\s*/g, '; ')
    return `${help} (${id}) at ${target.flat().join(' ')}: ${why}`
  })
  const more = nodes.length - PLACES
  return more > 0 ? [...said, `${help} (${id}): and ${more} more`] : said
}
