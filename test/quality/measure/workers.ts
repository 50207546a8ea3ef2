/** Tasks on all cores, each in a process of its own; results come in the order of the tasks. */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { InstanceResult } from './instance.ts'
import type { Changed } from './outcome.ts'

export interface Task {
  readonly family: string
  readonly seed: number
  readonly changed?: Changed
  readonly only?: readonly string[]
}

export type Reply = { readonly result: InstanceResult } | { readonly failure: string }

/** Runs every task. @throws Error with the message of the first that failed */
export async function runAll(
  tasks: readonly Task[],
  done: (result: InstanceResult, count: number) => void,
): Promise<InstanceResult[]> {
  const results: InstanceResult[] = []
  let next = 0
  let count = 0
  const lane = async (): Promise<void> => {
    const child = fork(join(import.meta.dirname, 'worker.ts'), { serialization: 'advanced' })
    try {
      while (next < tasks.length) {
        const at = next
        next += 1
        const task = tasks[at]
        if (task === undefined) break
        const reply = await new Promise<Reply>((resolve, reject) => {
          child.once('message', (message) => resolve(message as Reply))
          child.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)))
          child.send(task)
        })
        child.removeAllListeners()
        if ('failure' in reply) throw new Error(`${task.family} ${task.seed}: ${reply.failure}`)
        results[at] = reply.result
        count += 1
        done(reply.result, count)
      }
    } finally {
      child.kill()
    }
  }
  const lanes = Math.min(availableParallelism(), tasks.length)
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
