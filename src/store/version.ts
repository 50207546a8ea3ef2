/**
 * The version of a record: ReplacingMergeTree keeps the row with the highest. It belongs to the
 * engine, not to the journal: `epoch` rises when an engine begins anew with counters of its own,
 * `seq` within it.
 */

/** `epoch` 1 … 65,535; `seq` 0 … 2^48 - 1, not falling from one batch to the next. */
export interface RecordVersion {
  readonly epoch: number
  readonly seq: number
}

const SEQ_BITS = 48n
const MAX_EPOCH = 0xffff
const MAX_SEQ = 2 ** 48 - 1

/**
 * Packs a version into a UInt64, ordered by epoch, then seq, as decimal text (a JSON number would
 * lose digits above 2^53).
 *
 * @throws RangeError outside the bounds of {@link RecordVersion}
 */
export function packVersion({ epoch, seq }: RecordVersion): string {
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > MAX_EPOCH) {
    throw new RangeError(`epoch ${epoch} is not a whole number from 1 to ${MAX_EPOCH}`)
  }
  if (!Number.isInteger(seq) || seq < 0 || seq > MAX_SEQ) {
    throw new RangeError(`seq ${seq} is not a whole number from 0 to ${MAX_SEQ}`)
  }
  return ((BigInt(epoch) << SEQ_BITS) | BigInt(seq)).toString()
}

/** The parts of a packed version. */
export function unpackVersion(packed: string): RecordVersion {
  const value = BigInt(packed)
  return { epoch: Number(value >> SEQ_BITS), seq: Number(value & BigInt(MAX_SEQ)) }
}
