/** A proposed rule as files: what the folder has stays as it is, and the case comes true. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Statement } from '../../../src/core/learn/corrections.ts'
import { caseYaml, ruleYaml, withItem } from '../../../src/core/learn/proposal-files.ts'
import type { Proposal } from '../../../src/core/learn/proposals.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { shippedRules } from '../../../src/paths.ts'
import { checkRules } from '../../../src/rules-check.ts'
import { correction, propose, sample } from '../../support/corrections.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** The shipped pack with the rule put into it, and its case for all tests, or beside the shipped ones. */
function folderWith({ rule, pack }: Proposal, test: string | null, isWhole = false): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-proposal-'))
  folders.push(folder)
  if (isWhole) cpSync(shippedRules(), folder, { recursive: true })
  const put = (file: string, key: string, item: string | null): void => {
    const isKept = isWhole || key === 'rules'
    const text = isKept ? readFileSync(join(shippedRules(), file), 'utf8') : ''
    writeFileSync(join(folder, file), withItem(text, key, item ?? '') ?? '')
  }
  put(`${pack}.yaml`, 'rules', ruleYaml({ rule }))
  put(`${pack}.test.yaml`, 'cases', test)
  return folder
}

const three = (of: (n: number) => Statement): Proposal => {
  const [found] = propose([1, 2, 3].map((n) => correction(n, of(n))))
  if (found === undefined) throw new Error('nothing is proposed')
  return found
}

const host = (name: string, n: number, more = {}) =>
  sample(`${name}@host:h${n}`, {
    ...{ severity: 'critical', ...more },
    facts: { rack: `r${n}`, 'ci.service': 'shop', 'ci.label.site': 's', instance: `${name}${n}` },
  })

describe('in the folder of shipped rules', () => {
  it.each<[string, (n: number) => Statement, string]>([
    [
      'together',
      (n) => ({
        ...{ relation: 'together', a: host('DiskFull', n) },
        b: sample(`Slow@service:pay${n}`, {
          ...{ severity: 'critical', startsAt: 5 * MINUTE },
          facts: { rack: `r${n}`, 'ci.service': `pay${n}` },
        }),
      }),
      'correlate',
    ],
    [
      'apart',
      (n) => ({ relation: 'apart', a: host('DiskFull', n), b: host('BackupFailed', n) }),
      'correlate',
    ],
    [
      'apart in one shape',
      (n) => ({ relation: 'apart', a: host('DiskFull', n), b: host('DiskFull', n + 10) }),
      'correlate',
    ],
    ['noise', (n) => ({ relation: 'noise', a: host('Load', n, { severity: 'info' }) }), 'suppress'],
    ['critical noise', (n) => ({ relation: 'noise', a: host('Load', n) }), 'priority'],
    [
      'unbound',
      (n) => ({
        relation: 'together',
        a: sample('A: 50%', { severity: 'error', facts: { tenant: `t"${n}` } }),
        b: sample('B', { severity: 'error', facts: { tenant: `t"${n}` } }),
      }),
      'correlate',
    ],
  ])('%s: the rule is taken and its case comes true', (_name, of, pack) => {
    const proposal = three(of)
    expect(proposal.pack).toBe(pack)
    const checked = checkRules(folderWith(proposal, caseYaml(proposal)))
    expect(checked).toMatchObject({ faults: [], cases: 1 })
  })

  it('it stands beside all that is there', () => {
    const proposal = three((n) => ({ relation: 'noise', a: host('Load', n, { severity: 'info' }) }))
    const before = checkRules(shippedRules())
    const after = checkRules(folderWith(proposal, caseYaml(proposal), true))
    expect(after).toMatchObject({ faults: [], cases: before.cases + 1 })
  })

  it('the case does not come true without the rule', () => {
    const proposal = three((n) => ({ relation: 'noise', a: host('Load', n, { severity: 'info' }) }))
    const other = { ...proposal, rule: { ...proposal.rule, when: ['alertname="Nothing"'] } }
    expect(checkRules(folderWith(other, caseYaml(proposal))).faults).toMatchObject([
      { file: 'suppress.test.yaml', case: expect.stringContaining(proposal.rule.name) },
    ])
  })

  it('there is no case of alerts that only differ in what is not kept', () => {
    const alike = sample('A@host:h')
    const other = { ...sample('A@host:g'), facts: { 'ci.id': 'g' } }
    expect(caseYaml(three(() => ({ relation: 'apart', a: alike, b: other })))).toBeNull()
  })
})

describe('an item more', () => {
  const ITEM = '- name: new\n  when:\n    - alert.name: A\n'
  it.each<[string, string, string]>([
    ['before the others', 'a: 1\nrules:\n  - name: old\n', 'a: 1\nrules:\n  - name: new'],
    ['as deep as they are', 'rules:\n- name: old\n', 'rules:\n- name: new'],
    [
      'keeps comments',
      'rules: # mine\n  # why\n  - name: old # so\n',
      '  # why\n  - name: old # so\n',
    ],
    ['into an empty list', 'gap: 5m # short\nrules: []\n', 'gap: 5m # short\nrules:\n'],
    ['into a list on one line', 'rules: [{ name: old }]\n', '- name: new'],
    ['where there is no list', 'gap: 5m\n', 'gap: 5m\nrules:\n'],
    ['into nothing', '', 'rules:\n'],
  ])('%s', (_name, text, expected) => {
    const made = withItem(text, 'rules', ITEM) ?? ''
    expect(made).toContain(expected)
    const before = parse(text)?.rules ?? []
    expect(parse(made).rules).toEqual([{ name: 'new', when: [{ 'alert.name': 'A' }] }, ...before])
  })

  it.each(['rules: 7\n', 'rules: [\n', '- a\n'])('not into %j', (text) => {
    expect(withItem(text, 'rules', ITEM)).toBeNull()
  })
})
