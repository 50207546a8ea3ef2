/**
 * Rules proposed from corrections: where people corrected the same thing often enough, the most specific
 * rule that says it for them. A pure function of the corrections; nothing is applied by it.
 *
 * One person counts for at most two incidents where others correct as well, so that nobody makes a rule
 * alone; corrections that say the opposite of what the rule would do count against it.
 * @see docs/adr/0016-rules-from-corrections.md
 */
import { hash64 } from '../fingerprint.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import {
  CORRECTION_KEEP_MS,
  type CorrectionState,
  type DeclinedState,
  type Sample,
  type Statement,
} from './corrections.ts'
import {
  boundRule,
  forbidRule,
  groupRule,
  noiseRule,
  type RuleDraft,
  type Shape,
  shapeKey,
} from './proposed-rule.ts'
import { MIN_WEIGHT, weightBy } from './support.ts'

/** Proposals in all: those of most weight. */
export const MAX_PROPOSALS = 100
/** Shapes of alerts in one rule. */
const MAX_SHAPES = 6
/** Two pairs are of one rule where they share so much of their corrections. */
const SAME_SHARE = 0.5

type Correction = Readonly<CorrectionState>
export type ProposalRelation = 'together' | 'apart' | 'noise'

export interface Proposal {
  /** The same as long as the strongest thing it says is. */
  readonly id: string
  readonly relation: ProposalRelation
  /** "DiskFull on any host and Slow on any service belong together". */
  readonly text: string
  readonly pack: RuleDraft['pack']
  /** As it is written into the pack. */
  readonly rule: Readonly<Record<string, unknown>> & { readonly name: string }
  /** Distinct incidents, each person's bounded. */
  readonly weight: number
  /** Distinct incidents. */
  readonly incidents: number
  /** Corrections that say so, and that say the opposite, the newest first. */
  readonly corrections: readonly Correction[]
  readonly against: readonly Correction[]
  /** Of the corrections, what it is made of: the newest first. */
  readonly said: readonly Statement[]
  readonly declined: Readonly<DeclinedState> | null
}

interface Voice {
  readonly correction: Correction
  readonly said: Statement
}

/** What is said of one shape, or of two. */
interface Theme {
  readonly key: string
  readonly scope: string
  readonly relation: ProposalRelation
  readonly shapes: readonly Shape[]
  readonly voices: readonly Voice[]
  readonly weight: number
}

export interface Taught {
  readonly corrections: Iterable<Correction>
  readonly declined: (id: string) => Readonly<DeclinedState> | undefined
  readonly now: EpochMs
  /** Labels that tell correlation scopes apart: a rule holds in the scope of its corrections only. */
  readonly scopeLabels: readonly string[]
}

/** All that are proposed, dismissed ones with them, those of most weight first. O(samples²) at worst. */
export function proposalsOf({ corrections, declined, now, scopeLabels }: Taught): Proposal[] {
  const standing = [...corrections]
    .filter(({ at }) => at > now - CORRECTION_KEEP_MS)
    .sort((a, b) => b.number - a.number)
  const weigh = weightBy(standing)
  const found = groupThemes(themesOf(standing, weigh)).flatMap((group) => {
    const proposal = proposalOf(group, {
      ...{ standing, weigh, declined, scopeLabels },
    })
    return proposal === null ? [] : [proposal]
  })
  return found.sort((a, b) => b.weight - a.weight || compare(a.id, b.id)).slice(0, MAX_PROPOSALS)
}

type Weigh = (corrections: Iterable<Correction>) => number

