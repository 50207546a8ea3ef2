/** Why episodes are in their incident, where a person put them there; and what was said before. */
import type { LinkEvidence } from '../evidence.ts'
import type { Member, Seen } from '../roster.ts'
import type { EditPart, IncidentState } from '../state.ts'
import { type Ctx, decide, editAlert, episodeKey, versionsOf } from './context.ts'
import { editMember } from './members.ts'

/** By member; `null` where nothing was said, as of a muted alert. */
export type Explained = EditPart['explained']

/** To be called before the members leave `from`; returns what undoing gives back. O(keys). */
export function explainByPerson(
  ctx: Ctx,
  from: IncidentState,
  keys: readonly string[],
  actor: string,
): Explained {
  const versions = versionsOf(ctx.state)
  const said = { method: 'person', by: actor, score: 0, p: 1, threshold: 1, versions } as const
  return Object.fromEntries(
    keys.map((key) => [key, explain(ctx, editMember(ctx, from, key), { ...said, terms: [] })]),
  )
}

/** Says again what was said before; to be called before the members leave `from`. */
export function explainAsBefore(ctx: Ctx, from: IncidentState, before: Explained): void {
  for (const [key, evidence] of Object.entries(before))
    explain(ctx, editMember(ctx, from, key), evidence)
}

function explain(
  ctx: Ctx,
  member: Member | undefined,
  evidence: LinkEvidence | null,
): LinkEvidence | null {
  if (member === undefined) return null
  const alert = editAlert(ctx, member.identity)
  if (alert !== undefined && episodeKey(alert) === member.key) {
    const before = alert.evidence
    alert.evidence = evidence
    return before
  }
  const before = member.past?.evidence ?? null
  if (member.past !== null) member.past = { ...member.past, evidence }
  return before
}

/**
 * Says of each of the keys that it is in this incident now; to be called after they came. With what
 * is said when they are placed, who was where at any moment can be read from the decisions alone.
 */
export function sayMoved(
  ctx: Ctx,
  to: IncidentState,
  keys: readonly string[],
  why: { readonly actor: string; readonly reason: string; readonly from: string },
): void {
  for (const key of keys) {
    const member = to.members.get(key)
    if (member === undefined) continue
    const evidence = evidenceOf(ctx, member)
    decide(ctx, {
      action: 'alert.moved',
      reason: why.reason,
      text: `Moved from ${why.from} to ${to.id}`,
      actor: why.actor,
      alert: key,
      incident: to.id,
      ...(evidence === null ? {} : { evidence }),
    })
  }
}

/** Why a member is where it is; `null`: nothing was said. */
export function evidenceOf(ctx: Ctx, { identity, key, past }: Seen): LinkEvidence | null {
  const alert = ctx.state.alerts.get(identity)
  if (alert !== undefined && episodeKey(alert) === key) return alert.evidence
  return past?.evidence ?? null
}
