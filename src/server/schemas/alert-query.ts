/** Which alert episodes a request means: the same parameters for the list and for its facets. */
import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '../../core/model.ts'
import { MAX_MATCHERS, parseSelector } from '../../core/selector.ts'
import type { AlertFilter } from '../../store/alert-filter.ts'
import { commaList, defined, TimeInput } from './common.ts'

const MAX_CHOICES = 50

/** A parameter that may stand there several times. */
function repeated(description: string, example: string) {
  const one = z.string().max(1024)
  return z
    .union([one, z.array(one).max(MAX_CHOICES)])
    .transform((given) => (typeof given === 'string' ? [given] : given))
    .optional()
    .openapi({ type: 'array', items: { type: 'string' }, description, example: [example] })
}

function flag(description: string) {
  return z.enum(['true', 'false']).optional().openapi({ description })
}

const Selector = z
  .string()
  .max(2000)
  .transform((text, ctx) => {
    const read = parseSelector(text)
    if (!('error' in read)) return read
    ctx.addIssue({ code: 'custom', message: read.error })
    return z.NEVER
  })
  .optional()
  .openapi({
    type: 'string',
    description: [
      'words that must all occur in id, title, rule, CI or labels; case is ignored. In braces,',
      `matchers as Alertmanager has them, at most ${MAX_MATCHERS}; regular expressions are RE2, fully anchored`,
    ].join(' '),
    example: 'disk {job="node", instance=~"db.*"}',
  })

const LabelChoice = repeated(
  '`name=value`; several values of one label: any of them, several labels: all of them',
  'namespace=shop',
).transform((given, ctx) => {
  if (given === undefined) return undefined
  const byName = new Map<string, string[]>()
  for (const text of given) {
    const at = text.indexOf('=')
    if (at < 1) {
      ctx.addIssue({ code: 'custom', message: 'must be name=value' })
      return z.NEVER
    }
    const name = text.slice(0, at)
    byName.set(name, [...(byName.get(name) ?? []), text.slice(at + 1)])
  }
  return [...byName].map(([name, values]) => ({ name, values }))
})

export const AlertQuery = z.object({
  state: z.enum(['firing', 'resolved']).optional(),
  severity: commaList(SEVERITIES, 'any of these'),
  scope: repeated('correlation scopes; any of these', 'acme.prod'),
  source: repeated('any of these', 'prometheus'),
  rule: repeated('any of these', 'HighLatency'),
  ci: repeated('ids of CIs; any of these', 'svc:checkout'),
  incident: z.string().max(1024).optional(),
  suppressed: flag('whether something mutes it'),
  stale: flag('whether its source has fallen silent'),
  flapping: flag('whether it kept going on and off'),
  bound: flag('whether a CI is known for it'),
  label: LabelChoice,
  q: Selector,
  from: TimeInput.optional().openapi({ description: 'first `firstSeenAt`' }),
  to: TimeInput.optional().openapi({ description: '`firstSeenAt` before this' }),
})

/** The filter that a request asks for. */
export function toAlertFilter(query: z.output<typeof AlertQuery>): AlertFilter {
  const { q, label, suppressed, stale, flapping, bound, ...rest } = query
  const asked = (text: 'true' | 'false' | undefined) =>
    text === undefined ? undefined : text === 'true'
  return defined({
    ...rest,
    suppressed: asked(suppressed),
    stale: asked(stale),
    flapping: asked(flapping),
    bound: asked(bound),
    labels: label,
    matchers: q?.matchers,
    q: q?.words,
  })
}
