/**
 * Bodies of monitoring tools that were recorded elsewhere and are no part of this repository: what
 * each of them is, written down from reading it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../ingest/index.ts'
import { readBody } from '../../ingest/source.ts'
import type { Labels } from '../../src/core/model.ts'
import { toRfc3339 } from '../../src/core/time.ts'
import { datasets } from '../support/datasets.ts'
import { instant } from './fixtures.ts'

const place = datasets()
const folder = 'missing' in place ? '' : join(place.folder, 'payloads', 'keep')
const present = folder !== '' && existsSync(folder)
const why = 'missing' in place ? place.missing : `there are no recorded bodies at ${folder}`

/** After all of them. */
const AT = '2025-04-01T00:00:00.000Z'

interface Row {
  readonly file: string
  /** Where in the file the body is. */
  readonly path: readonly string[]
  readonly source: string
  readonly identity: Labels
  readonly status: 'firing' | 'resolved'
  readonly severity: string
  readonly severityText: string | undefined
  /** Its start, of a resolved one its end; AT where the body has no time. */
  readonly time: string
}

function row(place: string, source: string, expected: Omit<Row, 'file' | 'path' | 'source'>): Row {
  const [file = '', ...path] = place.split('/')
  return { file, path, source, ...expected }
}

const firing = { status: 'firing', time: AT } as const

const ROWS: readonly Row[] = [
  row('checkmk', 'checkmk', {
    identity: { site: 'cmk', host: 'server1' },
    status: 'resolved',
    severity: 'info',
    severityText: 'UP',
    time: '2024-10-26T23:20:39.000Z',
  }),
  ...(
    [
      ['high_cpu_usage', 'HighCPUUsage', 'warning', 'P3'],
      ['high_memory_usage', 'HighMemoryUsage', 'error', 'P2'],
      ['high_error_rate', 'APIErrorRate', 'critical', 'P1'],
    ] as const
  ).map(([key, name, severity, severityText]) =>
    row(`cloudwatch/${key}/payload`, 'cloudwatch', {
      ...firing,
      identity: { name },
      severity,
      severityText,
    }),
  ),
  ...(
    [
      ['high_cpu_usage', '1234567890', 'warning', 'P3'],
      ['low_disk_space', '1234567891', 'info', 'P4'],
      ['mq_consumer_struggling', '1234567891', 'info', 'P4'],
    ] as const
  ).map(([key, monitor, severity, severityText]) =>
    row(`datadog/${key}/payload`, 'datadog', {
      ...firing,
      identity: { monitor_id: monitor },
      severity,
      severityText,
    }),
  ),
  ...(
    [
      ['5XX_errors_production', 'prod-5xx-123', 'critical'],
      ['high_memory_usage', 'mem-234', 'warning'],
      ['database_latency', 'db-345', 'warning'],
    ] as const
  ).map(([key, incident, severity]) =>
    row(`gcpmonitoring/${key}/payload`, 'gcp', {
      ...firing,
      identity: { incident_id: incident },
      severity,
      severityText: severity,
    }),
  ),
  row('graylog', 'graylog', {
    ...firing,
    identity: { definition: '671a28a03696bb3801a7a9f1' },
    severity: 'error',
    severityText: 'high',
    time: '2024-10-24T10:22:04.556Z',
  }),
  ...(
    [
      ['browser_timeout', '4616132097', '2024-03-09T13:34:45.873Z'],
      ['server_overload', '4616132098', '2024-03-09T13:36:25.873Z'],
      ['database_timeout', '4616132099', '2024-03-09T13:38:05.873Z'],
    ] as const
  ).map(([key, issue, time]) =>
    row(`sentry/${key}/payload`, 'sentry', {
      ...firing,
      identity: { issue },
      severity: 'error',
      severityText: 'error',
      time,
    }),
  ),
  row('signalfx/simulate/payload', 'splunk', {
    ...firing,
    identity: { incident: '1234' },
    severity: 'critical',
    severityText: 'Critical',
  }),
  row('prometheus/HighCPUUsage/payload', 'prometheus', {
    ...firing,
    identity: {
      instance: 'example1',
      job: 'example2',
      workload: 'somecoolworkload',
      severity: 'critical',
    },
    severity: 'critical',
    severityText: 'critical',
  }),
  row('prometheus/DiskSpaceLow/payload', 'prometheus', {
    ...firing,
    identity: { severity: 'warning' },
    severity: 'warning',
    severityText: 'warning',
  }),
]

/** Files of tools that have no source, and of rules rather than alerts. */
const NOT_OURS = [
  'axiom',
  'checkly',
  'coralogix',
  'dash0',
  'libre_nms',
  'netbox',
  'thousandeyes',
  'wazuh',
  'grafana',
]

describe.skipIf(!present)(present ? 'a recorded body' : `a recorded body (skipped: ${why})`, () => {
  it.each(ROWS.map((one) => [[one.file, ...one.path].join('/'), one] as const))(
    '%s is read as what it is',
    (_name, { file, path, source: id, ...expected }) => {
      const source = SOURCES.get(id)
      if (source === undefined) throw new Error(`no source ${id}`)
      const whole: unknown = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'))
      const body = path.reduce<unknown>((value, key) => Reflect.get(value as object, key), whole)
      const posted = id === 'prometheus' ? [body] : body
      const [item, second] = readBody(source, { at: instant(AT), body: JSON.stringify(posted) })
      expect(second).toBeUndefined()
      if (item?.kind !== 'alert') throw new Error(`not an alert: ${JSON.stringify(item)}`)
      const time = item.status === 'resolved' ? (item.endsAt ?? 0) : item.startsAt
      expect({
        identity: item.identity,
        status: item.status,
        severity: item.severity,
        severityText: item.severityText,
        time: toRfc3339(time),
      }).toEqual(expected)
    },
  )

  it('is one of these, or of a tool without a source of its own', () => {
    const files = new Set(ROWS.map(({ file }) => file))
    for (const file of NOT_OURS) expect(files).not.toContain(file)
    for (const file of [...files, ...NOT_OURS])
      expect(existsSync(join(folder, `${file}.json`))).toBe(true)
  })
})
