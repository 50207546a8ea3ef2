/** Laws of what several sources say of CIs: imports through the engine, as the journal has them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SourceItem } from '../../src/core/cmdb/model.ts'
import { type Asked, type ImportPlan, planImport, planUndo } from '../../src/core/cmdb/plan.ts'
import { recordsOf } from '../../src/core/engine/cmdb.ts'
import { Engine } from '../../src/core/engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../../src/core/engine/snapshot.ts'
import type { CmdbEntry, Entry } from '../../src/core/entry.ts'

const RANKS: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3 }

function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

class Estate {
  readonly entries: Entry[] = []
  engine = new Engine()
  private at = 1_000_000
  private imports = 0

  plan(
    source: string,
    items: readonly SourceItem[],
    relations: Asked['relations'] = [],
  ): ImportPlan {
    const rank = RANKS[source] ?? 9
    const asked = { source, rank, keysAreIds: false, items, relations, bad: [] }
    return atOnce(planImport(this.engine.state, asked))
  }

  say(source: string, items: readonly SourceItem[], relations: Asked['relations'] = []): string {
    return this.import(source, this.plan(source, items, relations))
  }

  /** In parts of two records. */
  import(source: string, plan: ImportPlan, undoes: string | null = null): string {
    const id = `imp-${++this.imports}`
    const head = { import: id, source, rank: RANKS[source] ?? 9, format: 'csv', actor: 'me' }
    const { counts, diff } = plan
    for (let part = 0; ; part++) {
      const records = plan.records.slice(2 * part, 2 * part + 2)
      const isLast = 2 * part + 2 >= plan.records.length
      this.apply({
        ...{ kind: 'cmdb', at: this.at++, scope: 'default', ...head, part, records },
        ...{ link: isLast ? plan.link : [], unlink: isLast ? plan.unlink : [] },
        ...(isLast ? { end: { counts, diff, undoes } } : {}),
      })
      if (isLast) return id
    }
  }

  undo(id: string): void {
    const { source } = this.engine.state.imports.get(id) ?? { source: '' }
    const plan = atOnce(planUndo(this.engine.state, { id, source }))
    this.import(source, { ...this.plan(source, []), ...plan }, id)
  }

  apply(entry: Entry): void {
    this.entries.push(entry)
    this.engine.apply({ offset: this.entries.length, entry })
  }

  /** CIs without the marks of time. */
  known(): unknown {
    const { topology } = this.engine.state
    const items = [...topology.items.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
    return { items, relations: topology.relations.map((one) => JSON.stringify(one)).sort() }
  }

  live(): unknown {
    const { items } = this.engine.state.topology
    return [...items.values()]
      .filter(({ status }) => status !== 'retired')
      .map(({ id }) => id)
      .sort()
  }
}

function item(key: string, more: Partial<SourceItem> = {}): SourceItem {
  return { key, class: 'host', name: `name-${key}`, aliases: [], labels: {}, ...more }
}

const anyItem = (prefix: string): fc.Arbitrary<SourceItem> =>
  fc
    .record({
      key: fc.integer({ min: 0, max: 7 }).map((n) => `${prefix}${n}`),
      owner: fc.constantFrom('ops', 'dev', 'data'),
      environment: fc.option(fc.constantFrom('prod', 'test'), { nil: undefined }),
      rack: fc.constantFrom('r1', 'r2'),
    })
    .map(({ key, owner, environment, rack }) =>
      item(key, {
        // one thing has one serial in every source
        ...{ name: `host-${key.slice(1)}`, owner, labels: { rack, serial: `SN${key.slice(1)}` } },
        ...(environment === undefined ? {} : { environment }),
      }),
    )

const anyItems = (prefix: string): fc.Arbitrary<SourceItem[]> =>
  fc.uniqueArray(anyItem(prefix), { selector: ({ key }) => key, minLength: 1, maxLength: 6 })

const chain = (items: readonly SourceItem[]): Asked['relations'] =>
  items.slice(1).map(({ key }, at) => ({ from: items[at]?.key ?? '', type: 'depends_on', to: key }))

