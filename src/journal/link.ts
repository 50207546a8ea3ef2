/** What the journal needs of the store, so that it need not know it. */
import type { z } from 'zod'
import type { AppError } from '../core/errors.ts'

/** A read with the shape of its rows. */
export interface JournalQuery<Row> {
  readonly name: string
  readonly sql: string
  readonly row: z.ZodType<Row>
}

/** What the journal needs of the store. */
export interface JournalLink {
  /** Stores JSONCompactEachRow lines as one block, whole or not at all. */
  insertBlock(block: JournalBlock): Promise<BlockOutcome>
  /** Runs a small read behind the inserts before it. */
  rows<Row>(query: JournalQuery<Row>): Promise<Row[]>
  /** Runs a large read where it holds up no insert. */
  page<Row>(query: JournalQuery<Row>): Promise<Row[]>
  exec(name: string, sql: string): Promise<void>
}

export interface JournalBlock {
  readonly table: string
  readonly columns: readonly string[]
  readonly body: Buffer
}

/** `refused`: certainly not stored. `failed`: perhaps stored; once `settle` resolves, reading tells. */
export type BlockOutcome =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'refused'; readonly cause: AppError }
  | { readonly outcome: 'failed'; readonly cause: AppError; settle(): Promise<void> }
