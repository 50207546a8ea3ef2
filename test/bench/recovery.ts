/** Start of the program on what a killed one left: a snapshot of many alerts and a journal after it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { temporaryFolder } from '../support/store.ts'
import { startFaultline } from './targets.ts'

export interface Recovery {
  /** From the start of the process to `/readyz`, in ms. */
  readonly readyMs: number
  /** The same with no data at all. */
  readonly emptyReadyMs: number
  /** Entries after the snapshot that were applied. */
  readonly tailEntries: number
}

const Recovered = z.object({ msg: z.literal('recovered'), snapshot: z.number(), tail: z.number() })

export async function measureRecovery(data: string): Promise<Recovery> {
  const folder = temporaryFolder()
  const empty = join(folder.path, 'data')
  mkdirSync(empty)
  const { readyMs: emptyReadyMs } = await timeStart(empty)
  folder.remove()
  const { readyMs, log } = await timeStart(data)
  const recovered = log.flatMap((line) => {
    const parsed = Recovered.safeParse(asJson(line))
    return parsed.success ? [parsed.data] : []
  })[0]
  if (recovered === undefined || recovered.snapshot === 0) throw new Error('nothing was recovered')
  return { readyMs, emptyReadyMs, tailEntries: recovered.tail }
}

async function timeStart(data: string): Promise<{ readyMs: number; log: readonly string[] }> {
  const from = performance.now()
  const running = await startFaultline(data, false)
  const readyMs = performance.now() - from
  await running.kill()
  return { readyMs, log: running.log }
}

function asJson(line: string): unknown {
  return line.startsWith('{') ? JSON.parse(line) : undefined
}
