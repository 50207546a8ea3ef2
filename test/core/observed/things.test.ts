import { expect, it } from 'vitest'
import type { Labels } from '../../../src/core/model.ts'
import { isPassing, saidBy, thingKey } from '../../../src/core/observed/things.ts'

const said = (labels: Labels, source = 'prometheus'): readonly string[] => {
  const { things, ties } = saidBy(labels, source)
  return [
    ...things.map((thing) => `${thing.class} ${thingKey(thing)}`),
    ...ties.map(({ from, type, to }) => `${from.name} ${type} ${to.name}`),
  ]
}

const K8S = { namespace: 'shop', cluster: 'eu' }
const SHOP = 'cluster=eu namespace=shop'

it.each<[string, Labels, readonly string[]]>([
  [
    'a pod of a service on a node',
    { ...K8S, pod: 'cart-7d9f8b6c5d-x2x4z', node: 'node-1', service: 'cart-api' },
    [
      'node host:node-1 cluster=eu',
      `deployment workload:cart ${SHOP}`,
      `service service:cart-api ${SHOP}`,
      'cluster cluster:eu',
      'cart runs_on node-1',
      'cart-api depends_on cart',
      'node-1 member_of eu',
    ],
  ],
  ['a pod of a set', { pod: 'orders-db-0' }, ['statefulset workload:orders-db']],
  ['a pod that is called like nothing', { pod: 'web' }, []],
  ['a workload by its name', { daemonset: 'fluxd' }, ['daemonset workload:fluxd']],
  [
    'an instance and its job',
    { instance: 'web-1.example:8080', job: 'checkout' },
    ['host host:web-1.example', 'service service:checkout', 'checkout runs_on web-1.example'],
  ],
  [
    'a job that is called like what scrapes',
    { instance: 'web-1:9100', job: 'node-exporter' },
    ['host host:web-1'],
  ],
  ['an address, which is nobody for long', { instance: '10.0.0.5:9100', host: '10.1.2.3' }, []],
  [
    'a URL that is probed',
    { instance: 'https://shop.example/', job: 'shop' },
    ['service service:shop'],
  ],
  [
    'what the exporter scraped, not the exporter',
    { exported_pod: 'cart-7d9f8b6c5d-x2x4z', pod: 'x-0', node: 'node-9', service: 'metrics' },
    ['deployment workload:cart'],
  ],
  [
    'objects, and not the node of what tells of them',
    { job: 'kube-state-metrics', pod: 'cart-7d9f8b6c5d-x2x4z', node: 'node-9' },
    ['node host:node-9', 'deployment workload:cart'],
  ],
  [
    'a database on a host',
    { host: 'db-1', database: 'orders' },
    ['host host:db-1', 'database database:orders', 'orders runs_on db-1'],
  ],
  [
    'whose call of whom failed',
    {
      source_workload: 'cart',
      destination_workload: 'orders',
      destination_workload_namespace: 'x',
    },
    [
      'deployment workload:cart',
      'deployment workload:orders namespace=x',
      'cart depends_on orders',
    ],
  ],
])('reads %s', (_name, labels, expected) => {
  expect(said(labels)).toEqual(expected)
})

it('reads the host groups of Zabbix, and takes what a check is called for no service', () => {
  expect(
    said({ host: 'db-1', hostgroup: 'Linux servers, Shop', service: 'CPU' }, 'zabbix'),
  ).toEqual([
    'host host:db-1',
    'group group:Linux servers',
    'group group:Shop',
    'db-1 member_of Linux servers',
    'db-1 member_of Shop',
  ])
  expect(said({ host: 'db-1', service: 'HTTP' }, 'nagios')).toEqual(['host host:db-1'])
})

it.each([
  ['cart-7d9f8b6c5d-x2x4z', true],
  ['gke-prod-pool-1-3f2a9c1b-x7k2', true],
  ['i-0abc123def4567890', true],
  ['run-20261126', true],
  ['5f0c1c9e-1f0b-4c1d-9c53-9a0f9f0b8f11', true],
  ['10.0.0.5', true],
  ['web-12', false],
  ['ip-10-0-0-5', false],
  ['orders-db', false],
  ['node-1.eu.example', false],
  ['decade-facade', false],
])('tells whether %s comes and goes', (name, expected) => {
  expect(isPassing(name)).toBe(expected)
})

it('says nothing of what is in a realm with a name without end', () => {
  const long = 'x'.repeat(8192)
  expect(said({ host: 'db-1', database: 'orders', namespace: long })).toEqual(['host host:db-1'])
  expect(said({ host: 'db-1', database: 'orders', cluster: long })).toEqual([])
})
