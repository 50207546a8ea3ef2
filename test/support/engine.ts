/**
 * A timeline vocabulary for tests of the engine: what tools and people do at which second, and what
 * is expected of the engine by then. No clock: time is what the script says.
 *
 *   play(
 *     at(0, fire('db-1', 'disk full')),
 *     at(90, resolve('db-1', 'disk full')),
 *     at(90, expectIncident({ alerts: 1, status: 'open' })),
 *   )
 */
import { SOURCES } from '../../ingest/index.ts'
import { readBody } from '../../ingest/source.ts'
import type { Decision, DecisionAction } from '../../src/core/decision.ts'
import { type Applied, Engine } from '../../src/core/engine/engine.ts'
import type { CommandEntry, Entry } from '../../src/core/entry.ts'
import { labelFingerprint } from '../../src/core/fingerprint.ts'
import { Recurrence } from '../../src/core/hours.ts'
import type {
  AlertEvent,
  ChangeEvent,
  Ci,
  IngestItem,
  Labels,
  Matcher,
  Relation,
  Severity,
  Silence,
} from '../../src/core/model.ts'
import type { AlertState, IncidentState } from '../../src/core/state.ts'
import { type EpochMs, SECOND } from '../../src/core/time.ts'
import { compare } from '../../src/core/topology.ts'

/** Second 0 of every story. */
export const T0: EpochMs = Date.UTC(2026, 2, 2, 8)

/** The instant of a second of the story. */
export function instant(second: number): EpochMs {
  return T0 + Math.round(second * SECOND)
}

/** What can be said about a report; times are seconds of the story. */
export interface ReportOptions {
  readonly severity?: Severity
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly source?: string
  readonly reporter?: string
  readonly relay?: boolean
  readonly startsAt?: number
  /** Firing: when the report lapses; resolved: when it ended. */
  readonly endsAt?: number
  readonly generatorUrl?: string
  readonly title?: string
}

/** An alert event as a source would make it: `rule` on `host`, identified by all its labels. */
export function report(
  status: AlertEvent['status'],
  host: string,
  rule: string,
  { severity = 'warning', labels = {}, ...more }: ReportOptions & { readonly startsAt: number },
): AlertEvent {
  const all: Labels = { alertname: rule, ...(host === '' ? {} : { host }), ...labels }
  const source = more.source ?? 'prometheus'
  return {
    kind: 'alert',
    source,
    family: 'test',
    reporter: more.reporter ?? source,
    relay: more.relay ?? false,
    identity: all,
    status,
    severity,
    rule,
    title: more.title ?? `${rule} on ${host}`,
    labels: all,
    annotations: more.annotations ?? {},
    startsAt: instant(more.startsAt),
    fingerprint: labelFingerprint(all),
    ...(more.endsAt === undefined ? {} : { endsAt: instant(more.endsAt) }),
    ...(more.generatorUrl === undefined ? {} : { generatorUrl: more.generatorUrl }),
  }
}

/** One thing that happens, or one thing that is expected. */
export type Deed =
  | {
      readonly kind: 'items'
      readonly source: string
      readonly items: (s: number, story: Story) => IngestItem[]
    }
  | { readonly kind: 'entry'; readonly entry: (at: EpochMs, story: Story) => Entry }
  | { readonly kind: 'check'; readonly check: (story: Story) => void }

export interface Step {
  readonly second: number
  readonly deeds: readonly Deed[]
}

export function at(second: number, ...deeds: readonly Deed[]): Step {
  return { second, deeds }
}

/** `rule` fires on `host`, since now unless `startsAt` says otherwise. */
export function fire(host: string, rule: string, options: ReportOptions = {}): Deed {
  const source = options.source ?? 'prometheus'
  return {
    kind: 'items',
    source,
    items: (s, story) => {
      const startsAt = options.startsAt ?? s
      story.started.set(keyOf(host, rule, options), startsAt)
      return [report('firing', host, rule, { ...options, startsAt })]
    },
  }
}