describe('an import', () => {
  it('that comes twice changes nothing the second time', () => {
    fc.assert(
      fc.property(anyItems('a'), (items) => {
        const estate = new Estate()
        estate.say('a', items, chain(items))
        const before = estate.known()
        const again = estate.plan('a', items, chain(items))
        expect([again.records, again.link, again.unlink]).toEqual([[], [], []])
        estate.import('a', again)
        expect(estate.known()).toEqual(before)
      }),
    )
  })

  it('asks what is near alerts only where it puts a version in force', () => {
    const estate = new Estate()
    const { placements } = estate.engine.ix
    const scopes = placements.scopes.bind(placements)
    let asked = 0
    placements.scopes = () => {
      asked += 1
      return scopes()
    }
    estate.say(
      'a',
      ['1', '2', '3', '4', '5', '6'].map((key) => item(key)),
    )
    expect([estate.entries.length, asked]).toEqual([3, 1])
  })

  it('is undone by one that restores', () => {
    fc.assert(
      fc.property(anyItems('a'), anyItems('b'), anyItems('a'), (first, other, second) => {
        const estate = new Estate()
        estate.say('a', first, chain(first))
        estate.say('b', other, chain(other))
        const before = estate.known()
        const live = estate.live()
        const ids = new Set(estate.engine.state.topology.items.keys())
        const id = estate.say('a', second, chain([...second].reverse()))
        estate.undo(id)
        const after = estate.known() as { items: { id: string }[]; relations: string[] }
        const kept = { ...after, items: after.items.filter((one) => ids.has(one.id)) }
        expect(kept).toEqual(before)
        expect(estate.live()).toEqual(live)
        expect(estate.engine.state.imports.get(id)?.state).toBe('undone')
      }),
    )
  })

  it('never moves a key to another CI, whatever comes, and erases none', () => {
    const anyImport = fc
      .constantFrom('a', 'b', 'c')
      .chain((source) => anyItems(source).map((items) => ({ source, items })))
    fc.assert(
      fc.property(fc.array(anyImport, { maxLength: 6 }), (imports) => {
        const estate = new Estate()
        const seen = new Map<string, string>()
        for (const { source, items } of imports) {
          estate.say(source, items)
          for (const { key, ci } of estate.engine.state.sourceRecords.values()) {
            expect(ci).toBe(seen.get(key) ?? ci)
            seen.set(key, ci)
          }
          for (const ci of seen.values())
            expect(estate.engine.state.topology.items.has(ci)).toBe(true)
        }
      }),
    )
  })

  it('leaves a state that a snapshot has, and its index', () => {
    fc.assert(
      fc.property(anyItems('a'), anyItems('b'), anyItems('a'), (first, other, second) => {
        const estate = new Estate()
        estate.say('a', first, chain(first))
        estate.say('b', other, chain(other))
        const snapshot = beginSnapshot(estate.engine, 1)
        const restored = restoreEngine()
        for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next())
          restored.add(JSON.parse(JSON.stringify(chunk)))
        estate.say('a', second, chain(second))
        const want = estate.known()
        const tail = estate.entries.slice(snapshot.offset)
        estate.engine = restored.finish() ?? new Engine()
        for (const [at, entry] of tail.entries())
          estate.engine.apply({ offset: snapshot.offset + 1 + at, entry })
        expect(estate.known()).toEqual(want)
      }),
      { numRuns: 30 },
    )
  })
})

describe('sources', () => {
  it('come to the same in any order, the names of CIs aside', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyItems('a'), anyItems('b'), anyItems('c')),
        fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }),
        ([a, b, c], order) => {
          const all: Readonly<Record<string, SourceItem[]>> = { a, b, c }
          const knownBy = (sources: readonly string[]): unknown => {
            const estate = new Estate()
            for (const source of sources) estate.say(source, all[source] ?? [])
            const { items } = estate.engine.state.topology
            return [...items.values()]
              .map(({ id: _id, ...rest }) => JSON.stringify(rest, Object.keys(rest).sort()))
              .sort()
          }
          expect(knownBy(order)).toEqual(knownBy(['a', 'b', 'c']))
        },
      ),
    )
  })

  it('are believed by their authority, attribute by attribute', () => {
    const estate = new Estate()
    estate.say('b', [item('b1', { owner: 'dev', environment: 'test', labels: { serial: 'S' } })])
    estate.say('a', [item('a1', { owner: 'ops', labels: { serial: 's' } })])
    const [ci] = estate.engine.state.topology.items.values()
    expect(ci).toMatchObject({ id: 'b/b1', name: 'name-a1', owner: 'ops', environment: 'test' })
    expect(ci?.aliases).toEqual(['name-b1'])
    expect(recordsOf(estate.engine, 'b/b1')).toHaveLength(2)
    const { counts, diff } = estate.plan('b', [
      item('b1', { owner: 'sre', labels: { serial: 'S' } }),
    ])
    expect(counts).toMatchObject({ changed: 1, conflicts: 1 })
    expect(diff.changed[0]?.fields).toEqual([
      { field: 'environment', old: 'test', new: '' },
      { field: 'owner', old: 'dev', new: 'sre' },
    ])
    expect(diff.conflicts).toEqual([
      {
        ...{ ci: 'b/b1', field: 'owner' },
        ...{ kept: { source: 'a', value: 'ops' }, other: { source: 'b', value: 'sre' } },
      },
    ])
  })
})

