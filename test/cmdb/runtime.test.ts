/** What manifests, Compose files, Terraform state and the metrics of calls are read as. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cilium } from '../../src/cmdb/cilium.ts'
import { compose } from '../../src/cmdb/compose.ts'
import type { Imported, ImportedItem, ImportFile } from '../../src/cmdb/importer.ts'
import { istio } from '../../src/cmdb/istio.ts'
import { kubernetes } from '../../src/cmdb/kubernetes.ts'
import { otelServiceGraph } from '../../src/cmdb/otel-service-graph.ts'
import { terraform } from '../../src/cmdb/terraform.ts'

function fixtures(id: string): readonly ImportFile[] {
  const folder = join(import.meta.dirname, 'fixtures', id)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), text: readFileSync(path, 'utf8') }))
}

const lines = ({ relations }: Imported): string[] =>
  relations.map(({ from, type, to }) => `${from} ${type} ${to}`)
const classes = ({ items }: Imported): string[] =>
  items.map(({ key, class: ciClass }) => `${ciClass} ${key}`)
const rows = ({ bad }: Imported): string[] =>
  bad.map(({ where, field, error }) => `${where}: ${field ?? '-'}: ${error}`)
const byKey = ({ items }: Imported, key: string): ImportedItem | undefined =>
  items.find((item) => item.key === key)

describe('Kubernetes', () => {
  const read = kubernetes.read(fixtures('kubernetes'))

  it('relates pods to what made them, services to what they select, ingresses to services', () => {
    expect(lines(read)).toEqual([
      'Deployment:shop/cart member_of Application:shop/webshop',
      'Deployment:shop/cart-worker depends_on PersistentVolumeClaim:shop/spool',
      'Ingress:shop/shop depends_on Service:shop/cart',
      'Pod:kube-system/proxy-k2k2k@prod-eu member_of DaemonSet:kube-system/proxy@prod-eu',
      'Pod:kube-system/proxy-k2k2k@prod-eu runs_on Node:node-b@prod-eu',
      'Pod:shop/cart-7d9f8b6c5d-x2x7k@prod-eu member_of Deployment:shop/cart@prod-eu',
      'Pod:shop/cart-7d9f8b6c5d-x2x7k@prod-eu runs_on Node:node-a@prod-eu',
      'Service:shop/cart depends_on Deployment:shop/cart',
      'Service:shop/cart@prod-eu depends_on Deployment:shop/cart@prod-eu',
    ])
  })

  it('leaves out ReplicaSets of Deployments, pods that have ended, and ConfigMaps', () => {
    const keys = read.items.map(({ key }) => key)
    expect(keys.filter((key) => /ReplicaSet|old|settings/.test(key))).toEqual([])
    expect(keys).toHaveLength(13)
  })

  it('names nodes by their addresses, and no pod by the address of its host', () => {
    expect(byKey(read, 'Node:node-a@prod-eu')).toEqual({
      key: 'Node:node-a@prod-eu',
      class: 'node',
      name: 'node-a',
      aliases: ['10.1.0.4', 'i-0a1b2c3d', 'ip-10-1-0-4.eu-west-1.compute.internal'],
      labels: {
        cluster: 'prod-eu',
        provider_id: 'i-0a1b2c3d',
        region: 'eu-west-1',
        zone: 'eu-west-1a',
      },
    })
    expect(byKey(read, 'Pod:kube-system/proxy-k2k2k@prod-eu')?.aliases).toEqual([])
    expect(byKey(read, 'Pod:shop/cart-7d9f8b6c5d-x2x7k@prod-eu')?.aliases).toEqual(['10.2.0.9'])
  })

  it('says what OpenTelemetry calls a workload, and whose it is', () => {
    const { aliases, owner } = byKey(read, 'Deployment:shop/cart') ?? {}
    expect([aliases, owner]).toEqual([['cart-api'], 'team-checkout'])
  })

  it('has bad rows with their place', () => {
    expect(read.bad.map(({ where, field }) => [where, field])).toEqual([
      ['manifests.yaml document 1', 'depends_on'],
      ['manifests.yaml document 7', 'metadata.name'],
    ])
  })

  it('finds the Deployment of a ReplicaSet that was not exported, by the hash of its template', () => {
    const deployment = { kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } }
    const pod = {
      kind: 'Pod',
      metadata: {
        name: 'cart-7d9f8b6c5d-x2x7k',
        namespace: 'shop',
        labels: { 'pod-template-hash': '7d9f8b6c5d' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-7d9f8b6c5d', controller: true }],
      },
    }
    const list = { kind: 'List', items: [pod, deployment] }
    expect(lines(kubernetes.read([{ name: 'a.json', text: JSON.stringify(list) }]))).toEqual([
      'Pod:shop/cart-7d9f8b6c5d-x2x7k member_of Deployment:shop/cart',
    ])
  })
})

describe('Docker Compose', () => {
  const read = compose.read(fixtures('compose'))

  it('reads services, what they need, and what they extend', () => {
    expect(lines(read)).toEqual([
      'shop/api depends_on shop/cache',
      'shop/api depends_on shop/db',
      'shop/metrics runs_on shop/api',
      'shop/web depends_on shop/api',
    ])
    expect(classes(read)).toEqual([
      'service shop-base/app',
      'service shop/api',
      'cache shop/cache',
      'database shop/db',
      'service shop/loop',
      'service shop/metrics',
      'service shop/web',
    ])
    expect(byKey(read, 'shop/api')).toEqual({
      key: 'shop/api',
      class: 'service',
      name: 'api',
      aliases: ['api-host', 'api.shop'],
      labels: { networks: 'back,front', project: 'shop' },
      owner: 'team-api',
    })
    expect(byKey(read, 'shop/web')?.owner).toBe('team-shop')
  })

  it('has bad rows with their place', () => {
    expect(rows(read)).toEqual([
      'shop/compose.yaml service broken: depends_on: Invalid input',
      'shop/compose.yaml service loop: extends: extends itself',
      'shop/compose.yaml service web: depends_on: shop/gone is not in this import',
    ])
  })
})

describe('Terraform state', () => {
  const read = terraform.read(fixtures('terraform'))

  it('relates by ids and dependencies, and a load balancer to what its target groups hold', () => {
    expect(lines(read)).toEqual([
      'aws_lb.front depends_on module.shop.aws_instance.web[1]',
      'aws_lb.front located_in aws_subnet.a',
      'aws_subnet.a member_of aws_vpc.main',
      'module.shop.aws_instance.web[0] depends_on aws_db_instance.orders',
      'module.shop.aws_instance.web[0] located_in aws_subnet.a',
      'module.shop.aws_instance.web[1] located_in aws_subnet.a',
    ])
  })

  it('reads machines of three clouds, without what waits for its deletion', () => {
    expect(classes(read)).toEqual([
      'database aws_db_instance.orders',
      'load_balancer aws_lb.front',
      'subnet aws_subnet.a',
      'network aws_vpc.main',
      'vm azurerm_linux_virtual_machine.jump',
      'vm google_compute_instance.batch["night"]',
      'vm module.shop.aws_instance.web[0]',
      'vm module.shop.aws_instance.web[1]',
    ])
    expect(byKey(read, 'module.shop.aws_instance.web[0]')).toEqual({
      key: 'module.shop.aws_instance.web[0]',
      class: 'vm',
      name: 'web-0',
      aliases: ['10.0.1.10', 'i-0a1', 'ip-10-0-1-10.eu-west-1.compute.internal'],
      labels: {
        provider_id: 'i-0a1',
        region: 'eu-west-1',
        terraform_type: 'aws_instance',
        zone: 'eu-west-1a',
      },
      owner: 'team-shop',
      environment: 'production',
    })
  })

  it('keeps no secret, and names the resource it cannot read', () => {
    expect(JSON.stringify(read)).not.toContain('SECRET')
    expect(read.bad.map(({ where, field }) => [where, field])).toEqual([
      ['prod.tfstate resource 12', 'instances'],
    ])
  })
})

describe('metrics of calls', () => {
  it('of OpenTelemetry: services, databases and queues, and what nobody called lately', () => {
    const read = otelServiceGraph.read(fixtures('otel-service-graph'))
    expect(lines(read)).toEqual([
      'cart depends_on orders-db',
      'cart depends_on pricing',
      'front depends_on cart',
      'orders depends_on order-events',
      'pricing depends_on fx.example.com',
    ])
    expect(classes(read).filter((one) => !one.startsWith('service '))).toEqual([
      'external_service fx.example.com',
      'queue order-events',
      'database orders-db',
    ])
    expect(read.items.map(({ key }) => key)).toEqual(expect.arrayContaining(['retired', 'silent']))
    expect(rows(read)).toEqual([
      'collector.prom line 12: -: not a sample in the text format of Prometheus',
      'collector.prom line 9: server: is missing',
    ])
  })

  it('of Istio: services with namespace and cluster, and hosts outside of the mesh', () => {
    const read = istio.read(fixtures('istio'))
    expect(lines(read)).toEqual([
      'shop/cart@eu depends_on api.bank.example.com',
      'shop/cart@eu depends_on data/orders-db@eu',
      'shop/front@eu depends_on shop/cart@eu',
    ])
    expect(classes(read)[0]).toBe('external_service api.bank.example.com')
    expect(byKey(read, 'shop/cart@eu')?.labels).toEqual({ cluster: 'eu', namespace: 'shop' })
    expect(rows(read)).toEqual([
      'requests.prom line 6: destination_service_name: names no workload',
    ])
  })

  it('of Hubble: both ways to name workloads; what was dropped is no call', () => {
    const read = cilium.read(fixtures('cilium'))
    expect(lines(read)).toEqual([
      'shop/cart depends_on shop/pricing',
      'shop/front depends_on shop/cart',
    ])
    expect(read.items.map(({ key }) => key)).toEqual([
      'shop/cart',
      'shop/front',
      'shop/idle',
      'shop/pricing',
    ])
    expect(read.bad.map(({ where }) => where)).toEqual(['hubble.prom line 6'])
  })
})
