/** What is so now, out of the engine's state: O(alerts + incidents), no store. */
import type { Engine } from '../core/engine/engine.ts'
import { compare } from '../core/topology.ts'
import { iso } from './schemas/common.ts'

type Levels = [number, number, number, number, number]

const MAX_SERVICES = 100

function levels(): Levels {
  return [0, 0, 0, 0, 0]
}

/** Open incidents by service, the worst first: by how many have priority 1, then 2 … */
export function readBurning({ state }: Engine) {
  const byService = new Map<string | null, Levels>()
  const byPriority = levels()
  const counts = { open: 0, forming: 0, unacknowledged: 0 }
  for (const { status, service, priority, acknowledgedAt } of state.incidents.values()) {
    if (status !== 'open' && status !== 'provisional') continue
    counts.open += 1
    if (status === 'provisional') counts.forming += 1
    if (acknowledgedAt === null) counts.unacknowledged += 1
    const known = byService.get(service) ?? levels()
    byService.set(service, known)
    known[priority - 1] = (known[priority - 1] ?? 0) + 1
    byPriority[priority - 1] = (byPriority[priority - 1] ?? 0) + 1
  }
  const worst = (a: Levels, b: Levels): number =>
    a.map((n, at) => (b[at] ?? 0) - n).find((difference) => difference !== 0) ?? 0
  const burning = [...byService]
    .sort(([a, x], [b, y]) => worst(x, y) || compare(a ?? '', b ?? ''))
    .slice(0, MAX_SERVICES)
    .map(([service, counts]) => ({ service, byPriority: counts }))
  return { ...counts, byPriority, burning }
}

/** Alerts that fire, how many of them are muted, stale, flapping or without a CI; and silent reporters. */
export function readAlerts({ state }: Engine) {
  const alerts = { firing: 0, suppressed: 0, stale: 0, flapping: 0, unbound: 0 }
  const staleOf = new Map<string, number>()
  for (const alert of state.alerts.values()) {
    if (alert.status !== 'firing') continue
    alerts.firing += 1
    if (alert.suppressedBy !== null) alerts.suppressed += 1
    if ((alert.flap?.since ?? null) !== null) alerts.flapping += 1
    if (alert.binding === null) alerts.unbound += 1
    if (!alert.stale) continue
    alerts.stale += 1
    for (const { reporter, firing } of alert.claims)
      if (firing) staleOf.set(reporter, (staleOf.get(reporter) ?? 0) + 1)
  }
  const silent = [...state.sources.values()]
    .flatMap(({ source, reporter, silentSince }) =>
      silentSince === null ? [] : [{ source, reporter, silentSince }],
    )
    .sort((a, b) => a.silentSince - b.silentSince || compare(a.reporter, b.reporter))
    .map(({ silentSince, ...rest }) => ({
      ...rest,
      silentSince: iso(silentSince),
      stale: staleOf.get(rest.reporter) ?? 0,
    }))
  return { alerts, silent }
}
