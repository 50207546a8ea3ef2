import { expect, it } from 'vitest'
import { severityOf } from '../../ingest/severity.ts'

it.each([
  [
    'critical',
    [
      'critical',
      'CRITICAL',
      ' Crit ',
      'page',
      'fatal',
      'emergency',
      'disaster',
      'P1',
      'sev1',
      'SEV-1',
    ],
  ],
  ['error', ['error', 'high', 'major', 'p2', 'Sev2']],
  ['warning', ['warning', 'warn', 'medium', 'minor', 'average', 'ticket', 'P3']],
  ['info', ['info', 'informational', 'low', 'notice', 'p5']],
  ['none', ['none']],
  [
    'unknown',
    [undefined, '', 'purple', '3', 'unknown', 'not classified', 'constructor', '__proto__'],
  ],
] as const)('%s', (expected, words) => {
  expect(words.map((word) => [word, severityOf(word)])).toEqual(
    words.map((word) => [word, expected]),
  )
})
