/** What `faultline rules check` finds, and how it names it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { type CheckReport, checkRules } from '../../src/rules-check.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-rules-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function check(files: Readonly<Record<string, string>>): CheckReport {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return checkRules(folder)
}

const PACK = `rules: [{ name: noise, when: ['alertname="Noise"'], reason: loud }]`

/** A test file with one case, from what it expects. */
const caseOf = (
  expectation: string,
  alerts = '[{ id: a, labels: { alertname: Noise } }]',
): string => `cases: [{ name: one, alerts: ${alerts}, expect: ${expectation} }]`

/** Runs one case beside the pack; what was expected and what came. */
function verdict(expectation: string, alerts?: string): string[] {
  const { faults } = check({
    'suppress.yaml': PACK,
    'suppress.test.yaml': caseOf(expectation, alerts),
  })
  for (const fault of faults)
    expect(fault).toMatchObject({ file: 'suppress.test.yaml', case: 'one' })
  return faults.map(({ expected, got }) => `${expected} -> ${got}`)
}

describe('a folder in order', () => {
  it('has no faults, and its packs and cases are counted', () => {
    const files = {
      'suppress.yaml': PACK,
      'suppress.test.yaml': caseOf('{ muted: { a: rule:noise }, incidents: [] }'),
      'lifecycle.yaml': '# nothing but defaults\n',
      'lifecycle.test.yaml': caseOf(
        '{ incidents: [{ alerts: [b] }] }',
        '[{ id: b, labels: { x: y } }]',
      ),
      'README.md': 'not looked at',
    }
    expect(check(files)).toEqual({ packs: 2, mappings: 0, cases: 2, faults: [] })
  })

  it('gives the same report twice', () => {
    const files = { 'suppress.yaml': PACK, 'suppress.test.yaml': caseOf('{ same: [] }') }
    expect(check(files)).toEqual(check(files))
  })
})

describe('a wrong expectation', () => {
  const TWO = `[{ id: a, labels: { alertname: Noise } }, { id: b, severity: error, labels: { alertname: Down, host: h } }]`
  it.each([
    ['{ same: [[a, b]] }', TWO, 'alerts a+b -> alerts a | b'],
    ['{ flapping: [b] }', TWO, 'flapping: b -> flapping: none'],
    ['{ muted: { a: null } }', TWO, 'a is not muted -> a is muted by rule:noise'],
    ['{ muted: { b: rule:noise } }', TWO, 'b is muted by rule:noise -> b is not muted'],
    ['{ muted: { a: rule:other } }', TWO, 'a is muted by rule:other -> a is muted by rule:noise'],
    [
      '{ bound: { b: { ci: h, by: exact_name } } }',
      TWO,
      'b is bound to h by exact_name -> b is bound to nothing',
    ],
    ['{ incidents: [{ alerts: [a, b] }] }', TWO, 'incidents a+b -> incidents b'],
    ['{ incidents: [] }', TWO, 'incidents none -> incidents b'],
    ['{ incidents: [{ alerts: [b], priority: 1 }] }', TWO, 'incident b: priority 1 -> priority 3'],
    ['{ incidents: [{ alerts: [b], impact: 1 }] }', TWO, 'incident b: impact 1 -> impact 2'],
    ['{ incidents: [{ alerts: [b], urgency: 1 }] }', TWO, 'incident b: urgency 1 -> urgency 2'],
    ['{ incidents: [{ alerts: [b], by: rule:x }] }', TWO, 'incident b: by rule:x -> by score'],
    ['{ incidents: [{ alerts: [b], opened: 1m }] }', TWO, 'incident b: opened 1m -> opened 10s'],
    [
      '{ incidents: [{ alerts: [b], notified: 90s }] }',
      TWO,
      'incident b: notified 90s -> notified 20s',
    ],
    [
      '{ incidents: [{ alerts: [b], opened: never }] }',
      TWO,
      'incident b: opened never -> opened 10s',
    ],
    [
      '{ incidents: [{ alerts: [b], resolved: 0s }] }',
      TWO,
      'incident b: resolved 0ms -> resolved never',
    ],
    ['{ incidents: [{ alerts: [b], closed: 1d }] }', TWO, 'incident b: closed 1d -> closed never'],
    ['{ incidents: [{ alerts: [b], reopened: 1 }] }', TWO, 'incident b: reopened 1 -> reopened 0'],
  ])('%s is reported', (expectation, alerts, fault) => {
    expect(verdict(expectation, alerts)).toEqual([fault])
  })

  it('of several facts is reported fact by fact, with the names of the others left out', () => {
    expect(
      verdict('{ incidents: [{ alerts: [b], priority: 1, impact: 2, opened: 1s }] }', TWO),
    ).toEqual(['incident b: priority 1 -> priority 3', 'incident b: opened 1s -> opened 10s'])
  })

  it('is not hidden by the order in which things are listed', () => {
    expect(verdict('{ same: [[b], [a]], incidents: [{ alerts: [b] }] }', TWO)).toEqual([])
  })

  it('is not the only thing reported where a report cannot be read', () => {
    const [fault = ''] = verdict('{ same: [[a]] }', `[{ id: a, labels: { alertname: '' } }]`)
    expect(fault).toMatch(/^every report can be read -> a: .*label/)
  })
})

