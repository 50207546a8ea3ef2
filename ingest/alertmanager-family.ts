/**
 * Alerts of the Alertmanager family: one alert looks the same in Alertmanager's webhook and in what
 * Prometheus, vmalert, Grafana and others post to `/api/v2/alerts`, apart from status and end.
 *
 * Identity is the full label set, and the fingerprint is computed from it here, so that both ways in
 * agree on it; the fingerprint in a webhook is not trusted.
 */
import { z } from 'zod'
import { labelFingerprint } from '../src/core/fingerprint.ts'
import type { AlertEvent, Labels } from '../src/core/model.ts'
import type { EpochMs } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { fail, readAnnotations, readLabels, readUrl, titleOf, withNotes } from './fields.ts'
import { severityOf } from './severity.ts'

export const FAMILY = 'alertmanager'

/** Go's decoder reads null as unset; unknown keys (Grafana's `UpdatedAt`, `Timeout`) are ignored. */
export const FamilyAlert = z.object({
  labels: z.unknown().optional(),
  annotations: z.unknown().optional(),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
})
export type FamilyAlert = z.infer<typeof FamilyAlert>

/** What the source knows besides the alert itself. */
export interface FamilyReport {
  readonly source: string
  readonly relay: boolean
  readonly status: AlertEvent['status']
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | undefined
}

/** The rule of an alert without `alertname`: the API does not demand one. */
const UNNAMED = 'unnamed'

/** The event of one alert; what is wrong with its labels or annotations goes into `reading`. */
export function toFamilyEvent(
  alert: FamilyAlert,
  report: FamilyReport,
  reading: Reading,
): AlertEvent {
  const labels = readLabels(reading, alert.labels, 'reject')
  if (isEmpty(labels)) fail(reading, ['labels'], 'An alert needs at least one label with a value.')
  const annotations = readAnnotations(reading, alert.annotations, 'reject')
  const generatorUrl = readUrl(reading, 'generatorURL', alert.generatorURL)
  const rule = labels['alertname'] ?? UNNAMED
  const severityText = labels['severity']
  return {
    kind: 'alert',
    source: report.source,
    family: FAMILY,
    reporter: report.source,
    relay: report.relay,
    identity: labels,
    status: report.status,
    severity: severityOf(severityText),
    ...(severityText === undefined ? undefined : { severityText }),
    rule,
    title: chooseTitle(annotations) ?? titleOf(rule) ?? UNNAMED,
    labels,
    annotations: withNotes(annotations, reading.notes),
    startsAt: report.startsAt,
    ...(report.endsAt === undefined ? undefined : { endsAt: report.endsAt }),
    ...(generatorUrl === undefined ? undefined : { generatorUrl }),
    fingerprint: labelFingerprint(labels),
  }
}

/** Conventional annotations; of a description its first sentence. */
function chooseTitle(annotations: Labels): string | undefined {
  return (
    titleOf(annotations['summary']) ??
    titleOf(annotations['message']) ??
    titleOf(firstSentence(annotations['description']))
  )
}

function firstSentence(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === undefined
    ? undefined
    : (/^[^\n]*?[.!?](?=\s|$)/.exec(trimmed)?.[0] ?? trimmed.split('\n')[0])
}

function isEmpty(labels: Labels): boolean {
  for (const _name in labels) return false
  return true
}
