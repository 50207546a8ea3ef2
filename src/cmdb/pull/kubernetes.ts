/**
 * A live Kubernetes cluster by kubeconfig: lists with `limit` and `continue`. A token of a list that
 * has expired (410) begins the list anew.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { Collector } from '../collect.ts'
import { addObjects, type FoundObject } from '../kubernetes-objects.ts'
import { definePull, type PullHttp, pagesOf } from './http.ts'
import { type Access, readKubeconfig } from './kubeconfig.ts'
import { Variable } from './settings.ts'

const Settings = z.strictObject({
  /** Holds the path of the kubeconfig. */
  kubeconfigVariable: Variable.default('KUBECONFIG'),
  context: z.string().min(1).optional(),
  /** As alerts name the cluster; else its name in the kubeconfig. */
  cluster: z.string().min(1).max(200).optional(),
})

const List = z.object({
  metadata: z.object({ continue: z.string().nullish() }).default({}),
  items: z.array(z.record(z.string(), z.unknown())).nullable(),
})
const Expired = z.object({ kind: z.literal('Status'), code: z.literal(410) })
const Page = z.union([List, Expired])

const LIMIT = 500
const MAX_RESTARTS = 3
const TERMS = {
  authority: 'certificate-authority of the kubeconfig',
  address: 'server of the kubeconfig',
}

const LISTS: readonly (readonly [string, string])[] = [
  ['Node', '/api/v1/nodes'],
  ['PersistentVolume', '/api/v1/persistentvolumes'],
  ['PersistentVolumeClaim', '/api/v1/persistentvolumeclaims'],
  ['Service', '/api/v1/services'],
  ['Deployment', '/apis/apps/v1/deployments'],
  ['StatefulSet', '/apis/apps/v1/statefulsets'],
  ['DaemonSet', '/apis/apps/v1/daemonsets'],
  ['ReplicaSet', '/apis/apps/v1/replicasets'],
  ['CronJob', '/apis/batch/v1/cronjobs'],
  ['Job', '/apis/batch/v1/jobs'],
  ['Ingress', '/apis/networking.k8s.io/v1/ingresses'],
  ['Pod', '/api/v1/pods'],
]

export const kubernetesPull = definePull({
  id: 'kubernetes',
  title: 'Kubernetes cluster',
  docs: 'https://kubernetes.io/docs/reference/using-api/api-concepts/',
  settings: Settings,
  pull: async ({ kubeconfigVariable, context, cluster }, http, progress) => {
    const access = await readKubeconfig(http.credential(kubeconfigVariable), context)
    const objects: FoundObject[] = []
    for (const [kind, path] of LISTS) {
      const values = await readList(http, access, path)
      // Objects of a list leave their kind to the list's.
      for (const [at, value] of values.entries())
        objects.push({ where: `${path} ${at + 1}`, value: { ...value, kind } })
      progress(objects.length)
    }
    const collector = new Collector()
    addObjects(objects, cluster ?? access.cluster, collector)
    return collector.finish()
  },
})

async function readList(
  http: PullHttp,
  { server, headers, tls }: Access,
  path: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const url = `${server}${path}?limit=${LIMIT}`
  const first = { url, headers, tls, terms: TERMS, accept: [410] }
  for (let restart = 0; restart < MAX_RESTARTS; restart++) {
    const values: Readonly<Record<string, unknown>>[] = []
    let isExpired = false
    const pages = pagesOf(http, first, Page, (page) => {
      const token = 'items' in page ? page.metadata.continue : undefined
      return token ? { ...first, url: `${url}&continue=${encodeURIComponent(token)}` } : undefined
    })
    for await (const page of pages) {
      if ('items' in page) values.push(...(page.items ?? []))
      else isExpired = true
    }
    if (!isExpired) return values
  }
  throw new AppError('store_unavailable', `${server}${path}: expired ${MAX_RESTARTS} times`)
}
