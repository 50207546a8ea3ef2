/** What the form says, as the API wants it. */
import type { BacktestInput } from '../api/schema.d.ts'

/** In the order in which an event meets them. */
export const PACKS = ['dedup', 'suppress', 'bind', 'correlate', 'priority', 'lifecycle'] as const
export type PackName = (typeof PACKS)[number]
export type Edited = Readonly<Partial<Record<PackName, string>>>

/** Lines `key = value`; a value that is no number and no truth is text. `null`: one is neither. */
export function readSettings(text: string): Readonly<Record<string, unknown>> | null {
  const set: Record<string, unknown> = {}
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const found = /^([\w.]+)\s*[=:]\s*(.+)$/.exec(line)
    if (found === null) return null
    set[found[1] ?? ''] = settingOf((found[2] ?? '').trim())
  }
  return set
}

function settingOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}

/** The packs whose text differs from that in force. */
export function changedPacks(
  edited: Edited,
  inForce: Readonly<Record<string, string>>,
): NonNullable<BacktestInput['packs']> {
  const changed = PACKS.filter(
    (name) => edited[name] !== undefined && edited[name] !== (inForce[name] ?? ''),
  )
  return Object.fromEntries(changed.map((name) => [name, edited[name] ?? '']))
}
