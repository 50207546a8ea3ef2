/** Silences, the ledger, dead letters, deliveries, sources and figures. */
import { z } from '@hono/zod-openapi'
import { regexFault } from '../../core/matcher.ts'
import type { Silence } from '../../core/model.ts'
import type { DeadLetterRecord } from '../../core/record.ts'
import { OUTCOMES } from '../../core/record.ts'
import { MUTE_STATES, muteState } from '../../core/recurrence.ts'
import { DEFAULT_SCOPE } from '../../core/scope.ts'
import type { EpochMs } from '../../core/time.ts'
import { DELIVERY_STATES, type DeliveryRecord } from '../../notify/delivery.ts'
import { NOTIFICATION_TYPES } from '../../notify/notification.ts'
import { STORM_TYPES } from '../../notify/storm-data.ts'
import { LETTER_STATES } from '../../store/dead-letters.ts'
import { iso, pageOf, SeverityName, Time, TimeInput } from './common.ts'
import {
  NextTimes,
  RecurrenceInput,
  RecurrenceView,
  TurnExceptions,
  toRecurring,
} from './recurrence.ts'

export const MatcherView = z
  .strictObject({
    name: z.string(),
    value: z.string(),
    isRegex: z.boolean(),
    isEqual: z.boolean(),
  })
  .openapi('Matcher')

export const SilenceView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['silence', 'maintenance']),
    state: z.enum(MUTE_STATES).openapi({
      description: 'a recurring window is pending between its times',
    }),
    matchers: z.array(MatcherView).readonly(),
    cis: z.array(z.string()).readonly(),
    services: z.array(z.string()).readonly().optional(),
    startsAt: Time,
    endsAt: Time,
    createdBy: z.string(),
    comment: z.string(),
    updatedAt: Time,
    muting: z.int().openapi({ description: 'firing alerts that it mutes now' }),
    recurs: RecurrenceView.optional(),
    recursText: z
      .string()
      .optional()
      .openapi({ description: 'of a recurring window: its times, in words' }),
    next: NextTimes.optional(),
    exceptions: TurnExceptions.optional(),
    annotations: z.record(z.string(), z.string()).readonly().optional(),
  })
  .openapi('Silence')
export type SilenceView = z.output<typeof SilenceView>

export const SilencePage = z
  .strictObject({
    ...pageOf(SilenceView).shape,
    counts: z
      .strictObject({ active: z.int(), pending: z.int(), expired: z.int() })
      .openapi({ description: 'all there are, whatever the filter' }),
  })
  .openapi('SilencePage')

export const MatcherInput = z
  .strictObject({
    name: z.string().min(1).max(512),
    value: z.string().max(8192),
    isRegex: z.boolean().default(false),
    isEqual: z.boolean().default(true),
  })
  .superRefine(({ isRegex, value }, ctx) => {
    const fault = isRegex ? regexFault(value) : null
    if (fault !== null) ctx.addIssue({ code: 'custom', path: ['value'], message: fault })
  })
  .openapi('MatcherInput')

const window = {
  id: z.string().min(1).max(128).optional().openapi({ description: 'changes that one' }),
  startsAt: TimeInput.optional().openapi({ description: 'now unless given' }),
  endsAt: TimeInput,
  comment: z.string().min(1).max(10_000),
}

export const SilenceInput = z
  .strictObject({ ...window, matchers: z.array(MatcherInput).min(1).max(100) })
  .openapi('SilenceInput')

const ServicesInput = z
  .array(z.string().min(1).max(1024))
  .max(100)
  .default([])
  .openapi({ description: 'ids or names of services; alerts of them are muted too' })

export const MaintenanceInput = z
  .strictObject({
    ...window,
    cis: z
      .array(z.string().min(1).max(1024))
      .max(1000)
      .default([])
      .openapi({ description: 'ids of CIs; what runs on them or is part of them is muted too' }),
    services: ServicesInput,
    matchers: z.array(MatcherInput).max(100).default([]).openapi({
      description: 'they must hold too; with neither CIs nor services they are what it is about',
    }),
    recurs: RecurrenceInput.optional().openapi({
      description:
        'it mutes at these times alone, from `startsAt` to `endsAt`. A change without it takes it away',
    }),
  })
  .openapi('MaintenanceInput')