describe('a test file that does not fit the format', () => {
  it.each([
    ['an unknown field', caseOf('{ same: [[a]], sames: [] }'), 'cases.0.expect: ', 'sames'],
    [
      'an unknown field of an alert',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: {}, lable: 1 }]'),
      'cases.0.alerts.0: ',
      'lable',
    ],
    [
      'a wrong duration',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: {}, at: soon }]'),
      'cases.0.alerts.0.at: ',
      'a duration like 30s',
    ],
    [
      'a label that is no text',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: { port: 80 } }]'),
      'cases.0.alerts.0.labels.port: ',
      'string',
    ],
    [
      'an alert nobody gave',
      caseOf('{ muted: { b: null } }'),
      'cases.0.expect.muted: ',
      'the case has no alert b',
    ],
    [
      'an alert of ours where none can be',
      caseOf(`{ same: [['@SourceSilent']] }`),
      'cases.0.expect.same: ',
      'no alert @SourceSilent',
    ],
    [
      'one name twice',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: {} }, { id: a, labels: {} }]'),
      'cases.0.alerts: ',
      'a is used twice',
    ],
    ['no expectation', caseOf('{}'), 'cases.0.expect: ', 'expects nothing'],
    [
      'an end before the beginning',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: {}, at: 2m, resolvedAt: 1m }]'),
      'cases.0.alerts.0.resolvedAt: ',
      'before it fires',
    ],
    [
      'a start for several reports',
      caseOf('{ same: [[a]] }', '[{ id: a, labels: {}, at: [1m, 2m], startsAt: 1s }]'),
      'cases.0.alerts.0.startsAt: ',
      'single',
    ],
    [
      'what cannot lapse',
      caseOf('{ same: [[a]] }', '[{ id: a, source: alertmanager, labels: {}, lapses: 1m }]'),
      'cases.0.alerts.0.lapses: ',
      'does not lapse',
    ],
    [
      'a broken silence',
      `cases: [{ name: one, silences: [{ id: s, until: 1h, matchers: ['a=~"("'] }], alerts: [{ id: a, labels: {} }], expect: { same: [[a]] } }]`,
      'cases.0.silences.0.matchers.0: ',
      'not an RE2',
    ],
  ])('names %s', (_what, text, field, message) => {
    const { cases, faults } = check({ 'suppress.yaml': PACK, 'suppress.test.yaml': text })
    expect(cases).toBe(0)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({
      file: 'suppress.test.yaml',
      case: 'one',
      expected: 'a valid test file',
    })
    expect(faults[0]?.got).toContain(message)
    expect(faults[0]?.got.startsWith(field), faults[0]?.got).toBe(true)
  })

  it('names the file where no case can be named', () => {
    for (const text of ['', 'cases: []', '[]', 'cases: [7]']) {
      const { faults } = check({ 'suppress.yaml': PACK, 'suppress.test.yaml': text })
      expect(faults.length).toBeGreaterThan(0)
      for (const fault of faults)
        expect(fault).toMatchObject({ file: 'suppress.test.yaml', case: null })
    }
  })

  it('names a case whose name is taken', () => {
    const twice = `cases: [${[1, 2].map(() => caseOf('{ same: [[a]] }').slice('cases: ['.length, -1)).join(', ')}]`
    const { faults } = check({ 'suppress.yaml': PACK, 'suppress.test.yaml': twice })
    expect(faults.map(({ got }) => got)).toEqual(['cases.1.name: one is the name of cases.0'])
  })
})

