/** Correlate rules: what people decided about grouping. The first rule that applies wins over scores. */
import { matchesAll } from '../matcher.ts'
import type { Labels } from '../model.ts'
import type { CorrelateRule, RulePacks } from '../rules.ts'

export type RuleDecision =
  /** Belongs with the alerts of the same key, and with nothing else. */
  | { readonly action: 'group'; readonly rule: CorrelateRule; readonly key: string }
  | { readonly action: 'apart'; readonly rule: CorrelateRule }
  | { readonly action: 'score'; readonly reason: 'no_rule_applies' }

/**
 * The first rule whose matchers hold and, for `group`, whose labels the alert has. An alert that
 * lacks one of them goes on to the next rule: a missing label is no value.
 */
export function decideByRules(labels: Labels, pack: RulePacks['correlate']): RuleDecision {
  for (const rule of pack.rules) {
    if (!matchesAll(rule.when, labels)) continue
    if (rule.decide === 'apart') return { action: 'apart', rule }
    const values = rule.by.map((name) => labels[name] ?? '')
    if (values.some((value) => value === '')) continue
    const key = values.map((value) => `${value.length}:${value}`).join('')
    return { action: 'group', rule, key }
  }
  return { action: 'score', reason: 'no_rule_applies' }
}
