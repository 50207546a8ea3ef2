/**
 * What classes and relations are called here, and what ITIL and ServiceNow's CSDM call them. Any class
 * may come from a source; these are the ones that a class of others is led to.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-servicenow-platform/page/product/csdm-implementation/concept/csdm-landing-page.html
 */
import type { CiKind } from '../rules.ts'
import type { RelationKind } from '../topology.ts'

export interface ClassTerm {
  readonly name: string
  readonly meaning: string
  /** What alerts mean by a name of this class; null: no label of an alert names one in particular. */
  readonly kind: CiKind | null
  readonly itil: string
  readonly csdm: string
  /** Names of others for it, whole or as their last words: `linux_server` is a `server`. */
  readonly also: readonly string[]
}

export type RelationType = 'depends_on' | 'runs_on' | 'located_in' | 'member_of' | 'connects_to'

export interface RelationTerm {
  readonly type: RelationType
  /** From the one that suffers. */
  readonly meaning: string
  /** How a fault in `to` crosses it to `from`. */
  readonly kind: RelationKind
  readonly itil: string
  /** As ServiceNow has it, `parent::child`, where the parent is our `from`. */
  readonly csdm: string
  /** Other types that are kept as they are and count the same. */
  readonly also: readonly string[]
}

function term(
  name: string,
  kind: CiKind | null,
  meaning: string,
  [itil, csdm, also]: readonly [itil: string, csdm: string, also: string],
): ClassTerm {
  return { name, kind, meaning, itil, csdm, also: also.split(' ').filter((word) => word !== '') }
}

export const CLASS_TERMS: readonly ClassTerm[] = [
  term('business_process', null, 'what people do with services', [
    'Business process',
    'Business Process',
    'process',
  ]),
  term('service', 'service', 'what people or other services use; it has a criticality', [
    'Service',
    'Application Service; Business Service',
    'business_service application_service technical_service it_service service_auto service_discovered',
  ]),
  term('application', 'service', 'software that one team owns', [
    'Application',
    'Business Application; Application',
    'appl app component business_app software api website saas saas_application web_application',
  ]),
  term('external_service', 'service', 'a service of somebody else', [
    'Supplier service',
    'Application Service of a vendor',
    'third_party_service',
  ]),
  term('system', null, 'applications that belong together', [
    'System',
    'Business Application of several components',
    'domain application_solution',
  ]),
  term('database', null, 'a database or an instance that serves some', [
    'Database',
    'Database Instance; Database Catalog',
    'db db_instance db_catalog database_instance database_server schema database_schema',
  ]),
  term('cache', null, 'keeps answers of others', ['Database', 'Application', 'redis memcached']),
  term('queue', null, 'holds messages', ['Middleware', 'Messaging Service', 'topic']),
  term('message_broker', null, 'passes messages on', [
    'Middleware',
    'Messaging Service',
    'broker middleware message_bus',
  ]),
  term('function', null, 'runs on demand, on no server of ours', [
    'Application',
    'Cloud Function',
    'lambda',
  ]),
  term('pod', 'pod', 'one running copy in Kubernetes', [
    'Application instance',
    'Kubernetes Pod',
    'container',
  ]),
  term('workload', 'workload', 'what makes pods', [
    'Application',
    'Kubernetes Workload',
    'deployment statefulset daemonset replicaset cronjob job rollout',
  ]),
  term('ingress', null, 'lets requests in', ['Network', 'Kubernetes Ingress', 'gateway']),
  term('node', 'host', 'runs pods', ['Server', 'Kubernetes Node', '']),
  term('server', 'host', 'a machine that serves', [
    'Server',
    'Server; Linux Server; Windows Server',
    'host web_server',
  ]),
  term('virtual_machine', 'host', 'a machine on another', [
    'Virtual machine',
    'Virtual Machine Instance',
    'vm vm_instance instance machine',
  ]),
  term('hypervisor', 'host', 'runs virtual machines', [
    'Server',
    'Hypervisor; ESX Server',
    'esx_server',
  ]),
  term('computer', 'host', 'a machine that a person works at', [
    'Desktop',
    'Computer; Personal Computer',
    'desktop laptop workstation pc thin_client',
  ]),
  term('network_device', 'host', 'network gear of any kind', [
    'Network device',
    'Network Gear',
    'device netgear network_gear appliance wireless_controller',
  ]),
  term('switch', 'host', 'joins a network', ['Network device', 'IP Switch', 'ip_switch']),
  term('router', 'host', 'joins networks', ['Network device', 'IP Router', 'ip_router']),
  term('firewall', 'host', 'lets some through', ['Network device', 'IP Firewall', 'ip_firewall']),
  term('load_balancer', 'host', 'spreads requests', [
    'Network device',
    'Load Balancer',
    'lb load_balancer_service adc',
  ]),
  term('access_point', 'host', 'joins wireless devices', [
    'Network device',
    'Wireless Access Point',
    'wap',
  ]),
  term('network', null, 'addresses that reach each other', ['Network', 'IP Network', 'vpc vlan']),
  term('subnet', null, 'a part of a network', ['Network', 'Cloud Subnet', 'subnetwork']),
  term('storage', null, 'keeps data for others', [
    'Storage',
    'Storage Device; Storage Server',
    'storage_device storage_system nas san bucket',
  ]),
  term('volume', null, 'a part of storage', [
    'Storage',
    'Storage Volume',
    'persistent_volume persistent_volume_claim disk',
  ]),
  term('cluster', null, 'machines or devices that act as one', [
    'Cluster',
    'Cluster; Kubernetes Cluster',
    'farm virtual_chassis stack server_farm',
  ]),
  term('power', null, 'feeds others', ['Facility', 'UPS; PDU', 'ups pdu']),
  term('rack', null, 'holds devices', ['Facility', 'Rack', 'enclosure']),
  term('site', null, 'a place', [
    'Location',
    'Location; Data Center',
    'location data_center datacenter zone region room',
  ]),
  term('peripheral', null, 'hangs on a computer, or is carried about', [
    'Desktop',
    'Peripheral; Printer; Handheld Computing Device',
    'printer monitor projector scanner phone tablet mobile mobile_device handheld',
  ]),
]

