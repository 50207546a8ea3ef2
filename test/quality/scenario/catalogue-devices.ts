/** Alerts of hosts, network, storage, cloud services, shops and what is rented: see `catalogue.ts`. */
import { rule, type Symptoms } from './symptom.ts'

const HOST: Symptoms = {
  down: [
    rule(
      'NodeDown',
      'critical',
      [1, 'node'],
      'Host {name} is down: node exporter cannot be scraped',
    ),
    rule('SshUnreachable', 'warning', [2, 'probe'], 'Port 22 of {name} does not answer'),
    rule('HostUnreachable', 'critical', [1, 'probe'], 'PING to {name}: 100 % packet loss'),
    rule('KubeNodeNotReady', 'warning', [5, 'ksm'], 'Node {name} is not ready'),
    rule(
      'KubeletDown',
      'critical',
      [5, 'ksm'],
      'Kubelet on {name} has disappeared from target discovery',
    ),
  ],
  saturated: [
    rule('NodeCPUHighUsage', 'info', [5, 'node'], 'CPU usage on {name} is above 90 %'),
    rule('NodeSystemSaturation', 'warning', [5, 'node'], 'Load per core on {name} is above 2'),
    rule(
      'NodeMemoryMajorPagesFaults',
      'warning',
      [5, 'node'],
      'Memory of {name}: many major page faults',
    ),
  ],
  disk: [
    rule(
      'NodeFilesystemSpaceFillingUp',
      'warning',
      [10, 'node'],
      'File system /var on {name} fills up within 4 hours',
    ),
    rule(
      'NodeFilesystemAlmostOutOfSpace',
      'critical',
      [2, 'node'],
      'File system /var on {name} has less than 3 % left',
    ),
  ],
  slow: [rule('NodeDiskIOSaturation', 'warning', [5, 'node'], 'Disk queue on {name} is high')],
  lossy: [
    rule('HostPacketLoss', 'warning', [1, 'probe'], 'PING to {name}: packet loss above 20 %'),
    rule(
      'NodeNetworkReceiveErrs',
      'warning',
      [2, 'node'],
      'Interface eth0 on {name} reports receive errors',
    ),
    rule(
      'NodeTcpRetransmits',
      'warning',
      [2, 'node'],
      '{name} retransmits more than 2 % of segments',
    ),
  ],
  skewed: [
    rule(
      'NodeClockNotSynchronising',
      'warning',
      [5, 'node'],
      'Clock on {name} does not synchronise',
    ),
    rule(
      'NodeClockSkewDetected',
      'warning',
      [5, 'node'],
      'Clock on {name} is out of sync by more than 0.05 s',
    ),
  ],
  restarts: [rule('NodeRebooted', 'warning', [0, 'node'], '{name} was rebooted')],
}

const SWITCH: Symptoms = {
  down: [
    rule('DeviceUnreachable', 'critical', [2, 'device'], '{name} does not answer SNMP'),
    rule('PingLossHigh', 'critical', [1, 'probe'], 'PING to {name}: 100 % packet loss'),
  ],
  lossy: [
    rule(
      'InterfaceErrorsHigh',
      'warning',
      [2, 'device', 1],
      '{instance} of {name} counts CRC errors',
    ),
    rule('InterfaceDown', 'warning', [0, 'device', 0.6], '{instance} of {name} is down'),
    rule(
      'BgpPeerDown',
      'critical',
      [0, 'device', 0.4],
      '{name}: BGP peer on {instance} left the established state',
    ),
  ],
  degraded: [
    rule('PowerSupplyFailed', 'warning', [0, 'device'], 'Power supply 2 of {name} has failed'),
    rule('StpTopologyChanges', 'warning', [1, 'device'], '{name}: spanning tree changes often'),
  ],
  saturated: [
    rule(
      'InterfaceUtilisationHigh',
      'warning',
      [5, 'device', 0.7],
      '{instance} of {name} is used above 90 %',
    ),
  ],
}

const RACK: Symptoms = {
  down: [rule('PduLoadZero', 'critical', [1, 'device'], 'PDU of {name} delivers no current')],
  degraded: [
    rule('UpsOnBattery', 'critical', [0, 'device'], 'UPS of {name} runs on battery'),
    rule(
      'InletTemperatureHigh',
      'warning',
      [2, 'device'],
      'Inlet temperature of {name} is above 35 degrees',
    ),
  ],
}

