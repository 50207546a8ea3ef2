/** Past incidents of other tools: kept once, found again, counted in problems, taken back, the same in every fold. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/core/engine/engine.ts'
import { isUndoable, partsOf } from '../../../src/core/engine/imported.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { Entry, PastEntry } from '../../../src/core/entry.ts'
import { type ImportedIncident, importedId, kindOf } from '../../../src/core/imported.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { digest } from '../../support/engine-digest.ts'

const T = Date.UTC(2026, 5, 1)

function incident(key: string, more: Partial<ImportedIncident> = {}): ImportedIncident {
  return {
    ...{ key, number: key, url: `https://desk.test/${key}`, title: 'Disk full on db-1' },
    ...{ openedAt: T - 10 * DAY, resolvedAt: T - 10 * DAY + HOUR, priority: 2 },
    ...{ ci: { name: 'db-1', key: null }, service: null, team: 'DBA', resolver: 'Ann' },
    ...{ resolution: 'Deleted old logs', resolutionCode: 'Solution provided', category: null },
    ...more,
  }
}

/** So many with one title at one CI, a week apart. */
function weekly(count: number): readonly ImportedIncident[] {
  return Array.from({ length: count }, (_, n) => {
    const openedAt = T - (count - n) * 7 * DAY
    return incident(`W${n}`, { openedAt, resolvedAt: openedAt + 30 * MINUTE })
  })
}

class Story {
  engine = new Engine()
  private offset = 0
  private at = T

