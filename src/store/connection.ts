/**
 * Connections to ClickHouse, embedded or server: on each of them statements run one at a time, in
 * the order they came, with settings that are set once.
 */
import { AppError } from '../core/errors.ts'
import { openPool } from './pool.ts'
import type { NamedQuery, Params } from './query.ts'

/** A connection as its kind of store makes it. Statements never overlap on one of them. */
export interface RawConnection {
  /** Rows of a read, parsed from JSONEachRow. */
  select(statement: Statement): Promise<unknown[]>
  /** Rows of a read as JSONEachRow, unparsed. */
  text(statement: Statement): Promise<string>
  command(statement: Statement): Promise<void>
  insert(insert: RawInsert): Promise<void>
  close(): Promise<void>
}

export interface Statement {
  readonly sql: string
  readonly params: Params
  /** Names this run, so that it can be found and killed. */
  readonly id: string
}

export interface RawInsert {
  readonly table: string
  /** Names of the columns where `format` has none. */
  readonly columns?: readonly string[]
  readonly format: 'JSONEachRow' | 'JSONCompactEachRow'
  readonly body: Buffer
  readonly id: string
}

/** One raw connection, or a few that share the statements. */
export interface Connection {
  rows<Row>(query: NamedQuery<Row>, params?: Params): Promise<Row[]>
  /** The answer of a read as JSONEachRow, unparsed: a line for each row. */
  text(name: string, sql: string, params?: Params): Promise<string>
  exec(name: string, sql: string, params?: Params): Promise<void>
  insert(insert: Omit<RawInsert, 'id'>, id?: string): Promise<void>
  /** Statements that wait or run. */
  waiting(): number
  /** Refuses statements from now on, also those that wait. */
  refuse(): void
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** Statements that may wait or run; above it is refused as `overloaded`. */
const MAX_WAITING = 1000

/** Makes one of raw connections; `nextId` names its statements. */
export function openConnection(raw: readonly RawConnection[], nextId: () => string): Connection {
  const pool = openPool(raw)
  let refused = false
  const inTurn = async <Result>(
    name: string,
    task: (connection: RawConnection) => Promise<Result>,
  ): Promise<Result> => {
    if (pool.waiting() >= MAX_WAITING) {
      throw new AppError('overloaded', 'too many statements wait for the store', {
        statement: name,
      })
    }
    return pool.run(async (connection) => {
      if (refused) throw new AppError('store_unavailable', 'the store is closed')
      try {
        return await task(connection)
      } catch (cause) {
        throw toAppError(name, cause)
      }
    })
  }
  return {
    rows: async (query, params = {}) => {
      const found = await inTurn(query.name, (connection) =>
        connection.select({ sql: query.sql, params, id: nextId() }),
      )
      return found.map((row) => query.row.parse(row))
    },
    text: (name, sql, params = {}) =>
      inTurn(name, (connection) => connection.text({ sql, params, id: nextId() })),
    exec: (name, sql, params = {}) =>
      inTurn(name, (connection) => connection.command({ sql, params, id: nextId() })),
    insert: (insert, id) =>
      inTurn(`insert into ${insert.table}`, (connection) =>
        connection.insert({ ...insert, id: id ?? nextId() }),
      ),
    waiting: pool.waiting,
    refuse: () => {
      refused = true
    },
    idle: pool.idle,
    close: async () => {
      for (const connection of raw) await connection.close()
    },
  }
}

/** ClickHouse's codes for a limit that a statement ran into. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  ['159', 'it took too long'],
  ['160', 'it took too long'],
  ['241', 'it needed too much memory'],
  ['394', 'it was ended'],
])

/**
 * Names the statement and what kind of failure it was. ClickHouse's own text may quote payloads: it
 * stays in the cause.
 */
export function toAppError(name: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  const code = /^\d+$/.exec(property(cause, 'code'))?.[0] ?? /\bCode: (\d+)/.exec(text)?.[1] ?? ''
  const type = property(cause, 'type') || (/\(([A-Z][A-Z_\d]+)\)\s*$/.exec(text)?.[1] ?? '')
  const kind = code === '' ? text.split('\n', 1)[0] : `Code ${code}${type === '' ? '' : ` ${type}`}`
  return new AppError(
    'store_unavailable',
    `the store did not run "${name}": ${LIMITS.get(code) ?? kind}`,
    { statement: name, ...(code === '' ? {} : { code }) },
    cause,
  )
}

function property(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return ''
  return String(Reflect.get(value, name) ?? '')
}
