import { describe, expect, it } from 'vitest'
import type { CauseInput, CauseMember } from '../../src/core/rootcause/types.ts'
import { rankRootCauses } from '../../src/core/rootcause.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { alerts, change, ci, input, member, NOW, SHOP, topologyOf } from './rootcause/scene.ts'

function order(some: Partial<CauseInput>): readonly string[] {
  return rankRootCauses(input(some)).candidates.map((cause) => cause.ci)
}

describe('rankRootCauses: who comes first', () => {
  it.each<[string, Partial<CauseInput>, string]>([
    [
      'the deepest of a chain of slow services',
      {
        topology: SHOP,
        members: alerts('HighLatency on web', 'HighLatency on orders', 'HighLatency on db'),
      },
      'db',
    ],
    [
      'a silent database that all its failing callers share',
      {
        topology: topologyOf(['a > db', 'b > db', 'c > db']),
        members: alerts('ErrorRate on a', 'ErrorRate on b', 'ErrorRate on c'),
      },
      'db',
    ],
    [
      'not a silent database whose other callers are well',
      {
        topology: topologyOf('abcdefgh'.split('').map((id) => `${id} > db`)),
        members: alerts('ErrorRate on a', 'ErrorRate on b'),
        monitored: () => true,
      },
      'a',
    ],
    [
      'the exhausted one, not the slow ones around it',
      {
        topology: SHOP,
        members: alerts('HighLatency on web', 'HighLatency on users', 'MemoryFull on orders'),
      },
      'orders',
    ],
    [
      'the caller that sends no work, not the idle ones behind it',
      {
        topology: topologyOf(['gate > a', 'gate > b', 'gate > c']),
        members: alerts('ErrorRate on gate', 'NoRequests on a', 'NoRequests on b'),
      },
      'gate',
    ],
    [
      'what breaks the caller of the idle ones',
      {
        topology: topologyOf(['shop > pay', 'shop > mail', 'shop > stock']),
        members: alerts(
          'ErrorRate on pay',
          'ErrorRate on shop',
          'NoRequests on mail',
          'NoRequests on stock',
        ),
      },
      'pay',
    ],
    [
      'one bad pod of three',
      {
        topology: topologyOf(['p1 : svc', 'p2 : svc', 'p3 : svc']),
        members: alerts('PodOOMKilled on p1', 'HighLatency on p1'),
      },
      'p1',
    ],
    [
      'the service when all its pods are bad',
      {
        topology: topologyOf(['p1 : svc', 'p2 : svc', 'p3 : svc']),
        members: alerts('HighLatency on p1', 'HighLatency on p2', 'HighLatency on p3'),
      },
      'svc',
    ],
    [
      'the node that pods of different services run on',
      {
        topology: topologyOf(['p1 : a', 'p2 : b', 'p3 : c', 'p1 @ n1', 'p2 @ n1', 'p3 @ n1']),
        members: alerts('PodNotReady on p1', 'PodNotReady on p2', 'PodNotReady on p3'),
      },
      'n1',
    ],
    [
      'a broken service, not one of the nodes of the pool it runs on',
      {
        topology: topologyOf(['svc @ pool', 'web @ pool', 'n1 : pool', 'n2 : pool', 'n3 : pool']),
        members: alerts('PodOOMKilled on svc', 'ErrorRate on svc', 'HighLatency on web'),
      },
      'svc',
    ],
    [
      'the rack whose hosts are all down, not the host with most on it',
      {
        topology: topologyOf([
          ...['h1 @ rack', 'h2 @ rack', 'h3 @ rack', 'h4 @ rack', 'a @ h1', 'b @ h2', 'c @ h3'],
          ...['d @ h4', 'e @ h4', 'f @ h4'],
        ]),
        members: alerts(
          ...['h1', 'h2', 'h3', 'h4'].map((host) => `HostDown on ${host}`),
          ...['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id) =>
            ['PodNotReady', 'ErrorRate', 'JobLate'].map((rule) => `${rule} on ${id}`),
          ),
        ),
      },
      'rack',
    ],
    [
      'the device that unreachable hosts are connected through, silent itself',
      {
        topology: topologyOf(['h1 - sw', 'h2 - sw', 'h3 - sw', 'sw - core']),
        members: alerts('HostDown on h1', 'HostDown on h2', 'HostDown on h3'),
      },
      'sw',
    ],
    [
      'the database behind many services that each have more alerts than it',
      {
        topology: topologyOf('abcdefgh'.split('').map((id) => `${id} > db`)),
        members: alerts(
          'TooManyConnections on db',
          ...'abcdefgh'
            .split('')
            .flatMap((id) => ['HighLatency', 'PoolFull', 'ErrorRate'].map((r) => `${r} on ${id}`)),
        ),
      },
      'db',
    ],
    [
      'the first of two equal ones',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: [
          member({ id: '1', ci: 'a' }),
          member({ id: '2', ci: 'b', startsAt: NOW - 5 * MINUTE }),
        ],
      },
      'b',
    ],
    [
      'a thing in a namespace, not the namespace',
      {
        topology: topologyOf(
          ['a : ns', 'b : ns', 'c : ns', 'a > c', 'b > c'],
          [ci('ns', 'namespace')],
        ),
        members: alerts('HighLatency on a', 'HighLatency on b', 'HighLatency on c'),
      },
      'c',
    ],
    [
      'the called one of a slow call, though the alert is bound to the caller',
      {
        topology: topologyOf(['a > b', 'c > b']),
        members: [
          member({
            id: '1',
            ci: 'a',
            labels: { source_workload: 'a', destination_workload: 'b' },
          }),
          member({
            id: '2',
            ci: 'c',
            labels: { source_workload: 'c', destination_workload: 'b' },
          }),
        ],
      },
      'b',
    ],
    [
      'the surprising one of two equal ones',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: [
          member({ id: '1', ci: 'a', surprise: 1 }),
          member({ id: '2', ci: 'b', surprise: 4 }),
        ],
      },
      'b',
    ],
    [
      'the changed one of two equal ones',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: alerts('HighLatency on a', 'HighLatency on b'),
        changes: [change({ cis: ['b'] })],
      },
      'b',
    ],
    [
      'the pod whose service was changed',
      {
        topology: topologyOf(['x > a', 'x > b', 'p : b', 'r : b', 'q : a', 's : a']),
        members: alerts('CpuHigh on q', 'CpuHigh on p'),
        changes: [change({ cis: ['b'] })],
      },
      'p',
    ],
    [
      'not the one that was changed after its alert',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: alerts('HighLatency on a', 'HighLatency on b'),
        changes: [change({ cis: ['b'], startsAt: NOW, endsAt: null })],
      },
      'a',
    ],
    [
      'the one people confirmed for like incidents',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: alerts('HighLatency on a', 'HighLatency on b'),
        confirmed: new Map([['b', 3]]),
      },
      'b',
    ],
    [
      'by exact name where names differ in case only',
      {
        topology: topologyOf(['a > B', 'a > b']),
        members: [member({ ci: 'a', labels: { client: 'a', server: 'b' } })],
      },
      'b',
    ],
  ])('%s', (_name, some, expected) => {
    expect(order(some)[0]).toBe(expected)
  })
})

