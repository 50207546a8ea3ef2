/**
 * Priority from impact and urgency by the ITIL table `impact + urgency - 1`, P1 (critical) to P5
 * (planning). Urgency says how bad it is, impact how much it touches.
 */
import type { Term } from './evidence.ts'
import type { Severity } from './model.ts'
import type { PriorityRule, RulePacks } from './rules.ts'

export interface PriorityInput {
  readonly severity: Severity
  /** How many services are touched. */
  readonly services: number
  /** Criticality of the most critical CI touched, 1 to 4; `null` where the CMDB says none. */
  readonly criticality: number | null
  /** Of how many of its unmuted alerts a rule holds. */
  readonly holds?: (rule: string) => 'none' | 'some' | 'all'
}

type Level = 1 | 2 | 3
const LEVELS = { 1: 'high', 2: 'medium', 3: 'low' } as const

export interface Priority {
  readonly impact: Level
  readonly urgency: Level
  readonly priority: 1 | 2 | 3 | 4 | 5
  /** `impact`, `urgency`, `base` (-1), and `rule` where one decides: add up to the priority. */
  readonly terms: readonly Term<'impact' | 'urgency' | 'base' | 'rule'>[]
}

const TABLE = [1, 2, 3, 4, 5] as const

/**
 * Works out the priority; every number of it is in the terms. The first rule that changes it decides: one
 * that makes it more urgent by any unmuted alert it holds for, one that makes it less urgent only
 * where it holds for all of them.
 */
export function decidePriority(input: PriorityInput, pack: RulePacks['priority']): Priority {
  const urgency = pack.urgency[input.severity] ?? 2
  const impact = decideImpact(input, pack)
  const computed = TABLE[impact + urgency - 2] ?? 5
  const ruled = decideByRules(computed, input, pack)
  const priority = ruled?.priority ?? computed
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
      ...(ruled === null ? [] : [termOf(ruled, computed)]),
    ],
  }
}

interface Ruled {
  readonly priority: Priority['priority']
  readonly rule: PriorityRule
}

function termOf({ priority, rule }: Ruled, computed: number): Term<'rule'> {
  const { name, reason } = rule
  const inputs = { rule: name, computed }
  return { name: 'rule', x: priority - computed, w: 1, inputs, note: `rule ${name}: ${reason}` }
}

function decideByRules(
  computed: Priority['priority'],
  { holds = () => 'none' }: PriorityInput,
  pack: RulePacks['priority'],
): Ruled | null {
  for (const rule of pack.rules) {
    const priority = wantedBy(rule, computed)
    const held = holds(rule.name)
    if (priority < computed && held !== 'none') return { priority, rule }
    if (priority > computed && held === 'all') return { priority, rule }
  }
  return null
}

/** 1 is most urgent: `at_least` 2 allows 1 and 2, `at_most` 4 allows 4 and 5. */
function wantedBy(
  { set, at_least: least = 5, at_most: most = 1 }: PriorityRule,
  computed: number,
): Priority['priority'] {
  return TABLE[(set ?? Math.max(most, Math.min(least, computed))) - 1] ?? 5
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
