/**
 * Words of monitoring tools for how bad something is, on our one scale. A source with words of its
 * own (a number, a colour) has its own table beside its mapping.
 */
import type { Severity } from '../src/core/model.ts'

/**
 * `ticket` is a warning: it asks for a person, in days and not at once
 * (https://sre.google/workbook/alerting-on-slos/). Numbers alone stay unknown: tools count in both
 * directions.
 */
const WORDS: Readonly<Record<Exclude<Severity, 'unknown'>, string>> = {
  critical:
    'critical crit page fatal emergency emerg disaster blocker p0 p1 s1 sev0 sev1 sev-0 sev-1',
  error: 'error err high major severe p2 s2 sev2 sev-2',
  warning: 'warning warn medium moderate minor average ticket p3 s3 sev3 sev-3',
  info: 'info informational information notice low debug p4 p5 s4 s5 sev4 sev5 sev-4 sev-5',
  none: 'none',
}

const TABLE = buildTable()

function buildTable(): ReadonlyMap<string, Severity> {
  const { critical, error, warning, info, none } = WORDS
  const rows: readonly (readonly [Severity, string])[] = [
    ['critical', critical],
    ['error', error],
    ['warning', warning],
    ['info', info],
    ['none', none],
  ]
  return new Map(
    rows.flatMap(([severity, words]) => words.split(' ').map((word) => [word, severity] as const)),
  )
}

/**
 * The severity a tool's word stands for, ignoring case and space around it. A word nobody knows and
 * no word at all are both `unknown`: it is kept, not guessed.
 */
export function severityOf(text: string | undefined): Severity {
  if (text === undefined) return 'unknown'
  return TABLE.get(text) ?? TABLE.get(text.trim().toLowerCase()) ?? 'unknown'
}
