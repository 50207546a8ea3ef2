/**
 * Fingerprints: FNV-1a with 64 bits. A hash finds, the full key decides: two label sets may share a
 * fingerprint, so nothing may be merged on it alone.
 *
 * Runs for every event, so the 64 bits are two halves of 32 (a BigInt would be allocated per byte)
 * and text outside ASCII takes a slower way with the same result.
 *
 * @see https://datatracker.ietf.org/doc/draft-eastlake-fnv FNV-1a, offset basis and prime
 * @see https://github.com/prometheus/common/blob/main/model/signature.go order and separators
 */
import type { Labels } from './model.ts'
import { compare } from './topology.ts'

const BASIS_HI = 0xcbf29ce4 | 0
const BASIS_LO = 0x84222325 | 0
/** The prime is 2^40 + 435: a product is the sum of one by 435 and one by a shift. */
const PRIME_LOW = 435
/** No byte of UTF-8, so that neither names and values nor two labels can run into each other. */
const SEPARATOR = 0xff

/** The hash so far, as two signed halves. */
interface Hash {
  hi: number
  lo: number
}

/**
 * Alertmanager's fingerprint of a label set: FNV-1a over name, 0xFF, value, 0xFF of every label,
 * ordered by the UTF-8 bytes of the name. Labels with an empty value count as absent; lone
 * surrogates count as U+FFFD. The order of the keys in the object does not matter.
 *
 * @returns 16 lower-case hex digits. O(total length + n log n)
 */
export function labelFingerprint(labels: Labels): string {
  return asciiLabels(labels) ?? utf8Labels(labels)
}

/** FNV-1a of a text as UTF-8: 16 lower-case hex digits; `''` gives the offset basis. O(length) */
export function hash64(text: string): string {
  const hash: Hash = { hi: BASIS_HI, lo: BASIS_LO }
  if (!mixAscii(hash, text)) mixBytes(hash, encoder.encode(text))
  return hex(hash)
}

/** For ASCII, the order of UTF-16 code units is the order of bytes. `undefined`: not all ASCII. */
function asciiLabels(labels: Labels): string | undefined {
  const hash: Hash = { hi: BASIS_HI, lo: BASIS_LO }
  for (const name of Object.keys(labels).sort()) {
    const value = labels[name]
    if (value === undefined || value === '') continue
    if (!mixAscii(hash, name)) return undefined
    mixByte(hash, SEPARATOR)
    if (!mixAscii(hash, value)) return undefined
    mixByte(hash, SEPARATOR)
  }
  return hex(hash)
}

const encoder = new TextEncoder()

function utf8Labels(labels: Labels): string {
  const hash: Hash = { hi: BASIS_HI, lo: BASIS_LO }
  const entries = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, bytes: encoder.encode(name), value }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes) || compare(a.name, b.name))
  for (const { bytes, value } of entries) {
    mixBytes(hash, bytes)
    mixByte(hash, SEPARATOR)
    mixBytes(hash, encoder.encode(value))
    mixByte(hash, SEPARATOR)
  }
  return hex(hash)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Mixes in a text of ASCII only. `false`: it is not, and `hash` is as it was. */
function mixAscii(hash: Hash, text: string): boolean {
  let hi = hash.hi
  let lo = hash.lo
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return false
    const mixed = lo ^ code
    hi = (Math.imul(hi, PRIME_LOW) + (mixed << 8) + carry(mixed)) | 0
    lo = Math.imul(mixed, PRIME_LOW)
  }
  hash.hi = hi
  hash.lo = lo
  return true
}

function mixBytes(hash: Hash, bytes: Uint8Array): void {
  for (const byte of bytes) mixByte(hash, byte)
}

function mixByte(hash: Hash, byte: number): void {
  const mixed = hash.lo ^ byte
  hash.hi = (Math.imul(hash.hi, PRIME_LOW) + (mixed << 8) + carry(mixed)) | 0
  hash.lo = Math.imul(mixed, PRIME_LOW)
}

/** What `low * 435` carries over its lowest 32 bits. */
function carry(low: number): number {
  return (Math.imul(low >>> 16, PRIME_LOW) + (Math.imul(low & 0xffff, PRIME_LOW) >>> 16)) >>> 16
}

/** Nine times as fast as `toString(16)` with padding, which would be a quarter of the whole cost. */
function hex({ hi, lo }: Hash): string {
  return String.fromCharCode(
    digit(hi >>> 28),
    digit(hi >>> 24),
    digit(hi >>> 20),
    digit(hi >>> 16),
    digit(hi >>> 12),
    digit(hi >>> 8),
    digit(hi >>> 4),
    digit(hi),
    digit(lo >>> 28),
    digit(lo >>> 24),
    digit(lo >>> 20),
    digit(lo >>> 16),
    digit(lo >>> 12),
    digit(lo >>> 8),
    digit(lo >>> 4),
    digit(lo),
  )
}

function digit(bits: number): number {
  const value = bits & 0xf
  return value < 10 ? 0x30 + value : 0x57 + value
}