const STORAGE: Symptoms = {
  slow: [
    rule('ArrayLatencyHigh', 'critical', [2, 'device'], 'Volume latency of {name} is above 50 ms'),
    rule(
      'ControllerUtilisationHigh',
      'warning',
      [5, 'device', 0.8],
      '{instance} of {name} is busy above 90 %',
    ),
  ],
  degraded: [
    rule(
      'ArrayDiskFailed',
      'warning',
      [0, 'device'],
      'A disk of {name} has failed, rebuild is running',
    ),
  ],
  down: [rule('DeviceUnreachable', 'critical', [2, 'device'], '{name} does not answer SNMP')],
}

const HYPERVISOR: Symptoms = {
  down: [
    rule(
      'EsxHostNotResponding',
      'critical',
      [1, 'device'],
      'Host {name} in vCenter is not responding',
    ),
  ],
  slow: [
    rule(
      'DatastoreLatencyHigh',
      'warning',
      [2, 'device'],
      'Datastore of {name}: kernel latency above 30 ms',
    ),
  ],
  saturated: [
    rule(
      'EsxCpuReadyHigh',
      'warning',
      [5, 'device'],
      'CPU ready of machines on {name} is above 10 %',
    ),
  ],
}

const FUNCTION: Symptoms = {
  errors: [
    rule('LambdaErrors', 'critical', [1, 'cloud'], 'Function {name}: errors above 5 %'),
    rule('LambdaDeadLetters', 'warning', [2, 'cloud'], 'Function {name} gives up on events'),
    rule(
      'LogErrorsIncreasing',
      'warning',
      [2, 'cloud'],
      'Function {name} logs ten times the usual errors',
    ),
  ],
  slow: [
    rule(
      'LambdaDurationHigh',
      'warning',
      [2, 'cloud'],
      'Function {name}: duration p95 near its timeout',
    ),
    rule(
      'LambdaConcurrencyHigh',
      'warning',
      [2, 'cloud'],
      'Function {name} uses 90 % of its concurrency',
    ),
  ],
  throttled: [
    rule('LambdaThrottles', 'critical', [0, 'cloud'], 'Function {name} is throttled'),
    rule('LambdaErrors', 'critical', [1, 'cloud'], 'Function {name}: errors above 5 %'),
  ],
  backlog: [
    rule(
      'LambdaIteratorAgeHigh',
      'warning',
      [5, 'cloud'],
      'Function {name}: iterator age above 5 minutes',
    ),
  ],
  idle: [rule('LambdaInvocationsLow', 'info', [10, 'cloud'], 'Function {name} is hardly invoked')],
}

const MANAGED: Symptoms = {
  backlog: [
    rule(
      'SqsOldestMessageAge',
      'warning',
      [5, 'cloud'],
      'Oldest message in {name} is older than 10 minutes',
    ),
    rule(
      'SqsDeadLetters',
      'critical',
      [0, 'cloud'],
      'Messages arrive in the dead letter queue of {name}',
    ),
  ],
  throttled: [
    rule('DynamoThrottledRequests', 'critical', [1, 'cloud'], 'Requests to {name} are throttled'),
  ],
  slow: [
    rule('DynamoLatencyHigh', 'warning', [2, 'cloud'], 'GetItem on {name} takes longer than 50 ms'),
    rule('ApiGatewayLatencyHigh', 'warning', [2, 'cloud'], '{name} answers slower than 3 s'),
  ],
  errors: [
    rule('ApiGateway5xx', 'critical', [1, 'cloud'], '{name} returns 5xx'),
    rule(
      'ErrorBudgetBurn',
      'critical',
      [2, 'slo'],
      '{name} requests-availability burns its error budget 14 times too fast',
    ),
  ],
}

const EXTERNAL: Symptoms = {
  down: [rule('BlackboxProbeFailed', 'critical', [2, 'probe'], 'Probe of {name} failed')],
  slow: [
    rule('BlackboxSlowProbe', 'warning', [2, 'probe'], 'Probe of {name} takes longer than 3 s'),
  ],
  errors: [
    rule('BlackboxProbeHttpFailure', 'warning', [2, 'probe'], '{name} answers with HTTP 503'),
  ],
  expired: [
    rule(
      'BlackboxSslCertificateExpired',
      'critical',
      [0, 'probe'],
      'TLS certificate of {name} has expired',
    ),
  ],
}

