/** A person who works on incidents while the program dies. Each command has an actor of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Random, seeded } from '../../src/demo/random.ts'
import { ADMIN_TOKEN } from '../support/process.ts'
import type { Gate } from './gate.ts'

export interface Deed {
  readonly actor: string
  readonly what: 'ack' | 'comment' | 'resolve' | 'merge' | 'split' | 'assign'
  /** `unknown`: no answer. */
  outcome: 'unknown' | 'done' | 'refused'
  /** The incident the command ended at. */
  incident: string | null
}

export interface Operator {
  readonly deeds: readonly Deed[]
  /** Those that were acknowledged as done, in that order. */
  readonly done: readonly Deed[]
  finish(): Promise<void>
}

const Incidents = z.object({
  items: z.array(z.object({ id: z.string(), alertCount: z.int() })),
})
const Detail = z.object({ alerts: z.array(z.object({ key: z.string() })) })
const Done = z.object({ incident: z.string() })
const TIMEOUT_MS = 15_000

export interface OperatorOptions {
  readonly name: string
  readonly seed: number
  readonly gate: Gate
  readonly url: string
}

export function startOperator({ name, seed, gate, url }: OperatorOptions): Operator {
  const random = seeded(seed)
  const deeds: Deed[] = []
  const done: Deed[] = []
  let finishing = false

  const call = (path: string, actor: string, body?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/json',
        'x-faultline-actor': actor,
      },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })

  const act = async (deed: Deed, incident: string, body: object): Promise<void> => {
    deeds.push(deed)
    const response = await call(`/api/v1/incidents/${incident}/${deed.what}`, deed.actor, body)
    if (response.status === 409) deed.outcome = 'refused'
    if (response.status !== 200) return
    deed.outcome = 'done'
    done.push(deed)
    const answer = Done.safeParse(await response.json().catch(() => null))
    deed.incident = answer.success ? answer.data.incident : null
  }

  const once = async (): Promise<void> => {
    const actor = `${name}-${deeds.length}`
    const list = await call('/api/v1/incidents?status=open,provisional,resolved&limit=20', actor)
    const { items } = Incidents.parse(await list.json())
    if (items.length === 0) return
    const one = random.pick(items)
    const { what, body } = choose(
      random,
      actor,
      items.map(({ id }) => id).filter((id) => id !== one.id),
    )
    const deed: Deed = { actor, what, outcome: 'unknown', incident: null }
    if (what !== 'split') return act(deed, one.id, body)
    const detail = Detail.parse(await (await call(`/api/v1/incidents/${one.id}`, actor)).json())
    const members = detail.alerts.slice(0, Math.ceil(detail.alerts.length / 2))
    if (members.length > 0) await act(deed, one.id, { members: members.map(({ key }) => key) })
  }

  const working = (async () => {
    while (!finishing) {
      await gate.passed()
      await once().catch(() => undefined)
      await sleep(random.int(0, 120))
    }
  })()
  return {
    deeds,
    done,
    finish: async () => {
      finishing = true
      gate.open()
      await working
    },
  }
}

function choose(
  random: Random,
  actor: string,
  others: readonly string[],
): { readonly what: Deed['what']; readonly body: object } {
  const dice = random.next()
  if (dice < 0.2) return { what: 'ack', body: {} }
  if (dice < 0.55) return { what: 'comment', body: { text: `note of ${actor}` } }
  if (dice < 0.7) return { what: 'resolve', body: { force: true, resolution: `by ${actor}` } }
  if (dice < 0.8) return { what: 'assign', body: { to: actor } }
  if (dice < 0.9 && others.length > 0)
    return { what: 'merge', body: { from: [random.pick(others)] } }
  return { what: 'split', body: {} }
}
