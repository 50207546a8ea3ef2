import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/telemetry/metrics.ts'

const create = () => createMetrics({ version: '1.2.3', sources: ['alertmanager', 'generic'] })

describe('metrics', () => {
  it('have our prefix, a base unit, a help text, and end in _total only as counters', async () => {
    const all = await create().registry.getMetricsAsJSON()
    const ours = all.filter(({ name }) => !/^(process|nodejs)_/.test(name))
    expect(ours.length).toBeGreaterThan(20)
    for (const { name, help, type } of ours) {
      expect(name).toMatch(
        /^(faultline_[a-z_]+|alertmanager_build_info|http_request_duration_seconds)$/,
      )
      expect(name).not.toMatch(/_(ms|millis|kb|mb|minutes|hours)(_|$)/)
      expect(help.length, name).toBeGreaterThan(10)
      expect(name.endsWith('_total'), name).toBe(String(type) === 'counter')
      if (String(type) === 'histogram') expect(name).toMatch(/_seconds$/)
    }
  })

  it('exist from the start for every outcome of every source', async () => {
    const text = await create().registry.metrics()
    expect(text).toContain('faultline_ingest_items_total{source="generic",outcome="opened"} 0')
    expect(text).toContain('faultline_incidents{status="open",priority="1"} 0')
    expect(text).toContain('faultline_alerts{state="firing"} 0')
    expect(text).toContain(`faultline_build_info{version="1.2.3",node="${process.version}"} 1`)
    expect(text).toContain('process_resident_memory_bytes')
  })

  it('of two engines do not add up', async () => {
    const [a, b] = [create(), create()]
    a.incidentsOpened.inc()
    expect(await a.registry.getSingleMetricAsString('faultline_incidents_opened_total')).toMatch(
      / 1$/,
    )
    expect(await b.registry.getSingleMetricAsString('faultline_incidents_opened_total')).toMatch(
      / 0$/,
    )
  })
})
