/**
 * Correlate rules: what people decided about grouping. The first rule that groups or keeps apart wins
 * over scores; rules that forbid or bound say what the score may not link.
 */
import { type Facts, fieldValue, holds, keyOf } from '../facts.ts'
import type { CorrelateRule, RulePacks } from '../rules.ts'
import type { Bound, Limits } from './limits.ts'

export type RuleDecision =
  /** Belongs with the alerts of the same key, and with nothing else. */
  | { readonly action: 'group'; readonly rule: CorrelateRule; readonly key: string }
  | { readonly action: 'apart'; readonly rule: CorrelateRule }
  | { readonly action: 'score'; readonly reason: 'no_rule_applies' }

/**
 * The first rule that groups or keeps apart whose conditions hold and, for `group`, whose labels and
 * fields the alert has. An alert that lacks one of them goes on: a missing label is no value.
 */
export function decideByRules(facts: Facts, pack: RulePacks['correlate']): RuleDecision {
  for (const rule of pack.rules) {
    if (rule.decide !== 'group' && rule.decide !== 'apart') continue
    if (!holds(rule.when, facts)) continue
    if (rule.decide === 'apart') return { action: 'apart', rule }
    const key = groupKey(rule, facts)
    if (key !== null) return { action: 'group', rule, key }
  }
  return { action: 'score', reason: 'no_rule_applies' }
}

/** What a `group` rule groups the alert by; `null` where the alert lacks one of the values. */
export function groupKey(rule: CorrelateRule, facts: Facts): string | null {
  return rule.by.some((name) => fieldValue(facts, name) === '') ? null : keyOf(facts, rule.by)
}

/** `undefined` where no rule limits its links. O(rules). */
export function limitsOf(facts: Facts, { rules }: RulePacks['correlate']): Limits | undefined {
  const limiting = rules.filter(({ decide }) => decide === 'forbid' || decide === 'bound')
  if (limiting.length === 0) return undefined
  const bounding = limiting.find((rule) => rule.decide === 'bound' && holds(rule.when, facts))
  const marks = limiting.flatMap((rule) =>
    rule.decide === 'bound'
      ? []
      : [
          ...(holds(rule.when, facts) ? [`when:${rule.name}`] : []),
          ...(holds(rule.with, facts) ? [`with:${rule.name}`] : []),
        ],
  )
  const byService = limiting.some(({ scope }) => scope === 'same_service')
  const service = byService ? facts.service() : null
  if (bounding === undefined && marks.length === 0 && service === null) return undefined
  return { marks, bound: bounding === undefined ? null : toBound(bounding), service }
}

function toBound({ name, gap, lifetime, scope }: CorrelateRule): Bound {
  return {
    rule: name,
    ...(gap === undefined ? {} : { gap }),
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(scope === undefined ? {} : { scope }),
  }
}
