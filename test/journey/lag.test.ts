/** What waits for the engine is bounded in length too: a few large bodies are as much as many small. */
import { expect, it } from 'vitest'
import { MAX_LAG, MAX_LAG_SIZE } from '../../src/journey.ts'
import { overHttp } from '../support/store.ts'
import { own } from './bodies.ts'
import { openProgram } from './program.ts'

const MIB = 2 ** 20

it('refuses bodies when those that wait are long, and takes them again when they are not', async () => {
  const place = await overHttp.start()
  const { http } = place
  if (http === null) throw new Error('it does not listen')
  const program = await openProgram(place, { records: { highWaterBytes: 1, windowMs: 1 } })
  http.treat = (sql) => (/^INSERT INTO \S*alerts\b/.test(sql.trim()) ? 'break_before' : 'run')
  await program.post('generic', own('firing', 'First', 'db-1'))
  const long = JSON.stringify([]).padEnd(4 * MIB)
  let taken = 0
  let refused: unknown = null
  while (refused === null && taken * long.length < 2 * MAX_LAG_SIZE) {
    await program.post('prometheus', long).then(
      () => {
        taken += 1
      },
      (cause: unknown) => {
        refused = cause
      },
    )
  }
  expect(refused).toMatchObject({ code: 'overloaded' })
  expect(taken * long.length).toBeGreaterThan(MAX_LAG_SIZE)
  expect(program.journey.lag()).toBeLessThan(MAX_LAG)
  http.treat = null
  await program.settled()
  expect(program.journey.lag()).toBe(0)
  await program.post('prometheus', long)
  await program.settled()
  expect(program.faults).toEqual([])
  await program.crash()
  await place.stop()
})
