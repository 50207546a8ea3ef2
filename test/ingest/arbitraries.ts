/** Bodies nobody should send: random JSON near the wire formats, and samples that were tampered with. */
import fc from 'fast-check'
import { fixturesOf } from './fixtures.ts'

/** Words of the wire formats, so that random objects come close to real ones. */
const anyKey = fc.oneof(
  fc.constantFrom(
    ...['alerts', 'labels', 'annotations', 'status', 'startsAt', 'endsAt', 'title', 'ci', 'id'],
    ...['generatorURL', 'alertname', 'severity', 'dedupKey', '__proto__', 'constructor', ''],
    ...['state', 'name', 'host', 'service', 'data', 'event', 'payload', 'timestamp', 'message'],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const anyLeaf = fc.oneof(
  fc.constantFrom('firing', 'resolved', 'x', '', '\ud800', 'http://a', null, true),
  fc.constantFrom('2026-03-01T09:59:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'),
  fc.constantFrom(0, -1, 1e308, 1772359200, 1772359200000, 8.64e15, '1772359200', '-5', 'OK'),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

export const { anyJson } = fc.letrec((tie) => ({
  anyJson: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    anyLeaf,
    fc.array(tie('anyJson'), { maxLength: 4 }),
    fc
      .array(fc.tuple(anyKey, tie('anyJson')), { maxLength: 8 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}))

export type Path = readonly (string | number)[]

/** Every place in a JSON value, the whole of it first. */
export function placesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Array.isArray(value)
    ? value.flatMap((item, i) => placesOf(item, [...path, i]))
    : Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))
  return [path, ...inside]
}

/** A copy with another value at a place; `undefined` takes the place out of its object. */
export function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return by
  if (Array.isArray(value))
    return value.map((item, i) => (i === head ? replaced(item, rest, by) : item))
  return Object.fromEntries(
    Object.entries(value as object).map(([key, item]) => [
      key,
      key === head ? replaced(item, rest, by) : item,
    ]),
  )
}

/** Samples of a source whose bodies are JSON; those of broken items add nothing but length. */
export function payloadsOf(source: string): readonly unknown[] {
  return fixturesOf(source).flatMap(({ name, body }) => {
    if (name === 'bad-items') return []
    try {
      return [JSON.parse(body) as unknown]
    } catch {
      return []
    }
  })
}

/** Samples of a source with something else in one or two places. */
export function tampered(source: string): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      fc.constantFrom(...payloadsOf(source)),
      fc.array(fc.tuple(fc.nat(), anyJson), { minLength: 1, maxLength: 2 }),
    )
    .map(([payload, changes]) =>
      changes.reduce<unknown>((value, [n, by]) => {
        const places = placesOf(value)
        return replaced(value, places[n % places.length] ?? [], by)
      }, payload),
    )
}
