/** What the score says of where an alert belongs. */
import { type Choice, type ChooseInput, chooseIncident } from '../correlate/choose.ts'
import type { LinkSide } from '../correlate/link.ts'
import type { LinkEvidence } from '../evidence.ts'
import type { AlertState } from '../state.ts'
import { companionsOf } from './companions.ts'
import { type Ctx, episodeKey } from './context.ts'
import { togetherWith } from './cooccurrence.ts'
import { learnedOf } from './learn.ts'
import { episodeBefore, openIncidentOf, sideOf } from './sides.ts'
import { stormIn } from './storms.ts'
import { versionsIn } from './weights.ts'

/** Decides by score and changes nothing: rules have been asked before. */
export function fitOf(ctx: Ctx, alert: AlertState, side: LinkSide): Choice {
  return chooseIncident(inputOf(ctx, alert, side))
}

/**
 * How well it fits one incident, whatever else there is; changes nothing. The evidence is of its best
 * link there, however weak; `null`: there is none.
 */
export function fitIn(
  ctx: Ctx,
  alert: AlertState,
  incident: string,
): { readonly p: number; readonly evidence: LinkEvidence | null } {
  const input = inputOf(ctx, alert, sideOf(ctx, alert))
  const { join } = input.pack
  const choice = chooseIncident({
    ...input,
    incident: (id) => (id === incident ? input.incident(id) : undefined),
    pack: { ...input.pack, join: 0 },
  })
  if (choice.action === 'open') return { p: 0, evidence: null }
  const { rejected: _, runnerUp: __, ...evidence } = choice.evidence
  return { p: evidence.p, evidence: { ...evidence, threshold: join } }
}

function inputOf(ctx: Ctx, alert: AlertState, side: LinkSide): ChooseInput {
  const { state, ix } = ctx
  return {
    alert: { ...side, key: episodeKey(alert), identity: alert.identity },
    now: state.now,
    startedAt: state.startedAt,
    before: episodeBefore(alert),
    surprise: alert.surprise,
    habit: alert.habit?.note ?? undefined,
    placements: ix.placements.of(alert.scope),
    topology: state.topology,
    incident: (id) => openIncidentOf(ctx, id),
    pack: state.rules.correlate,
    versions: versionsIn(ctx, alert.scope),
    learned: learnedOf(ctx, alert, alert.scope),
    together: togetherWith(ctx, alert, alert.startsAt),
    companions: companionsOf(ctx, alert),
    storm: stormIn(ctx, alert.scope)?.id,
  }
}
