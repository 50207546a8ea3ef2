/** Estates made of services: call trees, a mesh, cells in regions, hubs that everything shares. */

import type { Labels } from '../../../src/core/model.ts'
import type { Random } from '../../../src/demo/random.ts'
import {
  add,
  type Component,
  criticalityOf,
  link,
  newWorld,
  ofClass,
  pods,
  serviceNames,
  teamOf,
  type World,
} from './world.ts'

/** What all estates are made with. */
export type Build = (random: Random) => World

export interface ServicePlan {
  readonly id: string
  readonly name?: string
  readonly place: Labels
  readonly team: string
  readonly replicas?: number
}

/** A service on Kubernetes whose pods the CMDB does not list. */
export function addService(world: World, random: Random, plan: ServicePlan): Component {
  const name = plan.name ?? plan.id
  const { namespace } = plan.place
  return add(world, {
    id: plan.id,
    class: 'service',
    name,
    platform: 'kube',
    place: plan.place,
    instances: pods(random, name, plan.replicas ?? random.int(2, 4)),
    address: `${name}.${namespace ?? 'default'}.svc`,
    owner: plan.team,
    criticality: criticalityOf(random),
    labels: namespace === undefined ? {} : { namespace },
  })
}

/** A database or cache beside a service. */
export function addStore(
  world: World,
  plan: {
    readonly id: string
    readonly class: string
    readonly place: Labels
    readonly name?: string
  },
): Component {
  const name = plan.name ?? plan.id
  return add(world, {
    id: plan.id,
    class: plan.class,
    name,
    platform: 'kube',
    place: plan.place,
    address: `${name}.internal`,
    aliases: [`${name}.internal`],
    owner: 'team-data-stores',
    criticality: 2,
  })
}

/** Hard needs, and some that have a fallback. */
export function needOf(random: Random): number {
  return random.chance(0.65) ? 0.75 + random.next() * 0.25 : 0.15 + random.next() * 0.35
}

/** Three products, each a tree of calls under its edge; leaves keep their state in stores of their own. */
export const callTrees: Build = (random) => {
  const world = newWorld()
  const names = serviceNames(random, 75)
  for (const [tree, product] of ['shop', 'travel', 'backoffice'].entries()) {
    const place = { cluster: 'prod-eu-1', namespace: product }
    const size = random.int(14, 24)
    const made: Component[] = []
    for (let i = 0; i < size; i += 1) {
      const id = i === 0 ? `${product}-edge` : (names.pop() ?? `${product}-${i}`)
      const service = addService(world, random, { id, place, team: teamOf(tree * 2 + (i % 2)) })
      const parent = made[Math.floor((i - 1) / 2.2)]
      if (parent !== undefined) link(world, parent.id, 'depends_on', id, needOf(random))
      if (i > 3 && random.chance(0.2)) {
        link(world, random.pick(made.slice(0, i - 1)).id, 'depends_on', id, needOf(random))
      }
      made.push(service)
    }
    for (const service of made.slice(Math.floor(size / 3))) {
      if (random.chance(0.5)) {
        const store = addStore(world, {
          id: `${service.name}-${random.chance(0.6) ? 'db' : 'redis'}`,
          class: random.chance(0.6) ? 'database' : 'cache',
          place,
        })
        link(world, service.id, 'depends_on', store.id, 0.95)
      }
    }
  }
  return world
}

/** Services of many teams calling each other without layers; some in circles. */
export const mesh: Build = (random) => {
  const world = newWorld()
  const names = serviceNames(random, random.int(85, 130))
  const made: Component[] = []
  for (const [i, id] of names.entries()) {
    const team = i % 8
    const place = { cluster: `mesh-${(i % 3) + 1}`, namespace: teamOf(team).replace('team-', '') }
    const service = addService(world, random, { id, place, team: teamOf(team) })
    for (let call = 0; i > 0 && call < random.int(1, 3); call += 1) {
      const older = Math.floor(i * random.next() ** 1.6)
      link(world, id, 'depends_on', made[older]?.id ?? id, needOf(random) * 0.9)
    }
    if (i > 20 && random.chance(0.05)) {
      link(world, random.pick(made).id, 'depends_on', id, 0.3)
    }
    if (random.chance(0.3)) {
      const store = addStore(world, { id: `${id}-pg`, class: 'database', place })
      link(world, id, 'depends_on', store.id, 0.95)
    }
    made.push(service)
  }
  const gateway = addService(world, random, {
    id: 'public-gateway',
    place: { cluster: 'mesh-1', namespace: 'edge' },
    team: 'team-edge',
  })
  for (const service of random.some(made.slice(-40), 12)) {
    link(world, gateway.id, 'depends_on', service.id, 0.5)
  }
  return world
}

const REGIONS = ['eu-west', 'eu-north', 'us-east', 'us-west', 'ap-south', 'sa-east']

