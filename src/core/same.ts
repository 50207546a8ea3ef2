/** Whether two values of plain data would be the same JSON text; undefined stands for what is left out. O(size) at most, and no text is made. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((value, i) => isSameJson(value, b[i]))
  }
  const [ours, theirs] = [fieldsOf(a), fieldsOf(b)]
  return (
    ours.length === theirs.length &&
    ours.every(([name, value], i) => theirs[i]?.[0] === name && isSameJson(value, theirs[i][1]))
  )
}

/** In their order, which JSON keeps. */
function fieldsOf(value: object): readonly [string, unknown][] {
  return Object.entries(value).filter(([, one]) => one !== undefined)
}
