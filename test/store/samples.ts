/** Records to store, whole ones, different for every number. */
import type { Decision } from '../../src/core/decision.ts'
import type { Article, Change, Ci, Silence } from '../../src/core/model.ts'
import type {
  AlertRecord,
  ArticleRecord,
  DeadLetterRecord,
  IncidentRecord,
  ProblemRecord,
} from '../../src/core/record.ts'

export const NOW = Date.UTC(2026, 2, 1, 10, 0, 0, 123)

function six(n: number): string {
  return String(n).padStart(6, '0')
}

export function incidentId(n: number): string {
  return `INC-${six(n)}`
}

export function anAlert(n: number, more: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id: n.toString(16).padStart(16, '0'),
    scope: 'default',
    episode: NOW + n * 10,
    identity: `prom|alertname=Disk${n % 31}|instance=host-${n}`,
    fingerprint: (n * 7919).toString(16).padStart(16, '0'),
    source: n % 2 === 0 ? 'prometheus' : 'generic',
    signature: `Disk${n % 31}|host`,
    rule: `Disk${n % 31}`,
    title: `Disk of host-${n} is full — "été" \\ 100 %`,
    severity: n % 3 === 0 ? 'critical' : 'warning',
    severityText: null,
    state: n % 4 === 0 ? 'firing' : 'resolved',
    stale: false,
    startsAt: NOW + n * 10,
    endsAt: n % 4 === 0 ? null : NOW + n * 10 + 60_000,
    firstSeenAt: NOW + n * 10 + 5,
    lastSeenAt: NOW + n * 10 + 500,
    reports: 1 + (n % 5),
    reporters: [{ reporter: 'prometheus', firing: true, lastSeenAt: NOW + n * 10 }],
    labels: { alertname: `Disk${n % 31}`, instance: `host-${n}`, env: 'prod', job: 'node' },
    annotations: { summary: `host-${n} has no room left\non /var` },
    generatorUrl: `http://prometheus/graph?g0.expr=disk%7Bn%3D${n}%7D`,
    binding: { ci: `host-${n % 500}`, rule: 'exact_name', confidence: 0.95, matched: 'instance' },
    flappingSince: null,
    suppressedBy: null,
    outcome: 'opened',
    incident: incidentId(Math.floor(n / 10) * 10),
    late: false,
    surprise: 3.25,
    evidence: null,
    related: [],
    ...more,
  }
}

export function anIncident(n: number, more: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    id: incidentId(n),
    scope: 'default',
    status: n % 3 === 0 ? 'open' : 'resolved',
    title: `Disk trouble on host-${n}`,
    severity: 'critical',
    impact: 1,
    urgency: 2,
    priority: ((n % 5) + 1) as IncidentRecord['priority'],
    priorityEvidence: [],
    service: `service-${n % 7}`,
    services: [`service-${n % 7}`],
    owner: n % 2 === 0 ? 'team-a' : null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    provisionalAt: NOW + n * 10,
    openedAt: NOW + n * 10 + 1,
    notifiedAt: null,
    resolvedAt: null,
    closedAt: null,
    firstAlertAt: NOW + n * 10,
    lastAlertAt: NOW + n * 10 + 100,
    alertCount: 3,
    firingCount: 1,
    suppressedCount: 0,
    flappingSince: null,
    stale: false,
    edited: false,
    mergedInto: null,
    splitFrom: null,
    openReason: 'A critical alert opened it.',
    resolution: null,
    resolvedBy: null,
    reopenCount: 0,
    rootCause: null,
    confirmedCause: null,
    articles: [],
    similar: [],
    changes: [],
    problem: null,
    ...more,
  }
}

export function aDecision(n: number, more: Partial<Decision> = {}): Decision {
  const incident = incidentId(Math.floor(n / 10) * 10)
  return {
    seq: n,
    at: NOW + n * 10,
    scope: 'default',
    action: 'alert.joined',
    reason: 'same_ci',
    text: `host-${n} joined ${incident}: it is on the same CI as the others.`,
    actor: 'engine',
    alert: `${n.toString(16).padStart(16, '0')}.${NOW + n * 10}`,
    incident,
    ...more,
  }
}

