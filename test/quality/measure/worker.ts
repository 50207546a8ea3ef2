/** The other side of `workers.ts`. */
import { familyNamed } from './families.ts'
import { measure } from './instance.ts'
import type { Reply, Task } from './workers.ts'

async function work({ family, seed, ...rest }: Task): Promise<Reply> {
  try {
    return { result: await measure(familyNamed(family), seed, rest) }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.on('message', (task) => {
  void work(task as Task).then((reply) => process.send?.(reply))
})
