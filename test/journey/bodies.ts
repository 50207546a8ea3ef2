/** Short words for what tools post; times are seconds of the story. */

/** Second 0 of every story: near now, since the store lets old rows go by its own clock. */
export const START = Math.floor(Date.now() / 60_000) * 60_000

export interface Options {
  readonly severity?: string
  readonly startsAt?: number
  readonly endsAt?: number
  readonly labels?: Readonly<Record<string, string>>
}

export function iso(second: number): string {
  return new Date(START + second * 1000).toISOString()
}

/** An alert as Prometheus posts it; it lapses after `endsAt`. */
export function prom(alertname: string, instance: string, options: Options = {}): object {
  const { severity = 'critical', startsAt = 0, endsAt, labels = {} } = options
  return {
    labels: { alertname, instance, severity, ...labels },
    annotations: { summary: `${alertname} on ${instance}` },
    startsAt: iso(startsAt),
    ...(endsAt === undefined ? undefined : { endsAt: iso(endsAt) }),
    generatorURL: 'http://prometheus.test/graph',
  }
}

/** An alert in our own format: it fires until it is resolved. */
export function own(
  status: 'firing' | 'resolved',
  alertname: string,
  host: string,
  { severity = 'critical', startsAt, endsAt, labels = {} }: Options = {},
): object {
  return {
    title: `${alertname} on ${host}`,
    status,
    severity,
    labels: { alertname, host, ...labels },
    ...(startsAt === undefined ? undefined : { startsAt: iso(startsAt) }),
    ...(endsAt === undefined ? undefined : { endsAt: iso(endsAt) }),
  }
}
