/** An alert as rules see it, from its labels. */
import type { Facts } from '../../src/core/facts.ts'
import type { Labels } from '../../src/core/model.ts'

export function factsFrom(labels: Labels, more: Partial<Facts> = {}): Facts {
  return {
    ...{ labels, source: 'prometheus', severity: 'warning', ci: null },
    ...{ name: labels['alertname'] ?? '', title: '', service: () => null },
    ...more,
  }
}
