/** A process that waits for a lease, then reports under it as fast as it can, and says what it did. */
import { writeSync } from 'node:fs'
import { waitForLease } from '../../src/cluster/lease.ts'
import { openRedis } from '../../src/journal/redis-link.ts'

export interface HolderOptions {
  readonly url: string
  readonly holder: string
  readonly lifeMs: number
}

const { url, holder, lifeMs } = JSON.parse(process.argv[2] ?? '') as HolderOptions
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}
// a pause must end as a refusal by Redis, not as a command that took too long
const link = openRedis(url, { timeoutMs: 60_000 })
await link.redis.ping()
say('waiting')
const lease = await waitForLease(
  link,
  { holder, address: `${holder}:1`, lifeMs, onLost: () => undefined },
  new AbortController().signal,
)
if (lease === null) throw new Error('never aborted')
say(`held ${lease.token}`)
process.once('SIGTERM', () => {
  void lease.release().then(() => process.exit(0))
})
for (let folded = 1; ; folded++) {
  try {
    await lease.report(lease.token * 1_000_000 + folded)
    if (folded === 1) say('reported')
  } catch (cause) {
    say(`refused ${String((cause as Error).message)}`)
    break
  }
}
link.close()
