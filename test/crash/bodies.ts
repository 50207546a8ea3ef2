/** What monitoring tools post in the crash test: alerts with a life of their own, in every format. */
import type { Random } from '../../src/demo/random.ts'

/** An alert as its tool knows it. The tool is right: what it says is what must be there in the end. */
export interface ToolAlert {
  /** Value of the label `no`: only this alert has it. */
  readonly no: string
  readonly source: 'prometheus' | 'alertmanager' | 'generic'
  readonly labels: Readonly<Record<string, string>>
  startsAt: number
  /** `null` while it fires. */
  endsAt: number | null
  /** Starts of its episodes, oldest first. */
  readonly episodes: number[]
}

export interface Body {
  readonly source: string
  readonly path: string
  readonly text: string
  readonly items: number
  /** Indices of those that nobody can read. */
  readonly bad: readonly number[]
  /** What was said, and when each of them began. */
  readonly alerts: readonly { readonly alert: ToolAlert; readonly startsAt: number }[]
}

/** The CMDB of the test. */
export const ESTATE = {
  items: [1, 2, 3, 4, 5, 6].flatMap((n) => [
    { id: `svc-${n}`, class: 'service', name: `shop-${n}`, criticality: n <= 2 ? 1 : 3 },
    { id: `host-${n}`, class: 'host', name: `node-${n}` },
  ]),
  relations: [1, 2, 3, 4, 5, 6].flatMap((n) => [
    { from: `svc-${n}`, type: 'runs_on', to: `host-${n}` },
    ...(n < 6 ? [{ from: `svc-${n}`, type: 'depends_on', to: `svc-${n + 1}` }] : []),
  ]),
}

const RULES = ['HighLatency', 'DiskFull', 'TargetDown', 'ErrorRate', 'QueueGrows', 'PodRestarts']
const SEVERITIES = ['critical', 'error', 'warning', 'warning', 'info']
/** Alerts of one worker that fire at the same time, at most. */
const MAX_FIRING = 25
/** Alerts of one worker after which new ones are rare: old ones fire again instead. */
const MANY = 60
const NEVER_MS = 3_600_000

export interface World {
  readonly alerts: ToolAlert[]
  /** The next body; no two are equal. */
  next(now: number): Body
}

/** Where tenants are told apart, each is a scope, and what names none is of the default one. */
export const TENANTS = ['acme', 'globex', 'initech', null] as const

export function createWorld(name: string, random: Random): World {
  const alerts: ToolAlert[] = []
  let count = 0
  let bodies = 0

  const birth = (source: ToolAlert['source'], now: number): ToolAlert => {
    count += 1
    const no = `${name}-${count}`
    const where: Record<string, string> = random.chance(0.5)
      ? { service: `shop-${random.int(1, 8)}` }
      : { instance: `node-${random.int(1, 8)}:9100` }
    const tenant = random.pick(TENANTS)
    if (tenant !== null) where['tenant'] = tenant
    const labels = {
      alertname: random.pick(RULES),
      severity: random.pick(SEVERITIES),
      ...where,
      no,
    }
    const alert = { no, source, labels, startsAt: now, endsAt: null, episodes: [now] }
    alerts.push(alert)
    return alert
  }

  /** Chooses what a tool says this time, and lets it be true from now on. */
  const story = (source: ToolAlert['source'], now: number): readonly ToolAlert[] => {
    const mine = alerts.filter((alert) => alert.source === source)
    const firing = mine.filter(({ endsAt }) => endsAt === null)
    const ended = mine.filter(({ endsAt }) => endsAt !== null && endsAt < now - 50)
    const full = firing.length >= MAX_FIRING
    const dice = random.next()
    if (full || (dice < 0.3 && firing.length > 0)) {
      const over = random.some(firing, random.int(1, full ? 12 : 4))
      for (const alert of over) alert.endsAt = Math.max(now, alert.startsAt)
      return over
    }
    if (dice < 0.5 && firing.length > 0) return random.some(firing, random.int(1, 6))
    if (dice < (alerts.length < MANY ? 0.6 : 0.95) && ended.length > 0) {
      const again = random.some(ended, random.int(1, 4))
      for (const alert of again) {
        alert.startsAt = now
        alert.endsAt = null
        alert.episodes.push(now)
      }
      return again
    }
    return Array.from({ length: random.int(1, 4) }, () => birth(source, now))
  }

  return {
    alerts,
    next: (now) => {
      bodies += 1
      const nonce = `${name}/${bodies}`
      const dice = random.next()
      if (dice < 0.04) return broken(nonce, random)
      if (dice < 0.1) return changes(nonce, now, random)
      const source = random.pick(['prometheus', 'prometheus', 'alertmanager', 'generic'] as const)
      const said = story(source, now).map((alert) => ({ alert, startsAt: alert.startsAt }))
      const items = said.map(({ alert }) => WRITERS[source](alert, { nonce, now }))
      const bad = random.chance(0.15) ? [random.int(0, items.length)] : []
      for (const index of bad) items.splice(index, 0, { labels: 7, nonce })
      const text = wrap(source, items, nonce)
      return { source, path: pathOf(source, random), text, items: items.length, bad, alerts: said }
    },
  }
}

