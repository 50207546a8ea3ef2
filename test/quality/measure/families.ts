/** All families by name. */
import { TEST_FAMILIES } from '../scenario/families-test.ts'
import { TUNING_FAMILIES } from '../scenario/families-tuning.ts'
import type { Family } from '../scenario/scenario.ts'

export const FAMILIES: readonly Family[] = [...TUNING_FAMILIES, ...TEST_FAMILIES]

export function familyNamed(name: string): Family {
  const found = FAMILIES.find((family) => family.name === name)
  if (found === undefined) throw new Error(`no family ${name}`)
  return found
}

/** Without faults: there is nothing to group, so its scores are not part of any mean. */
export function isQuiet({ faults }: Family): boolean {
  return faults.length === 0
}

/** Families whose faults raise a hundred alerts and more. */
export const LARGE: ReadonlySet<string> = new Set(['racks-power', 'racks-partition'])