/** It ended, now unless `endsAt` says otherwise; its start is that of the last `fire` before. */
export function resolve(host: string, rule: string, options: ReportOptions = {}): Deed {
  const source = options.source ?? 'prometheus'
  return {
    kind: 'items',
    source,
    items: (s, story) => {
      const known = story.started.get(keyOf(host, rule, options))
      const startsAt = options.startsAt ?? known ?? s
      return [report('resolved', host, rule, { endsAt: s, ...options, startsAt })]
    },
  }
}

function keyOf(host: string, rule: string, { labels = {} }: ReportOptions): string {
  return JSON.stringify([host, rule, Object.entries(labels).sort()])
}

/** Several reports in one body. */
export function together(...deeds: readonly Deed[]): Deed {
  const parts = deeds.filter((deed) => deed.kind === 'items')
  return {
    kind: 'items',
    source: parts[0]?.source ?? 'prometheus',
    items: (s, story) => parts.flatMap((part) => part.items(s, story)),
  }
}

/** What can be said about a change; times are seconds of the story. */
export interface ChangeOptions {
  readonly startsAt?: number
  readonly endsAt?: number
  readonly kind?: string
  readonly labels?: Labels
}

/** A change of CIs, beginning now unless `startsAt` says otherwise. */
export function change(
  id: string,
  cis: readonly string[],
  { startsAt, endsAt, kind = 'deploy', labels = {} }: ChangeOptions = {},
): Deed {
  const item = (s: number): ChangeEvent => ({
    kind: 'change',
    source: 'change',
    changeId: id,
    title: `deploy ${id}`,
    changeKind: kind,
    cis,
    labels,
    startsAt: instant(startsAt ?? s),
    ...(endsAt === undefined ? {} : { endsAt: instant(endsAt) }),
  })
  return { kind: 'items', source: 'change', items: (s) => [item(s)] }
}

/** A body posted to one of the real sources. */
export function post(source: string, body: unknown): Deed {
  return {
    kind: 'entry',
    entry: (at) => ({ ...RECEIVED, at, source, body: JSON.stringify(body) }),
  }
}

const RECEIVED = { kind: 'received', scope: 'default', receipt: 'r', body: '' } as const

/** A part of a body that could not be read. */
export function broken(source = 'prometheus'): Deed {
  const item: IngestItem = { kind: 'rejected', step: 'parse', reason: 'no labels', pointer: '#/0' }
  return { kind: 'items', source, items: () => [item] }
}

type AnyCommand = CommandEntry['command']

export function command(what: AnyCommand | ((story: Story) => AnyCommand), actor = 'ada'): Deed {
  return {
    kind: 'entry',
    entry: (at, story) => ({
      kind: 'command',
      at,
      scope: 'default',
      actor,
      command: typeof what === 'function' ? what(story) : what,
    }),
  }
}

/** The engine starts; after a gap of ours since `downSince`, if given (in seconds). */
export function restart(downSince: number | null = null): Deed {
  return {
    kind: 'entry',
    entry: (at) => ({
      kind: 'engine',
      at,
      scope: 'default',
      version: 'test',
      downSince: downSince === null ? null : instant(downSince),
    }),
  }
}

/** New rule packs, as parsed YAML. */
export function rules(packs: Readonly<Record<string, unknown>>, version = 'r2'): Deed {
  return { kind: 'entry', entry: (at) => ({ kind: 'rules', at, scope: 'default', version, packs }) }
}

export interface Cmdb {
  readonly items: readonly Ci[]
  readonly relations: readonly Relation[]
}

/** A CI; a class of `host` unless given. */
export function ci(id: string, more: Partial<Ci> = {}): Ci {
  return { id, class: 'host', name: id, aliases: [], labels: {}, status: 'operational', ...more }
}

/** `depends(a, b)`: a fault in `b` can hurt `a`. */
export function depends(from: string, to: string, type = 'depends_on'): Relation {
  return { from, type, to }
}

export function cmdb(
  { items, relations }: Cmdb,
  { version = 't1', mode = 'replace' }: { version?: string; mode?: 'replace' | 'upsert' } = {},
): Deed {
  return {
    kind: 'entry',
    entry: (at) => ({ kind: 'topology', at, scope: 'default', version, mode, items, relations }),
  }
}

/** Equality matchers. */
export function matching(labels: Labels): Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
  }))
}

