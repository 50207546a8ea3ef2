/**
 * Argo CD's notifications → changes, with the template of docs/sources/argocd.md, or the application
 * itself as `app`.
 * Wire: https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
 * (samples: test/ingest/fixtures/argocd/).
 *
 * A sync is one change from its start to its end, by application, revision and start. That an
 * application is degraded is in its labels: alerts of Argo CD come by its Alertmanager service.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf, toChange } from './report.ts'

/** Phases of an operation that has ended. */
const ENDED = ['Succeeded', 'Failed', 'Error']

export const argocd = defineReports({
  id: 'argocd',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }).transform(flattened),
  read: toItem,
})

function inside(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)
}

/** The application object as the fields of the template. */
function flattened(body: Values): Values {
  const app = body['app']
  if (!isRecord(app)) return body
  const operation = (...path: string[]) => inside(app, 'status', 'operationState', ...path)
  return {
    project: inside(app, 'spec', 'project'),
    phase: operation('phase'),
    health: inside(app, 'status', 'health', 'status'),
    sync: inside(app, 'status', 'sync', 'status'),
    revision: operation('syncResult', 'revision') ?? inside(app, 'status', 'sync', 'revision'),
    namespace: inside(app, 'spec', 'destination', 'namespace'),
    cluster:
      inside(app, 'spec', 'destination', 'name') ?? inside(app, 'spec', 'destination', 'server'),
    started_at: operation('startedAt'),
    finished_at: operation('finishedAt'),
    message: operation('message'),
    actor: operation('operation', 'initiatedBy', 'username'),
    ...body,
    app: inside(app, 'metadata', 'name'),
  }
}

/** Go templates print what is not there as `<no value>`. */
function said(body: Values, field: string): string | undefined {
  const text = textOf(body[field])
  return text === '<no value>' || text === '<nil>' ? undefined : text
}

function toItem(body: Values, reading: Reading): IngestItem {
  const app = said(body, 'app')
  const phase = said(body, 'phase')
  const revision = said(body, 'revision')
  if (app === undefined) fail(reading, ['app'], '`app` is missing.')
  const started = readMoment(reading, ['started_at'], said(body, 'started_at'))
  const finished = readMoment(reading, ['finished_at'], said(body, 'finished_at'))
  const ended = phase === undefined || ENDED.includes(phase)
  return toChange(
    {
      source: 'argocd',
      id:
        [app, revision, said(body, 'started_at')].flatMap((part) => part ?? []).join(' ') ||
        undefined,
      title: `${app ?? 'Application'} ${revision?.slice(0, 12) ?? ''}`,
      changeKind: 'deploy',
      cis: [app],
      labels: {
        app,
        namespace: said(body, 'namespace'),
        destination: said(body, 'cluster'),
        project: said(body, 'project'),
        revision,
        status: phase,
        health: said(body, 'health'),
        sync: said(body, 'sync'),
        message: said(body, 'message'),
      },
      startsAt: started,
      endsAt: ended ? (finished ?? reading.at) : undefined,
      url: firstText(said(body, 'url')),
      actor: said(body, 'actor'),
    },
    reading,
  )
}
