/** A process that appends to the journal on Redis and says what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs'
import { openRedisJournal } from '../../src/journal/redis.ts'
import { openRedis } from '../../src/journal/redis-link.ts'
import { armFault, faultPoint } from '../../src/store/fault.ts'
import { entriesOf } from './appender.ts'

export interface RedisWriterOptions {
  readonly url: string
  readonly fault: string
  readonly run: string
  readonly appends: number
}

const options = JSON.parse(process.argv[2] ?? '') as RedisWriterOptions
const link = openRedis(options.url)
const journal = await openRedisJournal(link, { fault: faultPoint })
armFault(options.fault)
let n = 0
const worker = async (): Promise<void> => {
  while (n < options.appends) {
    const mine = n++
    const last = await journal.append(entriesOf(options.run, mine))
    writeSync(1, `${mine} ${last}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, worker))
await journal.close()
link.close()
