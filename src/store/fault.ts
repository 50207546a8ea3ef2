/**
 * Fault points for crash tests: named places where an armed process kills itself, so that a crash
 * hits exactly there. Unarmed, a pass costs one comparison.
 */
import { AppError } from '../core/errors.ts'

export const FAULT_POINTS = [
  'journal.before_insert',
  'journal.before_ack',
  'records.before_insert',
  'records.after_insert',
  'snapshot.chunk',
  'snapshot.before_finish',
  'snapshot.after_finish',
  'fold.before_apply',
  'fold.after_apply',
] as const

/** Those of the commands that copy a store. */
const COPY_POINTS = [
  'move.after_insert',
  'move.after_page',
  'move.before_end',
  'restore.chunk',
] as const

export type FaultPointName = (typeof FAULT_POINTS)[number]
type CopyPointName = (typeof COPY_POINTS)[number]

const KNOWN: readonly string[] = [...FAULT_POINTS, ...COPY_POINTS]

export type FaultPoint = (name: FaultPointName) => void

let armed: { readonly name: string; left: number } | null = null

/**
 * Arms one point: `<name>:<n>` kills the process with SIGKILL at the n-th pass (n ≥ 1, default 1).
 * An empty text disarms.
 *
 * @throws AppError `payload_invalid` on a name or count it does not know
 */
export function armFault(spec: string): void {
  if (spec === '') {
    armed = null
    return
  }
  const match = /^([a-z_.]+)(?::([1-9]\d{0,8}))?$/.exec(spec)
  const name = match?.[1] ?? ''
  if (!KNOWN.includes(name)) {
    throw new AppError('payload_invalid', `no such fault point: ${spec}`, {
      known: KNOWN.join(' '),
    })
  }
  armed = { name, left: Number(match?.[2] ?? 1) }
}

/** Passes the point `name`: returns at once, or never where it is armed and due. */
export function faultPoint(name: FaultPointName | CopyPointName): void {
  if (armed === null || armed.name !== name) return
  armed.left -= 1
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL')
}