describe('a pack at fault', () => {
  const CASE = caseOf('{ same: [[a]] }')
  it.each([
    [
      'suppress',
      `rules: [{ name: x, when: ['a=~"("'], reason: y }]`,
      'rules.0.when.0: not an RE2 regular expression in a=~"("',
    ],
    [
      'suppress',
      `rules: [{ name: x, when: ['nonsense'], reason: y }]`,
      'rules.0.when.0: not a matcher: nonsense',
    ],
    ['suppress', 'rules: [{ name: x, when: [], reason: y }]', 'rules.0.when: '],
    ['suppress', `rules: [{ name: x, when: ['a="b"'] }]`, 'rules.0.reason: '],
    ['suppress', 'rulez: []', 'Unrecognized key: "rulez"'],
    [
      'bind',
      `rules: [{ name: x, label: y, extract: '(' }]`,
      'rules.0.extract: not an RE2 regular expression',
    ],
    ['bind', 'rules: [{ name: x, label: y, confidence: 2 }]', 'rules.0.confidence: '],
    ['correlate', `rules: [{ name: x, when: ['a="b"'], decide: glue }]`, 'rules.0.decide: '],
    ['correlate', 'gap: 5 minutes', 'gap: a duration like 30s, 5m or 24h'],
    ['correlate', 'weights: { time: 1, colour: 2 }', 'weights: '],
    ['dedup', 'flapping: { begin: 30 }', 'flapping: '],
    ['priority', 'urgency: { critical: 7 }', 'urgency.critical: '],
    ['lifecycle', 'open_severity: bad', 'open_severity: '],
  ])('%s with "%s" is named with its field', (pack, text, got) => {
    const { cases, faults } = check({ [`${pack}.yaml`]: text, [`${pack}.test.yaml`]: CASE })
    expect(cases).toBe(0)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ file: `${pack}.yaml`, case: null, expected: 'a valid pack' })
    expect(faults[0]?.got.startsWith(got), faults[0]?.got).toBe(true)
  })

  it('has all its faults named', () => {
    const { faults } = check({
      'lifecycle.yaml': 'open_wait: soon\nclose: never\nopen_alerts: 0\n',
      'lifecycle.test.yaml': CASE,
    })
    expect(faults.map(({ got }) => got.split(':')[0])).toEqual([
      'close',
      'open_alerts',
      'open_wait',
    ])
  })

  it('may not name two rules alike', () => {
    const rule = `{ name: x, when: ['a="b"'], reason: y }`
    const inhibit = `{ name: y, source: ['a="b"'], target: ['a="c"'], reason: y }`
    const { faults } = check({
      'suppress.yaml': `rules: [${rule}, ${rule}]\ninhibit: [${inhibit}, ${inhibit}]`,
      'suppress.test.yaml': CASE,
    })
    expect(faults.map(({ got }) => got)).toEqual([
      'rules.1.name: x is the name of rules.0',
      'inhibit.1.name: y is the name of inhibit.0',
    ])
  })

  it.each(['suppress.yaml', 'suppress.test.yaml'])(
    '%s that is not YAML is named with the line',
    (file) => {
      const files = { 'suppress.yaml': PACK, 'suppress.test.yaml': CASE, [file]: 'rules: [\n  {\n' }
      const { cases, faults } = check(files)
      expect(cases).toBe(0)
      expect(faults).toHaveLength(1)
      expect(faults[0]).toMatchObject({ file, case: null })
      expect(faults[0]?.got).toMatch(/^not YAML: .*line 3/)
    },
  )
})

