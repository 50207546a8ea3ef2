/**
 * OpenTelemetry's service graph: `traces_service_graph_request_total{client, server}` as the
 * collector's connector and Tempo write it, in Prometheus' text format or as the answer of a query
 * (`sum by (client, server, connection_type) (rate(traces_service_graph_request_total[1h]))`).
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/servicegraphconnector
 */
import { type Caller, createCalls } from './calls.ts'
import { Collector } from './collect.ts'
import type { FileImporter } from './importer.ts'
import { readSamples } from './samples.ts'

/** The prefix is a setting of the connector; OpenTelemetry's own export leaves `_total` to the exporter. */
const METRIC = /(^|_)service_graph_request(_total)?$/

export const otelServiceGraph: FileImporter = {
  id: 'otel-service-graph',
  title: 'OpenTelemetry service graph metrics',
  docs: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/servicegraphconnector',
  read: (files) => {
    const collector = new Collector()
    const calls = createCalls(collector)
    for (const { where, metric, labels, value } of readSamples(files, collector)) {
      const client = labels.get('client') ?? ''
      const server = labels.get('server') ?? ''
      if (metric !== '' && !METRIC.test(metric)) continue
      if (client === '' || server === '') {
        const field = client === '' ? 'client' : 'server'
        collector.bad({ where, field, error: 'is missing' })
        continue
      }
      const kind = labels.get('connection_type') ?? ''
      const namespaceOf = (end: string): string | undefined =>
        labels.get(`${end}_service_namespace`) || labels.get(`${end}_service.namespace`)
      const to = { name: server, namespace: namespaceOf('server'), class: classOf(kind) }
      // The client of a virtual node is whoever calls from outside: `user`.
      if (kind === 'virtual_node' && client === 'user')
        calls.see(where, { ...to, class: 'service' })
      else {
        const from: Caller = { name: client, namespace: namespaceOf('client'), class: 'service' }
        calls.add(where, from, to, value)
      }
    }
    calls.finish()
    return collector.finish()
  },
}

function classOf(connectionType: string): Caller['class'] {
  if (connectionType === 'database') return 'database'
  if (connectionType === 'messaging_system') return 'queue'
  return connectionType === 'virtual_node' ? 'external_service' : 'service'
}