export const MuteInput = z
  .strictObject({
    kind: z.enum(['silence', 'maintenance']).default('silence'),
    matchers: z.array(MatcherInput).max(100).default([]),
    cis: z.array(z.string().min(1).max(1024)).max(1000).default([]),
    services: ServicesInput,
    startsAt: TimeInput.optional().openapi({ description: 'now unless given' }),
    endsAt: TimeInput.optional(),
    recurs: RecurrenceInput.optional(),
  })
  .openapi('MuteInput')

export const MutePreviewView = z
  .strictObject({
    matched: z.int().openapi({ description: 'firing alerts that it would mute' }),
    alreadyMuted: z.int().openapi({ description: 'those of them that something mutes already' }),
    firing: z.int().openapi({ description: 'alerts that fire, muted or not' }),
    byMatcher: z
      .array(z.int())
      .readonly()
      .openapi({ description: 'firing alerts that each matcher holds for by itself' }),
    alerts: z
      .array(
        z.strictObject({
          key: z.string(),
          id: z.string(),
          title: z.string(),
          severity: SeverityName,
          ci: z.string().nullable(),
          incident: z.string().nullable(),
          muted: z.boolean(),
          startsAt: Time,
        }),
      )
      .openapi({ description: 'the worst first, at most 50' }),
    quietIncidents: z
      .array(z.string())
      .readonly()
      .openapi({ description: 'incidents of which nothing unmuted would fire any more' }),
    recursText: z
      .string()
      .optional()
      .openapi({ description: 'where `recurs` is given: its times, in words' }),
    next: NextTimes.optional(),
    refusal: z
      .string()
      .nullable()
      .openapi({ description: 'why it would not be taken; null where it would' }),
  })
  .openapi('MutePreview')

const Outcomes = z.strictObject(
  Object.fromEntries(OUTCOMES.map((name) => [name, z.int()])) as {
    [Name in (typeof OUTCOMES)[number]]: z.ZodInt
  },
)

export const LedgerView = z
  .strictObject({
    balanced: z.boolean().openapi({
      description: 'the outcomes of every source add up to what was received from it',
    }),
    received: z.int(),
    outcomes: Outcomes,
    sources: z.array(z.strictObject({ source: z.string(), received: z.int(), outcomes: Outcomes })),
    faults: z.array(z.strictObject({ source: z.string(), difference: z.int() })),
  })
  .openapi('Ledger')
export type LedgerView = z.output<typeof LedgerView>

const letter = {
  id: z.string(),
  at: Time,
  scope: z.string().openapi({
    description: 'correlation scope that its labels name, as far as they could be read',
    example: 'default',
  }),
  source: z.string(),
  receipt: z.string(),
  step: z.enum(['decode', 'parse', 'apply']),
  reason: z.string(),
  pointer: z.string(),
}

const LetterGroup = z.strictObject({
  source: z.string(),
  scope: z.string(),
  step: letter.step,
  count: z.int(),
})

export const DeadLetterPage = z
  .strictObject({
    ...pageOf(
      z.strictObject({
        ...letter,
        bodyStart: z.string(),
        bodyBytes: z.int(),
        state: z.enum(LETTER_STATES),
        marked: z
          .strictObject({ by: z.string(), at: Time })
          .nullable()
          .openapi({ description: 'who replayed or discarded it, and when' }),
      }),
    ).shape,
    groups: z
      .array(LetterGroup)
      .openapi({ description: 'all letters of that state by source, scope and step, most first' }),
  })
  .openapi('DeadLetterPage')

const LetterFilterInput = {
  source: z.string().max(1024).optional(),
  scope: z.string().max(1024).optional(),
  step: letter.step.optional(),
}

export const ReplayAllInput = z
  .strictObject({
    ...LetterFilterInput,
    limit: z
      .int()
      .min(1)
      .max(200)
      .default(100)
      .openapi({ description: 'bodies that are posted again at most, the oldest first' }),
    before: TimeInput.optional().openapi({
      description:
        'only what came before; the same in every call, so that what fails again is not taken twice',
    }),
  })
  .openapi('ReplayAllInput')

export const ReplayAllAnswer = z
  .strictObject({
    bodies: z.int().openapi({ description: 'received bodies that were posted again' }),
    accepted: z.int(),
    rejected: z.int().openapi({ description: 'items that are dead letters again' }),
    left: z.boolean().openapi({ description: 'there are more: ask again' }),
  })
  .openapi('ReplayAllAnswer')

