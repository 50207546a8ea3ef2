/** A process that opens a store, says how that went, and holds it for a while. */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../src/core/errors.ts'
import { openStore, type StoreTarget } from '../../src/store/client.ts'

export interface OpenerOptions {
  readonly target: StoreTarget
  readonly lockTtlMs: number
  /** How long to hold it. */
  readonly holdMs: number
  /** Writes all the time, and says what came of it. */
  readonly write?: boolean
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function writeUntil(end: number, write: (n: number) => Promise<void>): Promise<void> {
  for (let n = 1; performance.now() < end; n++) {
    await write(n).then(
      () => say(`wrote ${n}`),
      (cause: unknown) => say(`refused ${cause instanceof AppError ? cause.code : cause}`),
    )
    await sleep(50)
  }
}

const [, script = '', argument] = process.argv
if (script.endsWith('opener.ts') && argument !== undefined) {
  const { target, lockTtlMs, holdMs, write } = JSON.parse(argument) as OpenerOptions
  try {
    const store = await openStore(target, { lockTtlMs, onLockLost: () => say('lost') })
    say('open')
    const insert = (n: number): Promise<void> =>
      store.insert('meta', [{ key: 'writer', value: `the child, ${n}`, version: n }])
    if (write === true) await writeUntil(performance.now() + holdMs, insert)
    else await sleep(holdMs)
    await store.close()
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    say(`refused ${cause.code}: ${cause.message}`)
  }
}
