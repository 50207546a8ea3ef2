/** Inhibition worked out from the plain definition: every pair of alerts looked at, nothing indexed. */
import { fieldValue, holds } from '../../src/core/facts.ts'
import type { Inhibitable } from '../../src/core/inhibit.ts'
import type { Relation } from '../../src/core/model.ts'
import type { InhibitRule } from '../../src/core/rules.ts'
import { ci } from '../support/engine.ts'
import { factsFrom } from '../support/facts.ts'

/** Names of the rules by which any of the firing alerts mutes `target`. */
export function rulesThatMute(
  target: Inhibitable,
  firing: readonly Inhibitable[],
  { rules, relations }: { rules: readonly InhibitRule[]; relations: readonly Relation[] },
): string[] {
  return rules
    .filter((rule) => {
      const on = firing.filter((source) => mutes(source, target, { rule, relations }))
      if (on.length === 0 || !rule.all_paths) return on.length > 0
      const dead = new Set(
        firing.filter((source) => isPair(source, target, rule)).map((source) => source.ci ?? ''),
      )
      const from = target.ci ?? ''
      return dead.has(from) || isCut(from, rule.downstream ?? 0, { rule, relations, dead })
    })
    .map(({ name }) => name)
}

function mutes(
  source: Inhibitable,
  target: Inhibitable,
  { rule, relations }: { rule: InhibitRule; relations: readonly Relation[] },
): boolean {
  if (!isPair(source, target, rule)) return false
  if (rule.downstream === undefined) return true
  if (source.ci === null || target.ci === null) return false
  return reaches(target.ci, source.ci, rule.downstream, relations)
}

function reaches(from: string, to: string, hops: number, relations: readonly Relation[]): boolean {
  if (from === to) return true
  if (hops === 0) return false
  return relations.some((one) => one.from === from && reaches(one.to, to, hops - 1, relations))
}

/** Whether one mutes the other wherever they are. */
function isPair(source: Inhibitable, target: Inhibitable, rule: InhibitRule): boolean {
  const isSource = (one: Inhibitable): boolean => holds(rule.source, one.facts)
  const isTarget = (one: Inhibitable): boolean => holds(rule.target, one.facts)
  if (!isSource(source) || !isTarget(target)) return false
  if (isTarget(source) && isSource(target)) return false
  return rule.equal.every(
    (name) => fieldValue(source.facts, name) === fieldValue(target.facts, name),
  )
}

/** Whether all that it depends on, of the sort that the source names, is dead or cut off itself. */
function isCut(
  from: string,
  hops: number,
  about: { rule: InhibitRule; relations: readonly Relation[]; dead: ReadonlySet<string> },
): boolean {
  if (hops === 0) return false
  const { rule, relations, dead } = about
  const sort = rule.source.filter(({ name }) => name.startsWith('ci.'))
  const next = relations
    .filter((one) => one.from === from && holds(sort, factsFrom({}, { ci: ci(one.to) })))
    .map(({ to }) => to)
  return next.length > 0 && next.every((to) => dead.has(to) || isCut(to, hops - 1, about))
}
