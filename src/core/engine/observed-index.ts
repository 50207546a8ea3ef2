/** What is looked up of what alerts tell of. */
import type { Thing } from '../observed/things.ts'
import type { Topology } from '../topology.ts'

/** What a thing is found to be. */
export type Found =
  | { readonly ci: string; readonly isObserved: boolean }
  /** `unclear`: several have its name, or one that is retired. */
  | { readonly ci: null; readonly reason: 'unknown' | 'unclear' }

/** The CMDB without observed CIs: those in operation, too, or only those let go of. */
export interface View {
  readonly topology: Topology
  readonly find: (thing: Thing) => Found
}

/** What was found in the CMDB, as long as it is the same. */
export interface ObservedIndex {
  view: View | null
}
