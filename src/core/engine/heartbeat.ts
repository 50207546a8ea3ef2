/**
 * Dead man's switches: alerts that fire as long as all is well (`heartbeat` of a suppress rule). One
 * that ends while its source is still heard is an alert of ours; where the source itself falls
 * silent, that is told instead (sources.ts).
 */
import { hash64 } from '../fingerprint.ts'
import { identityKey } from '../identity.ts'
import type { AlertEvent, Labels } from '../model.ts'
import type { AlertState } from '../state.ts'
import type { Ctx } from './context.ts'
import { OWN_SOURCE } from './sources.ts'

const RULE = 'HeartbeatMissing'

/** Lets what began or ended be judged right after the entry, where it is a dead man's switch. */
export function noteHeartbeat(ctx: Ctx, alert: AlertState): void {
  if (isHeartbeat(ctx, alert)) ctx.ix.timers.add(ctx.state.now, 'heartbeat', alert.identity)
}

function isHeartbeat({ state }: Ctx, { suppressedBy }: Readonly<AlertState>): boolean {
  if (suppressedBy?.kind !== 'rule') return false
  return state.rules.suppress.rules.some(
    ({ name, heartbeat }) => heartbeat && name === suppressedBy.id,
  )
}

/** The report that a dead man's switch brings about, if any. */
export function heartbeatEvents(ctx: Ctx, identity: string): readonly AlertEvent[] {
  const { state } = ctx
  const alert = state.alerts.get(identity)
  if (alert === undefined || !isHeartbeat(ctx, alert)) return []
  const beats = alert.status === 'firing'
  const event = toEvent(ctx, alert, beats ? 'resolved' : 'firing')
  const missing = state.alerts.get(identityKey(event, state.rules.dedup.drop_labels))
  return beats && missing?.status !== 'firing' ? [] : [event]
}

function toEvent(
  { state }: Ctx,
  { labels, rule }: Readonly<AlertState>,
  status: 'firing' | 'resolved',
): AlertEvent {
  const own: Labels = { ...labels, alertname: RULE, severity: 'critical', heartbeat: rule }
  return {
    kind: 'alert',
    source: OWN_SOURCE,
    family: OWN_SOURCE,
    reporter: OWN_SOURCE,
    relay: false,
    identity: own,
    status,
    severity: 'critical',
    severityText: 'critical',
    rule: RULE,
    title: `${rule} does not fire any more: alerts may not get through`,
    labels: own,
    annotations: {
      description:
        'It fires as long as alerting works. Its source is still heard, so its rule or what it watches is at fault.',
    },
    startsAt: state.now,
    fingerprint: hash64(JSON.stringify(Object.entries(own).sort())),
    ...(status === 'resolved' ? { endsAt: state.now } : {}),
  }
}
