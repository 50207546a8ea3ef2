/**
 * Families that results are told on. They were written before the engine was tuned on the tuning
 * families, and are not changed without saying so: `scenario.test.ts` pins their digests.
 */
import { DIRECT, GROUPED, USUAL } from './families-tuning.ts'
import {
  agentRollout,
  certificateExpiry,
  clockDrift,
  configPush,
  dnsOutage,
  flagFlip,
  identityOutage,
  lineLoss,
  lockContention,
  partition,
  powerLoss,
  quota,
  routeLeak,
  shopLoss,
  storageLatency,
  thirdParty,
  thunderingHerd,
} from './faults-test.ts'
import type { Family } from './scenario.ts'
import { brokerHub, cells, mesh } from './topologies.ts'
import { enterprise } from './topologies-hosts.ts'
import { datacentre, serverless, stores } from './topologies-network.ts'

const CLEAN_TEST_FAMILIES: readonly Family[] = [
  {
    ...USUAL,
    name: 'mesh-config',
    set: 'test',
    about: 'a mesh of a hundred services; configuration pushed to several at once; posted directly',
    build: mesh,
    faults: [configPush],
    schedule: { count: 10, apartMinutes: 30, overlap: 0.25, near: 0.2 },
    planned: { changes: 10, windows: 0 },
    delivery: DIRECT,
  },
  {
    ...USUAL,
    name: 'mesh-certificates',
    set: 'test',
    about: 'a mesh; certificates run out; grouped webhooks',
    build: mesh,
    faults: [certificateExpiry],
    schedule: { count: 12, apartMinutes: 25, overlap: 0.3, near: 0.3 },
    delivery: GROUPED,
  },
  {
    ...USUAL,
    name: 'mesh-together',
    set: 'test',
    about: 'a mesh; locks and flags, two or three faults at a time and mostly near each other',
    build: mesh,
    faults: [lockContention, flagFlip],
    schedule: { count: 16, apartMinutes: 30, overlap: 0.65, near: 0.7 },
    delivery: DIRECT,
  },
  {
    ...USUAL,
    name: 'cells-dns',
    set: 'test',
    about:
      'one stack in several regions, same names in each; names do not resolve in one, locks in another',
    build: cells,
    faults: [dnsOutage, lockContention],
    schedule: { count: 10, apartMinutes: 30, overlap: 0.4, near: 0 },
    delivery: { ...DIRECT, skewSeconds: 60 },
  },
  {
    ...USUAL,
    name: 'cells-limits',
    set: 'test',
    about: 'the same stacks; limits reached and flags, flapping; grouped webhooks with doubles',
    build: cells,
    faults: [quota, flagFlip],
    schedule: { count: 14, apartMinutes: 20, overlap: 0.4, near: 0.2 },
    noise: { ...USUAL.noise, share: 0.4 },
    delivery: { ...GROUPED, doubled: 0.2, groupBy: ['cluster', 'alertname'] },
  },
  {
    ...USUAL,
    name: 'racks-power',
    set: 'test',
    about:
      'a data centre of 1,300 components; racks lose power: a hundred alerts and more for each; Zabbix',
    build: datacentre,
    faults: [powerLoss],
    schedule: { count: 6, apartMinutes: 45, overlap: 0.3, near: 0 },
    noise: { ...USUAL.noise, share: 0.2 },
    delivery: { ...DIRECT, sourceOf: { device: 'zabbix' }, delay: [0, 20] },
  },
  {
    ...USUAL,
    name: 'racks-partition',
    set: 'test',
    about:
      'the same data centre; rows cut off, leaked routes: hundreds of alerts, flapping, late posts',
    build: datacentre,
    faults: [partition, routeLeak],
    schedule: { count: 6, apartMinutes: 60, overlap: 0.25, near: 0 },
    noise: { ...USUAL.noise, share: 0.2 },
    delivery: { ...DIRECT, delay: [0, 90], doubled: 0.05 },
  },
  {
    ...USUAL,
    name: 'enterprise-storage',
    set: 'test',
    about:
      'virtual machines on storage arrays; latency that spreads for half an hour; Nagios beside Prometheus',
    build: enterprise,
    faults: [storageLatency],
    schedule: { count: 6, apartMinutes: 60, overlap: 0.3, near: 0 },
    delivery: { ...DIRECT, sourceOf: { vm: 'nagios' }, delay: [0, 60] },
    spanHours: 36,
  },
  {
    ...USUAL,
    name: 'enterprise-identity',
    set: 'test',
    about:
      'the same; the directory fails, clocks drift, an agent takes machines down; planned work',
    build: enterprise,
    faults: [identityOutage, clockDrift, agentRollout, lockContention],
    schedule: { count: 10, apartMinutes: 35, overlap: 0.4, near: 0.2 },
    planned: { changes: 4, windows: 4 },
    delivery: { ...GROUPED, skewSeconds: 120, groupBy: ['alertname'] },
    spanHours: 36,
  },
  {
    ...USUAL,
    name: 'shops-lines',
    set: 'test',
    about: '2,000 components in 240 shops; lines and single shops lost, several at a time',
    build: stores,
    faults: [lineLoss, shopLoss, shopLoss, shopLoss],
    schedule: { count: 20, apartMinutes: 15, overlap: 0.6, near: 0 },
    delivery: { ...DIRECT, sourceOf: { device: 'zabbix' }, delay: [0, 45] },
  },
  {
    ...USUAL,
    name: 'cloud-bought',
    set: 'test',
    about:
      'functions, queues and tables of seven accounts; what is bought fails, limits are reached',
    build: serverless,
    faults: [thirdParty, quota],
    schedule: { count: 14, apartMinutes: 20, overlap: 0.4, near: 0.2 },
    noise: { ...USUAL.noise, share: 0.4 },
    delivery: { ...GROUPED, groupBy: ['account_id', 'alertname'] },
  },
  {
    ...USUAL,
    name: 'broker-herd',
    set: 'test',
    about: 'sixty services on two brokers; brokers come back to a thundering herd; repeats',
    build: brokerHub,
    faults: [thunderingHerd, flagFlip, lockContention],
    schedule: { count: 10, apartMinutes: 30, overlap: 0.4, near: 0.3 },
    delivery: { ...DIRECT, repeatSeconds: 300, unended: 0.05 },
  },
]

/** The same families where the CMDB is wrong: a fifth of its relations and a fifth of the bindings. */
const CORRUPTED_TEST_FAMILIES: readonly Family[] = CLEAN_TEST_FAMILIES.map((family) => ({
  ...family,
  name: `${family.name}-corrupted`,
  cmdb: { missing: 0.05, wrong: 0.2, unbound: 0.2 },
}))

const QUIET: Family = {
  ...USUAL,
  name: 'quiet',
  set: 'test',
  about: 'no fault at all: more than 20,000 alerts of noise in a week',
  build: mesh,
  faults: [],
  schedule: { count: 0, apartMinutes: 0, overlap: 0, near: 0 },
  noise: { share: 1, mix: [1, 4, 15], variety: 3, count: 20_500 },
  planned: { changes: 0, windows: 0 },
  delivery: DIRECT,
  spanHours: 168,
}

export const TEST_FAMILIES: readonly Family[] = [
  ...CLEAN_TEST_FAMILIES,
  ...CORRUPTED_TEST_FAMILIES,
  QUIET,
]

/** Each family has an instance for each of them. */
export const SEEDS: readonly number[] = [11, 23, 37, 53, 71]
