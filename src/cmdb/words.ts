/** Cells and fields of others in our words; what they do not say stays open. */

const CRITICALITY: readonly (readonly [RegExp, 1 | 2 | 3 | 4])[] = [
  [/^(1\b|p1\b|tier[ _-]?[01]\b|most[ _-]critical|mission[ _-]critical|critical|very[ _-]high)/, 1],
  [/^(2\b|p2\b|tier[ _-]?2\b|somewhat[ _-]critical|high|important)/, 2],
  [/^(3\b|p3\b|tier[ _-]?3\b|less[ _-]critical|medium|moderate|normal)/, 3],
  [/^(4\b|p4\b|tier[ _-]?4\b|not[ _-]critical|low|none)/, 4],
]

/**
 * 1 (most critical) to 4, of a number or a word such as `high` or ServiceNow's `1 - most critical`;
 * `undefined` where it says none of them.
 */
export function criticalityOf(text: string): 1 | 2 | 3 | 4 | undefined {
  const word = text.trim().toLowerCase()
  return CRITICALITY.find(([shape]) => shape.test(word))?.[1]
}

const RETIRED =
  /^(retired|decommissioned|decommissioning|obsolete|disposed|absent|stolen|end of life|eol|deleted|archived|7|100)$/
const OPERATIONAL =
  /^(operational|installed|active|production|in production|in use|running|live|up|online|deployed|1)$/

/** `operational` and `retired` for what means them in CMDBs; other words stay, in lower case. */
export function statusOf(text: string): string {
  const word = text.trim().toLowerCase()
  if (RETIRED.test(word)) return 'retired'
  return OPERATIONAL.test(word) ? 'operational' : word
}
