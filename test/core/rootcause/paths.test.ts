import { describe, expect, it } from 'vitest'
import { pathsFrom } from '../../../src/core/rootcause/paths.ts'
import { ci, SHOP, topologyOf } from './scene.ts'

const paths = (cause: string, targets: readonly string[], topology = SHOP) =>
  Object.fromEntries(pathsFrom(cause, new Set(targets), topology))

describe('pathsFrom', () => {
  it('goes from what is depended on to what depends on it, the shortest way', () => {
    expect(paths('db', ['web', 'users'])).toEqual({
      users: ['db', 'users'],
      web: ['db', 'orders', 'web'],
    })
  })

  it('does not go against the dependency, and leaves out what it cannot reach', () => {
    expect(paths('web', ['db'])).toEqual({})
    expect(paths('gone', ['db'])).toEqual({})
  })

  it('crosses hosts, instances and groups', () => {
    const topology = topologyOf(['p1 @ n1', 'p1 : svc', 'p2 : svc', 'front > svc'])
    expect(paths('n1', ['front', 'svc'], topology)).toEqual({
      svc: ['n1', 'p1', 'svc'],
      front: ['n1', 'p1', 'svc', 'front'],
    })
  })

  it('ends on a host that shows what became of the software there', () => {
    const topology = topologyOf(['app @ h1', 'app @ h2', 'app > db', 'other @ h3'])
    expect(paths('db', ['app', 'h1', 'h3'], topology)).toEqual({
      app: ['db', 'app'],
      h1: ['db', 'app', 'h1'],
    })
  })

  it('goes from a service to the workload that it depends on, but not to a service', () => {
    const topology = topologyOf(['svc > run', 'svc > other'], [ci('run', 'Deployment')])
    expect(paths('svc', ['run', 'other'], topology)).toEqual({ run: ['svc', 'run'] })
  })

  it('has none to itself', () => {
    expect(paths('db', ['db'])).toEqual({})
  })
})
