/** Estates in which the network matters: a campus, a data centre of racks, a chain of shops, rented cloud. */
import { addService, addStore, type Build, needOf } from './topologies.ts'
import { addHost } from './topologies-hosts.ts'
import { add, type Component, link, newWorld, serviceNames, teamOf, type World } from './world.ts'

function addSwitch(world: World, id: string, site: string, kind: 'switch' | 'router'): Component {
  return add(world, {
    id,
    class: kind,
    platform: 'device',
    place: { site },
    address: `${id}.net.example.net`,
    aliases: [`${id}.net.example.net`],
    instances: ['xe-0/0/1', 'xe-0/0/2'],
    owner: 'team-network',
    criticality: 2,
  })
}

/** Core, distribution and access switches; hosts behind the access; services on the hosts. */
export const campus: Build = (random) => {
  const world = newWorld()
  const cores = ['core-1', 'core-2'].map((id) => addSwitch(world, id, 'campus', 'switch'))
  const hosts: Component[] = []
  for (let d = 1; d <= 6; d += 1) {
    const site = `building-${d}`
    const distribution = addSwitch(world, `dist-${d}`, site, 'switch')
    for (const core of cores) link(world, distribution.id, 'connects_to', core.id, 0.35)
    for (let a = 1; a <= random.int(3, 5); a += 1) {
      const access = addSwitch(world, `acc-${d}-${a}`, site, 'switch')
      link(world, access.id, 'connects_to', distribution.id, 1)
      for (let h = 1; h <= random.int(12, 20); h += 1) {
        const host = addHost(world, `srv-${d}${a}${String(h).padStart(2, '0')}`, { site })
        link(world, host.id, 'connects_to', access.id, 1)
        hosts.push(host)
      }
    }
  }
  const names = serviceNames(random, 60)
  for (const [i, name] of names.entries()) {
    const on = random.some(hosts, random.int(1, 3))
    const service = add(world, {
      id: name,
      class: 'service',
      platform: 'vm',
      place: { env: 'prod' },
      instances: on.map((host) => `${host.address}:8443`),
      address: on[0]?.address ?? name,
      owner: teamOf(i),
    })
    for (const host of on) link(world, service.id, 'runs_on', host.id, on.length > 1 ? 0.5 : 1)
    const caller = names[Math.floor((i - 1) / 3)]
    if (i > 0 && caller !== undefined) link(world, caller, 'depends_on', name, needOf(random) * 0.8)
  }
  return world
}

/** Rows of racks: each with power and a switch of its own, hosts, and services spread over racks. */
export const datacentre: Build = (random) => {
  const world = newWorld()
  const hosts: Component[] = []
  const spines = ['spine-1', 'spine-2', 'spine-3'].map((id) =>
    addSwitch(world, id, 'dc-a', 'router'),
  )
  const border = addSwitch(world, 'border-1', 'dc-a', 'router')
  const transit = add(world, {
    id: 'transit-provider',
    class: 'external_service',
    platform: 'device',
  })
  link(world, border.id, 'connects_to', transit.id, 0.8)
  for (let row = 1; row <= 4; row += 1) {
    for (let position = 1; position <= 8; position += 1) {
      const id = `r${row}${String(position).padStart(2, '0')}`
      const site = `row-${row}`
      const rack = add(world, {
        id: `rack-${id}`,
        class: 'rack',
        platform: 'device',
        place: { site },
        owner: 'team-facilities',
      })
      const tor = addSwitch(world, `tor-${id}`, site, 'switch')
      link(world, tor.id, 'located_in', rack.id, 1)
      for (const spine of spines) link(world, tor.id, 'connects_to', spine.id, 0.2)
      for (let h = 1; h <= random.int(26, 34); h += 1) {
        const host = addHost(world, `${id}-n${String(h).padStart(2, '0')}`, { datacenter: 'dc-a' })
        link(world, host.id, 'located_in', rack.id, 1)
        link(world, host.id, 'connects_to', tor.id, 1)
        hosts.push(host)
      }
    }
  }
  const names = serviceNames(random, 260)
  for (const [i, name] of names.entries()) {
    const on = random.some(hosts, random.int(2, 4))
    const service = add(world, {
      id: name,
      class: 'service',
      platform: 'vm',
      place: { env: 'prod' },
      instances: on.map((host) => `${host.address}:9090`),
      address: on[0]?.address ?? name,
      owner: teamOf(i),
    })
    for (const host of on) link(world, service.id, 'runs_on', host.id, 0.4)
    const older = names[Math.floor(i * random.next())]
    if (i > 0 && older !== undefined && random.chance(0.7))
      link(world, older, 'depends_on', name, needOf(random) * 0.6)
    if (i < 60) link(world, service.id, 'connects_to', border.id, 0.6)
  }
  for (let i = 1; i <= 30; i += 1) {
    const store = addStore(world, {
      id: `pg-${String(i).padStart(2, '0')}`,
      class: 'database',
      place: { datacenter: 'dc-a' },
    })
    link(world, store.id, 'runs_on', random.pick(hosts).id, 1)
    for (const name of random.some(names, 3)) link(world, name, 'depends_on', store.id, 0.8)
  }
  return world
}

