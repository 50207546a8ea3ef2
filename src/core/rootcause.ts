import type { RankedCause, RootCauseResult, Term } from './evidence.ts'
import { type Observation, observationsOf } from './rootcause/observe.ts'
import { causesOf } from './rootcause/reach.ts'
import { type CauseSettings, DEFAULT_SETTINGS } from './rootcause/settings.ts'
import type { CauseInput, CauseMember } from './rootcause/types.ts'
import { HOUR, MINUTE } from './time.ts'
import { compare, type Topology } from './topology.ts'

export type { CauseInput, CauseMember }

const MAX_MEMBERS = 500
const MAX_CANDIDATES = 200
const LISTED = 5

interface Cand {
  ci: string
  gains: Float64Array
  ps: Float64Array
  own: number
  explains: number
  score: number
  parts: Record<string, number>
}

export function rankRootCauses(
  input: CauseInput,
  settings: CauseSettings = DEFAULT_SETTINGS,
): RootCauseResult & { debug?: Cand[] } {
  const members = heaviest(input.members)
  const observations = observationsOf(members, input.topology, settings)
  if (observations.length === 0)
    return { abstained: true, candidates: [], reason: 'no alert of this incident is bound to a CI' }
  const cands = candidatesOf(observations, input.topology, settings)
  const total = observations.reduce((s, o) => s + o.weight * Math.log(1 / leakOf(o, settings)), 0)
  const scale =
    settings.scale === 'raw'
      ? 1
      : settings.scale === 'norm'
        ? 6 / (total || 1)
        : 1 / Math.sqrt(observations.length)
  const alerting = new Set(observations.map((o) => o.focus))
  for (const m of members) if (m.ci !== null) alerting.add(m.ci)
  const z = zOf(observations, settings)
  for (const c of cands) {
    const parts = c.parts
    parts['own'] = settings.w.own * scale * c.own
    parts['explains'] = settings.w.explains * scale * c.explains
    parts['rollup'] = settings.w.rollup * rollup(c.ci, z, input.topology)
    parts['silence'] = settings.w.silence * silence(c.ci, alerting, input, settings)
    parts['unseen'] =
      settings.w.unseen *
      (alerting.has(c.ci) || groupAlerts(c.ci, alerting, input.topology)
        ? 0
        : input.monitored(c.ci)
          ? -1
          : -0.5)
    parts['change'] = settings.w.change * changePrior(c.ci, input, members)
    parts['confirmed'] = settings.w.confirmed * confirmedPrior(c.ci, input, cands.length)
    c.score = Object.values(parts).reduce((s, x) => s + x, 0)
  }
  cands.sort((a, b) => b.score - a.score || compare(a.ci, b.ci))
  const top = cands.slice(0, LISTED)
  const ranked: RankedCause[] = top.map((c) => ({
    ci: c.ci,
    score: c.score,
    weight: 0,
    factors: Object.entries(c.parts).map(
      ([name, x]): Term => ({ name, x, w: 1, inputs: {}, note: '' }),
    ),
    explains: [],
    counterfactual: '',
  }))
  return { abstained: false, candidates: ranked, reason: '', debug: cands }
}

function leakOf(o: Observation, s: CauseSettings): number {
  return Math.max(Math.exp(-o.surprise), s.leakFloor)
}
function gainOf(p: number, o: Observation, s: CauseSettings): number {
  const leak = leakOf(o, s)
  return leak >= 1 ? 0 : o.weight * Math.log((leak + (1 - leak) * p) / leak)
}

function candidatesOf(
  observations: readonly Observation[],
  topology: Topology,
  settings: CauseSettings,
): Cand[] {
  const byCi = new Map<string, Cand>()
  observations.forEach((o, i) => {
    for (const reach of causesOf(o.focus, o.kind, topology, settings).values()) {
      let c = byCi.get(reach.ci)
      if (c === undefined)
        byCi.set(
          reach.ci,
          (c = {
            ci: reach.ci,
            gains: new Float64Array(observations.length),
            ps: new Float64Array(observations.length),
            own: 0,
            explains: 0,
            score: 0,
            parts: {},
          }),
        )
      c.ps[i] = reach.p * settings.spread[o.kind].own
      if (reach.ci !== o.focus && reach.calls > 0) c.ps[i] = reach.p
      if (reach.ci === o.caller) c.ps[i] = Math.max(c.ps[i] ?? 0, settings.callSource)
    }
  })
  for (const c of byCi.values()) {
    observations.forEach((o, i) => {
      const g = gainOf(c.ps[i] ?? 0, o, settings)
      c.gains[i] = g
      if (o.focus === c.ci) c.own += g
      else c.explains += g
    })
  }
  return [...byCi.values()]
    .sort((a, b) => b.own + b.explains - a.own - a.explains || compare(a.ci, b.ci))
    .slice(0, MAX_CANDIDATES)
}

function zOf(observations: readonly Observation[], _s: CauseSettings): Map<string, number> {
  const e = new Map<string, number>()
  for (const o of observations) e.set(o.focus, (e.get(o.focus) ?? 0) + o.weight)
  return e
}
function rollup(ci: string, z: Map<string, number>, topology: Topology): number {
  const own = z.get(ci) ?? 0
  let n = own > 0 ? 1 : 0,
    sum = own
  let members = 0
  for (const e of topology.edges(ci))
    if (e.towards === 'up' && e.kind !== 'call') {
      members++
      sum += z.get(e.ci) ?? 0
    }
  n += members
  return n === 0 ? 0 : sum / Math.sqrt(n)
}
function groupAlerts(ci: string, alerting: Set<string>, topology: Topology): boolean {
  return topology.edges(ci).some((e) => e.kind === 'member' && alerting.has(e.ci))
}
function silence(ci: string, alerting: Set<string>, input: CauseInput, s: CauseSettings): number {
  let sum = 0
  const seen = new Set<string>()
  for (const e of input.topology.edges(ci)) {
    if (e.towards !== 'up' || seen.has(e.ci)) continue
    seen.add(e.ci)
    const p = e.kind === 'call' ? s.spread.failure.caller : e.kind === 'member' ? s.member : s.host
    if (alerting.has(e.ci) || groupAlerts(e.ci, alerting, input.topology) || !input.monitored(e.ci))
      continue
    sum += Math.log(1 - 0.5 * p)
  }
  return Math.max(sum, -4)
}
function changePrior(ci: string, input: CauseInput, members: readonly CauseMember[]): number {
  const first = Math.min(...members.map((m) => m.startsAt))
  let best = 0
  for (const ch of input.changes) {
    if (!ch.cis.includes(ci) || ch.startsAt > input.at) continue
    const half = ch.endsAt !== null && ch.endsAt < first - HOUR ? 0.5 : 1
    best = Math.max(best, 1.5 * half * Math.exp(-Math.max(0, first - ch.startsAt) / (30 * MINUTE)))
  }
  return best
}
function confirmedPrior(ci: string, input: CauseInput, m: number): number {
  if (input.confirmed.size === 0) return 0
  let n = 0
  for (const k of input.confirmed.values()) n += k
  return Math.max(0, Math.log((((input.confirmed.get(ci) ?? 0) + 1) / (n + 2)) * Math.max(2, m)))
}
function heaviest(members: readonly CauseMember[]): CauseMember[] {
  return [...members]
    .sort((a, b) => b.surprise - a.surprise || compare(a.id, b.id))
    .slice(0, MAX_MEMBERS)
}