function themesOf(standing: readonly Correction[], weigh: Weigh): Theme[] {
  const themes = new Map<string, Omit<Theme, 'weight'> & { readonly voices: Voice[] }>()
  for (const correction of standing)
    for (const said of correction.said.map(inOrder)) {
      if (said.relation === 'real') continue
      const shapes = 'b' in said ? [said.a, said.b] : [said.a]
      const key = JSON.stringify([correction.scope, said.relation, ...shapes.map(shapeKey)])
      const known = themes.get(key)
      if (known === undefined)
        themes.set(key, {
          ...{ key, scope: correction.scope, relation: said.relation, shapes },
          voices: [{ correction, said }],
        })
      else known.voices.push({ correction, said })
    }
  return [...themes.values()]
    .map((theme) => ({ ...theme, weight: weigh(new Set(theme.voices.map(correctionOf))) }))
    .filter(({ weight }) => weight >= MIN_WEIGHT)
    .sort((a, b) => b.weight - a.weight || compare(a.key, b.key))
}

function correctionOf({ correction }: Voice): Correction {
  return correction
}

/** Of two shapes the first by name stands first. */
function inOrder(said: Statement): Statement {
  if (!('b' in said) || shapeKey(said.a) <= shapeKey(said.b)) return said
  return { ...said, a: said.b, b: said.a }
}

/** Themes that the same corrections are about become one rule: the strongest first, then what it brings. */
function groupThemes(themes: readonly Theme[]): Theme[][] {
  const left = new Set(themes)
  const groups: Theme[][] = []
  for (const first of themes) {
    if (!left.delete(first)) continue
    const group = [first]
    for (let grown = true; grown; ) {
      grown = false
      for (const theme of left)
        if (belongs(theme, group)) {
          left.delete(theme)
          group.push(theme)
          grown = true
        }
    }
    groups.push(group)
  }
  return groups
}

function belongs(theme: Theme, group: readonly Theme[]): boolean {
  const [first] = group
  if (first === undefined || theme.relation !== first.relation) return false
  if (theme.scope !== first.scope) return false
  if (theme.relation === 'apart' && (isOfOne(theme) || isOfOne(first))) return false
  const keys = shapesOf(group)
  const own = theme.shapes.map(shapeKey)
  const touches = theme.relation === 'noise' || own.some((key) => keys.has(key))
  const size = new Set([...keys.keys(), ...own]).size
  return touches && size <= MAX_SHAPES && sharedOf(first, theme) >= SAME_SHARE
}

/** It is about two alerts of one shape. */
function isOfOne({ shapes }: Theme): boolean {
  const [a, b] = shapes
  return a !== undefined && b !== undefined && shapeKey(a) === shapeKey(b)
}

function shapesOf(group: readonly Theme[]): ReadonlyMap<string, Shape> {
  return new Map(group.flatMap(({ shapes }) => shapes.map((one) => [shapeKey(one), one] as const)))
}

/** Jaccard index of the corrections. */
function sharedOf(a: Theme, b: Theme): number {
  const some = new Set(a.voices.map(correctionOf))
  const others = new Set(b.voices.map(correctionOf))
  const shared = [...others].filter((one) => some.has(one)).length
  return shared / (some.size + others.size - shared)
}

interface Scene extends Pick<Taught, 'declined' | 'scopeLabels'> {
  readonly standing: readonly Correction[]
  readonly weigh: Weigh
}

function proposalOf(group: readonly Theme[], scene: Scene): Proposal | null {
  const [first] = group
  if (first === undefined) return null
  const { relation, key } = first
  const { scopeLabels } = scene
  const whole = draftOf(relation, group, scopeLabels)
  const used = whole === null ? [first] : group
  const draft = whole ?? draftOf(relation, used, scopeLabels)
  if (draft === null) return null
  const { standing, weigh } = scene
  const voices = used.flatMap((theme) => theme.voices)
  const corrections = standing.filter((one) => voices.some((voice) => voice.correction === one))
  const opposite = OPPOSITES[relation]
  const against = standing.filter(
    ({ said, scope }) =>
      scope === first.scope && said.some((one) => one.relation === opposite && draft.covers(one)),
  )
  const weight = weigh(corrections)
  if (weight - weigh(against) < MIN_WEIGHT) return null
  const hash = hash64(key).slice(0, 8)
  const shapes = [...shapesOf(used).values()]
  const incidents = new Set(corrections.map(({ incident }) => incident)).size
  const declined = used
    .map((theme) => scene.declined(idOf(theme.key)))
    .find((found) => found !== undefined)
  return {
    ...{ id: idOf(key), relation, text: textOf(relation, used), pack: draft.pack },
    rule: {
      name: `learned_${slugOf(shapes)}_${hash}`,
      ...draft.rule,
      ...(draft.pack === 'correlate'
        ? {}
        : { reason: `people said of ${incidents} incidents like it that they are none` }),
    },
    ...{ weight, incidents, corrections, against, said: voices.map(({ said }) => said) },
    declined: declined ?? null,
  }
}