  apply(entry: Entry, items: Parameters<Engine['apply']>[1] = []) {
    this.offset += 1
    return this.engine.apply({ offset: this.offset, entry }, items)
  }
  topology(names: readonly string[]): void {
    const items = names.map((name) => {
      return {
        id: `host/${name}`,
        class: 'host',
        name,
        aliases: [],
        labels: {},
        status: 'operational',
      }
    })
    this.apply({
      ...{
        kind: 'topology',
        at: this.at,
        scope: 'default',
        version: names.join(),
        mode: 'replace',
      },
      ...{ items, relations: [] },
    })
  }
  give(id: string, incidents: readonly ImportedIncident[], more: Partial<PastEntry> = {}) {
    return this.apply({
      ...{ kind: 'past', at: this.at, scope: 'default', import: id, source: 'desk', format: 'csv' },
      ...{ actor: 'ann', realm: 'default', cmdb: 'desk', part: 0, last: true, incidents },
      ...{ remove: [], undoes: null },
      ...more,
    })
  }
  undo(id: string): void {
    const before = partsOf(this.engine.state, id).flatMap((part) => part.before)
    this.give(
      `${id}-undo`,
      before.flatMap(({ was }) => was ?? []),
      { remove: before.flatMap(({ key, was }) => (was === null ? [key] : [])), undoes: id },
    )
  }
  wait(ms: number) {
    this.at += ms
    return this.apply({ kind: 'time', at: this.at, scope: 'default' })
  }
  fire(rule: string, host: string): void {
    const labels = { alertname: rule, host, severity: 'critical' }
    this.apply(
      {
        ...{ kind: 'received', at: this.at, scope: 'default', source: 'generic', receipt: 'r' },
        body: '{}',
      },
      [
        {
          ...{ kind: 'alert', source: 'generic', reporter: 'generic', family: 'generic' },
          ...{ identity: { rule, host }, fingerprint: `${rule}${host}`, status: 'firing' },
          ...{ rule, severity: 'critical', severityText: null, title: `${rule} on ${host}` },
          ...{ labels, annotations: {}, startsAt: this.at, endsAt: null, generatorUrl: null },
        } as never,
      ],
    )
  }
  restarted(): Engine {
    const snapshot = beginSnapshot(this.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
    const engine = restoring.finish()
    if (engine === null) throw new Error('no engine')
    return engine
  }
}

/** What is kept of it, whenever it came. */
function kept({ state }: Engine): string {
  return JSON.stringify(
    [...state.imported.values()]
      .map(({ snap: _snap, ...one }) => one)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  )
}

describe('the kind of a title', () => {
  it.each([
    ['Disk full on db-1', ['db-1'], 'disk full'],
    ['DISK FULL on DB-1 (97 %)', ['db-1'], 'disk full'],
    ['disk full: db-10', ['db-1'], 'disk full'],
    ['Login fails for 12 users at 10.1.2.3', [], 'login fails for users'],
    ['db-1', ['db-1'], 'incident'],
    ['Neustart nötig', [], 'neustart nötig'],
  ])('%s is %s', (title, names, kind) => expect(kindOf(title, names)).toBe(kind))
})

describe('imported incidents', () => {
  it('are problems from the first look, with costs since the oldest of them', () => {
    const story = new Story()
    story.topology(['db-1', 'db-2'])
    story.give('one', weekly(12))
    story.wait(DAY + HOUR)
    const [problem] = story.engine.state.problems.values()
    expect(problem?.explanation).toMatchObject({ rootCi: 'host/db-1' })
    expect(problem?.explanation.title).toContain('disk full on host/db-1')
    expect(problem?.figures.recurrences).toBe(12)
    // of the 84 days since the oldest, not of the 30 that a new engine would count
    const months = ((problem?.figures.asOf ?? 0) - (T - 84 * DAY)) / (30 * DAY)
    expect(months).toBeGreaterThan(2.8)
    expect(problem?.figures.perMonth).toBeCloseTo(12 / months, 2)
    expect(story.engine.state.incidents.size).toBe(0)
  })

  it('are found by an incident that tells of the same, not by one at the same place alone', () => {
    const story = new Story()
    story.topology(['db-1', 'web-1'])
    const other = incident('O1', { title: 'Certificate expired', ci: { name: 'web-1', key: null } })
    story.give('one', [...weekly(3), other])
    story.fire('DiskFull', 'db-1')
    story.wait(5 * MINUTE)
    const [first] = story.engine.state.incidents.values()
    expect(first?.similar.map(({ incident: id }) => id)).toEqual(['desk:W2', 'desk:W1', 'desk:W0'])
    expect(first?.similar[0]).toMatchObject({
      title: 'Disk full on db-1',
      resolution: 'Deleted old logs',
      imported: { source: 'desk', number: 'W2', url: 'https://desk.test/W2', resolver: 'Ann' },
    })
    const [best] = first?.similar ?? []
    const sum = best?.terms.reduce((all, { x, w }) => all + x * w, 0)
    expect(sum).toBeCloseTo(best?.score ?? 0, 9)
    story.fire('LatencyHigh', 'web-1')
    story.wait(5 * MINUTE)
    const second = [...story.engine.state.incidents.values()].at(-1)
    expect(second?.similar).toEqual([])
  })

  it('of another scope are not', () => {
    const story = new Story()
    story.topology(['db-1'])
    story.give('one', weekly(3), { realm: 'acme' })
    story.fire('DiskFull', 'db-1')
    story.wait(5 * MINUTE)
    expect([...story.engine.state.incidents.values()][0]?.similar).toEqual([])
    expect(story.engine.ix.problems.past.get('acme')?.size).toBe(3)
  })

  it('are bound by name, by key, or counted as unbound', () => {
    const story = new Story()
    story.topology(['db-1'])
    const { result } = story.give('one', [
      incident('A'),
      incident('B', { ci: { name: 'nobody', key: null } }),
      incident('C', { ci: null }),
    ])
    expect(result).toMatchObject({ counts: { added: 3, bound: 1, unbound: 1, unnamed: 1 } })
    expect(story.engine.state.imported.get('desk:A')?.bound.ci).toBe('host/db-1')
  })

  it('do not reopen a problem that was resolved after them', () => {
    const story = new Story()
    story.topology(['db-1'])
    story.give('one', weekly(12))
    story.wait(DAY + HOUR)
    const [id] = [...story.engine.state.problems.values()].map((problem) => problem.id)
    const command = { do: 'problem.resolve', problem: id ?? '' } as const
    const scope = 'default'
    story.apply({ kind: 'command', at: T + 2 * DAY, scope, actor: 'ann', command })
    story.give('two', [incident('late')])
    expect(story.engine.state.problems.get(id ?? '')?.status).toBe('resolved')
    expect(story.engine.state.problemLinks.get('desk:late')?.problem).toBe(id)
  })

  it('that the newest import brought are taken back, and what it changed is as before', () => {
    const story = new Story()
    story.topology(['db-1'])
    story.give('one', weekly(3))
    const before = kept(story.engine)
    story.give('two', [...weekly(4).slice(3), incident('W0', { title: 'Other' })])
    expect(kept(story.engine)).not.toBe(before)
    const two = story.engine.state.pastImports.get('two')
    expect(two !== undefined && isUndoable(story.engine.state, two)).toBe(true)
    story.undo('two')
    expect(kept(story.engine)).toBe(before)
    const one = story.engine.state.pastImports.get('one')
    expect(one !== undefined && isUndoable(story.engine.state, one)).toBe(false)
    expect(story.engine.state.pastImportParts.size).toBe(0)
  })
})

describe('laws', () => {
  const keys = ['A', 'B/1', 'Ö:2', 'D', 'E']
  const anyIncident = fc
    .record({
      key: fc.constantFrom(...keys),
      title: fc.constantFrom('Disk full on db-1', 'Login slow', 'db-2 down'),
      ci: fc.constantFrom(null, { name: 'db-1', key: null }, { name: 'x', key: 'k' }),
      ago: fc.integer({ min: 1, max: 400 }),
    })
    .map(({ key, title, ci, ago }) =>
      incident(key, { title, ci, openedAt: T - ago * DAY, resolvedAt: T - ago * DAY + HOUR }),
    )
  const batch = fc.uniqueArray(anyIncident, { selector: ({ key }) => key, maxLength: 5 })

  it('twice is once; parts and order do not matter', () => {
    fc.assert(
      fc.property(batch, (incidents) => {
        const [once, twice, parts] = [new Story(), new Story(), new Story()]
        for (const story of [once, twice, parts]) story.topology(['db-1'])
        once.give('one', incidents)
        twice.give('one', incidents)
        twice.give('two', incidents)
        const back = [...incidents].reverse()
        for (const [part, one] of back.entries())
          parts.give('one', [one], { part, last: part === back.length - 1 })
        expect(kept(twice.engine)).toBe(kept(once.engine))
        expect(kept(parts.engine)).toBe(kept(once.engine))
        expect(once.engine.state.past.size).toBe(incidents.length)
      }),
      { numRuns: 40 },
    )
  })

  it('a snapshot and the rest are the whole', () => {
    fc.assert(
      fc.property(batch, batch, (first, second) => {
        const story = new Story()
        story.topology(['db-1'])
        story.give('one', first)
        const other = new Story()
        Object.assign(other, story, { engine: story.restarted() })
        for (const one of [story, other]) {
          one.give('two', second)
          one.undo('two')
          one.give('three', second)
          one.fire('DiskFull', 'db-1')
          one.wait(2 * DAY)
        }
        expect(digest(other.engine)).toBe(digest(story.engine))
      }),
      { numRuns: 15 },
    )
  })

  it('an id is of one key and one source', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        fc.pre(a !== b)
        expect(importedId('desk', a)).not.toBe(importedId('desk', b))
      }),
    )
  })
})
