/**
 * Priority from impact and urgency by the ITIL table `impact + urgency - 1`, P1 (critical) to P5
 * (planning). Urgency says how bad it is, impact how much it touches.
 */
import type { Term } from './evidence.ts'
import type { Severity } from './model.ts'
import type { RulePacks } from './rules.ts'

export interface PriorityInput {
  readonly severity: Severity
  /** How many services are touched. */
  readonly services: number
  /** Criticality of the most critical CI touched, 1 to 4; `null` where the CMDB says none. */
  readonly criticality: number | null
}

type Level = 1 | 2 | 3
const LEVELS = { 1: 'high', 2: 'medium', 3: 'low' } as const

export interface Priority {
  readonly impact: Level
  readonly urgency: Level
  readonly priority: 1 | 2 | 3 | 4 | 5
  /** `impact`, `urgency` and `base` (-1): add up to the priority. */
  readonly terms: readonly Term<'impact' | 'urgency' | 'base'>[]
}

const TABLE = [1, 2, 3, 4, 5] as const

/** Works out the priority; every number of it is in the terms. */
export function decidePriority(input: PriorityInput, pack: RulePacks['priority']): Priority {
  const urgency = pack.urgency[input.severity] ?? 2
  const impact = decideImpact(input, pack)
  const priority = TABLE[impact + urgency - 2] ?? 5
  const { severity, services, criticality } = input
  return {
    impact,
    urgency,
    priority,
    terms: [
      {
        name: 'impact',
        x: impact,
        w: 1,
        inputs: { services, criticality: criticality ?? 'none' },
        note: `${LEVELS[impact]} impact: ${services} ${services === 1 ? 'service' : 'services'} touched${criticality === null ? '' : `, criticality ${criticality}`}`,
      },
      {
        name: 'urgency',
        x: urgency,
        w: 1,
        inputs: { severity },
        note: `${LEVELS[urgency]} urgency: worst severity is ${severity}`,
      },
      { name: 'base', x: -1, w: 1, inputs: {}, note: 'ITIL table: impact + urgency - 1' },
    ],
  }
}

function decideImpact(
  { services, criticality }: PriorityInput,
  pack: RulePacks['priority'],
): Level {
  if (services >= pack.high_services) return 1
  if (criticality !== null && criticality <= pack.high_criticality) return 1
  if (services >= pack.medium_services) return 2
  // nobody said how much it matters: that is no reason to let people sleep, nor to wake all
  if (criticality === null) return 2
  return criticality <= pack.high_criticality + 1 ? 2 : 3
}