describe('rankRootCauses: abstention', () => {
  it.each<[string, Partial<CauseInput>, RegExp]>([
    ['without members', {}, /none of its alerts/],
    ['without CIs', { members: [member({ ci: null })] }, /none of its alerts/],
    ['with an unknown CI only', { members: alerts('CpuHigh on gone') }, /none of its alerts/],
    [
      'where everything is everyday noise',
      {
        topology: SHOP,
        members: [
          member({ id: '1', ci: 'web', surprise: 0.2 }),
          member({ id: '2', ci: 'web', rule: 'CpuHigh', surprise: 0.2 }),
        ],
      },
      /too ordinary/,
    ],
    [
      'where two are as likely',
      {
        topology: topologyOf(['x > a', 'x > b']),
        members: [
          member({ id: '1', ci: 'a', surprise: 1.2 }),
          member({ id: '2', ci: 'b', surprise: 1.2 }),
          member({ id: '3', ci: 'a', surprise: 1.2, rule: 'CpuHigh' }),
          member({ id: '4', ci: 'b', surprise: 1.2, rule: 'CpuHigh' }),
        ],
      },
      /no single cause stands out: a/,
    ],
    [
      'where a lone alert is all there is',
      { topology: SHOP, members: alerts('HighLatency on db') },
      /too few alerts/,
    ],
    [
      'where two alerts only met by chance',
      { topology: topologyOf(['x > a', 'x > b']), members: alerts('CpuHigh on a', 'CpuHigh on b') },
      /too few alerts/,
    ],
  ])('%s', (_name, some, reason) => {
    const result = rankRootCauses(input(some))
    expect(result.abstained).toBe(true)
    expect(result.reason).toMatch(reason)
  })

  it('not where a change on it speaks for a lone alert', () => {
    const members = alerts('HighLatency on db')
    const changes = [change({ cis: ['db'] })]
    expect(rankRootCauses(input({ topology: SHOP, members, changes })).abstained).toBe(false)
  })

  it('still lists what it would have said', () => {
    const { candidates } = rankRootCauses(
      input({ topology: SHOP, members: [member({ ci: 'db', surprise: 0.6 })] }),
    )
    expect(candidates[0]?.ci).toBe('db')
  })
})

