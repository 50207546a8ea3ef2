/** Where to look first in a picture that is larger than its frame. */

interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The middle of those points that a frame around one of them shows, for the one around which it shows
 * the most; the first of equal ones. `null` without points. O(points²)
 */
export function densest(
  points: readonly Point[],
  frame: { readonly width: number; readonly height: number },
): Point | null {
  let best: readonly Point[] = []
  for (const middle of points) {
    const inside = points.filter(
      ({ x, y }) =>
        Math.abs(x - middle.x) <= frame.width / 2 && Math.abs(y - middle.y) <= frame.height / 2,
    )
    if (inside.length > best.length) best = inside
  }
  if (best.length === 0) return null
  const middleOf = (values: readonly number[]): number =>
    (Math.min(...values) + Math.max(...values)) / 2
  return { x: middleOf(best.map(({ x }) => x)), y: middleOf(best.map(({ y }) => y)) }
}