export const RELATION_TERMS: readonly RelationTerm[] = [
  {
    ...{ type: 'depends_on', kind: 'call', meaning: 'needs it to work' },
    ...{ itil: 'depends on', csdm: 'Depends on::Used by' },
    also: ['uses', 'calls', 'reads_from', 'writes_to'],
  },
  {
    ...{ type: 'runs_on', kind: 'host', meaning: 'is executed by it' },
    ...{ itil: 'runs on, is installed on', csdm: 'Runs on::Runs' },
    also: ['hosted_on', 'deployed_on'],
  },
  {
    ...{ type: 'located_in', kind: 'host', meaning: 'stands in it' },
    ...{ itil: 'is located at', csdm: 'Located in::Houses', also: [] },
  },
  {
    ...{ type: 'member_of', kind: 'member', meaning: 'is a part of it; contains, read backwards' },
    ...{ itil: 'is part of', csdm: 'Member of::Members' },
    also: ['part_of', 'instance_of', 'contained_in'],
  },
  {
    ...{ type: 'connects_to', kind: 'call', meaning: 'talks to it over a line' },
    ...{ itil: 'is connected to', csdm: 'Connects to::Connected by', also: [] },
  },
]

const BY_NAME: ReadonlyMap<string, ClassTerm> = new Map([
  ...CLASS_TERMS.flatMap((term) => term.also.map((name) => [name, term] as const)),
  ...CLASS_TERMS.map((term) => [term.name, term] as const),
])

/**
 * The class that a name of others means, by as many of its last words as are known: `Windows Server`
 * is a `server`. `undefined` where none is.
 */
export function classTerm(name: string): ClassTerm | undefined {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  for (let from = 0; from < words.length; from++) {
    const known = BY_NAME.get(words.slice(from).join('_')) ?? singular(words.slice(from))
    if (known !== undefined) return known
  }
  return undefined
}

/** `Services` and `Switches` are `service` and `switch`. */
function singular(words: readonly string[]): ClassTerm | undefined {
  const word = words.join('_')
  return BY_NAME.get(word.replace(/s$/, '')) ?? BY_NAME.get(word.replace(/es$/, ''))
}
