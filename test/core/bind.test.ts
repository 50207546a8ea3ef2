import { describe, expect, it } from 'vitest'
import { decideBinding, isOperational } from '../../src/core/bind.ts'
import { workloadNames } from '../../src/core/bind-steps.ts'
import type { Ci, Labels } from '../../src/core/model.ts'
import { RulePacks } from '../../src/core/rules.ts'
import { buildTopology } from '../../src/core/topology.ts'
import { ci, T0 } from '../support/engine.ts'

const ITEMS: readonly Ci[] = [
  ci('srv-1', { name: 'web-1.eu.example', aliases: ['10.0.0.5', '2001:db8::1', 'WWW'] }),
  ci('web-2', { labels: { cluster: 'blue' } }),
  ci('db-1', { class: 'database', environment: 'prod' }),
  ci('old-1', { status: 'retired' }),
  ci('gone-1', { status: 'Decommissioned', aliases: ['twice'] }),
  ci('alive-1', { aliases: ['twice'] }),
  ci('cart-a', { class: 'workload', name: 'cart', labels: { namespace: 'a' } }),
  ci('cart-b', { class: 'workload', name: 'cart', labels: { namespace: 'b' } }),
  ci('checkout', { class: 'service' }),
  ci('same-1', { name: 'same' }),
  ci('same-2', { name: 'same' }),
  ci('Case', {}),
  ci('case', {}),
  ci('mixed-1', { name: 'Mixed' }),
  ci('mail-1.eu.example', { aliases: ['00:1B:44:11:3A:B7', 'SN-0042-77'] }),
  ci('lone-12', { environment: 'Production' }),
  ci('two-1.eu.example'),
  ci('two-1.us.example'),
  ci('was-7', { status: 'retired' }),
  ci('was7'),
  ci('redis', { class: 'statefulset' }),
  ci('redis-2', { class: 'statefulset' }),
  ci('old-pod', { class: 'pod', addresses: [{ address: '10.1.0.9', until: T0 }] }),
  ci('new-pod', { class: 'pod', addresses: [{ address: '10.1.0.9', from: T0 + 60_000 }] }),
  ci('vip', { addresses: [{ address: '10.1.0.50', shared: true }] }),
]
const TOPOLOGY = buildTopology('t', ITEMS, [])
const { bind: NO_RULES } = RulePacks.parse({})

function bound(labels: Labels, rules = NO_RULES, at = T0): string {
  const decision = decideBinding({ labels, at }, { topology: TOPOLOGY, rules })
  if (decision.action === 'leave') return decision.reason
  const { ci: id, rule, confidence, matched } = decision.binding
  return `${id} by ${rule} ${confidence} (${matched})`
}

