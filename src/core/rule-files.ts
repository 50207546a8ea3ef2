/** The kinds of files in a folder of rules; each has a JSON Schema in `rules/schema/<kind>.json`. */
import { PACK_NAMES } from './rules.ts'

export const RULE_FILE_KINDS = [...PACK_NAMES, 'cases', 'mapping', 'mapping-cases'] as const
export type RuleFileKind = (typeof RULE_FILE_KINDS)[number]
