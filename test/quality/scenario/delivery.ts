/** How alerts come in: posted by Prometheus, grouped by Alertmanager, one by one from older tools; late, doubled, with wrong clocks. */
import { hash64, labelFingerprint } from '../../../src/core/fingerprint.ts'
import type { Labels } from '../../../src/core/model.ts'
import { type Random, seeded } from '../../../src/demo/random.ts'
import { between, type Range } from './chance.ts'
import type { Firing } from './firing.ts'
import { labelsOf, textOf } from './labels.ts'
import type { Platform } from './world.ts'

export type Source = 'alertmanager' | 'nagios' | 'prometheus' | 'zabbix'

export interface DeliveryPlan {
  readonly source: Source
  /** Another source for a part of the estate. */
  readonly sourceOf?: Partial<Record<Platform, Source>>
  /** `group_by` of Alertmanager. */
  readonly groupBy?: readonly string[]
  /** Seconds that a post takes on its way. */
  readonly delay: Range
  /** Share of posts that come twice, as from a second Prometheus or Alertmanager. */
  readonly doubled: number
  /** Clocks of sites are wrong by up to so many seconds. */
  readonly skewSeconds: number
  /** Share of alerts whose end is never told. */
  readonly unended: number
  /** Prometheus says again what still fires; 0: never. */
  readonly repeatSeconds: number
}

/** Something posted: what it holds, and the body as the tool would send it. */
export interface Post {
  readonly at: number
  readonly source: string
  readonly payload: unknown
  /** The alerts in it, in the order of the body. */
  readonly items: readonly { readonly firing: Firing; readonly status: 'firing' | 'resolved' }[]
}

/** A firing as its source tells it. */
export interface Told {
  readonly firing: Firing
  readonly labels: Labels
  readonly fingerprint: string
  readonly text: string
  /** By the clock of whoever noticed it. */
  readonly startsAt: number
  readonly endsAt: number
}

export interface Sending {
  readonly plan: DeliveryPlan
  readonly aliases: ReadonlyMap<string, string>
  /** Epoch milliseconds of second 0. */
  readonly begin: number
  readonly seed: number
}

const iso = (ms: number): string => new Date(Math.round(ms)).toISOString()

function siteOf({ subject }: Firing): string {
  const { place } = subject.component
  return place['cluster'] ?? place['region'] ?? place['datacenter'] ?? place['site'] ?? 'main'
}

/** The labels, fingerprint and times that are told of a firing. */
export function tell(firing: Firing, { plan, aliases, begin, seed }: Sending): Told {
  const site = siteOf(firing)
  const clock = seeded(Number.parseInt(hash64(`${seed} ${site}`).slice(0, 8), 16))
  const skew = (clock.next() * 2 - 1) * plan.skewSeconds
  const alias = aliases.get(firing.subject.component.id)
  const base = labelsOf(firing.alert, firing.subject, alias)
  const labels =
    sourceFor(firing, plan) === 'prometheus' ? { ...base, prometheus: `monitoring/${site}` } : base
  return {
    firing,
    labels,
    fingerprint: labelFingerprint(labels),
    text: textOf(firing.alert, firing.subject, alias),
    startsAt: begin + Math.round(firing.at + skew) * 1000,
    endsAt: begin + Math.round(Math.max(firing.until, firing.at + 1) + skew) * 1000,
  }
}

export function sourceFor({ subject }: Firing, plan: DeliveryPlan): Source {
  return plan.sourceOf?.[subject.component.platform] ?? plan.source
}

/** Every post of these firings, in no order. */
export function postsOf(firings: readonly Firing[], sending: Sending, random: Random): Post[] {
  const told = firings.map((firing) => tell(firing, sending))
  const of = (source: Source): Told[] =>
    told.filter(({ firing }) => sourceFor(firing, sending.plan) === source)
  const posts = [
    ...prometheus(of('prometheus'), sending, random),
    ...alertmanager(of('alertmanager'), sending, random),
    ...oneByOne(of('zabbix'), sending, { random, source: 'zabbix', body: zabbixBody }),
    ...oneByOne(of('nagios'), sending, { random, source: 'nagios', body: nagiosBody }),
  ]
  const again = posts
    .filter(() => random.chance(sending.plan.doubled))
    .map((post) => ({ ...post, at: post.at + between(random, [1, 20]) }))
  return [...posts, ...again]
}

