import { describe, expect, it } from 'vitest'
import { rankRootCauses } from '../../../src/core/rootcause.ts'
import { alerts, input, topologyOf } from './scene.ts'

const APP_ON_HOSTS = topologyOf(['app @ h1', 'app @ h2', 'app @ h3', 'app > db'])

function first(...members: readonly string[]): string | undefined {
  return rankRootCauses(input({ topology: APP_ON_HOSTS, members: alerts(...members) }))
    .candidates[0]?.ci
}

describe('rankRootCauses: what hosts show of the software on them', () => {
  it('names the database that the software needs, not one of the hosts where it fails', () => {
    expect(
      first('DatabaseDown on db', 'ErrorRate on h1', 'LogErrors on h1', 'ErrorRate on h2'),
    ).toBe('db')
  })

  it('names a host that is ill itself, though the software on it fails too', () => {
    expect(first('DiskFull on h1', 'ErrorRate on h1', 'MemoryPressure on h1')).toBe('h1')
  })

  it('leaves a fault of a host to the host: what runs there does not explain it', () => {
    const ranked = rankRootCauses(
      input({ topology: APP_ON_HOSTS, members: alerts('DiskFull on h1', 'DiskFull on h2') }),
    )
    expect(ranked.candidates.map(({ ci }) => ci)).not.toContain('db')
  })
})
