/** What was posted, as a rule that groups alerts sees it: one item per episode of the truth, by arrival. */
import { z } from 'zod'
import type { Labels } from '../../../src/core/model.ts'
import type { Scenario, TruthAlert } from '../scenario/scenario.ts'

export interface Item {
  readonly truth: TruthAlert
  /** Arrival, epoch milliseconds. */
  readonly at: number
  readonly labels: Labels
  readonly rule: string
  readonly text: string
  /** As the engine bound it: baselines and engine stand on the same bindings. */
  readonly ci: string | null
}

const Line = z.object({ at: z.string(), source: z.string(), id: z.string(), payload: z.unknown() })
const Texts = z.record(z.string(), z.string())
const Alert = z.object({ labels: Texts, annotations: Texts.default({}) })
const Webhook = z.object({ alerts: z.array(Alert) })
const Nagios = z.object({
  host: z.object({ name: z.string() }),
  service: z.object({ name: z.string(), output: z.string() }),
})
const Zabbix = z.object({ host_host: z.string(), trigger_name: z.string(), event_name: z.string() })

/**
 * The first report of every episode, in the order of arrival.
 *
 * @param bound CI of a report, by `line index`
 */
export function itemsOf({ events, truth }: Scenario, bound: ReadonlyMap<string, string>): Item[] {
  const wanted = new Map<string, TruthAlert[]>()
  for (const alert of truth.alerts) {
    wanted.set(alert.line, [...(wanted.get(alert.line) ?? []), alert])
  }
  return events
    .trimEnd()
    .split('\n')
    .flatMap((text) => {
      const id = /"id":"(e\d+)"/.exec(text)?.[1]
      const alerts = id === undefined ? undefined : wanted.get(id)
      if (alerts === undefined) return []
      const line = Line.parse(JSON.parse(text))
      return alerts.map((alert) => ({
        truth: alert,
        at: Date.parse(line.at),
        ci: bound.get(`${alert.line} ${alert.index}`) ?? null,
        ...readItem(line.source, line.payload, alert.index),
      }))
    })
}

function readItem(
  source: string,
  payload: unknown,
  index: number,
): { readonly labels: Labels; readonly rule: string; readonly text: string } {
  if (source === 'nagios') {
    const { host, service } = Nagios.parse(payload)
    return { labels: { host: host.name }, rule: service.name, text: service.output }
  }
  if (source === 'zabbix') {
    const body = Zabbix.parse(payload)
    return { labels: { host: body.host_host }, rule: body.trigger_name, text: body.event_name }
  }
  const list =
    source === 'prometheus' ? z.array(Alert).parse(payload) : Webhook.parse(payload).alerts
  const { labels, annotations } = Alert.parse(list[index])
  return { labels, rule: labels['alertname'] ?? '', text: annotations['summary'] ?? '' }
}