const DNS: Symptoms = {
  down: [
    rule(
      'CoreDNSDown',
      'critical',
      [2, 'app'],
      'CoreDNS {name} has disappeared from target discovery',
    ),
    rule('DnsProbeFailed', 'critical', [1, 'probe'], 'Lookups at {name} fail'),
  ],
  errors: [
    rule(
      'CoreDNSErrorsHigh',
      'critical',
      [2, 'app'],
      '{name} returns SERVFAIL for more than 3 % of requests',
    ),
  ],
  slow: [rule('CoreDNSLatencyHigh', 'warning', [2, 'app'], '{name} answers slower than 1 s')],
}

const IDENTITY: Symptoms = {
  down: [
    rule('LdapBindFailed', 'critical', [1, 'probe'], 'Bind at {name} fails'),
    rule(
      'LoginFailuresHigh',
      'critical',
      [2, 'app'],
      'More than half of the logins at {name} fail',
    ),
  ],
  slow: [rule('TokenIssueSlow', 'warning', [2, 'app'], '{name} issues tokens slower than 2 s')],
  errors: [
    rule(
      'LoginFailuresHigh',
      'critical',
      [2, 'app'],
      'More than half of the logins at {name} fail',
    ),
  ],
}

const BALANCER: Symptoms = {
  down: [rule('HaproxyDown', 'critical', [0, 'exporter'], 'HAProxy {name} is down')],
  errors: [
    rule(
      'HaproxyHighHttp5xxErrorRateBackend',
      'critical',
      [1, 'exporter'],
      'Backends of {name} return too many 5xx',
    ),
    rule('HaproxyServerDown', 'warning', [0, 'exporter'], 'A server behind {name} is down'),
  ],
  slow: [
    rule(
      'HaproxyResponseTimeHigh',
      'warning',
      [2, 'exporter'],
      'Backends of {name} respond slower than 2 s',
    ),
  ],
  degraded: [
    rule('HaproxyServerDown', 'warning', [0, 'exporter'], 'A server behind {name} is down'),
  ],
}

const TILL: Symptoms = {
  down: [rule('DeviceOffline', 'warning', [3, 'device'], '{name} has not been seen')],
  errors: [
    rule('PosTransactionsFailing', 'critical', [2, 'device'], '{name}: card payments are refused'),
  ],
  lossy: [rule('DevicePacketLoss', 'warning', [2, 'device'], '{name} loses packets')],
  slow: [
    rule('PosTransactionsSlow', 'warning', [2, 'device'], '{name}: a sale takes longer than 20 s'),
  ],
}

const JOB: Symptoms = {
  errors: [rule('AirflowTaskFailed', 'warning', [0, 'app'], 'A task of DAG {name} has failed')],
  stale: [
    rule('AirflowSlaMissed', 'warning', [0, 'app'], 'DAG {name} missed its SLA'),
    rule('TableFreshnessBreached', 'warning', [5, 'app'], 'Tables of {name} are older than agreed'),
  ],
  backlog: [rule('AirflowTasksQueued', 'warning', [5, 'app'], 'Tasks of {name} wait in the queue')],
}

const APPLICATION: Symptoms = {
  errors: [
    rule('SyntheticJourneyFailed', 'critical', [2, 'probe'], 'Journey through {name} fails'),
  ],
  slow: [
    rule(
      'SyntheticJourneySlow',
      'warning',
      [5, 'probe'],
      'Journey through {name} takes longer than 10 s',
    ),
  ],
}

/** By class. */
export const DEVICES: Readonly<Record<string, Symptoms>> = {
  host: HOST,
  switch: SWITCH,
  router: SWITCH,
  rack: RACK,
  storage: STORAGE,
  hypervisor: HYPERVISOR,
  function: FUNCTION,
  managed_service: MANAGED,
  external_service: EXTERNAL,
  dns: DNS,
  identity_provider: IDENTITY,
  load_balancer: BALANCER,
  till: TILL,
  batch_job: JOB,
  application: APPLICATION,
}