/** A silence (or, with `cis`, a maintenance window) from `from` to `to`, in seconds. */
export function silence(
  id: string,
  {
    labels = {},
    cis,
    from,
    to,
    recurs,
    exceptions,
  }: {
    readonly labels?: Labels
    readonly cis?: readonly string[]
    readonly from: number
    readonly to: number
    readonly recurs?: object
    readonly exceptions?: Silence['exceptions']
  },
): Deed {
  const made = (at: EpochMs): Silence => ({
    id,
    kind: cis === undefined ? 'silence' : 'maintenance',
    matchers: matching(labels),
    cis: cis ?? [],
    startsAt: instant(from),
    endsAt: instant(to),
    createdBy: 'ada',
    comment: id,
    updatedAt: at,
    ...(recurs === undefined ? {} : { recurs: Recurrence.parse(recurs) }),
    ...(exceptions === undefined ? {} : { exceptions }),
  })
  return {
    kind: 'entry',
    entry: (at) => ({
      kind: 'silence',
      at,
      scope: 'default',
      actor: 'ada',
      silence: made(at),
    }),
  }
}

/** A story being told: the engine, and everything it answered. */
export class Story {
  readonly engine: Engine
  readonly applied: Applied[] = []
  /** Start of the newest episode that `fire` began, by host, rule and labels. */
  readonly started = new Map<string, number>()
  /** Index in `applied` of the newest deed that is no check. */
  lastDeed = 0
  private offset = 0

  constructor(engine: Engine = new Engine()) {
    this.engine = engine
  }

  get last(): Applied {
    const last = this.applied.at(-1)
    if (last === undefined) throw new Error('nothing has happened yet')
    return last
  }

  apply(entry: Entry, items: readonly IngestItem[] = itemsOf(entry)): Applied {
    this.offset += 1
    const applied = this.engine.apply({ offset: this.offset, entry }, items)
    this.applied.push(applied)
    return applied
  }

  /** Every decision so far, or those with one of these actions. */
  decisions(...actions: readonly DecisionAction[]): Decision[] {
    const all = this.applied.flatMap(({ decisions }) => decisions)
    return actions.length === 0 ? all : all.filter(({ action }) => actions.includes(action))
  }

  /** Incidents that are neither merged nor closed, by id. */
  incidents(): Readonly<IncidentState>[] {
    return incidentsOf(this.engine)
  }

  incident(id = 'INC-000001'): Readonly<IncidentState> {
    const found = this.engine.state.incidents.get(id)
    if (found === undefined) throw new Error(`there is no incident ${id}`)
    return found
  }

  alert(host: string, rule: string): Readonly<AlertState> {
    const found = [...this.engine.state.alerts.values()].find(
      ({ labels }) => (labels['host'] ?? '') === host && labels['alertname'] === rule,
    )
    if (found === undefined) throw new Error(`there is no alert ${rule} on ${host}`)
    return found
  }

  /** Key of the newest episode. */
  key(host: string, rule: string): string {
    const { id, startsAt } = this.alert(host, rule)
    return `${id}.${startsAt}`
  }
}

/** What the source of a received entry reads in it; nothing for other kinds. */
export function itemsOf(entry: Entry): readonly IngestItem[] {
  if (entry.kind !== 'received') return []
  const source = SOURCES.get(entry.source)
  return source === undefined ? [] : readBody(source, entry)
}

export function incidentsOf(engine: Engine): Readonly<IncidentState>[] {
  return [...engine.state.incidents.values()]
    .filter(({ status }) => status !== 'merged' && status !== 'closed')
    .sort((a, b) => compare(a.id, b.id))
}

/** Plays the steps in their order; time goes on to each step's second first. */
export function play(...steps: readonly Step[]): Story {
  const story = new Story()
  for (const { second, deeds } of steps) {
    const now = instant(second)
    for (const deed of deeds) {
      if (deed.kind === 'check') {
        story.apply({ kind: 'time', at: now, scope: 'default' })
        deed.check(story)
        continue
      }
      story.lastDeed = story.applied.length
      if (deed.kind === 'entry') story.apply(deed.entry(now, story))
      else story.apply({ ...RECEIVED, at: now, source: deed.source }, deed.items(second, story))
    }
  }
  return story
}
