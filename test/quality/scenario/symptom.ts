/** The words of the alert catalogue. */
/** What is wrong with a component, as its monitoring can tell. */
export type Mode =
  | 'backlog'
  | 'degraded'
  | 'disk'
  | 'down'
  | 'errors'
  | 'expired'
  | 'idle'
  | 'lossy'
  | 'restarts'
  | 'saturated'
  | 'skewed'
  | 'slow'
  | 'stale'
  | 'throttled'

/** Which exporter says it: decides the labels. */
export type View =
  | 'app'
  | 'client'
  | 'cloud'
  | 'device'
  | 'exporter'
  | 'ksm'
  | 'mesh'
  | 'node'
  | 'pod'
  | 'probe'
  | 'slo'

export type Severity = 'critical' | 'warning' | 'info'

export interface AlertRule {
  readonly name: string
  readonly severity: Severity
  /** `for:` of the rule. */
  readonly forSeconds: number
  readonly view: View
  /** `{name}` and `{instance}` are filled in. */
  readonly text: string
  /** Share of the processes that raise their own alert; 0: one alert for the component. */
  readonly each: number
}

export const rule = (
  name: string,
  severity: Severity,
  [minutes, view, each = 0]: readonly [minutes: number, view: View, each?: number],
  text: string,
): AlertRule => ({ name, severity, forSeconds: minutes * 60, view, text, each })

export type Symptoms = Partial<Record<Mode, readonly AlertRule[]>>
