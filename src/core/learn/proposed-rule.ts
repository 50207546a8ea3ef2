/**
 * The rule that covers some corrections: the most specific one, apart from its bounds. A label or field
 * is part of it where its value agrees in every correction, and is dropped where it differs. Its
 * conditions are names and lists of values, so that they take linear time.
 */
import { SEVERITIES, type Severity } from '../model.ts'
import { MINUTE } from '../time.ts'
import { compare } from '../topology.ts'
import type { Sample, Statement } from './corrections.ts'

/** Conditions on labels and fields of one rule, beside name, class and severity. */
export const MAX_PINS = 8
/** Labels and fields that must be equal. */
export const MAX_BY = 4
/** `group`: how long an incident of the rule takes alerts. */
const WINDOWS_M = [15, 30, 60, 120, 240, 480]
/** Labels of how an alert was collected: that they are equal says nothing of where it is. */
const PLUMBING = new Set(['job', 'endpoint', 'receiver', 'metrics_path', 'team', 'ci.owner'])
/** Of names that are as good otherwise, the first ones come into the rule. */
const TELLING = ['ci.id', 'ci.service', 'cluster', 'namespace', 'service', 'ci.environment']

/** An alert name and the class of the CI; `null`: unbound. */
export interface Shape {
  readonly name: string
  readonly ciClass: string | null
}

/** A rule as it is written into the pack. */
export interface RuleDraft {
  readonly pack: 'correlate' | 'suppress' | 'priority'
  /** Without name and reason. */
  readonly rule: Readonly<Record<string, unknown>>
  /** Whether it would say the same of these alerts as a correction does. */
  readonly covers: (said: Statement) => boolean
}

interface Side {
  readonly when: Readonly<Record<string, string | readonly string[]>>
  readonly fits: (sample: Sample) => boolean
}

export function shapeKey({ name, ciClass }: Shape): string {
  return JSON.stringify([name, ciClass])
}

/** Worst first; `unknown` counts as a warning: nobody said it is harmless. */
function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity === 'unknown' ? 'warning' : severity)
}

/** Of some alerts that stand on one side of a rule. O(samples × facts) */
function sideOf(samples: readonly Sample[], scoped: readonly string[]): Side {
  const shapes = new Map<string, Sample[]>()
  for (const sample of samples) {
    const list = shapes.get(shapeKey(sample))
    if (list === undefined) shapes.set(shapeKey(sample), [sample])
    else list.push(sample)
  }
  const pins = [...scopeOf(samples, scoped), ...pinsOf([...shapes.values()], scoped)]
  const classes = unique(samples.map(({ ciClass }) => ciClass ?? ''))
  const names = unique(samples.map(({ name }) => name))
  const isBound = !classes.includes('')
  return {
    when: {
      'alert.name': oneOrAll(names),
      ...(isBound ? { 'ci.class': oneOrAll(classes) } : {}),
      ...Object.fromEntries(pins.map(([name, values]) => [name, oneOrAll(values)])),
    },
    fits: ({ name, ciClass, facts }) =>
      names.includes(name) &&
      (!isBound || classes.includes(ciClass ?? '')) &&
      pins.every(([fact, values]) => values.includes(facts[fact] ?? '')),
  }
}

type Pin = readonly [string, readonly string[]]

/** What has not the label is of the scope without it: empty, too, is a value. */
function scopeOf(samples: readonly Sample[], scoped: readonly string[]): Pin[] {
  return scoped.map((name) => [name, unique(samples.map(({ facts }) => facts[name] ?? ''))])
}

/** Facts that have one value each in all samples of a shape, whatever the value of the other shapes. */
function pinsOf(shapes: readonly (readonly Sample[])[], scoped: readonly string[]): Pin[] {
  const [first = []] = shapes
  const names = Object.keys(first[0]?.facts ?? {}).filter((name) => !scoped.includes(name))
  const pins = names.flatMap((name): Pin[] => {
    const values = shapes.map((some) => unique(some.map(({ facts }) => facts[name] ?? '')))
    const agree = values.every((of) => of.length === 1 && of[0] !== '')
    return agree ? [[name, unique(values.flat())]] : []
  })
  return pins.sort((a, b) => byTelling(a[0], b[0])).slice(0, MAX_PINS)
}

function byTelling(a: string, b: string): number {
  const at = (name: string): number => {
    const found = TELLING.indexOf(name)
    return found < 0 ? TELLING.length : found
  }
  return at(a) - at(b) || compare(a, b)
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [one] = values
  return values.length === 1 && one !== undefined ? one : values
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compare)
}

