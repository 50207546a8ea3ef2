/** Estates in which machines matter: three tiers on VMs, Kubernetes with its pods, pipelines, an old data centre. */
import type { Labels } from '../../../src/core/model.ts'
import { addService, addStore, type Build, needOf } from './topologies.ts'
import {
  add,
  type Component,
  criticalityOf,
  link,
  newWorld,
  pods,
  serviceNames,
  teamOf,
  type World,
} from './world.ts'

export function addHost(
  world: World,
  id: string,
  place: Labels,
  platform: Component['platform'] = 'vm',
): Component {
  return add(world, {
    id,
    class: 'host',
    platform,
    place,
    address: platform === 'kube' ? id : `${id}.corp.example.net`,
    aliases: [`${id}.corp.example.net`],
    owner: 'team-infrastructure',
  })
}

/** A service of processes on hosts: `host:port` names each. */
function addOnHosts(
  world: World,
  plan: { readonly id: string; readonly place: Labels; readonly team: string },
  hosts: readonly Component[],
): Component {
  const service = add(world, {
    id: plan.id,
    class: 'service',
    platform: 'vm',
    place: plan.place,
    instances: hosts.map((host) => `${host.address}:8080`),
    address: hosts[0]?.address ?? plan.id,
    owner: plan.team,
    criticality: 2,
  })
  for (const host of hosts) link(world, service.id, 'runs_on', host.id, hosts.length > 1 ? 0.55 : 1)
  return service
}

/** Applications of three tiers, each on machines of its own, with a load balancer in front. */
export const threeTiers: Build = (random) => {
  const world = newWorld()
  const names = random.some(
    [
      'crm',
      'erp',
      'hr',
      'intranet',
      'lims',
      'mes',
      'pim',
      'plm',
      'portal',
      'tms',
      'wms',
      'webshop',
    ],
    random.int(8, 12),
  )
  for (const [i, name] of names.entries()) {
    const place = { env: 'prod', datacenter: i % 2 === 0 ? 'dc1' : 'dc2' }
    const team = teamOf(i)
    const hosts = (tier: string, count: number): Component[] =>
      Array.from({ length: count }, (_one, n) => addHost(world, `${name}-${tier}-0${n + 1}`, place))
    const balancer = add(world, {
      id: `${name}-lb`,
      class: 'load_balancer',
      platform: 'vm',
      place,
      address: `${name}-lb.corp.example.net`,
      owner: 'team-network',
    })
    const web = addOnHosts(
      world,
      { id: `${name}-web`, place, team },
      hosts('web', random.int(2, 3)),
    )
    const app = addOnHosts(
      world,
      { id: `${name}-app`, place, team },
      hosts('app', random.int(2, 4)),
    )
    const [machine] = hosts('db', 1)
    const database = addStore(world, { id: `${name}-db`, class: 'database', place })
    if (machine !== undefined) link(world, database.id, 'runs_on', machine.id, 1)
    link(world, balancer.id, 'depends_on', web.id, 0.95)
    link(world, web.id, 'depends_on', app.id, 0.95)
    link(world, app.id, 'depends_on', database.id, 0.95)
    const application = add(world, {
      id: name,
      class: 'application',
      platform: 'vm',
      place,
      owner: team,
    })
    link(world, application.id, 'depends_on', balancer.id, 0.95)
    const earlier = names[random.int(0, Math.max(0, i - 1))]
    if (i > 1 && earlier !== undefined && random.chance(0.4)) {
      link(world, app.id, 'depends_on', `${earlier}-app`, 0.35)
    }
  }
  return world
}

/** One cluster down to its pods: nodes, deployments, services. */
export const kubernetes: Build = (random) => {
  const world = newWorld()
  const cluster = 'k8s-prod'
  const nodes = Array.from({ length: random.int(12, 20) }, (_one, i) =>
    addHost(world, `worker-${String(i + 1).padStart(2, '0')}`, { cluster }, 'kube'),
  )
  const names = serviceNames(random, random.int(40, 60))
  for (const [i, name] of names.entries()) {
    const place = { cluster, namespace: `ns-${Math.floor(i / 8) + 1}` }
    const team = teamOf(i)
    const service = addService(world, random, { id: name, place, team, replicas: 1 })
    const deployment = add(world, {
      id: `${name}-deployment`,
      class: 'deployment',
      name,
      platform: 'kube',
      place,
      owner: team,
      labels: { namespace: place.namespace },
    })
    link(world, service.id, 'depends_on', deployment.id, 0.5)
    const hosts = random.some(nodes, random.int(2, 4))
    for (const [n, pod] of pods(random, name, hosts.length).entries()) {
      add(world, {
        id: `${place.namespace}/${pod}`,
        class: 'pod',
        name: pod,
        platform: 'kube',
        place,
        owner: team,
        criticality: criticalityOf(random),
        labels: { namespace: place.namespace },
      })
      link(world, `${place.namespace}/${pod}`, 'member_of', deployment.id, 0.8)
      link(world, `${place.namespace}/${pod}`, 'runs_on', hosts[n]?.id ?? 'worker-01', 1)
    }
    const caller = names[Math.floor((i - 1) / 2)]
    if (i > 0 && caller !== undefined) link(world, caller, 'depends_on', name, needOf(random))
  }
  return world
}

