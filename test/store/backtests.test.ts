/** Backtests in the store: the newest version counts, and no number is given twice. */
import { expect, it } from 'vitest'
import { deleteBacktest, putBacktest, readBacktests } from '../../src/store/backtests.ts'
import { overEveryBackend } from './harness.ts'

overEveryBackend('backtests', (on) => {
  it('are none in a new store', async () => {
    expect(await readBacktests(on.store)).toEqual({ items: [], newest: 0 })
  })

  it('come back as they went in, the newest first, and what was forgotten stays away', async () => {
    const of = (number: number, version: number, text: string) => ({ number, version, text })
    await putBacktest(on.store, of(2, 2, 'done'))
    await putBacktest(on.store, of(2, 1, 'waiting'))
    await putBacktest(on.store, of(11, 1, 'an "odd" ☃ one'))
    await putBacktest(on.store, of(12, 1, 'forgotten'))
    await deleteBacktest(on.store, { number: 12, version: 1 })
    await putBacktest(on.store, of(12, 1, 'forgotten'))
    expect(await readBacktests(on.store)).toEqual({
      items: [of(11, 1, 'an "odd" ☃ one'), of(2, 2, 'done')],
      newest: 12,
    })
  })
})