interface Event {
  readonly told: Told
  readonly status: 'firing' | 'resolved'
  readonly at: number
}

function eventsOf(told: readonly Told[], { plan }: Sending, random: Random): Event[] {
  return told.flatMap((one) => {
    const ended: Event[] = random.chance(plan.unended)
      ? []
      : [{ told: one, status: 'resolved', at: one.firing.until }]
    const repeats: Event[] = []
    if (plan.repeatSeconds > 0) {
      let at = one.firing.at + plan.repeatSeconds
      for (; at < one.firing.until; at += plan.repeatSeconds) {
        repeats.push({ told: one, status: 'firing', at })
      }
    }
    return [{ told: one, status: 'firing', at: one.firing.at }, ...repeats, ...ended]
  })
}

function annotationsOf({ firing, text }: Told): Labels {
  const rule = firing.alert.name.toLowerCase()
  return { summary: text, runbook_url: `https://runbooks.example.net/${rule}` }
}

/** Each evaluation of a Prometheus is posted as one list. */
function prometheus(told: readonly Told[], sending: Sending, random: Random): Post[] {
  const ticks = new Map<string, Event[]>()
  for (const event of eventsOf(told, sending, random)) {
    const key = `${siteOf(event.told.firing)} ${Math.ceil(event.at / 15)}`
    ticks.set(key, [...(ticks.get(key) ?? []), event])
  }
  // Without repeats an alert must not lapse before its end: its end lies a day ahead then.
  const lapse = sending.plan.repeatSeconds > 0 ? sending.plan.repeatSeconds * 4 : 86_400
  return [...ticks.values()].map((events) => {
    const at = Math.max(...events.map((event) => event.at)) + between(random, sending.plan.delay)
    return {
      at,
      source: 'prometheus',
      items: events.map(({ told: { firing }, status }) => ({ firing, status })),
      payload: events.map(({ told: one, status }) => ({
        labels: one.labels,
        annotations: annotationsOf(one),
        startsAt: iso(one.startsAt),
        endsAt: status === 'firing' ? iso(sending.begin + (at + lapse) * 1000) : iso(one.endsAt),
        generatorURL: 'http://prometheus.example.net:9090/graph',
      })),
    }
  })
}

const GROUP_WAIT = 30
const GROUP_INTERVAL = 300

