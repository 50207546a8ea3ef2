/** What holds for the items of any body of a source. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Source } from '../../ingest/source.ts'
import type { IngestItem, Labels } from '../../src/core/model.ts'
import { SEVERITIES } from '../../src/core/model.ts'

export function expectSound(source: Source, items: readonly IngestItem[]): void {
  for (const item of items) {
    if (item.kind === 'rejected') {
      expect(item.reason).toMatch(/\.$|\?$/)
      expect(item.pointer).toMatch(/^#(\/|$)/)
      continue
    }
    expect(item.source).toBe(source.id)
    expect(item.title.trim()).not.toBe('')
    expect(Number.isSafeInteger(item.startsAt)).toBe(true)
    expect(item.endsAt ?? item.startsAt).toBeGreaterThanOrEqual(item.startsAt)
    expectTexts(item.labels)
    expect(Object.values(item.labels)).not.toContain('')
    if (item.kind === 'change') continue
    expect(item.family).toBe(source.family)
    expectTexts(item.annotations)
    expectTexts(item.identity)
    expect(Object.keys(item.identity)).not.toEqual([])
    expect(item.fingerprint).toMatch(/^[0-9a-f]{16}$/)
    expect(SEVERITIES).toContain(item.severity)
  }
}

function expectTexts(labels: Labels): void {
  expect(Object.values(labels).filter((value) => typeof value !== 'string')).toEqual([])
}

/** How often a law is tried, as `FAULTLINE_TEST_RUNS` has it. */
export function runs(): number {
  return fc.readConfigureGlobal()?.numRuns ?? 100
}