type Couple = readonly [Sample, Sample]

/**
 * `group` for alerts that people put together, by what both had the same of each time; `null` where
 * nothing they share says which of them belong together, or they began too far apart.
 */
export function groupRule(couples: readonly Couple[], scoped: readonly string[]): RuleDraft | null {
  const side = sideOf(couples.flat(), scoped)
  const by = tiesOf(couples)
  const apart = Math.max(...couples.map(([a, b]) => Math.abs(a.startsAt - b.startsAt)))
  const window = WINDOWS_M.find((minutes) => minutes * MINUTE >= 1.5 * apart)
  if (by.length === 0 || window === undefined) return null
  return {
    pack: 'correlate',
    rule: { when: [side.when], decide: 'group', by, window: `${window}m` },
    covers: (said) =>
      'b' in said &&
      side.fits(said.a) &&
      side.fits(said.b) &&
      by.every((name) => isTie([said.a, said.b], name)),
  }
}

function isTie([a, b]: Couple, name: string): boolean {
  return a.facts[name] !== undefined && a.facts[name] === b.facts[name]
}

/** Most values first: what differs from one correction to the next and agrees within each ties best. */
function tiesOf(couples: readonly Couple[]): string[] {
  const names = Object.keys(couples[0]?.[0].facts ?? {})
  const ties = names
    .filter((name) => couples.every((couple) => isTie(couple, name)))
    .map((name) => ({ name, values: unique(couples.map(([a]) => a.facts[name] ?? '')).length }))
    .sort((a, b) => b.values - a.values || byTelling(a.name, b.name))
  const says = ties.some(({ name, values }) => values > 1 || !PLUMBING.has(name))
  // what never differs is a condition already
  const kept = ties.some(({ values }) => values > 1)
    ? ties.filter(({ values }) => values > 1)
    : ties
  return says ? kept.slice(0, MAX_BY).map(({ name }) => name) : []
}

/** `forbid` for alerts of two sides that people took apart. */
export function forbidRule(couples: readonly Couple[], scoped: readonly string[]): RuleDraft {
  const [left, right] = [
    sideOf(
      couples.map(([a]) => a),
      scoped,
    ),
    sideOf(
      couples.map(([, b]) => b),
      scoped,
    ),
  ]
  return {
    pack: 'correlate',
    rule: { when: [left.when], decide: 'forbid', with: [right.when] },
    covers: (said) =>
      'b' in said &&
      ((left.fits(said.a) && right.fits(said.b)) || (left.fits(said.b) && right.fits(said.a))),
  }
}

/**
 * `bound` for alerts of one shape that people took apart: to their service where that always
 * differed, else to their CI; `null` where neither did.
 */
export function boundRule(couples: readonly Couple[], scoped: readonly string[]): RuleDraft | null {
  const differs = (name: string): boolean => couples.every((couple) => isApart(couple, name))
  const fact = ['ci.service', 'ci.id'].find(differs)
  if (fact === undefined) return null
  const side = sideOf(couples.flat(), scoped)
  const scope = fact === 'ci.id' ? 'same_ci' : 'same_service'
  return {
    pack: 'correlate',
    rule: { when: [side.when], decide: 'bound', scope },
    covers: (said) =>
      'b' in said && side.fits(said.a) && side.fits(said.b) && isApart([said.a, said.b], fact),
  }
}

function isApart([a, b]: Couple, name: string): boolean {
  const [one, other] = [a.facts[name], b.facts[name]]
  return one !== undefined && other !== undefined && one !== other
}

/** Never more urgent than this, for what is critical and yet no incident: muting it would hide too much. */
const LEAST_URGENT = 4

/** `suppress` for alerts that are no incident, up to their worst severity; critical ones get a low priority. */
export function noiseRule(samples: readonly Sample[], scoped: readonly string[]): RuleDraft {
  const side = sideOf(samples, scoped)
  const worst = Math.min(...samples.map(({ severity }) => rank(severity)))
  const severities = SEVERITIES.filter((severity) => rank(severity) >= worst)
  const isCritical = worst === rank('critical')
  const when = isCritical ? side.when : { ...side.when, 'alert.severity': oneOrAll(severities) }
  return {
    pack: isCritical ? 'priority' : 'suppress',
    rule: isCritical ? { when: [when], at_most: LEAST_URGENT } : { when: [when] },
    covers: ({ a }) => side.fits(a) && rank(a.severity) >= worst,
  }
}
