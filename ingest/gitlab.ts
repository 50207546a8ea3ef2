/**
 * GitLab's webhooks → changes: deployments, releases, feature flags.
 * Wire: https://docs.gitlab.com/user/project/integrations/webhook_events/
 * (samples: test/ingest/fixtures/gitlab/).
 *
 * A deployment is one change from its start to its end, by project and deployment id. Events of other
 * kinds report nothing: GitLab switches a webhook off whose answers are errors.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf, toChange } from './report.ts'

const KINDS = ['deployment', 'release', 'feature_flag']
/** States in which a deployment has ended; others go on. */
const ENDED = ['success', 'failed', 'canceled', 'rejected']

export const gitlab = defineReports({
  id: 'gitlab',
  schema: z.custom<Values>(isRecord, { error: 'must be an object' }),
  idle: (body) => {
    const kind = firstText(body['object_kind'], body['event_name'])
    if (kind === 'release') return body['action'] === 'delete'
    return kind !== undefined && !KINDS.includes(kind)
  },
  read: (body, reading) => {
    const kind = body['object_kind']
    if (kind === undefined) fail(reading, ['object_kind'], '`object_kind` is missing.')
    else if (!KINDS.includes(textOf(kind) ?? ''))
      fail(reading, ['object_kind'], '`object_kind` is no kind of event.')
    if (kind === 'release') return readRelease(body, reading)
    return kind === 'feature_flag' ? readFlag(body, reading) : readDeployment(body, reading)
  },
})

function projectOf(body: Values): Values {
  const project = body['project']
  return isRecord(project) ? project : {}
}

function actorOf(body: Values): string | undefined {
  const user = isRecord(body['user']) ? body['user'] : {}
  return firstText(user['username'], user['name'])
}

function readDeployment(body: Values, reading: Reading): IngestItem {
  const project = projectOf(body)
  const status = textOf(body['status'])
  const id = textOf(body['deployment_id'])
  if (id === undefined) fail(reading, ['deployment_id'], '`deployment_id` is missing.')
  const time = readMoment(reading, ['status_changed_at'], body['status_changed_at'])
  const ended = ENDED.includes(status ?? '')
  const environment = textOf(body['environment'])
  const name = textOf(project['name'])
  const version = firstText(body['ref'], body['short_sha'])
  return toChange(
    {
      source: 'gitlab',
      id: id === undefined ? undefined : `${textOf(project['id']) ?? ''}/${id}`,
      title: `${name ?? 'Deployment'} ${version ?? ''}${environment === undefined ? '' : ` to ${environment}`}`,
      changeKind: 'deploy',
      cis: [name],
      labels: {
        environment,
        tier: body['environment_tier'],
        repository: project['path_with_namespace'],
        sha: body['short_sha'],
        status,
        commit: body['commit_title'],
      },
      startsAt: time,
      endsAt: ended ? (time ?? reading.at) : undefined,
      url: firstText(body['deployable_url'], body['commit_url'], project['web_url']),
      actor: actorOf(body),
    },
    reading,
  )
}

function readRelease(body: Values, reading: Reading): IngestItem {
  const project = projectOf(body)
  const name = textOf(project['name'])
  const tag = firstText(body['tag'], body['name'])
  if (tag === undefined) fail(reading, ['tag'], '`tag` is missing.')
  const time = readMoment(reading, ['released_at'], body['released_at'])
  return toChange(
    {
      source: 'gitlab',
      id: tag === undefined ? undefined : `${textOf(project['id']) ?? ''} release ${tag}`,
      title: `${name ?? 'Release'} ${tag ?? ''}`,
      changeKind: 'release',
      cis: [name],
      labels: { repository: project['path_with_namespace'], tag },
      startsAt: time,
      endsAt: time ?? reading.at,
      url: firstText(body['url'], project['web_url']),
      actor: actorOf(body),
    },
    reading,
  )
}

/** Each turn of a flag is a change of its own. */
function readFlag(body: Values, reading: Reading): IngestItem {
  const project = projectOf(body)
  const flag = isRecord(body['object_attributes']) ? body['object_attributes'] : {}
  const name = textOf(flag['name'])
  if (name === undefined)
    fail(reading, ['object_attributes', 'name'], '`object_attributes.name` is missing.')
  const active = flag['active'] === true
  return toChange(
    {
      source: 'gitlab',
      id: `${textOf(project['id']) ?? ''} flag ${textOf(flag['id']) ?? name ?? ''} ${active ? 'on' : 'off'} ${reading.at}`,
      title: `Feature flag ${name ?? ''} is ${active ? 'on' : 'off'}`,
      changeKind: 'flag',
      cis: [textOf(project['name'])],
      labels: { flag: name, active, repository: project['path_with_namespace'] },
      startsAt: reading.at,
      endsAt: reading.at,
      url: textOf(project['web_url']),
      actor: actorOf(body),
    },
    reading,
  )
}
