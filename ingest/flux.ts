/**
 * Flux' notification controller (providers `generic` and `generic-hmac`) → changes.
 * Wire: https://fluxcd.io/flux/components/notification/providers/#generic-webhook and
 * https://fluxcd.io/flux/components/notification/events/ (samples: test/ingest/fixtures/flux/).
 *
 * A revision that comes to an object is one change, from the first event that names it to the one that
 * says how it went. An event without a revision is a change of its own.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, Fields, firstText, Text, textOf, toChange } from './report.ts'

const Event = z.object({
  involvedObject: Fields,
  reason: Text,
  message: Text,
  severity: Text,
  timestamp: z.unknown().optional(),
  metadata: Fields,
  reportingController: Text,
})
type Event = z.infer<typeof Event>

/** Reasons of something that goes on. */
const GOING = ['Progressing', 'ProgressingWithRetry', 'DependencyNotReady', 'ArtifactUpToDate']

export const flux = defineReports({ id: 'flux', schema: Event, read: toItem })

function toItem(event: Event, reading: Reading): IngestItem {
  const { reason, message, metadata = {} } = event
  const object = event.involvedObject ?? {}
  const name = textOf(object['name'])
  const kind = textOf(object['kind'])
  if (name === undefined)
    fail(reading, ['involvedObject', 'name'], '`involvedObject.name` is missing.')
  if (reason === undefined) fail(reading, ['reason'], '`reason` is missing.')
  const namespace = textOf(object['namespace'])
  const revision = revisionOf(metadata)
  const time = readMoment(reading, ['timestamp'], event.timestamp)
  const going = GOING.includes(reason ?? '')
  const about = [kind, namespace, name].flatMap((part) => part ?? []).join('/')
  return toChange(
    {
      source: 'flux',
      id: revision === undefined ? undefined : `${about} ${revision}`,
      title:
        revision === undefined
          ? `${name ?? ''}: ${firstText(message, reason) ?? ''}`
          : `${name ?? ''} ${revision}`,
      changeKind: reason?.startsWith('Rollback') === true ? 'rollback' : 'deploy',
      cis: [name],
      labels: {
        namespace,
        kind,
        revision,
        status: event.severity === 'error' ? 'failed' : going ? 'started' : 'succeeded',
        reason,
        message: message?.slice(0, 1000),
        summary: metadata['summary'],
      },
      startsAt: time,
      endsAt: going ? undefined : (time ?? reading.at),
    },
    reading,
  )
}

/** `kustomize.toolkit.fluxcd.io/revision`, or plainly `revision`. */
function revisionOf(metadata: Values): string | undefined {
  const name = Object.keys(metadata).find((key) => /(^|\/)revision$/.test(key))
  return name === undefined ? undefined : textOf(metadata[name])
}
