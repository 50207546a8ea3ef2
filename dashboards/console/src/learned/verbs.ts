/** What people did, as a sentence has it. */
export const VERBS = {
  merge: 'merged',
  split: 'split',
  move: 'moved',
  dismiss: 'dismissed',
  confirm_cause: 'confirmed the cause of',
} as const
