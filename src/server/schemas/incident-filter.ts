/** Which incidents: the parameters of the list and its facets, and the same as a saved view has them. */
import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '../../core/model.ts'
import { INCIDENT_STATUSES } from '../../core/record.ts'
import type { EpochMs } from '../../core/time.ts'
import { INCIDENT_ORDERS } from '../../store/incidents.ts'
import type { IncidentConditions } from '../../store/incidents-filter.ts'
import { defined, MOST, Search, several, TimeInput } from './common.ts'

const PRIORITIES = ['1', '2', '3', '4', '5'] as const

/** Of a closed set: `a,b`, or given several times. */
function anyOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) =>
      [given].flat().flatMap((text) => text.split(',').map((one) => one.trim())),
    )
    .pipe(z.array(z.enum(values)).max(MOST))
    .optional()
    .openapi({ type: 'string', description, example: values[0] })
}

const yesOrNo = (description: string) =>
  z
    .enum(['true', 'false'])
    .transform((given) => given === 'true')
    .optional()
    .openapi({ type: 'string', enum: ['true', 'false'], description })

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const WITHIN = /^([1-9]\d{0,4})([mhd])$/
const Within = z.string().regex(WITHIN, 'must be a number of minutes, hours or days: 90m, 24h, 7d')

function withinMs(text: string): number {
  const [, count, unit] = WITHIN.exec(text) ?? []
  return Number(count) * UNIT_MS[(unit ?? 'm') as keyof typeof UNIT_MS]
}

/** Stand for people: who asks, and that nobody owns it. */
const ME = 'me'
const NOBODY = 'nobody'

export const IncidentQuery = z.object({
  status: anyOf(INCIDENT_STATUSES, 'any of these, e.g. `provisional,open`'),
  priority: anyOf(PRIORITIES, 'any of these, e.g. `1,2`'),
  severity: anyOf(SEVERITIES, 'any of these, e.g. `critical,error`'),
  scope: several('correlation scopes: `default`, or what labels name', 'acme.prod'),
  service: several('ids of service CIs; given several times: any of them', 'svc:checkout'),
  owner: several('who owns it; `nobody`, and `me` for who asks', 'me'),
  team: several(
    'the team it goes to, or owners of its services or of CIs of its alerts, as the CMDB has them',
    'team-shop',
  ),
  source: several('sources of its alerts', 'prometheus'),
  rule: several('rules of its alerts', 'HighLatency'),
  ci: several('ids of CIs of its alerts', 'host:db-1'),
  acknowledged: yesOrNo('whether somebody has acknowledged it'),
  stale: yesOrNo('whether a source of its alerts has fallen silent'),
  flapping: yesOrNo('whether an alert of it keeps going on and off'),
  edited: yesOrNo('whether a person has regrouped it'),
  id: several('ids of incidents', 'INC-000123'),
  q: Search.openapi({
    description:
      'words that must all occur in what it says of itself, in one of its alerts, or in the words ' +
      'of one CI of it; case is ignored',
  }),
  from: TimeInput.optional().openapi({ description: 'first `provisionalAt`' }),
  to: TimeInput.optional().openapi({ description: '`provisionalAt` before this' }),
  within: Within.optional().openapi({
    description: 'not over yet, or with something happening to it so lately',
    example: '24h',
  }),
})

export const SortQuery = z
  .enum(INCIDENT_ORDERS)
  .default('newest')
  .openapi({
    description:
      '`newest`: by `provisionalAt`; `priority`: the most urgent, of equal ones the oldest; ' +
      '`activity`: what something happened to last; `alerts`: the largest',
  })

/** The conditions of a request, with who asks and when. */
export function toConditions(
  query: z.output<typeof IncidentQuery>,
  { me, now }: { readonly me: string; readonly now: EpochMs },
): IncidentConditions {
  const { priority, owner, within, ...rest } = query
  return defined({
    ...rest,
    priority: priority?.map(Number),
    owner: owner?.map((name) => (name === NOBODY ? '' : name === ME ? me : name)),
    activeSince: within === undefined ? undefined : now - withinMs(within),
  })
}

const Texts = z.array(z.string().min(1).max(1024)).max(MOST).optional()

/** What a saved view asks the list for: its parameters, lists as lists. */
export const ViewQuery = z
  .strictObject({
    status: z.array(z.enum(INCIDENT_STATUSES)).max(MOST).optional(),
    priority: z.array(z.int().min(1).max(5)).max(MOST).optional(),
    severity: z.array(z.enum(SEVERITIES)).max(MOST).optional(),
    scope: Texts,
    service: Texts,
    owner: Texts,
    team: Texts,
    source: Texts,
    rule: Texts,
    ci: Texts,
    acknowledged: z.boolean().optional(),
    stale: z.boolean().optional(),
    flapping: z.boolean().optional(),
    edited: z.boolean().optional(),
    q: z.string().max(1000).optional(),
    within: Within.optional(),
    from: z.iso.datetime().optional().openapi({ description: 'first `provisionalAt`' }),
    to: z.iso.datetime().optional().openapi({ description: '`provisionalAt` before this' }),
    sort: z.enum(INCIDENT_ORDERS).optional(),
  })
  .openapi('IncidentViewQuery')
export type ViewQuery = z.output<typeof ViewQuery>
