/** What is said of a placement: where the alert went and why, and which incidents may be one. */
import type { Runner } from '../correlate/choose.ts'
import type { LinkSide } from '../correlate/link.ts'
import type { LinkEvidence } from '../evidence.ts'
import type { CorrelateRule } from '../rules.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { formatSpan, toRfc3339 } from '../time.ts'
import { type Ctx, decide, episodeKey } from './context.ts'
import { noteUse } from './learn.ts'
import type { Noise } from './noise.ts'
import { proposeRegrouping } from './regroupings.ts'

/** Where an episode was decided to belong, and why. */
export interface Placing {
  readonly incident: IncidentState | null
  readonly side: LinkSide
  readonly reason: string
  readonly evidence: LinkEvidence
  readonly related: readonly Runner[]
  /** Set where a rule keeps the incident for a key. */
  readonly ruled?: { readonly rule: CorrelateRule; readonly key: string }
}

export function announce(
  ctx: Ctx,
  {
    alert,
    incident,
    placing,
    shell,
    joined,
  }: {
    readonly alert: AlertState
    readonly incident: IncidentState
    readonly placing: Placing
    readonly shell: string | null
    readonly joined: boolean
  },
): void {
  decide(ctx, {
    action: joined ? (shell === null ? 'alert.joined' : 'alert.moved') : 'alert.opened',
    reason: placing.reason,
    text: joined
      ? `Joined ${incident.id}: ${reasonText(placing.evidence)}`
      : `Began ${incident.id}: ${beganText(placing)}`,
    alert: episodeKey(alert),
    incident: incident.id,
    evidence: placing.evidence,
  })
}

/** Why it began an incident: what kept it out of the nearest one, where there was one. */
function beganText({ reason, evidence }: Placing): string {
  const [closest] = evidence.rejected ?? []
  const why = reason.replaceAll('_', ' ')
  return closest === undefined ? why : `${why}; stayed out of ${closest.incident}: ${closest.note}`
}

/** Says why an alert opens nothing by itself. */
export function announceNoise(
  ctx: Ctx,
  {
    alert,
    incident,
    noise,
  }: {
    readonly alert: AlertState
    readonly incident: IncidentState
    readonly noise: Noise
  },
): void {
  if (noise.kind === 'known') noteUse(ctx, [noise.said.id])
  decide(ctx, {
    action: 'alert.held',
    reason: noise.kind === 'known' ? 'known_noise' : 'transient',
    text: noiseText(noise),
    alert: episodeKey(alert),
    incident: incident.id,
  })
}

function noiseText(noise: Noise): string {
  if (noise.kind === 'known') {
    const { by, at, id } = noise.said
    return `${by} said on ${toRfc3339(at).slice(0, 10)} that such alerts are no incident (${id})`
  }
  const { times, usualMs, newsAt } = noise.transient
  const usually = formatSpan(usualMs)
  const until = toRfc3339(newsAt).slice(11, 16)
  return `It came alone and cleared by itself ${times} times lately, after ${usually} on average: opens if it still fires at ${until} UTC`
}

/** From this p on, an alert that fits another incident says that something may be regrouped. */
export const PROPOSE_FROM = 0.95

/** The engine merges nothing by itself: it proposes, once for each pair. */
export function proposeMerge(
  ctx: Ctx,
  incident: IncidentState,
  {
    alert,
    placing: { related, evidence },
  }: { readonly alert: AlertState; readonly placing: Placing },
): void {
  const [other] = related
  if (other === undefined || evidence.p < PROPOSE_FROM || other.p < PROPOSE_FROM) return
  const what = alert.late ? 'an alert that came late' : 'an alert'
  proposeRegrouping(ctx, incident, {
    ...{ kind: 'merge', other: other.incident, alerts: [episodeKey(alert)], here: null, evidence },
    reason: alert.late ? 'late_alert' : 'alert_fits_both',
    text: `May be one fault with ${other.incident}: ${what} fits both (p ${other.p.toFixed(2)})`,
  })
}

function reasonText(evidence: LinkEvidence): string {
  if (evidence.method !== 'score') return `rule ${evidence.by ?? ''}`
  const strongest = [...evidence.terms].sort((a, b) => b.x * b.w - a.x * a.w)
  return strongest
    .slice(0, 2)
    .map((term) => term.note)
    .join('; ')
}
