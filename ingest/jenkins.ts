/**
 * Jenkins' notification plugin (JSON) → changes.
 * Wire: https://plugins.jenkins.io/notification/ (samples: test/ingest/fixtures/jenkins/).
 *
 * A build is one change from its start to its end, by job and number. It is about the parameter
 * `SERVICE` (or `APP`), else about the job.
 */
import { z } from 'zod'
import type { IngestItem } from '../src/core/model.ts'
import type { Reading } from './fields.ts'
import { fail, isRecord, quoted } from './fields.ts'
import { readMoment } from './moment.ts'
import type { Values } from './report.ts'
import { defineReports, Fields, firstText, Id, Text, textOf, toChange } from './report.ts'

const Build = z.looseObject({ number: Id, phase: Id })
const Job = z.object({ name: Id, display_name: Text, url: Text, build: Build, parameters: Fields })
type Job = z.infer<typeof Job>

const ENDED = ['COMPLETED', 'FINALIZED']
const GOING = ['QUEUED', 'STARTED', 'NONE']

export const jenkins = defineReports({ id: 'jenkins', schema: Job, read: toItem })

function toItem({ name, display_name, build }: Job, reading: Reading): IngestItem {
  const { number } = build
  const phase = build.phase.toUpperCase()
  const ended = ENDED.includes(phase)
  if (!ended && !GOING.includes(phase))
    fail(
      reading,
      ['build', 'phase'],
      `\`build.phase\` is ${quoted(build.phase)}, which is no phase of a build.`,
    )
  const parameters: Values = isRecord(build['parameters']) ? build['parameters'] : {}
  const scm = isRecord(build['scm']) ? build['scm'] : {}
  const start = readMoment(reading, ['build', 'timestamp'], build['timestamp'])
  const parameter = (...names: readonly string[]) =>
    firstText(...names.flatMap((one) => [parameters[one], parameters[one.toLowerCase()]]))
  const culprits: unknown = scm['culprits']
  return toChange(
    {
      source: 'jenkins',
      id: `${name}#${number}`,
      title: `${firstText(display_name, name)} #${number}`,
      changeKind: 'build',
      cis: [parameter('SERVICE', 'APP'), name],
      labels: {
        environment: parameter('ENVIRONMENT', 'ENV'),
        version: parameter('VERSION'),
        branch: scm['branch'],
        sha: scm['commit'],
        status: firstText(build['status'], phase),
      },
      startsAt: start,
      endsAt: ended ? endOf(build['duration'], start, reading) : undefined,
      url: textOf(build['full_url']),
      actor: Array.isArray(culprits) ? textOf(culprits[0]) : undefined,
    },
    reading,
  )
}

/** Of a build that has just ended the duration may still be 0. */
function endOf(duration: unknown, start: number | undefined, reading: Reading): number {
  const length = typeof duration === 'number' && duration > 0 ? Math.floor(duration) : 0
  const end = start === undefined || length === 0 ? reading.at : start + length
  return Math.min(end, reading.at)
}