const OPPOSITES = { together: 'apart', apart: 'together', noise: 'real' } as const

function idOf(key: string): string {
  return `R-${hash64(key).slice(0, 8)}`
}

function slugOf(shapes: readonly Shape[]): string {
  const words = shapes.map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]+/g, '_'))
  return [...new Set(words)].join('_').replace(/_+/g, '_').slice(0, 40).replace(/^_|_$/g, '')
}

type Couple = readonly [Sample, Sample]

function draftOf(
  relation: ProposalRelation,
  group: readonly Theme[],
  scoped: readonly string[],
): RuleDraft | null {
  const said = group.flatMap(({ voices }) => voices.map((voice) => voice.said))
  if (relation === 'noise')
    return noiseRule(
      said.map(({ a }) => a),
      scoped,
    )
  const couples = said.flatMap((one): Couple[] => ('b' in one ? [[one.a, one.b]] : []))
  if (relation === 'together') return groupRule(couples, scoped)
  if (group.some(isOfOne)) return boundRule(couples, scoped)
  const left = leftOf(group)
  return left === null
    ? null
    : forbidRule(
        couples.map(([a, b]): Couple => (left.has(shapeKey(a)) ? [a, b] : [b, a])),
        scoped,
      )
}

/** The shapes of one of the two sides, no pair within either; `null`: there are no such sides. */
function leftOf(group: readonly Theme[]): ReadonlySet<string> | null {
  const sides = new Map<string, 'left' | 'right'>()
  for (let grown = true; grown; ) {
    grown = false
    for (const { shapes } of group) {
      const [a = '', b = ''] = shapes.map(shapeKey)
      const [one, other] = [sides.get(a), sides.get(b)]
      if (one !== undefined && one === other) return null
      if (one !== undefined && other !== undefined) continue
      if (one === undefined && other === undefined && sides.size > 0) continue
      const left = one === undefined ? (other === undefined ? 'left' : turned(other)) : one
      sides.set(a, left).set(b, turned(left))
      grown = true
    }
  }
  return new Set([...sides].filter(([, side]) => side === 'left').map(([key]) => key))
}

function turned(side: 'left' | 'right'): 'left' | 'right' {
  return side === 'left' ? 'right' : 'left'
}

function textOf(relation: ProposalRelation, group: readonly Theme[]): string {
  const shapes = [...shapesOf(group)]
  const left = relation === 'apart' && !group.some(isOfOne) ? leftOf(group) : null
  if (left !== null) {
    const side = (isLeft: boolean): string =>
      list(shapes.filter(([key]) => left.has(key) === isLeft).map(([, shape]) => shapeText(shape)))
    return `${side(true)} and ${side(false)} are apart`
  }
  const names = list(shapes.map(([, shape]) => shapeText(shape)))
  if (relation === 'apart') return `${names}: each stays with its own`
  if (relation === 'noise') return `${names} ${shapes.length > 1 ? 'are' : 'is'} no incident`
  return shapes.length > 1 ? `${names} belong together` : `Alerts ${names} belong together`
}

function shapeText({ name, ciClass }: Shape): string {
  return ciClass === null ? name : `${name} on a ${ciClass}`
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