/** The same stack once per region: services of one name in each, own stores, own name servers. */
export const cells: Build = (random) => {
  const world = newWorld()
  const names = serviceNames(random, 16)
  const calls = names.flatMap((name, i) =>
    i === 0
      ? []
      : [
          { from: names[Math.floor((i - 1) / 2)] ?? name, to: name, weight: needOf(random) },
          ...(i > 5 && random.chance(0.35)
            ? [{ from: names[random.int(0, i - 3)] ?? name, to: name, weight: needOf(random) }]
            : []),
        ],
  )
  for (const region of REGIONS.slice(0, random.int(4, 6))) {
    const place = { cluster: `prod-${region}`, region, namespace: 'platform' }
    const dns = add(world, {
      id: `${region}/coredns`,
      class: 'dns',
      name: 'coredns',
      platform: 'kube',
      place: { ...place, namespace: 'kube-system' },
      labels: { region },
      criticality: 1,
    })
    for (const [i, name] of names.entries()) {
      const service = addService(world, random, {
        id: `${region}/${name}`,
        name,
        place,
        team: teamOf(i % 4),
      })
      link(world, service.id, 'depends_on', dns.id, 0.85)
    }
    for (const call of calls) {
      link(world, `${region}/${call.from}`, 'depends_on', `${region}/${call.to}`, call.weight)
    }
    for (const name of names.slice(8)) {
      const id = `${region}/${name}-db`
      addStore(world, { id, name: `${name}-db`, class: 'database', place })
      link(world, `${region}/${name}`, 'depends_on', id, 0.95)
    }
  }
  const control = addService(world, random, {
    id: 'global/control-plane',
    name: 'control-plane',
    place: { cluster: 'global', namespace: 'control' },
    team: 'team-platform',
  })
  const email = add(world, {
    id: 'saas/mail-relay',
    class: 'external_service',
    name: 'mail-relay',
    platform: 'kube',
  })
  for (const service of ofClass(world, 'service')) {
    if (service.id === control.id) continue
    if (random.chance(0.25)) link(world, service.id, 'depends_on', control.id, 0.25)
    if (random.chance(0.06)) link(world, service.id, 'depends_on', email.id, 0.6)
  }
  return world
}

/** Many services of unrelated applications on a few databases, one cache and one broker. */
export const sharedDatabases: Build = (random) => {
  const world = newWorld()
  const names = serviceNames(random, 90)
  const hubs = ['pg-main', 'pg-customer', 'pg-logistics'].map((id) => {
    const host = addDatabaseHost(world, `${id}-host`)
    const store = addStore(world, { id, class: 'database', place: { cluster: 'data-1' } })
    link(world, store.id, 'runs_on', host.id, 1)
    return store
  })
  const cache = addStore(world, {
    id: 'redis-shared',
    class: 'cache',
    place: { cluster: 'data-1' },
  })
  for (let app = 0; app < 12; app += 1) {
    const place = { cluster: 'apps-1', namespace: `app-${app + 1}` }
    const made: Component[] = []
    for (let i = 0; i < random.int(4, 9); i += 1) {
      const id = names.pop() ?? `app-${app}-${i}`
      const service = addService(world, random, { id, place, team: teamOf(app) })
      const parent = made[Math.floor((i - 1) / 2)]
      if (parent !== undefined) link(world, parent.id, 'depends_on', id, needOf(random))
      if (random.chance(0.75)) {
        link(world, id, 'depends_on', random.pick(hubs).id, 0.6 + random.next() * 0.3)
      }
      if (random.chance(0.3)) link(world, id, 'depends_on', cache.id, 0.4)
      made.push(service)
    }
    if (random.chance(0.5)) {
      const own = addStore(world, { id: `app-${app + 1}-db`, class: 'database', place })
      link(world, random.pick(made).id, 'depends_on', own.id, 0.9)
    }
  }
  return world
}

function addDatabaseHost(world: World, id: string): Component {
  return add(world, {
    id,
    class: 'host',
    platform: 'vm',
    address: `${id}.example.net`,
    place: { env: 'prod' },
    aliases: [`${id}.example.net`],
    criticality: 2,
  })
}

/** Producers, a broker with its nodes, and many groups of consumers that never meet but there. */
export const brokerHub: Build = (random) => {
  const world = newWorld()
  const place = { cluster: 'streaming-1', namespace: 'streaming' }
  const names = serviceNames(random, 80)
  const brokers = ['events', 'commands'].map((bus) => {
    const broker = addStore(world, { id: `kafka-${bus}`, class: 'message_broker', place })
    for (let i = 1; i <= 4; i += 1) {
      const node = addStore(world, { id: `kafka-${bus}-${i}`, class: 'kafka_broker', place })
      link(world, node.id, 'member_of', broker.id, 0.9)
    }
    return broker
  })
  for (const [i, name] of names.slice(0, random.int(55, 75)).entries()) {
    const team = i % 8
    const service = addService(world, random, {
      id: name,
      place: { cluster: 'apps-2', namespace: teamOf(team).replace('team-', '') },
      team: teamOf(team),
    })
    const broker = i % 3 === 0 ? brokers[1] : brokers[0]
    if (broker === undefined) continue
    link(world, service.id, random.chance(0.6) ? 'reads_from' : 'writes_to', broker.id, 0.8)
    const older = names[Math.max(0, i - random.int(1, 12))] ?? name
    if (random.chance(0.6)) link(world, older, 'depends_on', service.id, needOf(random))
    if (random.chance(0.35)) {
      const store = addStore(world, { id: `${name}-db`, class: 'database', place: service.place })
      link(world, service.id, 'depends_on', store.id, 0.9)
    }
  }
  return world
}
