/** Giving an incident that was made a moment ago the id of an emptied one that people may have seen. */
import type { LinkEvidence } from '../evidence.ts'
import { type Ctx, editIncident, editScope, ruledKey } from './context.ts'
import { afterJoin } from './incidents.ts'
import { transferMembers } from './regroup.ts'
import { renameRegroupings } from './regroupings.ts'

interface Renaming {
  /** Made within the entry at hand. */
  readonly fresh: string
  /** Emptied, and told to nobody. */
  readonly old: string
  /** Decisions from this index on may name `fresh`. */
  readonly decisions: number
}

/** Moves everything of `fresh` to `old`; afterwards nothing names `fresh`. O(members + decisions). */
export function takeOver(ctx: Ctx, { fresh, old, decisions }: Renaming): void {
  const made = editIncident(ctx, fresh)
  const kept = editIncident(ctx, old)
  if (made === undefined || kept === undefined) return
  transferMembers(ctx, made, kept, [...made.members.keys()])
  kept.rule = made.rule
  if (made.rule !== null) ctx.ix.ruled.set(ruledKey(kept.scope, made.rule), old)
  const rename = (id: string): string => (id === fresh ? old : id)
  const renameOne = <Named extends { readonly incident: string }>(one: Named): Named => ({
    ...one,
    incident: rename(one.incident),
  })
  const renameEvidence = ({ runnerUp, rejected, ...rest }: LinkEvidence): LinkEvidence => ({
    ...rest,
    ...(runnerUp === undefined ? {} : { runnerUp: renameOne(runnerUp) }),
    ...(rejected === undefined ? {} : { rejected: rejected.map(renameOne) }),
  })
  // not where it is the end of another scope's id
  const named = new RegExp(`(?<![\\w.~-])${fresh}(?!\\d)`, 'g')
  for (const identity of ctx.out.alerts) {
    const alert = ctx.state.alerts.edit(identity)
    if (alert === undefined) continue
    alert.related = alert.related.map(renameOne)
    if (alert.evidence !== null) alert.evidence = renameEvidence(alert.evidence)
  }
  ctx.out.decisions.splice(
    decisions,
    ctx.out.decisions.length,
    ...ctx.out.decisions.slice(decisions).map((decision) => ({
      ...decision,
      text: decision.text.replace(named, old),
      ...(decision.incident === undefined ? {} : { incident: rename(decision.incident) }),
      ...(decision.evidence === undefined ? {} : { evidence: renameEvidence(decision.evidence) }),
    })),
  )
  const renameText = (text: string): string => text.replace(named, old)
  renameRegroupings(ctx, { fresh: made, old: kept }, { renameText, renameEvidence })
  ctx.state.incidents.delete(fresh)
  ctx.out.incidents.delete(fresh)
  const counted = editScope(ctx, kept.scope)
  if (fresh.endsWith(String(counted.incidentCounter).padStart(6, '0'))) counted.incidentCounter -= 1
  afterJoin(ctx, kept)
}
