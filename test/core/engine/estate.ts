/** The estate of the generated journals: its alerts, the versions of its CMDB and of its rules. */
import type { Severity } from '../../../src/core/model.ts'
import { type Cmdb, ci, depends } from '../../support/engine.ts'

export const ALERTS = 12
const RULES = ['disk full', 'latency', 'errors'] as const
const SEVERITY: readonly Severity[] = ['warning', 'info', 'critical', 'error', 'unknown']
const HOSTS = ['web-1', 'web-2', 'shop', 'cart', 'db-1', 'lonely', 'stranger']

/** Alert `n` of the streams: which CI, which rule, how bad. */
export function alertOf(n: number): { host: string; rule: string; severity: Severity } {
  return {
    host: HOSTS[n % HOSTS.length] ?? '',
    rule: RULES[n % RULES.length] ?? '',
    severity: SEVERITY[n % SEVERITY.length] ?? 'warning',
  }
}

/** `stranger` is in no version; `lonely` retires in the second one, `db-1` moves. */
export const CMDBS: readonly Cmdb[] = [
  {
    items: [
      ci('web-1'),
      ci('web-2', { environment: 'staging' }),
      ci('shop', { class: 'service', criticality: 1 }),
      ci('cart', { class: 'service', criticality: 3 }),
      ci('db-1', { class: 'database' }),
      ci('lonely'),
    ],
    relations: [
      depends('shop', 'web-1', 'runs_on'),
      depends('cart', 'web-2', 'runs_on'),
      depends('shop', 'cart'),
      depends('cart', 'db-1'),
    ],
  },
  {
    items: [
      ci('web-1'),
      ci('web-2'),
      ci('shop', { class: 'service', criticality: 2 }),
      ci('cart', { class: 'service' }),
      ci('db-1', { class: 'database', criticality: 1 }),
      ci('lonely', { status: 'retired' }),
      ci('stranger'),
    ],
    relations: [
      depends('shop', 'web-1', 'runs_on'),
      depends('cart', 'web-2', 'runs_on'),
      depends('shop', 'db-1'),
    ],
  },
]

export const PACKS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  {
    suppress: {
      hours: [
        {
          name: 'load',
          windows: [
            { from: '08:02', to: '08:20' },
            { days: ['mon'], from: '09:00' },
          ],
        },
      ],
      rules: [
        { name: 'quiet info', when: ['alertname="latency"', 'host="cart"'], reason: 'noise' },
        { name: 'backup', when: ['host="db-1"'], during: ['load'], reason: 'backups' },
        { name: 'batch', when: ['host="lonely"'], outside: ['load'], reason: 'it is idle' },
      ],
      inhibit: [
        {
          ...{ name: 'one host', source: ['alertname=~"errors|disk full"'], equal: ['host'] },
          ...{ target: ['alertname=~"errors|latency"'], reason: 'the same host' },
        },
        {
          ...{ name: 'below', source: ['host=~"db-1|cart|web.*"'], target: ['host=~"shop|cart"'] },
          ...{ downstream: 2, reason: 'what it needs is at fault' },
        },
      ],
    },
    correlate: {
      rules: [
        {
          name: 'by host',
          when: ['alertname="errors"'],
          decide: 'group',
          by: ['host'],
          window: '5m',
        },
        { name: 'alone', when: ['host="lonely"'], decide: 'apart' },
      ],
    },
    priority: {
      high_criticality: 2,
      rules: [
        { name: 'web', when: [{ host: 'web-*' }], at_most: 4, reason: 'only a front end' },
        { name: 'data', when: ['ci.class="database"'], set: 1, reason: 'data may be lost' },
        { name: 'bad', when: ['alert.severity="critical"'], at_least: 2, reason: 'critical' },
      ],
    },
  },
  {
    suppress: {
      inhibit: [
        {
          ...{
            name: 'disk',
            source: ['alertname="disk full"'],
            target: ['alertname!="disk full"'],
          },
          reason: 'the disk is full',
        },
      ],
    },
  },
  {
    lifecycle: { open_severity: 'error', open_wait: '5s', group_wait: '30s', close: '10m' },
    correlate: { scope: ['host'] },
  },
]
