/** The kinds of fault of the test families: none of them is among the tuning families. */
import { between } from './chance.ts'
import { type FaultKind, onlineFault, seed, spreadOver, usersOf, usualLength } from './faults.ts'
import type { Mode } from './symptom.ts'
import { ofClass } from './world.ts'

/** One file, many services: all that load it fail within a minute or two, wherever they stand. */
export const configPush: FaultKind = ({ world, random, pick }) => {
  const first = pick('service')
  if (first === undefined) return undefined
  const kin = ofClass(world, 'service').filter(
    ({ owner, id }) => owner === first.owner && id !== first.id,
  )
  const touched = [first, ...random.some(kin, random.int(2, 5))]
  return {
    ...onlineFault(
      'config-push',
      first,
      spreadOver(random, touched, random.pick<Mode>(['errors', 'errors', 'restarts']), [0, 100]),
      random,
    ),
    roots: touched.map(({ id }) => id),
    change: {
      kind: 'config',
      title: 'Push limits.yaml',
      leadSeconds: between(random, [20, 240]),
      undone: true,
    },
  }
}

/** A certificate runs out at a full hour; clients refuse the connection at once. */
export const certificateExpiry: FaultKind = ({ random, pick }) => {
  const root = pick('service')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'certificate-expiry',
      root,
      [seed(root.id, 'expired'), seed(root.id, 'idle', 120)],
      random,
    ),
    reach: 0.75,
  }
}

/** Locks in one table: waiting sessions pile up, deadlocks follow. */
export const lockContention: FaultKind = ({ random, pick }) => {
  const root = pick('database')
  if (root === undefined) return undefined
  return onlineFault(
    'lock-contention',
    root,
    [seed(root.id, 'errors'), seed(root.id, 'slow', between(random, [0, 90]))],
    random,
  )
}

/** A feature flag turns on a path that does not work, or one that is slow. */
export const flagFlip: FaultKind = ({ random, pick }) => {
  const root = pick('service')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'flag-flip',
      root,
      [seed(root.id, random.pick<Mode>(['errors', 'slow']))],
      random,
    ),
    change: {
      kind: 'flag',
      title: `Flag new-${root.name} on for everyone`,
      leadSeconds: between(random, [5, 120]),
      undone: true,
    },
  }
}

/** Names no longer resolve in one region: caches hold for a minute or two, then every call fails. */
export const dnsOutage: FaultKind = ({ random, pick }) => {
  const root = pick('dns')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'dns-outage',
      root,
      [seed(root.id, random.pick<Mode>(['errors', 'down']))],
      random,
    ),
    reach: 0.7,
    pace: 1.3,
  }
}

/** A limit of an account is reached: some are refused, retries make it worse, it comes and goes. */
export const quota: FaultKind = ({ random, pick }) => {
  const root = pick('managed_service', 'function', 'service')
  if (root === undefined) return undefined
  return { ...onlineFault('quota', root, [seed(root.id, 'throttled')], random), flap: 0.3 }
}

/** What is bought from others does not answer; those who use it in different accounts have no other tie. */
export const thirdParty: FaultKind = ({ random, pick }) => {
  const root = pick('external_service')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'third-party',
      root,
      [seed(root.id, random.pick<Mode>(['down', 'slow', 'errors']))],
      random,
    ),
    reach: 0.85,
  }
}

/** Mains fail: the UPS carries the rack for some minutes, then it is dark. */
export const powerLoss: FaultKind = ({ random, pick }) => {
  const root = pick('rack')
  if (root === undefined) return undefined
  const carried = between(random, [0, 500])
  return {
    ...onlineFault(
      'power-loss',
      root,
      [seed(root.id, 'degraded'), seed(root.id, 'down', carried)],
      random,
    ),
    lastSeconds: carried + usualLength(random),
    reach: 0.95,
    flap: 0.04,
  }
}

/** A row can no longer be reached in full: its switches lose packets, and all that stands behind them. */
export const partition: FaultKind = ({ world, random }) => {
  const row = random.pick(['row-1', 'row-2', 'row-3', 'row-4'])
  const switches = ofClass(world, 'switch').filter(({ place }) => place['site'] === row)
  const cut = random.some(switches, random.int(2, 4))
  const [first] = cut
  if (first === undefined) return undefined
  return {
    ...onlineFault('partition', first, spreadOver(random, cut, 'lossy', [0, 60]), random),
    roots: cut.map(({ id }) => id),
    reach: 0.8,
    flap: 0.2,
  }
}

