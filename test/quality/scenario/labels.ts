/** What labels an alert has: those that its exporter and its scrape configuration would give it. */
import type { Labels } from '../../../src/core/model.ts'
import type { AlertRule, View } from './symptom.ts'
import type { Component } from './world.ts'

/** An alert about a component, or about one of its processes or interfaces. */
export interface Subject {
  readonly component: Component
  /** Pod, `host:port` or interface. */
  readonly instance?: string
  /** The component that it suffers from, as far as a client's own metrics name it. */
  readonly upstream?: Component
}

type Make = (subject: Subject, name: string) => Labels

const hostOf = (instance: string): string => instance.replace(/:\d+$/, '')

const KUBE: Readonly<Record<View, Make>> = {
  app: ({ component, instance }, name) => ({
    ...component.place,
    job: name,
    service: name,
    ...(instance === undefined ? {} : { pod: instance, endpoint: 'metrics' }),
  }),
  client: ({ component, upstream }, name) => ({
    ...component.place,
    job: name,
    service: name,
    ...(upstream === undefined ? {} : { upstream: upstream.name }),
  }),
  mesh: ({ component, upstream }, name) => ({
    ...component.place,
    reporter: 'destination',
    destination_workload: name,
    destination_workload_namespace: component.place['namespace'] ?? 'default',
    ...(upstream === undefined ? {} : { response_flags: 'UF,URX' }),
  }),
  ksm: ({ component }, name) => ({
    ...component.place,
    job: 'kube-state-metrics',
    ...(component.class === 'host' ? { node: name } : { deployment: name }),
  }),
  pod: ({ component, instance }, name) => ({
    ...component.place,
    job: 'kube-state-metrics',
    pod: instance ?? name,
    container: containerOf(instance ?? name),
  }),
  probe: ({ component }, name) => ({
    ...component.place,
    job: 'blackbox',
    instance: component.class === 'host' ? component.address : `https://${name}.example.net/health`,
  }),
  slo: ({ component }, name) => ({
    ...component.place,
    sloth_id: `${name}-requests`,
    sloth_service: name,
    sloth_slo: 'requests',
  }),
  exporter: ({ component }, name) => ({
    ...component.place,
    job: `${component.class}-exporter`,
    instance: `${component.address}:9187`,
    service: name,
  }),
  node: ({ component }) => ({
    ...component.place,
    job: 'node-exporter',
    instance: `${component.address}:9100`,
  }),
  device: ({ component, instance }, name) => ({
    ...component.place,
    job: 'snmp',
    instance: name,
    ...(instance === undefined ? {} : { ifName: instance }),
  }),
  cloud: ({ component }, name) => ({
    ...component.place,
    job: 'yace',
    ...(component.class === 'function'
      ? { dimension_FunctionName: name }
      : { dimension_ResourceName: name }),
  }),
}

const VM: Partial<Record<View, Make>> = {
  app: ({ component, instance }, name) => ({
    ...component.place,
    job: name,
    instance: instance ?? `${component.address}:8080`,
  }),
  pod: ({ component, instance }, name) => ({
    ...component.place,
    job: name,
    instance: instance ?? `${component.address}:8080`,
  }),
  ksm: ({ component }, name) => ({
    ...component.place,
    job: 'systemd',
    instance: `${component.address}:9558`,
    name: `${name}.service`,
  }),
  mesh: ({ component }, name) => ({ ...component.place, job: 'envoy', envoy_cluster_name: name }),
}

function containerOf(pod: string): string {
  return pod.replace(/-[a-z0-9]{8,10}-[a-z0-9]{5}$/, '').replace(/-\d+$/, '')
}

/**
 * The full label set of an alert. `alias` is the name that monitoring knows the component by, where
 * that is not the CMDB's.
 */
export function labelsOf(alert: AlertRule, subject: Subject, alias?: string): Labels {
  const { component } = subject
  const kube = component.platform === 'kube' || component.platform === 'cloud'
  const make = (kube ? undefined : VM[alert.view]) ?? KUBE[alert.view]
  const shown =
    alias === undefined ? subject : { ...subject, component: { ...component, address: alias } }
  const renamed =
    alias === undefined || subject.instance === undefined
      ? shown
      : { ...shown, instance: renamedInstance(subject.instance, alias) }
  return {
    alertname: alert.name,
    severity: alert.severity,
    ...make(renamed, alias ?? component.name),
  }
}

function renamedInstance(instance: string, alias: string): string {
  const port = /:\d+$/.exec(instance)?.[0]
  if (port !== undefined) return `${alias}${port}`
  const pod = /-[a-z0-9]{8,10}-[a-z0-9]{5}$/.exec(instance)?.[0]
  return pod === undefined ? instance : `${alias}${pod}`
}

/** The summary, with the names filled in that monitoring has. */
export function textOf(alert: AlertRule, { component, instance }: Subject, alias?: string): string {
  const name = alias ?? component.name
  const shown =
    alias === undefined || instance === undefined ? instance : renamedInstance(instance, alias)
  return alert.text
    .replaceAll('{name}', name)
    .replaceAll('{instance}', shown === undefined ? name : hostOf(shown))
}