describe('a CI', () => {
  it('that vanishes is retired once no source has it, and comes back as the same one', () => {
    const estate = new Estate()
    const status = (): unknown => estate.engine.state.topology.items.get('a/a1')?.status
    estate.say('a', [item('a1', { labels: { serial: 'S' } }), item('a2')])
    estate.say('b', [item('b1', { labels: { serial: 'S' } })])
    estate.say('a', [item('a2')])
    expect(status()).toBe('operational')
    estate.say('b', [item('b2')])
    expect(status()).toBe('retired')
    estate.say('a', [item('a1', { labels: { serial: 'S' } }), item('a2')])
    expect(status()).toBe('operational')
    expect(estate.engine.state.topology.items.size).toBe(3)
  })

  it.each([
    ['serial', { labels: { serial: 'X1' } }, { name: 'other', labels: { serial: 'x1' } }, true],
    ['fqdn', { aliases: ['w.eu.example'] }, { name: 'w.eu.example' }, true],
    ['name', { name: 'web-1' }, { name: 'WEB-1' }, true],
    ['name of another class', { name: 'web-1' }, { name: 'web-1', class: 'service' }, false],
    [
      'name of another namespace',
      { name: 'web-1', labels: { namespace: 'a' } },
      { name: 'web-1', labels: { namespace: 'b' } },
      false,
    ],
    [
      'name with another serial',
      { name: 'web-1', labels: { serial: '1' } },
      { name: 'web-1', labels: { serial: '2' } },
      false,
    ],
    ['look-alike', { name: 'web-12' }, { name: 'web-21' }, false],
  ])('is found by %s', (_what, one, other, isOne) => {
    const estate = new Estate()
    estate.say('a', [item('1', one)])
    estate.say('b', [item('9', other)])
    expect(estate.engine.state.topology.items.size).toBe(isOne ? 1 : 2)
  })

  it('is none of two that fit', () => {
    const estate = new Estate()
    estate.say('a', [item('1', { name: 'twin' }), item('2', { name: 'twin' })])
    estate.say('b', [item('9', { name: 'twin' })])
    expect(estate.engine.state.topology.items.size).toBe(3)
  })
})

describe('what imports and the CMDB file say', () => {
  const topology = (estate: Estate, owner: string, ids: readonly string[]): void =>
    estate.apply({
      ...{ kind: 'topology', at: 2_000_000, scope: 'default', version: owner, mode: 'replace' },
      ...{
        items: ids.map((id) => ({
          ...{ id, class: 'host', name: `name-${id}`, aliases: [], labels: {} },
          ...{ owner, status: 'operational' },
        })),
        relations: [],
      },
    })

  it('stands side by side; a new file takes nothing from the imports', () => {
    const estate = new Estate()
    topology(estate, 'file', ['x', 'y'])
    estate.say('a', [item('1', { name: 'name-x', environment: 'prod' })])
    const x = (): unknown => estate.engine.state.topology.items.get('x')
    expect(x()).toMatchObject({ owner: 'file', environment: 'prod' })
    expect(estate.engine.state.topology.version).toBe('file+imp-1')
    topology(estate, 'new', ['y'])
    expect(x()).toMatchObject({ environment: 'prod', status: 'operational' })
    expect(x()).not.toHaveProperty('owner')
  })
})

describe('an import that does not end', () => {
  it('is ended by the next start, and what it brought stays', () => {
    const estate = new Estate()
    const { records } = estate.plan('a', [item('1'), item('2')])
    const part: CmdbEntry = {
      ...{ kind: 'cmdb', at: 1, scope: 'default', import: 'half', source: 'a', rank: 1 },
      ...{ format: 'csv', actor: 'me', part: 0, records, link: [], unlink: [] },
    }
    estate.apply(part)
    expect(estate.live()).toEqual([])
    estate.apply({ kind: 'engine', at: 2, scope: 'default', version: 'x', downSince: 1 })
    expect(estate.live()).toEqual(['a/1', 'a/2'])
    expect(estate.engine.state.imports.get('half')?.state).toBe('interrupted')
  })
})

describe('the guard', () => {
  it('sees how much of a source would go', () => {
    const estate = new Estate()
    estate.say('a', [item('1'), item('2'), item('3'), item('4')])
    expect(estate.plan('a', []).retiredShare).toBe(1)
    expect(estate.plan('a', [item('1'), item('2'), item('3')]).retiredShare).toBe(0.25)
  })
})
