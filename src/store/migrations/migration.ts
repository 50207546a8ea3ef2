/** One step of the schema. Numbers only rise; a released migration is never edited. */
export interface Migration {
  readonly number: number
  readonly name: string
  /** Run one by one, in order; each can run again without harm (`IF NOT EXISTS`). */
  readonly statements: readonly string[]
}
