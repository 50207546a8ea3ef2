/** Families that engines and baselines may be tuned on. None of their kinds of fault or estates is in the test families. */
import type { DeliveryPlan } from './delivery.ts'
import {
  badDeploy,
  brokerLoss,
  cacheStampede,
  databaseFailover,
  diskFull,
  memoryLeak,
  nodeLoss,
  noisyNeighbour,
  poolExhaustion,
  queueBacklog,
  slowQuery,
  switchLoss,
} from './faults.ts'
import type { Family } from './scenario.ts'
import { callTrees, sharedDatabases } from './topologies.ts'
import { kubernetes, pipeline, threeTiers } from './topologies-hosts.ts'
import { campus } from './topologies-network.ts'

export const DIRECT: DeliveryPlan = {
  source: 'prometheus',
  delay: [0, 4],
  doubled: 0,
  skewSeconds: 0,
  unended: 0.02,
  repeatSeconds: 0,
}

export const GROUPED: DeliveryPlan = {
  ...DIRECT,
  source: 'alertmanager',
  delay: [0, 8],
  doubled: 0.05,
}

export const USUAL = {
  noise: { share: 0.3, mix: [1, 4, 5], variety: 25 },
  cmdb: { missing: 0.1, wrong: 0.02, unbound: 0.04 },
  planned: { changes: 4, windows: 1 },
  spanHours: 24,
} as const

export const TUNING_FAMILIES: readonly Family[] = [
  {
    ...USUAL,
    name: 'tree-deploys',
    set: 'tuning',
    about: 'call trees; deploys that break among deploys that do not; posted directly',
    build: callTrees,
    faults: [badDeploy],
    schedule: { count: 12, apartMinutes: 25, overlap: 0.25, near: 0.2 },
    planned: { changes: 14, windows: 0 },
    delivery: DIRECT,
  },
  {
    ...USUAL,
    name: 'tree-pools',
    set: 'tuning',
    about:
      'call trees; exhausted pools, every second one while another fault is young; grouped webhooks',
    build: callTrees,
    faults: [poolExhaustion, badDeploy],
    schedule: { count: 14, apartMinutes: 20, overlap: 0.5, near: 0.3 },
    delivery: GROUPED,
  },
  {
    ...USUAL,
    name: 'tree-stampede',
    set: 'tuning',
    about:
      'call trees; emptied caches; a quarter of the relations missing, a fifth of the components unbound',
    build: callTrees,
    faults: [cacheStampede, poolExhaustion],
    schedule: { count: 12, apartMinutes: 25, overlap: 0.3, near: 0.3 },
    cmdb: { missing: 0.25, wrong: 0.05, unbound: 0.2 },
    delivery: DIRECT,
  },
  {
    ...USUAL,
    name: 'tiers-failover',
    set: 'tuning',
    about: 'three tiers on machines; databases fail over; clocks up to 90 s wrong',
    build: threeTiers,
    faults: [databaseFailover, slowQuery],
    schedule: { count: 14, apartMinutes: 20, overlap: 0.35, near: 0.2 },
    delivery: { ...GROUPED, skewSeconds: 90, groupBy: ['alertname', 'job'] },
  },
  {
    ...USUAL,
    name: 'tiers-disks',
    set: 'tuning',
    about: 'three tiers; disks that fill for half an hour; Nagios, some posts minutes late',
    build: threeTiers,
    faults: [diskFull, nodeLoss],
    schedule: { count: 12, apartMinutes: 30, overlap: 0.35, near: 0.2 },
    noise: { ...USUAL.noise, share: 0.45 },
    delivery: { ...DIRECT, source: 'nagios', delay: [0, 75], doubled: 0.03 },
    spanHours: 48,
  },
  {
    ...USUAL,
    name: 'k8s-nodes',
    set: 'tuning',
    about: 'one cluster down to its pods; nodes die; repeats and lapsing alerts',
    build: kubernetes,
    faults: [nodeLoss, nodeLoss, badDeploy],
    schedule: { count: 10, apartMinutes: 30, overlap: 0.25, near: 0.3 },
    delivery: { ...DIRECT, repeatSeconds: 240, unended: 0.1 },
  },
  {
    ...USUAL,
    name: 'k8s-neighbours',
    set: 'tuning',
    about: 'one cluster; noisy neighbours and leaks: a lot of flapping; as much noise as signal',
    build: kubernetes,
    faults: [noisyNeighbour, memoryLeak],
    schedule: { count: 14, apartMinutes: 20, overlap: 0.35, near: 0.2 },
    noise: { ...USUAL.noise, share: 0.5 },
    delivery: GROUPED,
  },
  {
    ...USUAL,
    name: 'hub-queries',
    set: 'tuning',
    about:
      'twelve applications on three databases; a slow database beside faults of single applications',
    build: sharedDatabases,
    faults: [slowQuery, badDeploy, poolExhaustion],
    schedule: { count: 14, apartMinutes: 25, overlap: 0.5, near: 0.5 },
    delivery: { ...DIRECT, delay: [0, 40] },
  },
  {
    ...USUAL,
    name: 'pipeline-backlog',
    set: 'tuning',
    about: 'broker, stream jobs, warehouse; backlogs that take half an hour to show downstream',
    build: pipeline,
    faults: [queueBacklog, brokerLoss],
    schedule: { count: 9, apartMinutes: 50, overlap: 0.3, near: 0.2 },
    delivery: DIRECT,
    spanHours: 36,
  },
  {
    ...USUAL,
    name: 'campus-switches',
    set: 'tuning',
    about: 'switches fail: tens to hundreds of alerts within minutes; devices by Zabbix',
    build: campus,
    faults: [switchLoss],
    schedule: { count: 7, apartMinutes: 40, overlap: 0.3, near: 0 },
    noise: { ...USUAL.noise, share: 0.2 },
    delivery: { ...DIRECT, sourceOf: { device: 'zabbix' }, delay: [0, 25] },
  },
  {
    ...USUAL,
    name: 'quiet-tuning',
    set: 'tuning',
    about: 'no fault at all: 6,000 alerts of noise in three days',
    build: sharedDatabases,
    faults: [],
    schedule: { count: 0, apartMinutes: 0, overlap: 0, near: 0 },
    noise: { share: 1, mix: [1, 4, 15], variety: 5, count: 6000 },
    delivery: DIRECT,
    spanHours: 72,
  },
]
