/**
 * Which alerts a component of a class raises when it is in some trouble, by the names, severities and
 * waits of the rule sets people run: kubernetes-mixin, node-mixin, mysqld-, kafka- and blackbox-mixin,
 * Sloth's burn rates, Istio's and awesome-prometheus-alerts.
 */

import { DEVICES } from './catalogue-devices.ts'
import { STORES } from './catalogue-stores.ts'
import { type AlertRule, type Mode, rule, type Symptoms } from './symptom.ts'
import type { Component } from './world.ts'

const SERVICE: Symptoms = {
  errors: [
    rule(
      'HighErrorRate',
      'critical',
      [2, 'app'],
      '{name} answers more than 5 % of requests with 5xx',
    ),
    rule(
      'ErrorBudgetBurn',
      'critical',
      [2, 'slo'],
      '{name} requests-availability burns its error budget 14 times too fast',
    ),
    rule(
      'IstioHigh5xxResponseRate',
      'warning',
      [1, 'mesh'],
      'Istio: 5xx responses of {name} above 5 %',
    ),
    rule(
      'ClientCallErrors',
      'warning',
      [2, 'client'],
      '{name} sees errors of an upstream it calls',
    ),
    rule(
      'LogErrorsIncreasing',
      'warning',
      [5, 'pod', 0.5],
      'Pod {instance} logs ten times the usual errors',
    ),
  ],
  slow: [
    rule('HighRequestLatency', 'warning', [5, 'app'], 'p99 latency of {name} is above 1 s'),
    rule(
      'IstioHighRequestLatency',
      'warning',
      [1, 'mesh'],
      'Istio: request duration p99 of {name} above 1 s',
    ),
    rule(
      'LatencyBudgetBurn',
      'warning',
      [5, 'slo'],
      '{name} requests-latency burns its error budget 6 times too fast',
    ),
    rule(
      'ThreadPoolQueueing',
      'warning',
      [2, 'app', 0.6],
      'Requests wait for a thread in {instance}',
    ),
  ],
  down: [
    rule('TargetDown', 'critical', [1, 'app', 0.9], '{instance} of {name} cannot be scraped'),
    rule('BlackboxProbeFailed', 'critical', [1, 'probe'], 'Probe of {name} failed'),
    rule(
      'KubeDeploymentReplicasMismatch',
      'warning',
      [10, 'ksm'],
      'Deployment {name} has not matched the expected number of replicas',
    ),
    rule(
      'HighErrorRate',
      'critical',
      [2, 'app'],
      '{name} answers more than 5 % of requests with 5xx',
    ),
  ],
  restarts: [
    rule(
      'KubePodCrashLooping',
      'warning',
      [5, 'pod', 0.7],
      'Pod {instance} is in waiting state (CrashLoopBackOff)',
    ),
    rule(
      'KubePodNotReady',
      'warning',
      [10, 'pod', 0.7],
      'Pod {instance} has been in a non-ready state',
    ),
    rule(
      'KubeDeploymentReplicasMismatch',
      'warning',
      [10, 'ksm'],
      'Deployment {name} has not matched the expected number of replicas',
    ),
    rule(
      'ContainerOomKilled',
      'warning',
      [0, 'pod', 0.4],
      'Container in pod {instance} was OOM killed',
    ),
  ],
  saturated: [
    rule(
      'CPUThrottlingHigh',
      'info',
      [5, 'pod', 0.6],
      'Processes in pod {instance} experience CPU throttling',
    ),
    rule(
      'ContainerMemoryNearLimit',
      'warning',
      [5, 'pod', 0.5],
      'Pod {instance} uses 90 % of its memory limit',
    ),
    rule(
      'KubeHpaMaxedOut',
      'warning',
      [5, 'ksm'],
      'HPA of {name} has been running at max replicas',
    ),
    rule(
      'ConnectionPoolExhausted',
      'critical',
      [1, 'app', 0.7],
      'No free connection in the pool of {instance}',
    ),
  ],
  idle: [
    rule(
      'TrafficDropped',
      'warning',
      [5, 'app'],
      '{name} receives less than half of its usual requests',
    ),
  ],
  throttled: [
    rule(
      'UpstreamRateLimited',
      'warning',
      [2, 'client'],
      '{name} is answered 429 by what it calls',
    ),
    rule(
      'HighErrorRate',
      'critical',
      [2, 'app'],
      '{name} answers more than 5 % of requests with 5xx',
    ),
  ],
  expired: [
    rule('TlsHandshakeErrors', 'critical', [1, 'app', 0.6], 'TLS handshakes with {instance} fail'),
    rule(
      'BlackboxSslCertificateExpired',
      'critical',
      [0, 'probe'],
      'TLS certificate of {name} has expired',
    ),
  ],
  backlog: [
    rule(
      'ConsumerLagHigh',
      'warning',
      [5, 'app'],
      'Consumer group {name} lags by more than 10000 messages',
    ),
    rule(
      'ProcessingDelayed',
      'critical',
      [10, 'app'],
      '{name} processes events older than 15 minutes',
    ),
  ],
  stale: [
    rule(
      'DataFreshnessBreached',
      'warning',
      [5, 'app'],
      'The newest record of {name} is older than its target',
    ),
  ],
  skewed: [
    rule(
      'TokenValidationFailures',
      'warning',
      [2, 'app', 0.6],
      '{instance} refuses tokens that are not yet valid',
    ),
  ],
  lossy: [
    rule(
      'UpstreamConnectTimeouts',
      'warning',
      [2, 'client'],
      '{name}: connects to an upstream time out',
    ),
    rule('HighRequestLatency', 'warning', [5, 'app'], 'p99 latency of {name} is above 1 s'),
  ],
}

