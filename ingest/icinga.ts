/**
 * Icinga 2 → events: by the notification command of docs/sources/icinga.md, and objects of its event
 * stream (`StateChange`, `Notification`).
 * Wire: https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#event-streams
 * (samples: test/ingest/fixtures/icinga/).
 *
 * Of state changes only the hard ones are reports: a soft one is a check that is tried again.
 */
import { z } from 'zod'
import { readNotification, toCheckAlert } from './checks.ts'
import { isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf } from './report.ts'

export const icinga = defineReports({
  id: 'icinga',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  idle: (body) => body['type'] === 'StateChange' && body['state_type'] === 0,
  read: (body, reading) => {
    const result = body['check_result']
    if (!isRecord(result)) return readNotification('icinga', body, reading)
    return toCheckAlert(
      {
        source: 'icinga',
        host: textOf(body['host']),
        service: textOf(body['service']),
        state: firstText(body['state'], result['state']),
        stateField: 'state',
        type: textOf(body['notification_type']),
        output: textOf(result['output']),
        at: readMoment(reading, ['timestamp'], body['timestamp']),
        annotations: { author: body['author'], comment: body['text'] },
      },
      reading,
    )
  },
})
