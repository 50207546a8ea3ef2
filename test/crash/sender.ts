/**
 * Tools that post while the program dies, and the log of what was acknowledged to them: the oracle.
 * Like real ones they send a body again until it is taken, and one alert's reports in their order.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { seeded } from '../../src/demo/random.ts'
import { type Body, createWorld, type ToolAlert } from './bodies.ts'
import type { Gate } from './gate.ts'

/** A body, and what was answered each time it was sent. */
export interface Post extends Body {
  attempts: number
  /** Times it was acknowledged: once, or never. */
  acked: number
  /** Of the acknowledgement, where it had one; our own API always has. */
  receipt: string | null
  /** Indices of items that the acknowledgement named as rejected; `null`: it names none. */
  rejected: readonly number[] | null
}

export interface SenderOptions {
  readonly name: string
  readonly seed: number
  readonly gate: Gate
  readonly url: string
  readonly workers: number
}

export interface Sender {
  readonly posts: readonly Post[]
  alerts(): readonly ToolAlert[]
  /** Bodies that were acknowledged, in that order. */
  readonly acked: readonly Post[]
  /** Times a body was sent that were not answered, or not yet. */
  unanswered(): number
  /** Lets every tool finish what it has begun to send; resolves when all is acknowledged. */
  finish(): Promise<void>
}

const TIMEOUT_MS = 15_000
const Answer = z.object({
  receipt: z.string(),
  rejected: z.array(z.object({ index: z.int() })),
})

export function startSender({ name, seed, gate, url, workers }: SenderOptions): Sender {
  const posts: Post[] = []
  const acked: Post[] = []
  let unanswered = 0
  let finishing = false

  const attempt = async (post: Post): Promise<void> => {
    post.attempts += 1
    unanswered += 1
    try {
      const response = await fetch(`${url}${post.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: post.text,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      unanswered -= 1
      if (response.status >= 500) return
      // from here on it is acknowledged, even if the rest of the answer does not arrive
      post.acked += 1
      acked.push(post)
      const answer = Answer.safeParse(await response.json().catch(() => null))
      if (!answer.success) return
      post.receipt = answer.data.receipt
      post.rejected = answer.data.rejected.map(({ index }) => index)
    } catch {
      // no answer: nobody knows whether it was stored
    }
  }

  const work = async (worker: number, world: ReturnType<typeof createWorld>): Promise<void> => {
    const pause = seeded(seed + 7919 * (worker + 1))
    while (!finishing) {
      await gate.passed()
      if (finishing) return
      const post: Post = {
        ...world.next(Date.now()),
        attempts: 0,
        acked: 0,
        receipt: null,
        rejected: null,
      }
      posts.push(post)
      while (post.acked === 0) {
        await gate.passed()
        await attempt(post)
        if (post.acked === 0) await sleep(20)
      }
      await sleep(pause.int(0, 30))
    }
  }

  const worlds = Array.from({ length: workers }, (_none, worker) =>
    createWorld(`${name}${worker}`, seeded(seed + worker)),
  )
  const working = worlds.map((world, worker) => work(worker, world))
  return {
    posts,
    alerts: () => worlds.flatMap(({ alerts }) => alerts),
    acked,
    unanswered: () => unanswered,
    finish: async () => {
      finishing = true
      gate.open()
      await Promise.all(working)
    },
  }
}
