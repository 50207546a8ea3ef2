import { describe, expect, it } from 'vitest'
import {
  callEnds,
  isContainer,
  type SymptomKind,
  symptomOf,
} from '../../../src/core/rootcause/symptoms.ts'

describe('symptomOf', () => {
  it.each<[string, SymptomKind]>([
    ['PodCPUThrottled', 'strain'],
    ['ConnectionPoolExhausted', 'strain'],
    ['KubeHpaMaxedOut', 'strain'],
    ['NodeMemoryFull', 'fault'],
    ['node_filesystem_almost_full', 'fault'],
    ['KubePodCrashLooping', 'fault'],
    ['TargetDown', 'fault'],
    ['HTTPErrorRateHigh', 'failure'],
    ['checkout latency p99', 'failure'],
    ['DiskLatencyHigh', 'failure'],
    ['CheckoutSLOBurnRate', 'objective'],
    ['UpstreamErrorRate', 'dependency'],
    ['NoOrders', 'starvation'],
    ['TrafficDropped', 'starvation'],
    ['RequestRateTooLow', 'starvation'],
    ['Heartbeat', 'other'],
    ['', 'other'],
    ['ノード停止', 'other'],
  ])('%s is %s', (rule, kind) => {
    expect(symptomOf(rule)).toBe(kind)
  })
})

describe('callEnds', () => {
  it.each<[Record<string, string>, ReturnType<typeof callEnds>]>([
    [
      { source_workload: 'a', destination_workload: 'b' },
      { caller: 'a', callee: 'b' },
    ],
    [
      { client: 'a', server: 'b' },
      { caller: 'a', callee: 'b' },
    ],
    [{ source_workload: 'a', destination_workload: '' }, undefined],
    [{ source: 'a', destination: 'a' }, undefined],
    [{ service: 'a' }, undefined],
  ])('%j', (labels, expected) => {
    expect(callEnds(labels)).toEqual(expected)
  })
})

it('knows containers by class, whatever the case', () => {
  expect(['Namespace', 'application', 'service', 'host'].map(isContainer)).toEqual([
    true,
    true,
    false,
    false,
  ])
})
