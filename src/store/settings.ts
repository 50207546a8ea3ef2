/** Settings of every connection, set once: on the embedded store a setting stays once it was set. */

export type Settings = Readonly<Record<string, string | number>>

/** What a connection is for. The journal has its own: nothing may stand in its way. */
export type Role = 'journal' | 'writer' | 'reader'

export interface SettingsOptions {
  readonly readTimeoutMs: number
  /** Memory one read may use, in bytes. */
  readonly readMemoryBytes: number
}

const BASE: Settings = {
  // as a JSON number a 64-bit integer loses digits above 2^53
  output_format_json_quote_64bit_integers: 1,
  output_format_json_escape_forward_slashes: 0,
  // a misspelt column is an error, and so is null where there must be a value
  input_format_skip_unknown_fields: 0,
  input_format_null_as_default: 0,
  // a column is not hidden by what the answer calls something else
  prefer_column_name_to_alias: 1,
  date_time_input_format: 'basic',
  // half of a surrogate pair, as JSON may have it, is kept as the escape it was
  input_format_json_throw_on_bad_escape_sequence: 0,
  max_query_size: 8 << 20,
}

const WRITER: Settings = {
  ...BASE,
  // we group rows ourselves; "done" means stored, and one insert is one part
  async_insert: 0,
  input_format_parallel_parsing: 0,
  max_insert_block_size: 10_000_000,
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 1 << 30,
}

/** The settings of a connection by its role. */
export function settingsOf(role: Role, options: SettingsOptions): Settings {
  if (role !== 'reader') return WRITER
  return {
    ...BASE,
    max_execution_time: options.readTimeoutMs / 1000,
    timeout_overflow_mode: 'throw',
    max_memory_usage: options.readMemoryBytes,
  }
}
