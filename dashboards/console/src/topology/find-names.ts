/** Finds something of a map by its name, or by its id. */

export interface Findable {
  readonly ci: string
  readonly name: string
}

const SHOWN = 12

/** Names that begin with the words first, then those that hold them; at most SHOWN. */
export function findNames(all: readonly Findable[], words: string): readonly Findable[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return []
  const at = ({ name, ci }: Findable): number => {
    const inName = name.toLowerCase().indexOf(wanted)
    return inName >= 0 ? inName : ci.toLowerCase().includes(wanted) ? 1000 : -1
  }
  return all
    .map((one) => ({ one, place: at(one) }))
    .filter(({ place }) => place >= 0)
    .sort(
      (a, b) => Math.min(a.place, 1) - Math.min(b.place, 1) || (a.one.name < b.one.name ? -1 : 1),
    )
    .slice(0, SHOWN)
    .map(({ one }) => one)
}
