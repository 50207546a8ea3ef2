/**
 * A proposed rule as files of a rule folder: the rule for the pack, a case for the tests beside it made
 * of a correction, and both put into what the folder has.
 */
import { isMap, isSeq, parseDocument, parse as parseYaml, stringify } from 'yaml'
import { parseRules, type RulePacks } from '../rules.ts'
import { SECOND } from '../time.ts'
import type { Sample, Statement } from './corrections.ts'
import type { Proposal } from './proposals.ts'
import { isDismissed } from './support.ts'

const WIDTH = { lineWidth: 100 }

/** The rule as YAML, a list of one. */
export function ruleYaml({ rule }: Pick<Proposal, 'rule'>): string {
  return stringify([rule], WIDTH)
}

/**
 * A case that the rule makes come true, of the newest correction that can be one, as YAML; `null`:
 * the alerts of none can be told apart by what is kept of them.
 */
export function caseYaml({ pack, relation, rule, said, text }: Proposal): string | null {
  const told = said.find((one) => !('b' in one) || identityOf(one.a) !== identityOf(one.b))
  if (told === undefined) return null
  const samples = 'b' in told ? [told.a, told.b] : [told.a]
  const sorted = [...samples].sort((a, b) => a.startsAt - b.startsAt)
  const begin = sorted[0]?.startsAt ?? 0
  const ids = ['one', 'other'].slice(0, sorted.length)
  return stringify(
    [
      {
        name: `${rule.name}: ${text}`,
        ...cmdbOf(sorted),
        alerts: sorted.map((sample, index) => ({
          id: ids[index],
          severity: sample.severity,
          labels: labelsOf(sample),
          ...(sample.startsAt > begin
            ? { at: `${Math.ceil((sample.startsAt - begin) / SECOND)}s` }
            : {}),
        })),
        expect: expectedOf({ pack, relation, name: rule.name, ids }),
      },
    ],
    WIDTH,
  )
}

interface Expecting extends Pick<Proposal, 'pack' | 'relation'> {
  readonly name: string
  readonly ids: readonly string[]
}

function expectedOf({ pack, relation, name, ids }: Expecting): object {
  const by = `rule:${name}`
  if (pack === 'suppress') return { muted: Object.fromEntries(ids.map((id) => [id, by])) }
  if (pack === 'priority') return { incidents: [{ alerts: ids, priority: 4 }] }
  return {
    incidents:
      relation === 'together' ? [{ alerts: ids, by }] : ids.map((id) => ({ alerts: [id] })),
  }
}

function identityOf({ name, facts }: Statement['a']): string {
  return JSON.stringify([name, Object.entries(facts).filter(([fact]) => !fact.startsWith('ci.'))])
}

/** The explicit id binds it, whatever the other labels say. */
function labelsOf({ name, facts }: Sample): object {
  const own = Object.entries(facts).filter(([fact]) => !fact.startsWith('ci.'))
  const ci = facts['ci.id']
  return {
    alertname: name,
    ...Object.fromEntries(own),
    ...(ci === undefined ? {} : { faultline_ci: ci }),
  }
}

/** The CIs of the alerts with their services; nothing where none is bound. */
function cmdbOf(samples: readonly Sample[]): object {
  const bound = samples.filter(({ facts }) => facts['ci.id'] !== undefined)
  if (bound.length === 0) return {}
  const items = new Map(bound.map((sample) => [sample.facts['ci.id'] ?? '', itemOf(sample)]))
  const relations = new Map<string, object>()
  for (const { facts, ciClass } of bound) {
    const [id = '', service] = [facts['ci.id'], facts['ci.service']]
    if (service === undefined || isService(ciClass)) continue
    if (!items.has(service)) items.set(service, { id: service, class: 'service', name: service })
    relations.set(`${id} ${service}`, { from: id, type: 'member_of', to: service })
  }
  return {
    cmdb: {
      items: [...items.values()],
      ...(relations.size === 0 ? {} : { relations: [...relations.values()] }),
    },
  }
}

function isService(ciClass: string | null): boolean {
  return /^(service|application|business[_-]service)$/.test(ciClass ?? '')
}

const CI_LABEL = 'ci.label.'

