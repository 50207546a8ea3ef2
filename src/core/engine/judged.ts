/** Links that the score had judged, and what a regrouping says of each: what weights are learned from. */
import { type JudgedLink, MAX_LINKS } from '../learn/corrections.ts'
import type { Seen } from '../roster.ts'
import type { IncidentState } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, survivor } from './context.ts'
import { noteCorrection } from './corrections.ts'
import { type Explained, evidenceOf } from './explain.ts'
import { editKey } from './learn.ts'

/**
 * Keeps them with the newest regrouping of `target`: to be called after its members came. An alert says two
 * things: the link that it joined by holds as long as both are in one incident; the best one that it did
 * not join by, to another incident, once they are. What the person left so is kept too, so that weights are
 * not learned from mistakes alone. O(members log members)
 *
 * @param explained why those who moved were where they were
 */
export function noteLinks(
  ctx: Ctx,
  target: Readonly<IncidentState>,
  other: Readonly<IncidentState>,
  explained: Explained,
): void {
  const edit = target.edits.at(-1)
  if (edit === undefined) return
  const members = [...target.members.values(), ...(other === target ? [] : other.members.values())]
  const links = members
    .sort((a, b) => a.startsAt - b.startsAt || compare(a.key, b.key))
    .flatMap((member) => linksOf(ctx, member, { explained, target, other }))
  const kept = [true, false].flatMap((said) =>
    links.filter((link) => link.said === said).slice(0, MAX_LINKS),
  )
  if (kept.every(({ said }) => !said)) return
  noteCorrection(
    ctx,
    target,
    {
      ...{ id: editKey(target, target.edits.length - 1), kind: edit.kind },
      ...{ by: edit.actor, other: edit.from },
    },
    { links: kept },
  )
}

interface Regrouped {
  readonly explained: Explained
  readonly target: Readonly<IncidentState>
  readonly other: Readonly<IncidentState>
}

function linksOf(
  ctx: Ctx,
  member: Seen,
  { explained, target, other }: Regrouped,
): readonly JudgedLink[] {
  const before = explained[member.key]
  const evidence = before === undefined ? evidenceOf(ctx, member) : before
  if (evidence === null || evidence.method === 'person' || evidence.method === 'rule') return []
  const links: JudgedLink[] = []
  const home = target.members.get(member.key) === undefined ? other : target
  const { best, terms, runnerUp } = evidence
  const isKnown = best !== undefined && [target, other].some(({ members }) => members.get(best))
  if (best !== undefined && isKnown) {
    const together = home.members.get(best) !== undefined
    const x = Object.fromEntries(terms.map(({ name, x: value }) => [name, value]))
    links.push({ together, said: !together, x })
  }
  if (runnerUp?.x !== undefined) {
    const { incident, x } = runnerUp
    const moved = before !== undefined
    const together = survivor(ctx, incident) === home.id
    // of a merge, which of the two it had become before
    const isNews =
      other.mergedInto === target.id ? leadsThrough(ctx, incident, other.id) !== moved : moved
    // where it fits as well, and only less than where the alert is, nothing is said against it
    const isWeak = runnerUp.p < evidence.threshold
    if (!together && isWeak) links.push({ together, said: false, x })
    if (together && isNews) links.push({ together, said: true, x })
  }
  return links.filter(({ x }) => isOfScore(x))
}

function leadsThrough({ state }: Ctx, id: string, via: string): boolean {
  let at: string | null = id
  for (let hops = 0; hops < 100 && at !== null; hops++) {
    if (at === via) return true
    at = state.incidents.get(at)?.mergedInto ?? null
  }
  return false
}

/** What people or environments decided says nothing of weights. */
function isOfScore(x: JudgedLink['x']): boolean {
  return x['constraint'] === undefined && x['conflict'] === undefined
}