export const DiscardInput = z.strictObject(LetterFilterInput).openapi('DiscardInput')

export const DiscardAnswer = z.strictObject({ discarded: z.int() }).openapi('DiscardAnswer')

export const DeadLetterView = z.strictObject({ ...letter, body: z.string() }).openapi('DeadLetter')

export const ReplayInput = z
  .strictObject({
    body: z
      .string()
      .optional()
      .openapi({ description: 'a mended body; the one that was received unless given' }),
  })
  .openapi('ReplayInput')

export const DeliveryView = z
  .strictObject({
    id: z.string(),
    key: z.string(),
    channel: z.string(),
    type: z.enum([...NOTIFICATION_TYPES, ...STORM_TYPES]),
    incident: z.string().openapi({ description: 'id of the incident, or of the storm' }),
    title: z.string(),
    state: z.enum(DELIVERY_STATES),
    reason: z.string().nullable(),
    attempts: z.array(
      z.strictObject({
        at: Time,
        ms: z.number(),
        status: z.int().nullable(),
        error: z.string().nullable(),
      }),
    ),
    tries: z.int(),
    nextAttemptAt: Time.nullable(),
    createdAt: Time,
    deliveredAt: Time.nullable(),
  })
  .openapi('Delivery')

export const DeliveryPage = pageOf(DeliveryView).openapi('DeliveryPage')

export const DeliveryDetail = z
  .strictObject({
    ...DeliveryView.shape,
    payload: z.unknown().openapi({
      description: 'the body that is sent, as JSON; addresses and secrets are not in it',
    }),
  })
  .openapi('DeliveryDetail')

const Counts = z.record(z.string(), z.int())

export const StatsView = z
  .strictObject({
    at: Time,
    incidents: z.strictObject({
      byStatus: Counts,
      openByPriority: Counts,
      openByService: Counts,
    }),
    alerts: z.strictObject({ firing: z.int(), resolved: z.int(), suppressed: z.int() }),
    alertsPerIncident: z
      .number()
      .nullable()
      .openapi({ description: 'episodes for each incident that was not withdrawn or merged' }),
    journal: z.strictObject({
      last: z.int().openapi({ description: 'offset of the newest durable entry' }),
      applied: z.int(),
    }),
    lag: z.int().openapi({ description: 'entries that are durable and not applied yet' }),
    seq: z.int().openapi({ description: 'number of the newest decision' }),
    versions: z.strictObject({
      faultline: z.string(),
      engine: z.string(),
      rules: z.string(),
      topology: z.string(),
      articles: z.string(),
    }),
    cis: z.int(),
    articles: z.int(),
    deadLetters: z.int(),
    channels: z.array(
      z.strictObject({ id: z.string(), type: z.string(), origin: z.string(), waiting: z.int() }),
    ),
  })
  .openapi('Stats')

export const ReceiptView = z
  .strictObject({
    receipt: z.string(),
    accepted: z.int(),
    rejected: z
      .array(z.strictObject({ index: z.int(), pointer: z.string(), reason: z.string() }))
      .openapi({ description: 'at most the first 1,000' }),
  })
  .openapi('Receipt')
export type ReceiptView = z.output<typeof ReceiptView>

export function toSilence(silence: Silence, now: EpochMs, muting: number): SilenceView {
  const { startsAt, endsAt, updatedAt, recurs: _r, exceptions: _e, ...shown } = silence
  return {
    ...shown,
    ...toRecurring(silence, now),
    muting,
    state: muteState(silence, now),
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    updatedAt: iso(updatedAt),
  }
}

export function toDeadLetter(record: DeadLetterRecord): z.output<typeof DeadLetterView> {
  return { ...record, scope: record.scope ?? DEFAULT_SCOPE, at: iso(record.at) }
}

export function toDelivery(record: DeliveryRecord): z.output<typeof DeliveryView> {
  const { version: _v, notification: _n, pushbacks: _p, ...shown } = record
  return {
    ...shown,
    attempts: record.attempts.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
    nextAttemptAt: iso(record.nextAttemptAt),
    createdAt: iso(record.createdAt),
    deliveredAt: iso(record.deliveredAt),
  }
}
