/**
 * Istio's standard metrics: `istio_requests_total` and `istio_tcp_connections_opened_total` say
 * which workload called which service, in Prometheus' text format or as the answer of a query.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
import { type Caller, createCalls } from './calls.ts'
import { Collector } from './collect.ts'
import type { FileImporter } from './importer.ts'
import { readSamples, type Sample } from './samples.ts'

const METRIC = /^istio_(requests_total|tcp_connections_opened_total)$/

export const istio: FileImporter = {
  id: 'istio',
  title: 'Istio request metrics',
  docs: 'https://istio.io/latest/docs/reference/config/metrics/',
  read: (files) => {
    const collector = new Collector()
    const calls = createCalls(collector)
    for (const sample of readSamples(files, collector)) {
      const { where, metric, value } = sample
      if (metric !== '' && !METRIC.test(metric)) continue
      const from = callerOf(sample, 'source')
      const to = callerOf(sample, 'destination')
      if (from !== null && to !== null) calls.add(where, from, to, value)
      else if (from === null && to === null)
        collector.bad({ where, field: 'destination_service_name', error: 'names no workload' })
      else if (from === null && to !== null) calls.see(where, to)
      else if (from !== null) calls.see(where, from)
    }
    calls.finish()
    return collector.finish()
  },
}

/** The canonical service, else the service, else the workload; `unknown` is no name. */
function callerOf({ labels }: Sample, end: 'source' | 'destination'): Caller | null {
  const get = (name: string): string | undefined => {
    const text = labels.get(`${end}_${name}`)
    return text === '' || text === 'unknown' ? undefined : text
  }
  const name =
    get('canonical_service') ??
    get('service_name') ??
    get('workload') ??
    get('app') ??
    get('service')
  if (name === undefined || /^(PassthroughCluster|BlackHoleCluster)$/.test(name)) return null
  const namespace =
    get('workload_namespace') ?? get('service_namespace') ?? get('canonical_namespace')
  // Without a namespace it is a host outside of the mesh, by a ServiceEntry.
  const outside = namespace === undefined && name.includes('.')
  return {
    name,
    namespace,
    cluster: get('cluster'),
    class: outside ? 'external_service' : 'service',
  }
}