/** Shops behind rented lines: a router, tills and a server in each, a few central services. */
export const stores: Build = (random) => {
  const world = newWorld()
  const lines = ['telco-one', 'telco-two', 'mobile-backup'].map((id) =>
    add(world, { id, class: 'external_service', platform: 'device', owner: 'team-network' }),
  )
  const central = serviceNames(random, 18)
  for (const [i, id] of central.entries()) {
    addService(world, random, {
      id,
      place: { cluster: 'central', namespace: 'retail' },
      team: teamOf(i),
    })
    const caller = central[Math.floor((i - 1) / 2)]
    if (i > 0 && caller !== undefined) link(world, caller, 'depends_on', id, needOf(random))
  }
  for (let r = 1; r <= 10; r += 1) {
    const hub = addSwitch(world, `hub-${r}`, `region-${r}`, 'router')
    link(world, hub.id, 'connects_to', lines[r % 2]?.id ?? 'telco-one', 0.25)
    for (let s = 1; s <= 24; s += 1) {
      const shop = `s${r}${String(s).padStart(2, '0')}`
      const site = `shop-${shop}`
      const router = addSwitch(world, `${shop}-rt`, site, 'router')
      link(world, router.id, 'connects_to', hub.id, 0.95)
      const server = addHost(world, `${shop}-srv`, { site })
      link(world, server.id, 'connects_to', router.id, 0.95)
      for (let t = 1; t <= random.int(4, 7); t += 1) {
        const till = add(world, {
          id: `${shop}-pos${t}`,
          class: 'till',
          platform: 'device',
          place: { site },
          owner: 'team-stores',
        })
        link(world, till.id, 'connects_to', router.id, 0.9)
        link(world, till.id, 'depends_on', server.id, 0.5)
      }
      link(world, server.id, 'depends_on', central[s % 6] ?? 'hub-1', 0.12)
    }
  }
  return world
}

/** Functions, queues and tables of several accounts, and what is bought from others. */
export const serverless: Build = (random) => {
  const world = newWorld()
  const bought = [
    'card-network',
    'geocoder',
    'mail-sender',
    'sms-gateway',
    'tax-service',
    'id-check',
  ].map((id) =>
    add(world, {
      id,
      class: 'external_service',
      platform: 'cloud',
      place: { vendor: id },
      criticality: 1,
    }),
  )
  for (let account = 1; account <= 7; account += 1) {
    const place = {
      account_id: `4410${account}2290${account}`,
      region: account % 2 === 0 ? 'eu-central-1' : 'eu-west-1',
    }
    const api = add(world, {
      id: `acct${account}-api`,
      class: 'managed_service',
      platform: 'cloud',
      place,
      criticality: 1,
    })
    const names = serviceNames(random, random.int(12, 20)).map((name) => `a${account}-${name}`)
    for (const [i, id] of names.entries()) {
      add(world, { id, class: 'function', platform: 'cloud', place, owner: teamOf(account) })
      if (i < 5) link(world, api.id, 'depends_on', id, 0.6)
      const older = names[Math.floor((i - 1) / 2)]
      if (i >= 5 && older !== undefined && random.chance(0.5))
        link(world, older, 'depends_on', id, 0.8)
      if (i >= 5 && random.chance(0.55)) {
        const queue = `${id}-queue`
        add(world, { id: queue, class: 'managed_service', platform: 'cloud', place })
        link(world, id, 'reads_from', queue, 0.8)
        if (older !== undefined) link(world, older, 'writes_to', queue, 0.7)
      }
      if (random.chance(0.4)) {
        const table = `${id}-table`
        add(world, { id: table, class: 'managed_service', platform: 'cloud', place })
        link(world, id, 'depends_on', table, 0.9)
      }
      if (random.chance(0.35)) link(world, id, 'depends_on', random.pick(bought).id, 0.8)
    }
  }
  return world
}
