/**
 * Flow metrics of Cilium's Hubble (`hubble_flows_processed_total`, `hubble_http_requests_total`, …)
 * with source and destination: from `labelsContext` (`source_workload`, `source_namespace`, …) or
 * from `sourceContext=workload` (`source="shop/cart"`). Dropped flows are no calls.
 *
 * @see https://docs.cilium.io/en/stable/observability/metrics/
 */
import { type Caller, createCalls } from './calls.ts'
import { Collector } from './collect.ts'
import type { FileImporter } from './importer.ts'
import { readSamples, type Sample } from './samples.ts'

const METRIC =
  /^hubble_(flows_processed|flows_to_world|http_requests|tcp_flags|dns_queries)(_total)?$/

export const cilium: FileImporter = {
  id: 'cilium',
  title: 'Cilium Hubble flow metrics',
  docs: 'https://docs.cilium.io/en/stable/observability/metrics/',
  read: (files) => {
    const collector = new Collector()
    const calls = createCalls(collector)
    for (const sample of readSamples(files, collector)) {
      const { where, metric, labels, value } = sample
      if (metric !== '' && !METRIC.test(metric)) continue
      if ((labels.get('verdict') ?? 'FORWARDED').toUpperCase() !== 'FORWARDED') continue
      const from = callerOf(sample, 'source')
      const to = callerOf(sample, 'destination')
      // Flows of the world and of the host have one end: they are all that most series are.
      if (from !== null && to !== null) calls.add(where, from, to, value)
      else if (from !== null) calls.see(where, from)
      else if (to !== null) calls.see(where, to)
    }
    calls.finish()
    return collector.finish()
  },
}

function callerOf({ labels }: Sample, end: 'source' | 'destination'): Caller | null {
  const get = (name: string): string | undefined => labels.get(`${end}_${name}`) || undefined
  const name = get('workload') ?? get('app')
  const cluster = get('cluster')
  if (name !== undefined) return { name, namespace: get('namespace'), cluster, class: 'service' }
  const context = labels.get(end) ?? ''
  const [namespace, workload, ...rest] = context.split('/')
  if (workload === undefined || workload === '' || rest.length > 0) return null
  return { name: workload, namespace, cluster, class: 'service' }
}
