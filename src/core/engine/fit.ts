/** What the score says of where an alert belongs. */
import { type Choice, chooseIncident } from '../correlate/choose.ts'
import type { LinkSide } from '../correlate/link.ts'
import type { AlertState } from '../state.ts'
import { companionsOf } from './companions.ts'
import { type Ctx, episodeKey } from './context.ts'
import { togetherWith } from './cooccurrence.ts'
import { learnedOf } from './learn.ts'
import { episodeBefore, openIncidentOf } from './sides.ts'
import { stormIn } from './storms.ts'
import { versionsIn } from './weights.ts'

/** Decides by score and changes nothing: rules have been asked before. */
export function fitOf(ctx: Ctx, alert: AlertState, side: LinkSide): Choice {
  const { state, ix } = ctx
  return chooseIncident({
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
  })
}
