/** Rules of the suppress pack that go by the hour, as `faultline rules check` plays them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type CheckReport, checkRules } from '../../src/rules-check.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function check(files: Readonly<Record<string, string>>): CheckReport {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return checkRules(folder)
}

it('plays rules that go by the hour at the time a case says', () => {
  const pack = `
hours: [{ name: night, time_zone: Europe/Berlin, windows: [{ days: [tue], nth: [2], from: '02:00', to: '04:00' }] }]
rules: [{ name: patches, when: ['alertname="Down"'], during: [night], reason: patched }]`
  const cases = `
cases:
- name: in the night of the second Tuesday, and what outlives it
  begins: '2026-11-10T01:30:00+01:00'
  alerts:
    - { id: before, severity: warning, labels: { alertname: Down, host: a }, resolvedAt: 10m }
    - { id: in, severity: warning, labels: { alertname: Down, host: b }, at: 40m, resolvedAt: 1h }
    - { id: outlives, severity: warning, labels: { alertname: Down, host: c }, at: 1h }
  until: 3h
  expect:
    muted: { before: null, in: rule:patches, outlives: rule:patches }
    incidents: [{ alerts: [before] }, { alerts: [outlives], opened: 9010s }]
- name: not in that of the first
  begins: '2026-11-03T02:30:00+01:00'
  alerts: [{ id: a, severity: warning, labels: { alertname: Down } }]
  expect: { muted: { a: null } }
- name: and a window that recurs
  begins: '2026-11-03T02:30:00+01:00'
  cmdb: { items: [{ id: h, class: host, name: h }] }
  silences:
    - id: w
      cis: [h]
      until: 7d
      recurs: { time_zone: Europe/Berlin, windows: [{ from: '02:00', to: '03:00' }] }
  alerts: [{ id: a, severity: warning, labels: { alertname: Up, host: h }, at: 10m }]
  until: 1h
  expect: { muted: { a: maintenance:w }, incidents: [{ alerts: [a], opened: 1810s }] }`
  expect(check({ 'suppress.yaml': pack, 'suppress.test.yaml': cases }).faults).toEqual([])
  const { faults } = check({ 'suppress.yaml': pack.replace('[night]', '[day]') })
  expect(faults.map(({ got }) => got).join()).toContain('there are no hours day')
})