function itemOf({ facts, ciClass }: Sample): object {
  const id = facts['ci.id'] ?? ''
  const labels = Object.entries(facts).flatMap(([fact, value]) =>
    fact.startsWith(CI_LABEL) ? [[fact.slice(CI_LABEL.length), value] as const] : [],
  )
  const [environment, owner] = [facts['ci.environment'], facts['ci.owner']]
  return {
    ...{ id, class: ciClass ?? '', name: isService(ciClass) ? (facts['ci.service'] ?? id) : id },
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(environment === undefined ? {} : { environment }),
    ...(owner === undefined ? {} : { owner }),
  }
}

/**
 * The text of a pack, or of its cases, with one item more at the beginning of a list. Everything else
 * stays as it is written, comments too, where the list is written over several lines.
 *
 * @param key `rules` or `cases`
 * @param item YAML of a list of one
 * @returns `null` where the text has something else under the key, or is no YAML
 */
export function withItem(text: string, key: string, item: string): string | null {
  const spliced = splice(text, key, item)
  if (spliced !== null && isFirst(spliced, key, item)) return spliced
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  if (document.contents !== null && !isMap(document.contents)) return null
  const list = document.get(key)
  const [made] = parseYaml(item) as readonly unknown[]
  if (list === undefined || list === null) document.set(key, [made])
  else if (!isSeq(list)) return null
  else {
    list.flow = false
    list.items.unshift(document.createNode(made))
  }
  return document.toString(WIDTH)
}

/** Right after the line of the key, as deep as the items that are there. */
function splice(text: string, key: string, item: string): string | null {
  const head = new RegExp(`^${key}:[ \\t]*(#[^\\n]*)?\\n`, 'm').exec(text)
  if (head === null) return null
  const end = head.index + head[0].length
  const [, indent] = /^(?:[ \t]*(?:#[^\n]*)?\n)*([ ]*)- /.exec(text.slice(end)) ?? []
  if (indent === undefined) return null
  const lines = item.trimEnd().split('\n')
  const block = lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join('\n')
  return `${text.slice(0, end)}${block}\n\n${text.slice(end)}`
}

function isFirst(text: string, key: string, item: string): boolean {
  const document = parseDocument(text)
  if (document.errors.length > 0) return false
  const whole: unknown = document.toJS()
  const list = typeof whole === 'object' && whole !== null ? Object.entries(whole) : []
  const [, items] = list.find(([name]) => name === key) ?? []
  const [first] = Array.isArray(items) ? items : []
  return JSON.stringify([first]) === JSON.stringify(parseYaml(item))
}

/** Whether the packs in force have the rule: one of its name, or one that says the same. */
export function isInUse(
  { pack, rule }: Pick<Proposal, 'pack' | 'rule'>,
  inForce: Pick<RulePacks, Proposal['pack']>,
): boolean {
  const read = parseRules({ [pack]: { rules: [rule] } })
  const own = read.ok ? sayingOf(read.packs[pack].rules[0]) : null
  return inForce[pack].rules.some((one) => one.name === rule.name || sayingOf(one) === own)
}

/** What a rule says, whatever it is called and wherever it stands. */
function sayingOf(rule: object | undefined): string {
  return JSON.stringify({ ...rule, name: '', reason: '', priority: 0 })
}

export const PROPOSAL_STATES = ['open', 'in_use', 'dismissed'] as const
export type ProposalState = (typeof PROPOSAL_STATES)[number]

/** Where a proposal stands: what is in use needs no word any more. */
export function stateOf(
  proposal: Proposal,
  inForce: Pick<RulePacks, Proposal['pack']>,
): ProposalState {
  if (isInUse(proposal, inForce)) return 'in_use'
  return isDismissed(proposal) ? 'dismissed' : 'open'
}

/** What a folder of rules has, by name of the pack. */
export interface RuleTexts {
  readonly packs: Readonly<Record<string, string>>
  readonly cases: Readonly<Record<string, string>>
}

interface FileText {
  readonly name: string
  readonly text: string
}

/**
 * The files that a folder needs for the rule: its pack and the cases beside it, each whole. A file
 * into which the item cannot be put is left out.
 */
export function filesOf(
  proposal: Proposal,
  { packs, cases }: RuleTexts,
): { readonly case: string | null; readonly files: FileText[] } {
  const { pack } = proposal
  const test = caseYaml(proposal)
  const files: readonly (readonly [string, string | null])[] = [
    [`${pack}.yaml`, withItem(packs[pack] ?? '', 'rules', ruleYaml(proposal))],
    [`${pack}.test.yaml`, test === null ? null : withItem(cases[pack] ?? '', 'cases', test)],
  ]
  return {
    case: test,
    files: files.flatMap(([name, text]) => (text === null ? [] : [{ name, text }])),
  }
}
