/** What holds for the items of any body of a source. */
import fc from 'fast-check'
import type { Source } from '../../ingest/source.ts'
import type { AlertEvent, ChangeEvent, IngestItem, Labels } from '../../src/core/model.ts'
import { SEVERITIES } from '../../src/core/model.ts'

/** Throws with what does not hold. Run for hundreds of thousands of items, so it is plain code. */
export function expectSound(source: Source, items: readonly IngestItem[]): void {
  const faults = items.flatMap((item) => faultsOf(source, item).map((fault) => ({ fault, item })))
  if (faults.length > 0) throw new Error(`not sound: ${JSON.stringify(faults).slice(0, 4000)}`)
}

function faultsOf(source: Source, item: IngestItem): readonly string[] {
  const rules: readonly (readonly [string, boolean])[] =
    item.kind === 'rejected'
      ? [
          ['a sentence', /[.?]$/.test(item.reason)],
          ['a pointer', /^#(\/|$)/.test(item.pointer)],
        ]
      : [...commonRules(source, item), ...(item.kind === 'alert' ? alertRules(source, item) : [])]
  return rules.filter(([, holds]) => !holds).map(([name]) => name)
}

function commonRules(source: Source, item: AlertEvent | ChangeEvent) {
  return [
    ['its source', item.source === source.id],
    ['a title', item.title.trim() !== ''],
    ['a start', Number.isSafeInteger(item.startsAt)],
    ['an end after it', (item.endsAt ?? item.startsAt) >= item.startsAt],
    ['labels', isTexts(item.labels) && !Object.values(item.labels).includes('')],
  ] as const
}

function alertRules(source: Source, item: AlertEvent) {
  return [
    ['its family', item.family === source.family],
    ['annotations', isTexts(item.annotations)],
    ['an identity', isTexts(item.identity) && Object.keys(item.identity).length > 0],
    ['a fingerprint', /^[0-9a-f]{16}$/.test(item.fingerprint)],
    ['a severity', SEVERITIES.includes(item.severity)],
    ['a rule', item.rule !== ''],
  ] as const
}

function isTexts(labels: Labels): boolean {
  return Object.values(labels).every((value) => typeof value === 'string')
}

/** How often a law is tried, as `FAULTLINE_TEST_RUNS` has it. */
export function runs(): number {
  return fc.readConfigureGlobal()?.numRuns ?? 100
}