export function aChange(n: number, more: Partial<Change> = {}): Change {
  return {
    id: `CHG-${six(n)}`,
    source: 'change',
    title: `Deploy checkout v${n}`,
    changeKind: 'deploy',
    cis: [`service-${n % 3}`],
    unbound: [],
    labels: { env: 'prod' },
    startsAt: NOW + n * 1000,
    endsAt: null,
    url: null,
    actor: 'ci-bot',
    ...more,
  }
}

export function aDeadLetter(n: number, more: Partial<DeadLetterRecord> = {}): DeadLetterRecord {
  return {
    id: `receipt-${six(n)}.0`,
    at: Date.now() - n * 1000,
    source: n % 2 === 0 ? 'prometheus' : 'generic',
    receipt: `receipt-${six(n)}`,
    step: 'parse',
    reason: 'startsAt is not a time',
    pointer: '#/0/startsAt',
    body: `{"n":${n}}`,
    ...more,
  }
}

export function aCi(n: number, more: Partial<Ci> = {}): Ci {
  return {
    id: `host-${six(n)}`,
    class: n % 2 === 0 ? 'host' : 'service',
    name: `host-${n}`,
    aliases: [`h${n}.example`],
    labels: { rack: `r${n % 4}` },
    owner: 'team-a',
    status: 'operational',
    ...more,
  }
}

export function anArticle(n: number, more: Partial<Article> = {}): Article {
  return {
    id: `runbooks/disk-${six(n)}`,
    title: `Disk full, case ${n}`,
    alertnames: ['DiskFull'],
    classes: ['host'],
    services: [],
    tags: ['disk'],
    body: `# What to do\n\nDelete old logs (${n}).`,
    ...more,
  }
}

export function anArticleRecord(n: number, more: Partial<ArticleRecord> = {}): ArticleRecord {
  return {
    ...anArticle(n),
    ...{ revision: 1, retired: false, at: 1000, actor: 'sam', action: 'created', changed: [] },
    note: null,
    source: 'people',
    ...more,
  }
}

export function aSilence(n: number, more: Partial<Silence> = {}): Silence {
  return {
    id: `silence-${six(n)}`,
    kind: 'silence',
    matchers: [{ name: 'instance', value: `host-${n}`, isRegex: false, isEqual: true }],
    cis: [],
    startsAt: NOW + n * 1000,
    endsAt: NOW + n * 1000 + 3_600_000,
    createdBy: 'ana',
    comment: 'disk swap',
    updatedAt: NOW + n,
    ...more,
  }
}

export function problemId(n: number): string {
  return `PRB-${six(n)}`
}

export function aProblem(n: number, more: Partial<ProblemRecord> = {}): ProblemRecord {
  return {
    id: problemId(n),
    scope: 'default',
    status: n % 2 === 0 ? 'proposed' : 'open',
    kind: 'family',
    title: `Disk${n} on host-${n}`,
    hypothesis: `A fault of host-${n}.`,
    score: 9,
    evidence: [{ name: 'recurrence', x: 9, w: 1, inputs: { p: 0.0001 }, note: 'came 5 times' }],
    rootCi: `host-${n}`,
    rootClass: 'host',
    service: `service-${n % 3}`,
    owner: n % 2 === 0 ? null : 'team-a',
    workaround: null,
    resolution: null,
    proposedAt: NOW + n,
    decidedAt: null,
    decidedBy: null,
    resolvedAt: null,
    reopenCount: 0,
    mergedInto: null,
    splitFrom: null,
    incidents: [incidentId(n), incidentId(n + 1)],
    incidentCount: 2,
    figures: {
      asOf: NOW,
      recurrences: 2,
      firstAt: NOW,
      lastAt: NOW + 10 * n,
      perMonth: 2,
      medianMinutes: 30,
      monthlyCost: Math.floor(n / 2) * 10.5,
      costLow: 1,
      costHigh: 900,
      costTerms: [{ name: 'P3', x: 5, w: 2, inputs: {}, note: 'two of P3' }],
      trend: 'steady',
      period: null,
    },
    ...more,
  }
}
