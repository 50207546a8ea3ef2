/** Inhibition worked out from the plain definition: every pair of alerts looked at, nothing indexed. */
import { fieldValue, holds } from '../../src/core/facts.ts'
import type { Inhibitable } from '../../src/core/inhibit.ts'
import type { Relation } from '../../src/core/model.ts'
import type { InhibitRule } from '../../src/core/rules.ts'

/** Names of the rules by which any of the firing alerts mutes `target`. */
export function rulesThatMute(
  target: Inhibitable,
  firing: readonly Inhibitable[],
  { rules, relations }: { rules: readonly InhibitRule[]; relations: readonly Relation[] },
): string[] {
  return rules
    .filter((rule) => firing.some((source) => mutes(source, target, { rule, relations })))
    .map(({ name }) => name)
}

function mutes(
  source: Inhibitable,
  target: Inhibitable,
  { rule, relations }: { rule: InhibitRule; relations: readonly Relation[] },
): boolean {
  const isSource = (one: Inhibitable): boolean => holds(rule.source, one.facts)
  const isTarget = (one: Inhibitable): boolean => holds(rule.target, one.facts)
  if (!isSource(source) || !isTarget(target)) return false
  if (isTarget(source) && isSource(target)) return false
  if (rule.equal.some((name) => fieldValue(source.facts, name) !== fieldValue(target.facts, name)))
    return false
  if (rule.downstream === undefined) return true
  if (source.ci === null || target.ci === null) return false
  return reaches(target.ci, source.ci, rule.downstream, relations)
}

function reaches(from: string, to: string, hops: number, relations: readonly Relation[]): boolean {
  if (from === to) return true
  if (hops === 0) return false
  return relations.some((one) => one.from === from && reaches(one.to, to, hops - 1, relations))
}
