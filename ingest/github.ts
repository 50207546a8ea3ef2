/**
 * GitHub's webhooks → changes: deployments and their statuses, releases, runs of workflows on the
 * default branch.
 * Wire: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * (samples: test/ingest/fixtures/github/).
 *
 * A deployment is one change from its creation to its last status, by its id. Other events report
 * nothing. Which event it is stands in a header there; here its parts tell.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, firstText, textOf, toChange } from './report.ts'

const Body = z.custom<Values>(isRecord, { error: 'must be an object' })

/** A deployment in one of these states goes on. */
const GOING = ['pending', 'queued', 'in_progress', 'waiting', 'requested']
/** Parts that every event of GitHub has one of. */
const ENVELOPE = ['repository', 'organization', 'sender', 'hook', 'installation', 'enterprise']

export const github = defineReports({
  id: 'github',
  schema: Body,
  idle: (body) => ENVELOPE.some((part) => isRecord(body[part])) && !isReport(body),
  read: toItem,
})

function isReport(body: Values): boolean {
  if (isRecord(body['deployment_status']) || isRecord(body['deployment'])) return true
  const action = textOf(body['action'])
  if (isRecord(body['release'])) return action === 'published'
  const run = body['workflow_run']
  return (
    isRecord(run) &&
    run['head_branch'] !== undefined &&
    run['head_branch'] === recordIn(body, 'repository')['default_branch']
  )
}

function recordIn(body: Values, field: string): Values {
  const value = body[field]
  return isRecord(value) ? value : {}
}

function toItem(body: Values, reading: Reading): IngestItem {
  if (isRecord(body['release'])) return readRelease(body, body['release'], reading)
  if (isRecord(body['deployment'])) return readDeployment(body, body['deployment'], reading)
  const run = body['workflow_run']
  if (!isRecord(run))
    fail(reading, ['deployment'], '`deployment` is missing, and so are release and workflow_run.')
  return readRun(body, isRecord(run) ? run : {}, reading)
}

function readDeployment(body: Values, deployment: Values, reading: Reading): IngestItem {
  const status = recordIn(body, 'deployment_status')
  const payload = recordIn(deployment, 'payload')
  const repository = recordIn(body, 'repository')
  const state = firstText(status['state']) ?? 'pending'
  const id = textOf(deployment['id'])
  if (id === undefined) fail(reading, ['deployment', 'id'], '`deployment.id` is missing.')
  const task = firstText(deployment['task']) ?? 'deploy'
  const environment = firstText(status['environment'], deployment['environment'])
  const name = textOf(repository['name'])
  const at = (path: readonly [string, string], value: unknown) => readMoment(reading, path, value)
  return toChange(
    {
      source: 'github',
      id:
        id === undefined ? undefined : `${textOf(repository['full_name']) ?? ''} deployment ${id}`,
      title: titleOf(name, firstText(deployment['ref']), environment),
      changeKind: /rollback|revert/i.test(task) ? 'rollback' : task,
      cis: [firstText(payload['service'], payload['ci']), name],
      labels: {
        environment,
        repository: repository['full_name'],
        ref: deployment['ref'],
        sha: deployment['sha'],
        status: state,
        description: firstText(status['description'], deployment['description']),
      },
      startsAt: at(['deployment', 'created_at'], deployment['created_at']),
      endsAt: GOING.includes(state)
        ? undefined
        : (at(['deployment_status', 'updated_at'], status['updated_at']) ??
          at(['deployment_status', 'created_at'], status['created_at']) ??
          reading.at),
      url: firstText(status['log_url'], status['target_url'], repository['html_url']),
      actor: firstText(recordIn(deployment, 'creator')['login'], recordIn(body, 'sender')['login']),
    },
    reading,
  )
}

function titleOf(
  name: string | undefined,
  ref: string | undefined,
  environment: string | undefined,
): string {
  const what = [name ?? 'Deployment', ref].flatMap((part) => part ?? []).join(' ')
  return environment === undefined ? what : `${what} to ${environment}`
}

function readRelease(body: Values, release: Values, reading: Reading): IngestItem {
  const repository = recordIn(body, 'repository')
  const name = textOf(repository['name'])
  const time = readMoment(reading, ['release', 'published_at'], release['published_at'])
  const id = textOf(release['id'])
  return toChange(
    {
      source: 'github',
      id: id === undefined ? undefined : `${textOf(repository['full_name']) ?? ''} release ${id}`,
      title: `${name ?? 'Release'} ${firstText(release['tag_name'], release['name']) ?? ''}`,
      changeKind: 'release',
      cis: [name],
      labels: {
        repository: repository['full_name'],
        tag: release['tag_name'],
        prerelease: release['prerelease'],
      },
      startsAt: time,
      endsAt: time ?? reading.at,
      url: textOf(release['html_url']),
      actor: firstText(recordIn(release, 'author')['login'], recordIn(body, 'sender')['login']),
    },
    reading,
  )
}

function readRun(body: Values, run: Values, reading: Reading): IngestItem {
  const repository = recordIn(body, 'repository')
  const name = textOf(repository['name'])
  const id = textOf(run['id'])
  const done = run['status'] === 'completed'
  return toChange(
    {
      source: 'github',
      id: id === undefined ? undefined : `${textOf(repository['full_name']) ?? ''} run ${id}`,
      title: `${name ?? 'Workflow'}: ${firstText(run['name']) ?? 'workflow'}`,
      changeKind: 'workflow',
      cis: [name],
      labels: {
        repository: repository['full_name'],
        branch: run['head_branch'],
        sha: run['head_sha'],
        status: firstText(run['conclusion'], run['status']),
      },
      startsAt:
        readMoment(reading, ['workflow_run', 'run_started_at'], run['run_started_at']) ??
        readMoment(reading, ['workflow_run', 'created_at'], run['created_at']),
      endsAt: done
        ? (readMoment(reading, ['workflow_run', 'updated_at'], run['updated_at']) ?? reading.at)
        : undefined,
      url: textOf(run['html_url']),
      actor: firstText(recordIn(run, 'actor')['login'], recordIn(body, 'sender')['login']),
    },
    reading,
  )
}
