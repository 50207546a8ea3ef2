/**
 * Query parameters as Alertmanager's clients send them: an empty value counts as absent, of a
 * repeated one the last counts, and what cannot be understood is answered in its own form.
 * @see https://github.com/go-openapi/swag (ConvertBool)
 */
import type { Context } from 'hono'
import { matchesAll, parseMatcher, regexFault } from '../../core/matcher.ts'
import type { Labels, Matcher } from '../../core/model.ts'
import type { AppEnv } from '../deps.ts'
import { RECEIVER } from './status.ts'

/** A request that Alertmanager would refuse, with the body it would answer. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: 400 | 404 | 422
  readonly body: unknown

  constructor(status: 400 | 404 | 422, message: string, code?: number) {
    super(message)
    this.status = status
    this.body = code === undefined ? message : { code, message }
  }
}

/** Codes of the runtime that Alertmanager's API is made with. */
export const CODES = { invalidType: 601, required: 602 } as const

const TRUE = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'])
const FALSE = new Set(['false', '0', 'no', 'n', 'off', 'unchecked', 'f', 'disabled'])

/**
 * A boolean of the query; true unless given.
 *
 * @throws Refused 422 on what is neither
 */
export function readFlag(c: Context<AppEnv>, name: string): boolean {
  const given = c.req.queries(name)?.at(-1)?.toLowerCase()
  if (given === undefined || given === '' || TRUE.has(given)) return true
  if (FALSE.has(given)) return false
  throw new Refused(422, `${name} in query must be of type boolean: ${JSON.stringify(given)}`, 601)
}

const MAX_FILTERS = 100

/**
 * The matchers of a repeatable parameter; all must hold.
 *
 * @throws Refused 400 on what is none
 */
export function readMatchers(c: Context<AppEnv>, name: string): readonly Matcher[] {
  const given = (c.req.queries(name) ?? []).filter((text) => text !== '')
  if (given.length > MAX_FILTERS) throw new Refused(400, `at most ${MAX_FILTERS} ${name}`)
  return given.map((text) => {
    const matcher = parseMatcher(text)
    if ('error' in matcher) throw new Refused(400, `bad matcher format: ${text}`)
    return matcher
  })
}

/** Whether the one receiver that there is is asked for. @throws Refused 400 */
export function wantsReceiver(c: Context<AppEnv>): boolean {
  const pattern = c.req.queries('receiver')?.at(-1) ?? ''
  if (pattern !== '' && regexFault(pattern) !== null)
    throw new Refused(400, `failed to parse receiver param: ${pattern}`)
  const byName = { name: 'receiver', value: pattern, isRegex: true, isEqual: true }
  if (pattern !== '' && !matchesAll([byName], { receiver: RECEIVER })) return false
  return matchesAll(readMatchers(c, 'receiver_matchers'), {})
}

/** Which alerts are asked for. */
export interface AlertQuery {
  readonly active: boolean
  readonly silenced: boolean
  readonly inhibited: boolean
  readonly muted: boolean
  readonly filter: readonly Matcher[]
  readonly receiver: boolean
}

/** @throws Refused */
export function readAlertQuery(c: Context<AppEnv>): AlertQuery {
  // it has no effect in Alertmanager either, but must be a boolean
  readFlag(c, 'unprocessed')
  return {
    active: readFlag(c, 'active'),
    silenced: readFlag(c, 'silenced'),
    inhibited: readFlag(c, 'inhibited'),
    muted: readFlag(c, 'muted'),
    filter: readMatchers(c, 'filter'),
    receiver: wantsReceiver(c),
  }
}

/** Whether the labels pass the filter. */
export function passes({ filter }: AlertQuery, labels: Labels): boolean {
  return matchesAll(filter, labels)
}