/** Routes leak to a transit provider: whatever goes through the border is slow or lost. */
export const routeLeak: FaultKind = ({ random, world }) => {
  const root = world.components.get('border-1')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'route-leak',
      root,
      [seed(root.id, 'lossy'), seed('transit-provider', 'slow', 60)],
      random,
    ),
    reach: 0.85,
    flap: 0.3,
  }
}

/** An array rebuilds or its controller is overrun: everything on its volumes slows, over half an hour. */
export const storageLatency: FaultKind = ({ random, pick }) => {
  const root = pick('storage')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'storage-latency',
      root,
      [seed(root.id, 'degraded'), seed(root.id, 'slow', between(random, [120, 700]))],
      random,
    ),
    lastSeconds: between(random, [2400, 4500]),
    pace: 3,
    reach: 0.75,
    flap: 0.15,
  }
}

/** Nobody can sign in, people or services; sessions that exist last a while. */
export const identityOutage: FaultKind = ({ random, pick }) => {
  const root = pick('identity_provider')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'identity-outage',
      root,
      [seed(root.id, random.pick<Mode>(['down', 'errors', 'slow']))],
      random,
    ),
    pace: 2,
  }
}

/** Time drifts on machines that lost their time server, until tokens and leases are refused. */
export const clockDrift: FaultKind = ({ world, random }) => {
  const root = world.components.get('ntp')
  if (root === undefined) return undefined
  const drifting = random.some(usersOf(world, root.id), random.int(6, 14))
  return {
    ...onlineFault('clock-drift', root, spreadOver(random, drifting, 'skewed', [0, 900]), random),
    lastSeconds: between(random, [2400, 4000]),
    reach: 0.7,
  }
}

/** A line of a provider is cut or loses packets; regional routers and the shops behind them blink. */
export const lineLoss: FaultKind = ({ world, random }) => {
  const hubs = ofClass(world, 'router').filter(({ id }) => id.startsWith('hub-'))
  const root = random.pick(hubs)
  return {
    ...onlineFault(
      'line-loss',
      root,
      [seed(root.id, random.pick<Mode>(['down', 'lossy']))],
      random,
    ),
    reach: 0.92,
    flap: 0.15,
  }
}

/** One shop is cut off. */
export const shopLoss: FaultKind = ({ world, random }) => {
  const routers = ofClass(world, 'router').filter(({ id }) => id.endsWith('-rt'))
  const root = random.pick(routers)
  return { ...onlineFault('shop-loss', root, [seed(root.id, 'down')], random), flap: 0.2 }
}

/** A broker is away for some minutes; when it is back everybody comes at once, and that lasts longer. */
export const thunderingHerd: FaultKind = ({ world, random, pick }) => {
  const root = pick('message_broker')
  if (root === undefined) return undefined
  const back = between(random, [180, 420])
  const herd = random.some(usersOf(world, root.id), random.int(8, 20))
  return {
    ...onlineFault(
      'thundering-herd',
      root,
      [
        seed(root.id, 'down', 0, back),
        seed(root.id, 'saturated', back + 20),
        ...herd.map(({ id }) =>
          seed(
            id,
            random.pick<Mode>(['saturated', 'errors', 'backlog']),
            back + between(random, [10, 300]),
          ),
        ),
      ],
      random,
    ),
    lastSeconds: back + usualLength(random),
    reach: 0.75,
  }
}

/** An agent is rolled out to many machines, which restart and do not come back by themselves. */
export const agentRollout: FaultKind = ({ world, random }) => {
  const hosts = random.some(ofClass(world, 'host'), random.int(8, 25))
  const [first] = hosts
  if (first === undefined) return undefined
  return {
    ...onlineFault('agent-rollout', first, spreadOver(random, hosts, 'down', [0, 600]), random),
    roots: hosts.map(({ id }) => id),
    reach: 0.8,
    change: {
      kind: 'rollout',
      title: 'Roll out endpoint agent 7.11',
      leadSeconds: between(random, [30, 300]),
      undone: false,
    },
  }
}