describe('rankRootCauses: what it says', () => {
  const chain = {
    topology: SHOP,
    members: alerts('HighLatency on web', 'HighLatency on orders', 'DiskFull on db'),
    monitored: () => true,
  }

  it('names what a cause explains and what is left without it', () => {
    const { candidates, reason } = rankRootCauses(input(chain))
    expect(candidates[0]).toMatchObject({
      ci: 'db',
      explains: ['a0.1', 'a1.1', 'a2.1'],
      counterfactual: 'without db, 1 of 3 alerts stay unexplained (next best: orders)',
    })
    expect(reason).toBe('db explains 3 of 3 kinds of alerts')
  })

  it('names two faults at once before what only suffers from the one', () => {
    const topology = topologyOf(['a > db', 'b > db', 'c > db', 'd > mq', 'e > mq'])
    const slow = ['a', 'b', 'c', 'd', 'e'].flatMap((id) => [
      `HighLatency on ${id}`,
      `Errors on ${id}`,
    ])
    const members = alerts(...slow, 'DiskFull on db', 'DiskFull on mq')
    expect(order({ topology, members }).slice(0, 2)).toEqual(['db', 'mq'])
  })

  it('says so where another cause explains as much', () => {
    const { candidates } = rankRootCauses(input(chain))
    expect(candidates[1]?.counterfactual).toBe(
      'without orders no alert stays unexplained: db explains as many',
    )
  })

  it('holds a silent caller against a cause, more where the cause is silent itself', () => {
    const topology = topologyOf(['a > db', 'b > db'])
    const silence = (members: readonly CauseMember[]): number => {
      const causes = rankRootCauses(input({ topology, members, monitored: () => true })).candidates
      const term = causes.find((c) => c.ci === 'db')?.factors.find((f) => f.name === 'silence')
      expect(term?.note).toBe('b should be hurt by it and is silent')
      return (term?.x ?? 0) * (term?.w ?? 0)
    }
    const guessed = silence(alerts('HighLatency on a'))
    const seen = silence(alerts('HighLatency on a', 'DiskFull on db'))
    expect(guessed).toBeCloseTo(Math.log(1 - 0.5 * 0.6), 9)
    expect(seen).toBeCloseTo(guessed / 4, 9)
  })

  it('does not list a pod and its service for the same alerts', () => {
    const topology = topologyOf(['p1 : svc', 'q1 : front', 'front > svc'])
    const members = alerts('CpuHigh on p1', 'HighLatency on q1')
    const listed = order({ topology, members })
    expect(listed.filter((id) => id === 'p1' || id === 'svc')).toHaveLength(1)
  })

  it('takes more off a victim than off another guess at the same fault', () => {
    const { candidates } = rankRootCauses(
      input({
        topology: topologyOf(['a > db', 'a > mq']),
        members: alerts('ErrorRate on a', 'DiskFull on db'),
      }),
    )
    const weightOf = (id: string) =>
      candidates.find(({ ci }) => ci === id)?.factors.find(({ name }) => name === 'shared')?.w
    expect(weightOf('a') ?? 0).toBeLessThan(weightOf('mq') ?? Number.NEGATIVE_INFINITY)
  })

  it('gives each further fault its own place', () => {
    const topology = topologyOf(['a > x', 'b > x', 'c > y', 'd > y', 'a > z', 'b > z'])
    const members = alerts(
      'ErrorRate on a',
      'ErrorRate on b',
      'DiskFull on x',
      'ErrorRate on c',
      'DiskFull on y',
    )
    expect(order({ topology, members }).slice(0, 2)).toEqual(['x', 'y'])
  })

  it('halves a change that ended well long before', () => {
    const term = (endsAt: number): number => {
      const changes = [change({ cis: ['db'], startsAt: NOW - 3 * HOUR, endsAt })]
      const { candidates } = rankRootCauses(input({ ...chain, changes }))
      const found = candidates.find((c) => c.ci === 'db')?.factors.find((f) => f.name === 'change')
      return found?.x ?? 0
    }
    const first = NOW - MINUTE
    expect(term(first)).toBeCloseTo(1.5, 9)
    expect(term(first - 30 * MINUTE)).toBeCloseTo(1.5 / Math.E, 9)
    expect(term(first - 90 * MINUTE)).toBeCloseTo((0.5 * 1.5) / Math.E ** 3, 9)
  })

  it('counts a suppressed alert and an informational one half', () => {
    const score = (some: Partial<CauseMember>): number =>
      rankRootCauses(input({ topology: SHOP, members: [member({ ci: 'db', ...some })] }))
        .candidates[0]?.score ?? 0
    expect(score({ suppressed: true })).toBeCloseTo(score({}) / 2, 9)
    expect(score({ severity: 'info' })).toBeCloseTo(score({}) / 2, 9)
  })
})