describe('a file', () => {
  const TEST = caseOf('{ muted: { a: rule:noise } }')
  const fine = { 'suppress.yaml': PACK, 'suppress.test.yaml': TEST }

  it.each([
    [
      'a pack without a test file',
      { 'priority.yaml': '{}' },
      'priority.yaml',
      'priority.test.yaml beside it',
      'no such file',
    ],
    [
      'a test file without a pack',
      { 'priority.test.yaml': caseOf('{ same: [[a]] }') },
      'priority.test.yaml',
      'priority.yaml beside it',
      'no such file',
    ],
    [
      'a name that is no pack',
      { 'supress.yaml': PACK },
      'supress.yaml',
      'the name of a pack: dedup.yaml, ',
      'supress.yaml',
    ],
    [
      'a test of no pack',
      { 'noise.test.yaml': TEST },
      'noise.test.yaml',
      'the name of a pack: dedup.yaml, ',
      'noise.test.yaml',
    ],
    ['another ending', { 'bind.yml': '{}' }, 'bind.yml', 'a name that ends in .yaml', 'bind.yml'],
  ])('%s is a fault, and the rest still runs', (_what, more, file, expected, got) => {
    const { cases, faults } = check({ ...fine, ...more })
    expect(cases).toBeGreaterThan(0)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ file, case: null, got })
    expect(faults[0]?.expected.startsWith(expected)).toBe(true)
  })

  it('is missing altogether', () => {
    const { packs, cases, faults } = check({})
    expect({ packs, cases }).toEqual({ packs: 0, cases: 0 })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ file: '.', case: null, got: 'none' })
  })

  it('in a folder that is not there is an error that names it', () => {
    const gone = join(folder, 'gone')
    expect(() => checkRules(gone)).toThrow(AppError)
    expect(() => checkRules(gone)).toThrow(gone)
  })
})

describe('a case that says when it begins', () => {
  const ROUTE = `
hours: [{ name: office, time_zone: Europe/Berlin, windows: [{ days: [mon-fri], from: 08:00, to: 18:00 }] }]
rules:
  - name: pay
    when: ['app="pay"']
    team: pay
    reason: theirs
    routes: [{ name: pay_night, when: ['app="pay"'], outside: [office], team: night, reason: late }]
`
  const test = (begins: string, team: string, by: string): string => `cases:
  - name: one
    begins: ${begins}
    alerts: [{ id: a, severity: critical, labels: { alertname: Down, app: pay } }]
    expect: { incidents: [{ alerts: [a], team: ${team}, routed_by: [${by}], opened: 0s }] }
`
  const run = (cases: string, route = ROUTE): string[] =>
    check({ 'route.yaml': route, 'route.test.yaml': cases }).faults.map(({ got }) => got)

  it('plays at that time', () => {
    expect(run(test("'2026-03-06T10:10:00+01:00'", 'pay', 'pay'))).toEqual([])
    expect(run(test("'2026-03-06T02:10:00+01:00'", 'night', 'pay, pay_night'))).toEqual([])
    expect(run(test("'2026-03-06T02:10:00+01:00'", 'pay', 'pay'))).toEqual([
      'team night',
      'routed_by pay, pay_night',
    ])
  })

  it('is refused where that is no time', () => {
    expect(run(test('yesterday', 'pay', 'pay'))).toEqual([
      'cases.0.begins: a time like 2026-03-06T02:10:00+01:00',
    ])
  })

  it('finds a name that a rule below another has as well', () => {
    const twice = ROUTE.replace('pay_night', 'pay')
    expect(run(test("'2026-03-06T10:10:00+01:00'", 'pay', 'pay'), twice)).toEqual([
      'rules: pay is the name of two rules',
    ])
  })
})
