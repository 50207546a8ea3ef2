/** What correlate rules say about the links of an alert; a part of its side. */
import type { CorrelateRule } from '../rules.ts'

/** What the rules in force when an alert was placed say about its links. */
export interface Limits {
  /** Sides of `forbid` rules it is on, as `when:<rule>` or `with:<rule>`. */
  readonly marks: readonly string[]
  readonly bound: Bound | null
  /** Its service, where a rule bounds links by it. */
  readonly service: string | null
}

export interface Bound extends Pick<CorrelateRule, 'gap' | 'lifetime' | 'scope'> {
  readonly rule: string
}
