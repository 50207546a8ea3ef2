/**
 * Kubernetes, as its "API Concepts" page describes it: lists with `limit` and `continue`, whose objects
 * have no kind of their own, 410 when a token has expired; and a kubeconfig after its reference page.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { kubernetesPull } from '../../../src/cmdb/pull/kubernetes.ts'
import { type Answer, type Asked, type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

const owner = (kind: string, name: string) => [{ kind, name, uid: '1', controller: true }]
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  '/api/v1/nodes': [
    {
      metadata: { name: 'n1' },
      status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
    },
  ],
  '/api/v1/persistentvolumes': [],
  '/api/v1/persistentvolumeclaims': [],
  '/api/v1/services': [
    { metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' } } },
  ],
  '/apis/apps/v1/deployments': [
    {
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { template: { metadata: { labels: { app: 'cart' } } } },
    },
  ],
  '/apis/apps/v1/statefulsets': [],
  '/apis/apps/v1/daemonsets': [],
  '/apis/apps/v1/replicasets': [
    {
      metadata: {
        name: 'cart-5d4f8',
        namespace: 'shop',
        ownerReferences: owner('Deployment', 'cart'),
      },
    },
  ],
  '/apis/batch/v1/cronjobs': [],
  '/apis/batch/v1/jobs': [],
  '/apis/networking.k8s.io/v1/ingresses': [],
  '/api/v1/pods': ['aaaaa', 'bbbbb', 'ccccc'].map((end) => ({
    metadata: {
      name: `cart-5d4f8-${end}`,
      namespace: 'shop',
      ownerReferences: owner('ReplicaSet', 'cart-5d4f8'),
    },
    spec: { nodeName: 'n1' },
    status: { phase: 'Running' },
  })),
}
const PAGE = 2

/** `expire` tokens are no longer good, once each. */
function fakeApi(expire: string[]): FakeApi {
  const answer = ({ path, query }: Asked): Answer => {
    const token = query.get('continue') ?? '0'
    const at = expire.indexOf(`${path} ${token}`)
    if (at >= 0) {
      expire.splice(at, 1)
      const message = 'The provided continue parameter is too old'
      return {
        status: 410,
        body: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message },
      }
    }
    const all = LISTS[path] ?? []
    const next = Number(token) + PAGE
    const metadata = {
      resourceVersion: '7',
      ...(next < all.length ? { continue: String(next) } : {}),
    }
    return {
      body: { kind: 'AList', apiVersion: 'v1', metadata, items: pageOf(all, Number(token), PAGE) },
    }
  }
  return {
    isAllowed: ({ authorization }) => authorization === `Bearer ${SECRET}`,
    routes: Object.keys(LISTS).map((path) => ({
      path,
      query: { limit: /^\d{1,4}$/, continue: /^\d+$/ },
      required: ['limit'],
      answer,
    })),
  }
}

function kubeconfig(server: string, user: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-kube-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'config')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'prod-eu', user: 'reader' } }],
    clusters: [{ name: 'prod-eu', cluster: { server } }],
    users: [{ name: 'reader', user }],
  }
  writeFileSync(file, JSON.stringify(config))
  writeFileSync(join(folder, 'token'), `${SECRET}\n`)
  return file
}

describe('a Kubernetes cluster', () => {
  it('is read to the end, whatever goes wrong in between', async () => {
    const env: Record<string, string> = {}
    const fake = await startFake(fakeApi(['/api/v1/pods 2']), env)
    env['KUBECONFIG'] = kubeconfig(fake.url, { tokenFile: 'token' })
    const read = await kubernetesPull.pull({}, fake.http, () => undefined)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(read.bad).toEqual([])
    expect(read.relations.map(({ from, type, to }) => `${from} ${type} ${to}`)).toEqual([
      ...['aaaaa', 'bbbbb', 'ccccc'].flatMap((end) => [
        `Pod:shop/cart-5d4f8-${end}@prod-eu member_of Deployment:shop/cart@prod-eu`,
        `Pod:shop/cart-5d4f8-${end}@prod-eu runs_on Node:n1@prod-eu`,
      ]),
      'Service:shop/cart@prod-eu depends_on Deployment:shop/cart@prod-eu',
    ])
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it.each([
    [
      'a plugin',
      { exec: { command: 'aws', args: [SECRET] } },
      'exec and auth-provider are not supported',
    ],
    ['a token file that is gone', { tokenFile: `gone-${SECRET}` }, 'cannot be read'],
  ])('with %s in its kubeconfig is not asked', async (_name, user, reason) => {
    const env: Record<string, string> = {}
    const fake = await startFake(fakeApi([]), env)
    env['KUBECONFIG'] = kubeconfig(fake.url, user)
    const error = await kubernetesPull
      .pull({}, fake.http, () => undefined)
      .then(
        () => 'no error',
        (cause: unknown) => String(cause),
      )
    expect(error).toContain(reason)
    expect(error).not.toContain(SECRET)
    expect(fake.asked).toEqual([])
  })
})