function pathOf(source: string, random: Random): string {
  return source === 'prometheus' && random.chance(0.5) ? '/api/v2/alerts' : `/ingest/${source}`
}

function broken(nonce: string, random: Random): Body {
  const source = random.pick(['prometheus', 'alertmanager', 'generic', 'change'])
  const text = random.chance(0.5) ? `{"nonce": "${nonce}", "alerts": [` : JSON.stringify({ nonce })
  return { source, path: `/ingest/${source}`, text, items: 1, bad: [0], alerts: [] }
}

function changes(nonce: string, now: number, random: Random): Body {
  const items: object[] = Array.from({ length: random.int(1, 2) }, (_none, i) => ({
    id: `${nonce}.${i}`,
    title: `deploy ${nonce}`,
    kind: 'deploy',
    ci: [`shop-${random.int(1, 8)}`],
    startsAt: new Date(now).toISOString(),
  }))
  const bad = random.chance(0.2) ? [items.length] : []
  for (const _index of bad) items.push({ title: 9, nonce })
  const text = JSON.stringify(items)
  return { source: 'change', path: '/ingest/change', text, items: items.length, bad, alerts: [] }
}

interface Saying {
  readonly nonce: string
  readonly now: number
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

const WRITERS = {
  prometheus: (alert: ToolAlert, { nonce, now }: Saying): object => ({
    labels: alert.labels,
    annotations: { nonce },
    startsAt: iso(alert.startsAt),
    endsAt: iso(alert.endsAt ?? now + NEVER_MS),
    generatorURL: 'http://prometheus.test/graph',
  }),
  alertmanager: (alert: ToolAlert, { nonce }: Saying): object => ({
    status: alert.endsAt === null ? 'firing' : 'resolved',
    labels: alert.labels,
    annotations: { nonce },
    startsAt: iso(alert.startsAt),
    endsAt: alert.endsAt === null ? '0001-01-01T00:00:00Z' : iso(alert.endsAt),
    generatorURL: 'http://prometheus.test/graph',
  }),
  generic: (alert: ToolAlert, { nonce }: Saying): object => ({
    title: `${alert.labels['alertname']} ${alert.no}`,
    status: alert.endsAt === null ? 'firing' : 'resolved',
    severity: alert.labels['severity'],
    labels: alert.labels,
    annotations: { nonce },
    startsAt: iso(alert.startsAt),
    ...(alert.endsAt === null ? undefined : { endsAt: iso(alert.endsAt) }),
  }),
} as const

function wrap(source: ToolAlert['source'], items: readonly object[], nonce: string): string {
  if (source !== 'alertmanager') return JSON.stringify(items)
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{nonce="${nonce}"}`,
    status: 'firing',
    receiver: 'faultline',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.test',
    alerts: items,
  })
}