const POD: Symptoms = {
  down: [
    rule('KubePodNotReady', 'warning', [5, 'pod'], 'Pod {name} has been in a non-ready state'),
    rule('TargetDown', 'warning', [2, 'app'], '{name} cannot be scraped'),
  ],
  restarts: [
    rule(
      'KubePodCrashLooping',
      'warning',
      [3, 'pod'],
      'Pod {name} is in waiting state (CrashLoopBackOff)',
    ),
    rule('ContainerOomKilled', 'warning', [0, 'pod'], 'Container in pod {name} was OOM killed'),
  ],
  saturated: [
    rule(
      'CPUThrottlingHigh',
      'info',
      [5, 'pod'],
      'Processes in pod {name} experience CPU throttling',
    ),
    rule(
      'ContainerMemoryNearLimit',
      'warning',
      [5, 'pod'],
      'Pod {name} uses 90 % of its memory limit',
    ),
  ],
  slow: [rule('ContainerIoWaitHigh', 'warning', [2, 'pod'], 'Pod {name} waits for its volume')],
  skewed: [
    rule(
      'TokenValidationFailures',
      'warning',
      [2, 'app'],
      '{name} refuses tokens that are not yet valid',
    ),
  ],
  errors: [
    rule(
      'LogErrorsIncreasing',
      'warning',
      [2, 'pod'],
      'Pod {name} logs ten times the usual errors',
    ),
  ],
}

const DEPLOYMENT: Symptoms = {
  degraded: [
    rule(
      'KubeDeploymentReplicasMismatch',
      'warning',
      [5, 'ksm'],
      'Deployment {name} has not matched the expected number of replicas',
    ),
    rule(
      'KubeDeploymentRolloutStuck',
      'warning',
      [10, 'ksm'],
      'Rollout of deployment {name} is not progressing',
    ),
  ],
  saturated: [
    rule(
      'KubeHpaMaxedOut',
      'warning',
      [5, 'ksm'],
      'HPA of {name} has been running at max replicas',
    ),
  ],
}

const CATALOGUE: Readonly<Record<string, Symptoms>> = {
  service: SERVICE,
  pod: POD,
  deployment: DEPLOYMENT,
  ...STORES,
  ...DEVICES,
}

/** Rules of Kubernetes and its mesh exist only there; those of one managed service only for it. */
const KUBE_ONLY = /^(Kube|Istio|Container|CPUThrottling)/
const KIND_OF_MANAGED = /^(Sqs|Dynamo|ApiGateway)/
const MANAGED_ENDING = { Sqs: '-queue', Dynamo: '-table', ApiGateway: '-api' } as const

export function isFor(alert: AlertRule, { platform, id }: Component): boolean {
  const kind = KIND_OF_MANAGED.exec(alert.name)?.[1] as keyof typeof MANAGED_ENDING | undefined
  if (kind !== undefined) return id.endsWith(MANAGED_ENDING[kind])
  return platform === 'kube' || !KUBE_ONLY.test(alert.name)
}

/** The alerts that tell of this trouble of this component; none where nobody watches for it. */
export function symptomsOf(component: Component, mode: Mode): readonly AlertRule[] {
  const alerts = CATALOGUE[component.class]?.[mode] ?? []
  return alerts.filter((alert) => isFor(alert, component))
}
