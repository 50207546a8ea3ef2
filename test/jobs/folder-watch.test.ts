/** When the folder of rules is looked at: once something has changed and stood still. */
import { expect, it } from 'vitest'
import { createFolderWatch, LOOK_MS } from '../../src/jobs/folder-watch.ts'
import { createFakeClock } from '../support/clock.ts'

function watched() {
  const clock = createFakeClock()
  const files = { now: 'a', looked: 'a', reloads: 0, broken: false }
  const errors: unknown[] = []
  const watch = createFolderWatch({
    clock,
    fingerprint: () => files.now,
    looked: () => files.looked,
    reload: async () => {
      files.reloads += 1
      if (files.broken) throw new Error('the journal is full')
      files.looked = files.now
    },
    onError: (cause) => errors.push(cause),
  })
  /** The next look, and what follows from it. */
  const look = async (): Promise<number> => {
    await expect.poll(() => clock.waiting()).toEqual([LOOK_MS])
    clock.advance(LOOK_MS)
    await expect.poll(() => clock.waiting()).toEqual([LOOK_MS])
    return files.reloads
  }
  watch.start()
  return { files, errors, watch, clock, look }
}

it('leaves alone what does not change', async () => {
  const { look, watch } = watched()
  for (let times = 0; times < 3; times++) expect(await look()).toBe(0)
  await watch.stop()
})

it('waits until a change has stood still, and looks once', async () => {
  const { look, watch, files } = watched()
  await look()
  files.now = 'half'
  expect(await look()).toBe(0)
  files.now = 'whole'
  expect(await look()).toBe(0)
  expect(await look()).toBe(1)
  expect(await look()).toBe(1)
  await watch.stop()
})

it('does not look again at what was refused until it changes', async () => {
  const { look, watch, files } = watched()
  files.now = 'bad'
  await look()
  expect(await look()).toBe(1)
  expect(await look()).toBe(1)
  files.now = 'good'
  await look()
  expect(await look()).toBe(2)
  await watch.stop()
})

it('tries again after a failure', async () => {
  const { look, watch, files, errors } = watched()
  files.broken = true
  files.now = 'b'
  await look()
  expect(await look()).toBe(1)
  files.broken = false
  expect(await look()).toBe(2)
  expect(errors).toHaveLength(1)
  await watch.stop()
})

it('sets no timer after its end', async () => {
  const { watch, clock } = watched()
  await watch.stop()
  expect(clock.waiting()).toEqual([])
})
