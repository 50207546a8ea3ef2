/** The route pack: which team an incident goes to and which channels are told, by alert and by hour. */
import { z } from 'zod'
import {
  byPriority,
  HoursList,
  HoursNames,
  hoursFaults,
  Named,
  PriorityLevel,
  SomeWhen,
} from './rule-language.ts'

/** What the settings allow as the id of a channel. */
export const CHANNEL_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/
/** Rules, rules below them, and so on. */
const MAX_LEVELS = 4

const ChannelNames = z
  .array(z.string().regex(CHANNEL_ID, 'the id of a channel of the settings'))
  .max(50)
const TeamName = z.string().min(1).max(256)

const FIELDS = {
  name: z.string().min(1),
  /** Higher ones are asked first; equal ones in the order in which they are written. */
  priority: z.number().int().min(-1000).max(1000).default(0),
  when: SomeWhen,
  /** Of its unmuted alerts, which must fit: any, the one that names the incident, or all. */
  for: z.enum(['any', 'head', 'all']).default('any'),
  /** Only incidents of these priorities; empty: of any. */
  priorities: z.array(PriorityLevel).default([]),
  /** Only within one of these hours; empty: at any time. */
  during: HoursNames,
  /** Not within any of these hours. */
  outside: HoursNames,
  team: TeamName.optional(),
  /** Label or field of the alert that names the team; where it is empty the rule does not hold. */
  team_from: Named.optional(),
  /** Empty: nobody is told. */
  channels: ChannelNames.optional(),
  /** Later rules are asked as well. */
  continue: z.boolean().default(false),
  reason: z.string().min(1),
}

type Fields = z.output<z.ZodObject<typeof FIELDS>>
export interface RouteRule extends Readonly<Fields> {
  /** Asked where this one holds, in their order; what they do not name is as this one says. */
  readonly routes: readonly RouteRule[]
}

function faultOf({ team, team_from, channels, routes }: RouteRule, isTop: boolean): string | null {
  if (team !== undefined && team_from !== undefined) return 'needs either team or team_from'
  const names = (team ?? team_from ?? channels) !== undefined || routes.length > 0
  return names || !isTop ? null : 'needs a team, team_from, channels or routes'
}

/** One below another may add but hours or a reason: what it does not name is as that one says. */
const Below: z.ZodType<RouteRule> = z
  .lazy(() => z.strictObject({ ...FIELDS, routes: Routes }))
  .check(({ value, issues }) => {
    const message = faultOf(value, false)
    if (message !== null) issues.push({ code: 'custom', message, path: [], input: value })
  })
  .meta({ id: 'route' })
const Routes = z.array(Below).transform(byPriority).default([])

const RouteRule = z.strictObject({ ...FIELDS, routes: Routes }).check(({ value, issues }) => {
  const message = faultOf(value, true)
  if (message !== null) issues.push({ code: 'custom', message, path: [], input: value })
})

/** Which team an incident goes to, and which channels are told of it. */
export const RoutePack = z
  .strictObject({
    /** Where no rule names one. */
    team: TeamName.optional(),
    /** Where no rule names any; without it: all channels. */
    channels: ChannelNames.optional(),
    /** Times that rules name in `during` and `outside`. */
    hours: HoursList,
    rules: z.array(RouteRule).transform(byPriority).default([]),
  })
  .check(({ value, issues }) => {
    const fault = (message: string): void => {
      issues.push({ code: 'custom', message, path: ['rules'], input: value })
    }
    if (levelsOf(value.rules) > MAX_LEVELS) fault(`at most ${MAX_LEVELS} levels`)
    for (const message of hoursFaults(value.hours, routeRules(value.rules))) fault(message)
  })
export type RoutePack = z.output<typeof RoutePack>

/** Every rule with those below it, in the order in which they are asked. */
export function routeRules(rules: readonly RouteRule[]): RouteRule[] {
  return rules.flatMap((rule) => [rule, ...routeRules(rule.routes)])
}

function levelsOf(rules: readonly RouteRule[]): number {
  return rules.reduce((most, { routes }) => Math.max(most, 1 + levelsOf(routes)), 0)
}
