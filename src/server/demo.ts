/** What a demo is to the server: something to look at, to begin and to mend (src/demo/). */

export interface DemoState {
  /** Names this run of the demo. */
  readonly run: string
  readonly phase: 'quiet' | 'storm' | 'over'
  /** When the outage begins, or began; ms. */
  readonly startsAt: number
  /** Alerts of the outage that were sent, and all of them. */
  readonly alerts: { readonly sent: number; readonly total: number }
  readonly faults: readonly {
    readonly id: string
    readonly title: string
    /** What to do about it. */
    readonly mend: string
    readonly mended: boolean
    /** The incident it has become; null until then. */
    readonly incident: string | null
  }[]
}

export interface Demo {
  /** How far it is; the first look starts the countdown to the outage. */
  look(): DemoState
  /** Begins the outage now. */
  begin(): void
  /** @throws AppError `not_found` where no such fault is going on */
  mend(fault: string): void
}
