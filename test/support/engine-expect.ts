/** What a story of the engine (test/support/engine.ts) may expect by a second of it. */
import { expect } from 'vitest'
import type { DecisionAction } from '../../src/core/decision.ts'
import type { AlertState, IncidentState } from '../../src/core/state.ts'
import { type EpochMs, SECOND } from '../../src/core/time.ts'
import { type Deed, type Story, T0 } from './engine.ts'

/** What is expected of an incident; times are seconds of the story. */
export interface ExpectedIncident {
  readonly id?: string
  readonly status?: IncidentState['status']
  readonly alerts?: number
  readonly firing?: number
  readonly muted?: number
  readonly priority?: number
  readonly openedAt?: number | null
  readonly notifiedAt?: number | null
  readonly resolvedAt?: number | null
  readonly mergedInto?: string | null
  readonly stale?: number
}

/** Expects something of the incident named, or of the only one that is not merged or closed. */
export function expectIncident(expected: ExpectedIncident): Deed {
  return {
    kind: 'check',
    check: (story) => {
      const { id, ...rest } = expected
      const all = story.incidents()
      if (id === undefined) expect(all.map((one) => one.id)).toHaveLength(1)
      const incident = id === undefined ? all[0] : story.incident(id)
      expect(incident).toBeDefined()
      if (incident !== undefined) expect(outline(incident)).toMatchObject(rest)
    },
  }
}

/** Expects how many incidents there are that are neither merged nor closed. */
export function expectIncidents(count: number): Deed {
  return {
    kind: 'check',
    check: (story) => expect(story.incidents().map(({ id }) => id)).toHaveLength(count),
  }
}

export function expectAlert(
  host: string,
  rule: string,
  expected: Partial<AlertState> | ((alert: Readonly<AlertState>) => void),
): Deed {
  return {
    kind: 'check',
    check: (story) => {
      const alert = story.alert(host, rule)
      if (typeof expected === 'function') expected(alert)
      else expect(alert).toMatchObject(expected)
    },
  }
}

/** Expects these decisions since the last deed, in this order, others between them allowed. */
export function expectDecided(...actions: readonly DecisionAction[]): Deed {
  return {
    kind: 'check',
    check: (story) => {
      const made = story.applied
        .slice(story.lastDeed)
        .flatMap(({ decisions }) => decisions.map(({ action }) => action))
      expect(made.filter((action) => actions.includes(action))).toEqual(actions)
    },
  }
}

export function check(check: (story: Story) => void): Deed {
  return { kind: 'check', check }
}

function outline(incident: Readonly<IncidentState>): Omit<Required<ExpectedIncident>, 'id'> {
  const second = (at: EpochMs | null): number | null => (at === null ? null : (at - T0) / SECOND)
  return {
    status: incident.status,
    alerts: incident.memberCount,
    firing: incident.firingCount,
    muted: incident.suppressedCount,
    priority: incident.priority,
    openedAt: second(incident.openedAt),
    notifiedAt: second(incident.notifiedAt),
    resolvedAt: second(incident.resolvedAt),
    mergedInto: incident.mergedInto,
    stale: incident.staleCount,
  }
}
