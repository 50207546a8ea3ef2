import type { SymptomKind } from './symptoms.ts'

/** How the symptoms of one kind spread. All are chances, 0 … 1. */
export interface Spread {
  /** A fault shows as this on the faulty CI itself. */
  readonly own: number
  /** One call further up: on a CI that depends on the faulty one. */
  readonly caller: number
  /** One call further down: on a CI that the faulty one depends on. */
  readonly callee: number
}

export interface CauseSettings {
  readonly spread: Readonly<Record<SymptomKind, Spread>>
  readonly member: number
  readonly sibling: number
  readonly host: number
  readonly turn: number
  readonly callSource: number
  readonly leakFloor: number
  readonly fullSurprise: number
  readonly w: {
    readonly own: number
    readonly explains: number
    readonly rollup: number
    readonly silence: number
    readonly unseen: number
    readonly change: number
    readonly confirmed: number
  }
  readonly scale: 'raw' | 'norm' | 'sqrt'
  readonly repeat: number
  readonly residual: number
}

export const DEFAULT_SETTINGS: CauseSettings = {
  spread: {
    lifecycle: { own: 0.95, caller: 0.1, callee: 0.05 },
    resource: { own: 0.95, caller: 0.1, callee: 0.1 },
    failure: { own: 0.8, caller: 0.6, callee: 0.1 },
    objective: { own: 0.4, caller: 0.6, callee: 0.1 },
    dependency: { own: 0.15, caller: 0.6, callee: 0.1 },
    starvation: { own: 0.3, caller: 0.5, callee: 0.5 },
    other: { own: 0.8, caller: 0.4, callee: 0.1 },
  },
  member: 0.9,
  sibling: 0.2,
  host: 0.9,
  turn: 0.6,
  callSource: 0.3,
  leakFloor: 0.02,
  fullSurprise: 4,
  w: { own: 1, explains: 1, rollup: 0.5, silence: 1, unseen: 1, change: 1, confirmed: 1 },
  scale: 'raw',
  repeat: 0.5,
  residual: 0,
}
