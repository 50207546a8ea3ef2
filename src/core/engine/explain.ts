/** Why episodes are in their incident, where a person put them there; and what was said before. */
import type { LinkEvidence } from '../evidence.ts'
import type { Member } from '../roster.ts'
import type { Edit, IncidentState } from '../state.ts'
import { type Ctx, editAlert, episodeKey, versionsOf } from './context.ts'
import { editMember } from './members.ts'

/** By member; `null` where nothing was said, as of a muted alert. */
type Explained = Edit['explained']

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