describe('the cascade', () => {
  it.each<[string, Labels, string]>([
    ['an explicit id', { ci_id: 'db-1', host: 'web-2' }, 'db-1 by explicit_id 1 (ci_id=db-1)'],
    [
      'our own label before others',
      { ci: 'web-2', faultline_ci: 'db-1' },
      'db-1 by explicit_id 1 (faultline_ci=db-1)',
    ],
    [
      'an unknown id goes on',
      { ci: 'nothing', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'a retired id goes on',
      { ci: 'old-1', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'a host by its name',
      { host: 'web-1.eu.example' },
      'srv-1 by exact_name 0.99 (host=web-1.eu.example)',
    ],
    ['a host by its id', { host: 'srv-1' }, 'srv-1 by exact_name 0.99 (host=srv-1)'],
    [
      'a host by its alias, whatever the case',
      { host: 'www' },
      'srv-1 by exact_name 0.99 (host=www)',
    ],
    [
      'a host with a port',
      { instance: 'web-2:9100' },
      'web-2 by exact_name 0.95 (instance=web-2:9100)',
    ],
    ['an address', { ip: '10.0.0.5' }, 'srv-1 by ip_address 0.9 (ip=10.0.0.5)'],
    [
      'an address with a port',
      { instance: '10.0.0.5:443' },
      'srv-1 by ip_address 0.9 (instance=10.0.0.5:443)',
    ],
    ['an IPv6 address', { ip: '2001:db8::1' }, 'srv-1 by ip_address 0.9 (ip=2001:db8::1)'],
    [
      'an IPv6 address with a port',
      { instance: '[2001:db8::1]:9100' },
      'srv-1 by ip_address 0.9 (instance=[2001:db8::1]:9100)',
    ],
    [
      'a URL',
      { instance: 'https://web-2:8443/health?x=1' },
      'web-2 by exact_name 0.95 (instance=https://web-2:8443/health?x=1)',
    ],
    [
      'a full name by its short one',
      { host: 'web-2.eu.example' },
      'web-2 by short_host_name 0.85 (host=web-2.eu.example)',
    ],
    [
      'a full name with a port',
      { instance: 'web-2.eu.example:9100' },
      'web-2 by short_host_name 0.85 (instance=web-2.eu.example:9100)',
    ],
    ['a service', { service: 'checkout' }, 'checkout by service_name 0.8 (service=checkout)'],
    [
      'the host before the service',
      { service: 'checkout', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'the service before the instance of an exporter',
      { service: 'checkout', instance: 'web-2' },
      'checkout by service_name 0.8 (service=checkout)',
    ],
    [
      'the job last of all',
      { job: 'checkout', instance: 'unknown:1' },
      'checkout by job_name 0.75 (job=checkout)',
    ],
    [
      'a name that is equal in case before others',
      { host: 'Case' },
      'Case by exact_name 0.99 (host=Case)',
    ],
    [
      'the only one that differs in case',
      { host: 'mixed' },
      'mixed-1 by exact_name 0.99 (host=mixed)',
    ],
    ['the one that lives of two', { host: 'twice' }, 'alive-1 by exact_name 0.99 (host=twice)'],
    [
      'a pod by its workload',
      { pod: 'checkout-7d4b9c6f5d-x2x4z', node: 'web-2' },
      'checkout by kubernetes_workload 0.95 (pod=checkout-7d4b9c6f5d-x2x4z)',
    ],
    [
      'a workload that is named before the host',
      { deployment: 'checkout', host: 'web-2' },
      'checkout by kubernetes_workload 0.95 (deployment=checkout)',
    ],
    [
      'with a pod, the workload before the host',
      { pod: 'p', deployment: 'checkout', host: 'web-2' },
      'checkout by kubernetes_workload 0.95 (deployment=checkout)',
    ],
    [
      'with a pod, the service before the node',
      { pod: 'p', service: 'checkout', node: 'web-2' },
      'checkout by service_name 0.8 (service=checkout)',
    ],
    [
      'with a pod nobody knows, the node',
      { pod: 'p', node: 'web-2' },
      'web-2 by exact_name 0.99 (node=web-2)',
    ],
    [
      'a short name by the full one',
      { host: 'Mail-1' },
      'mail-1.eu.example by short_host_name 0.85 (host=Mail-1)',
    ],
    [
      'a full name that goes on after the CMDB’s',
      { host: 'mail-1.eu.example.org.' },
      'mail-1.eu.example by short_host_name 0.85 (host=mail-1.eu.example.org.)',
    ],
    [
      'other separators and case',
      { host: 'LONE_12' },
      'lone-12 by similar_name 0.95 (host=LONE_12)',
    ],
    [
      'a name with the environment in it',
      { host: 'prd-lone-12' },
      'lone-12 by similar_name 0.95 (host=prd-lone-12)',
    ],
    [
      'a serial number',
      { serial_number: 'sn-0042-77' },
      'mail-1.eu.example by explicit_id 1 (serial_number=sn-0042-77)',
    ],
    [
      'a MAC address in another notation',
      { mac: '001b.4411.3ab7' },
      'mail-1.eu.example by explicit_id 1 (mac=001b.4411.3ab7)',
    ],
    [
      'a pod by its set, though another set is called like the pod',
      { pod: 'redis-2' },
      'redis by kubernetes_workload 0.95 (pod=redis-2)',
    ],
    [
      'a service by its name in the cluster',
      { service: 'cart.b.svc.cluster.local' },
      'cart-b by service_name 0.8 (service=cart.b.svc.cluster.local)',
    ],
    [
      'a namespace and a name',
      { deployment: 'a/cart' },
      'cart-a by kubernetes_workload 0.95 (deployment=a/cart)',
    ],
    [
      'one of two namespaces',
      { pod: 'cart-0', namespace: 'b' },
      'cart-b by kubernetes_workload 0.95 (pod=cart-0)',
    ],
  ])('binds %s', (_name, labels, expected) => {
    expect(bound(labels)).toBe(expected)
  })

  it.each<[string, Labels, string]>([
    ['no label that names anything', { severity: 'critical' }, 'no_name'],
    ['an empty label', { host: '' }, 'no_name'],
    ['a name nobody knows', { host: 'web-9' }, 'unknown'],
    ['a CI that is retired', { host: 'old-1' }, 'retired'],
    ['two of one name', { host: 'same' }, 'ambiguous'],
    ['two workloads without a namespace', { pod: 'cart-0' }, 'ambiguous'],
    ['a workload of another namespace', { pod: 'cart-0', namespace: 'c' }, 'unknown'],
    ['a CI of another cluster', { host: 'web-2', cluster: 'green' }, 'unknown'],
    ['a CI of another environment', { host: 'db-1', environment: 'test' }, 'unknown'],
    ['two that differ in case from it', { host: 'CASE' }, 'ambiguous'],
    ['a name of another domain', { host: 'mail-1.us.example' }, 'unknown'],
    ['a short name in two domains', { host: 'two-1' }, 'ambiguous'],
    ['other digits', { host: 'lone-21' }, 'unknown'],
    ['a zero more', { host: 'lone-012' }, 'unknown'],
    ['digits that are parted otherwise', { host: 'lone-1-2' }, 'unknown'],
    ['a name with another environment in it', { host: 'test-lone-12' }, 'unknown'],
    ['a short label of another environment', { host: 'lone-12', env: 'dev' }, 'unknown'],
    ['a retired CI, though one is called nearly so', { host: 'was-7' }, 'retired'],
    [
      'what a web address begins with',
      { instance: 'https://checkout.partner.example/' },
      'unknown',
    ],
    ['an address that every machine has', { instance: '127.0.0.1:9100' }, 'unknown'],
    ['an address that many share', { ip: '10.1.0.50' }, 'unknown'],
    ['a part of an address', { host: '10.0.0.5.nip.example' }, 'unknown'],
  ])('leaves %s', (_name, labels, expected) => {
    expect(bound(labels)).toBe(expected)
  })

  it.each<[string, number, string]>([
    ['the one that had it', T0 - 1, 'old-pod by ip_address 0.9 (instance=10.1.0.9:80)'],
    ['nothing between', T0, 'unknown'],
    ['nothing before the next one', T0 + 59_999, 'unknown'],
    ['the next one', T0 + 60_000, 'new-pod by ip_address 0.9 (instance=10.1.0.9:80)'],
  ])('binds an address at its time to %s', (_name, at, expected) => {
    expect(bound({ instance: '10.1.0.9:80' }, NO_RULES, at)).toBe(expected)
  })

  it('says what it tried, each once', () => {
    const decision = decideBinding(
      { labels: { host: 'a.b', instance: 'a.b:1', job: 'j' }, at: T0 },
      { topology: TOPOLOGY, rules: NO_RULES },
    )
    expect(decision).toEqual({
      action: 'leave',
      reason: 'unknown',
      tried: ['host=a.b', 'instance=a.b:1', 'instance=a.b', 'job=j'],
      named: { label: 'host', kind: 'host', name: 'a.b', realm: {} },
    })
  })
})

describe('the rules of people', () => {
  const rule = (more: Readonly<Record<string, unknown>>) =>
    RulePacks.parse({ bind: { rules: [{ name: 'r', label: 'asset', ...more }] } }).bind

  it.each<[string, Readonly<Record<string, unknown>>, Labels, string]>([
    ['come before names', {}, { asset: 'db-1', host: 'web-2' }, 'db-1 by rule:r 0.9 (asset=db-1)'],
    [
      'but after explicit ids',
      {},
      { asset: 'db-1', ci: 'web-2' },
      'web-2 by explicit_id 1 (ci=web-2)',
    ],
    [
      'with their own confidence',
      { confidence: 0.5 },
      { asset: 'db-1' },
      'db-1 by rule:r 0.5 (asset=db-1)',
    ],
    [
      'cut out a group',
      { extract: 'host-(.+)' },
      { asset: 'host-db-1' },
      'db-1 by rule:r 0.9 (asset=host-db-1)',
    ],
    [
      'or the whole match',
      { extract: '[a-z]+-[0-9]' },
      { asset: 'xx db-1 yy' },
      'db-1 by rule:r 0.9 (asset=xx db-1 yy)',
    ],
    [
      'do nothing where nothing is cut out',
      { extract: '^x(.+)' },
      { asset: 'db-1', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'apply only to what they match',
      { when: ['env="prod"'] },
      { asset: 'db-1', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'look only among their classes',
      { class: ['service'] },
      { asset: 'db-1', host: 'web-2' },
      'web-2 by exact_name 0.99 (host=web-2)',
    ],
    [
      'read the realm that was exported with their label',
      { label: 'exported_pod', extract: '(cart)' },
      { exported_pod: 'cart-0', exported_namespace: 'b', namespace: 'monitoring' },
      'cart-b by rule:r 0.9 (exported_pod=cart-0)',
    ],
    ['do not bind to what is retired', {}, { asset: 'old-1' }, 'retired'],
  ])('%s', (_name, more, labels, expected) => {
    expect(bound(labels, rule(more))).toBe(expected)
  })
})

describe('the workload of a pod', () => {
  it.each<[string, string, string[]]>([
    ['of a ReplicaSet', 'checkout-7d4b9c6f5d-x2x4z', ['checkout', 'checkout-7d4b9c6f5d']],
    ['of a StatefulSet', 'db-0', ['db']],
    ['of a DaemonSet or a Job', 'agent-x2x4z', ['agent']],
    ['with dashes', 'my-shop-web-6c8f8d9b7c-bcdfg', ['my-shop-web', 'my-shop-web-6c8f8d9b7c']],
    ['none', 'standalone', []],
    ['not by vowels', 'web-hello', []],
  ])('%s', (_name, pod, expected) => {
    expect(workloadNames(pod)).toEqual(expected)
  })
})

it.each<[string, boolean]>([
  ['operational', true],
  ['maintenance', true],
  ['retired', false],
  ['Retired', false],
  ['DISPOSED', false],
])('a CI that is %s may be bound: %s', (status, expected) => {
  expect(isOperational(ci('x', { status }))).toBe(expected)
})
