import { describe, expect, it } from 'vitest'
import type { CauseInput } from '../../../src/core/rootcause/types.ts'
import { withWorkloads } from '../../../src/core/rootcause/workloads.ts'
import { rankRootCauses } from '../../../src/core/rootcause.ts'
import { alerts, ci, input, member, NOW, topologyOf } from './scene.ts'

const LINES = ['svc > run', 'p1 : run', 'p2 : run', 'p3 : run', 'front > svc', 'svc > db'] as const
const topology = topologyOf(LINES, [
  ci('run', 'Deployment'),
  ...['p1', 'p2', 'p3'].map((id) => ci(id, 'pod')),
  ci('db', 'database'),
])
const causes = (some: Partial<CauseInput>) => rankRootCauses(input({ topology, ...some }))
const listed = (...texts: readonly string[]): string[] =>
  causes({ members: alerts(...texts) }).candidates.map((cause) => cause.ci)

describe('withWorkloads', () => {
  it('has a workload as an instance of the services that depend on it, from both sides', () => {
    const { edges } = withWorkloads(topology)
    expect(edges('svc')).toContainEqual({
      ...{ ci: 'run', type: 'depends_on', kind: 'member', towards: 'up' },
    })
    expect(edges('run')).toContainEqual({
      ...{ ci: 'svc', type: 'depends_on', kind: 'member', towards: 'down' },
    })
  })

  it('leaves every other relation as it is', () => {
    const { edges } = withWorkloads(topology)
    for (const id of ['front', 'db', 'p1']) expect(edges(id)).toEqual(topology.edges(id))
    expect(edges('svc').filter((edge) => edge.kind === 'call')).toEqual(
      topology.edges('svc').filter((edge) => edge.ci !== 'run'),
    )
  })
})

describe('rankRootCauses: a service and what runs it', () => {
  it('names the service, once, where the alerts are of its workload', () => {
    const found = listed('ReplicasMismatch on run', 'CpuHigh on run', 'ErrorRate on front')
    expect(found[0]).toBe('svc')
    expect(found).not.toContain('run')
  })

  it('names the pod where the alerts are of one pod', () => {
    expect(listed('CrashLooping on p2', 'MemoryHigh on p2')[0]).toBe('p2')
  })

  it('does not list pods that are well before the service that is not', () => {
    const found = listed('ErrorRate on svc', 'ReplicasMismatch on run', 'ErrorRate on front')
    expect(found[0]).toBe('svc')
    expect(found.slice(0, 3).filter((id) => id.startsWith('p'))).toEqual([])
  })

  it('takes the time of a silent group from its instances', () => {
    const at = { signature: 'CpuHigh', rule: 'CpuHigh' }
    const { candidates } = causes({
      members: [
        member({ ...at, id: '1', ci: 'run', startsAt: NOW - 9 * 60_000 }),
        member({ ...at, id: '2', ci: 'front', startsAt: NOW - 60_000 }),
      ],
    })
    const factor = candidates.find((c) => c.ci === 'svc')?.factors.find((f) => f.name === 'order')
    expect(factor?.x).toBeGreaterThan(0)
    expect(factor?.note).toContain('the alerts around svc began before')
  })
})
