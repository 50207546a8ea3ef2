/** Realms: labels that tell two things of one name apart, under the names that tools give them. */
import type { Ci, Labels } from './model.ts'
import { environmentOf } from './names.ts'

const REALMS = {
  namespace: ['namespace', 'k8s_namespace_name', 'kubernetes_namespace'],
  cluster: ['cluster', 'k8s_cluster_name'],
  region: ['region', 'cloud_region'],
  environment: ['environment', 'env', 'deployment_environment', 'deployment_environment_name'],
} as const
type RealmName = keyof typeof REALMS
const NAMES = ['namespace', 'cluster', 'region', 'environment'] as const satisfies RealmName[]

/** In lower case; environments by one word each. */
export type Realm = Readonly<Partial<Record<RealmName, string>>>

/** Whether `wide` says nothing that `realm` does not say too. */
export function isWithin(realm: Realm, wide: Realm): boolean {
  return NAMES.every((name) => wide[name] === undefined || wide[name] === realm[name])
}

/** Where an alert says it is; labels `exported_x` speak of what was scraped, and so do the realms beside them. */
export function realmOfAlert(labels: Labels, label: string): Realm {
  const own = realmOf(labels)
  return label.startsWith('exported_') ? { ...own, ...realmOf(labels, 'exported_') } : own
}

/** Where a CI is, as the CMDB has it. */
export function realmOfCi({ labels, environment }: Pick<Ci, 'labels' | 'environment'>): Realm {
  const own = realmOf(labels)
  return own.environment !== undefined || environment === undefined || environment === ''
    ? own
    : { ...own, environment: environmentOf(environment) }
}

function realmOf(labels: Labels, prefix = ''): Realm {
  const realm: Partial<Record<RealmName, string>> = {}
  for (const name of NAMES) {
    const label = REALMS[name].find((one) => (labels[`${prefix}${one}`] ?? '') !== '')
    const value = label === undefined ? undefined : labels[`${prefix}${label}`]
    if (value !== undefined)
      realm[name] = name === 'environment' ? environmentOf(value) : value.toLowerCase()
  }
  return realm
}

/** Whether both say where they are, and not the same. */
export function contradicts(a: Realm, b: Realm): boolean {
  return NAMES.some((name) => a[name] !== undefined && b[name] !== undefined && a[name] !== b[name])
}

/** In how many realms both are the same. */
export function agreements(a: Realm, b: Realm): number {
  return NAMES.filter((name) => a[name] !== undefined && a[name] === b[name]).length
}