/** Alertmanager tells a group 30 s after its first alert and then every 5 min where it changed. */
function alertmanager(told: readonly Told[], sending: Sending, random: Random): Post[] {
  const groupBy = sending.plan.groupBy ?? ['alertname', 'cluster', 'service']
  const groups = new Map<string, Event[]>()
  const once = { ...sending, plan: { ...sending.plan, repeatSeconds: 0 } }
  for (const event of eventsOf(told, once, random)) {
    const key = JSON.stringify(groupBy.map((name) => event.told.labels[name] ?? ''))
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  return [...groups].flatMap(([key, events]) => flushes(key, events, { sending, random, groupBy }))
}

function flushes(
  key: string,
  events: readonly Event[],
  {
    sending,
    random,
    groupBy,
  }: { readonly sending: Sending; readonly random: Random; readonly groupBy: readonly string[] },
): Post[] {
  const sorted = [...events].sort((a, b) => a.at - b.at)
  const posts: Post[] = []
  const firing = new Map<string, Event>()
  let next = 0
  let flushAt = (sorted[0]?.at ?? 0) + GROUP_WAIT
  while (next < sorted.length) {
    const resolved: Event[] = []
    for (; next < sorted.length && (sorted[next]?.at ?? 0) <= flushAt; next += 1) {
      const event = sorted[next]
      if (event === undefined) break
      const known = firing.get(event.told.fingerprint)
      if (event.status === 'firing') firing.set(event.told.fingerprint, event)
      else if (known !== undefined) {
        firing.delete(event.told.fingerprint)
        resolved.push(event)
      }
    }
    const shown = [...firing.values(), ...resolved]
    posts.push(webhook(key, shown, { at: flushAt + between(random, sending.plan.delay), groupBy }))
    const following = sorted[next]?.at ?? flushAt
    const steps = Math.max(1, Math.ceil((following - flushAt) / GROUP_INTERVAL))
    flushAt =
      firing.size === 0 && following > flushAt + GROUP_INTERVAL
        ? following + GROUP_WAIT
        : flushAt + steps * GROUP_INTERVAL
  }
  return posts
}

function webhook(
  key: string,
  events: readonly Event[],
  { at, groupBy }: { readonly at: number; readonly groupBy: readonly string[] },
): Post {
  const values = JSON.parse(key) as string[]
  const groupLabels = Object.fromEntries(groupBy.map((name, i) => [name, values[i] ?? '']))
  return {
    at,
    source: 'alertmanager',
    items: events.map(({ told: { firing }, status }) => ({ firing, status })),
    payload: {
      version: '4',
      groupKey: `{}:${key}`,
      truncatedAlerts: 0,
      status: events.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
      receiver: 'faultline',
      groupLabels,
      commonLabels: groupLabels,
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example.net:9093',
      alerts: events.map(({ told, status }) => ({
        status,
        labels: told.labels,
        annotations: annotationsOf(told),
        startsAt: iso(told.startsAt),
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : iso(told.endsAt),
        generatorURL: 'http://prometheus.example.net:9090/graph',
        fingerprint: told.fingerprint,
      })),
    },
  }
}

type Body = (told: Told, status: 'firing' | 'resolved', number: number) => unknown

function oneByOne(
  told: readonly Told[],
  sending: Sending,
  {
    random,
    source,
    body,
  }: { readonly random: Random; readonly source: string; readonly body: Body },
): Post[] {
  const numbers = new Map(told.map((one, i) => [one, 100_000 + i]))
  const once = { ...sending, plan: { ...sending.plan, repeatSeconds: 0 } }
  return eventsOf(told, once, random).map(({ told: one, status, at }) => ({
    at: at + between(random, sending.plan.delay),
    source,
    items: [{ firing: one.firing, status }],
    payload: body(one, status, numbers.get(one) ?? 0),
  }))
}

const NAGIOS_STATE = { critical: 'CRITICAL', warning: 'WARNING', info: 'WARNING' } as const
const ZABBIX_SEVERITY = { critical: 'High', warning: 'Warning', info: 'Information' } as const

/** Host as these tools have it: where an agent runs, else the device. */
function hostOf({ labels, firing }: Told): string {
  const instance = labels['instance'] ?? firing.subject.component.name
  return instance.replace(/:\d+$/, '').replace(/\.(corp|net)\.example\.net$/, '')
}

function spoken(alertname: string): string {
  return alertname.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}

function zabbixBody(told: Told, status: 'firing' | 'resolved', number: number): unknown {
  const { alert } = told.firing
  return {
    event_id: String(number),
    event_source: '0',
    event_value: status === 'firing' ? '1' : '0',
    update_status: '0',
    event_name: told.text,
    event_severity: ZABBIX_SEVERITY[alert.severity],
    host_host: hostOf(told),
    host_name: hostOf(told),
    trigger_id: String(Number.parseInt(hash64(told.firing.key).slice(0, 6), 16)),
    trigger_name: spoken(alert.name),
    event_timestamp: String(Math.floor(told.startsAt / 1000)),
    ...(status === 'firing'
      ? {}
      : { event_recovery_timestamp: String(Math.floor(told.endsAt / 1000)) }),
  }
}

function nagiosBody(told: Told, status: 'firing' | 'resolved', number: number): unknown {
  const { alert } = told.firing
  const host = hostOf(told)
  const check = spoken(alert.name)
  const time = status === 'firing' ? told.startsAt : told.endsAt
  return {
    tool: 'nagios',
    notification_type: status === 'firing' ? 'PROBLEM' : 'RECOVERY',
    host: { name: host, display_name: host, address: host, state: 'UP', output: 'PING OK' },
    service: {
      name: check,
      display_name: check,
      state: status === 'firing' ? NAGIOS_STATE[alert.severity] : 'OK',
      output: told.text,
    },
    problem_id: String(status === 'firing' ? number : 0),
    last_problem_id: '0',
    notification_number: '1',
    author: '',
    comment: '',
    timestamp: Math.floor(time / 1000),
    groups: ['prod'],
  }
}