/** From collectors over a broker and stream jobs into a warehouse, its nightly jobs and reports. */
export const pipeline: Build = (random) => {
  const world = newWorld()
  const place = { cluster: 'data-prod', namespace: 'ingest' }
  const team = 'team-data'
  const broker = addStore(world, { id: 'kafka', class: 'message_broker', place })
  for (let i = 1; i <= 5; i += 1) {
    const node = addStore(world, { id: `kafka-${i}`, class: 'kafka_broker', place })
    const host = addHost(world, `kafka-host-${i}`, { env: 'prod' })
    link(world, node.id, 'member_of', broker.id, 0.9)
    link(world, node.id, 'runs_on', host.id, 1)
  }
  const sinks = ['warehouse', 'search-index', 'feature-store'].map((id) =>
    addStore(world, { id, class: 'database', place: { ...place, namespace: 'serving' } }),
  )
  for (let i = 1; i <= random.int(8, 12); i += 1) {
    addService(world, random, { id: `collector-${i}`, place, team })
    link(world, `collector-${i}`, 'writes_to', broker.id, 0.8)
  }
  for (const [chain, sink] of sinks.entries()) {
    for (let lane = 1; lane <= 4; lane += 1) {
      let before: string = broker.id
      for (const step of ['decode', 'enrich', 'aggregate'].slice(0, random.int(2, 3))) {
        const id = `${step}-${sink.name}-${lane}`
        addService(world, random, { id, place: { ...place, namespace: 'streams' }, team })
        link(world, id, 'reads_from', before, 0.9)
        before = id
      }
      link(world, before, 'writes_to', sink.id, 0.8)
      for (let job = 1; job <= random.int(2, 4); job += 1) {
        const id = `dag-${chain + 1}${lane}${job}-${sink.name}`
        add(world, {
          id,
          class: 'batch_job',
          platform: 'kube',
          place: { ...place, namespace: 'airflow' },
          owner: team,
        })
        link(world, id, 'reads_from', before, 0.5)
        link(world, id, 'depends_on', sink.id, 0.7)
      }
    }
    for (let i = 1; i <= 3; i += 1) {
      const id = `report-${sink.name}-${i}`
      addService(world, random, { id, place: { ...place, namespace: 'bi' }, team: 'team-bi' })
      link(world, id, 'depends_on', sink.id, 0.85)
    }
  }
  return world
}

/** As names of machines are cut. */
function shortOf(name: string): string {
  return name.replaceAll('-', '').slice(0, 6)
}

/** Virtual machines on hypervisors on storage arrays; applications around a service bus and a directory. */
export const enterprise: Build = (random) => {
  const world = newWorld()
  const arrays = ['san-a', 'san-b', 'san-c'].map((id) =>
    add(world, {
      id,
      class: 'storage',
      platform: 'device',
      place: { site: 'hq' },
      instances: ['controller-0', 'controller-1'],
    }),
  )
  const hypervisors = Array.from({ length: 18 }, (_one, i) => {
    const id = `esx-${String(i + 1).padStart(2, '0')}`
    const host = add(world, {
      id,
      class: 'hypervisor',
      platform: 'device',
      place: { site: 'hq', vcenter: 'vc-1' },
    })
    link(world, id, 'uses', arrays[i % 3]?.id ?? 'san-a', 0.95)
    return host
  })
  const place = { env: 'prod', site: 'hq' }
  const bus = addStore(world, { id: 'service-bus', class: 'message_broker', place })
  const directory = add(world, {
    id: 'ldap',
    class: 'identity_provider',
    platform: 'vm',
    place,
    address: 'ldap.corp.example.net',
    criticality: 1,
  })
  const clock = add(world, {
    id: 'ntp',
    class: 'dns',
    platform: 'vm',
    place,
    address: 'ntp.corp.example.net',
  })
  const farm = (prefix: string, count: number): Component[] =>
    Array.from({ length: count }, (_one, n) => {
      const machine = addHost(world, `${prefix}${String(n + 1).padStart(2, '0')}`, place)
      link(world, machine.id, 'runs_on', random.pick(hypervisors).id, 1)
      if (random.chance(0.3)) link(world, machine.id, 'depends_on', clock.id, 0.6)
      return machine
    })
  const names = serviceNames(random, 26)
  for (const [i, name] of names.entries()) {
    const team = teamOf(i)
    const service = addOnHosts(
      world,
      { id: name, place, team },
      farm(`vm-${shortOf(name)}-${i}-`, random.int(2, 6)),
    )
    const store = addStore(world, { id: `${name}-ora`, class: 'database', place })
    link(world, store.id, 'runs_on', farm(`db-${shortOf(name)}-${i}-`, 1)[0]?.id ?? bus.id, 1)
    link(world, service.id, 'depends_on', store.id, 0.9)
    if (random.chance(0.5))
      link(world, service.id, random.chance(0.5) ? 'reads_from' : 'writes_to', bus.id, 0.7)
    if (random.chance(0.6)) link(world, service.id, 'depends_on', directory.id, 0.75)
    const older = names[random.int(0, Math.max(0, i - 1))]
    if (i > 2 && older !== undefined && random.chance(0.5))
      link(world, older, 'depends_on', name, needOf(random) * 0.8)
  }
  link(world, bus.id, 'runs_on', farm('vm-esb-', 2)[0]?.id ?? 'ldap', 1)
  link(world, directory.id, 'runs_on', farm('vm-dc-', 2)[0]?.id ?? 'ntp', 1)
  return world
}
