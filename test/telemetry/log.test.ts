import { describe, expect, it } from 'vitest'
import { createLog, hide, type Log, type LogLevel } from '../../src/telemetry/log.ts'

function capture(level: LogLevel = 'trace'): {
  log: Log
  lines: () => unknown[]
  raw: () => string
} {
  let text = ''
  const log = createLog({
    level,
    destination: {
      write: (chunk: string) => {
        text += chunk
      },
    },
  })
  const lines = (): unknown[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
  return { log, lines, raw: () => text }
}

describe('a line', () => {
  it('is one JSON object with the time, the level as a word, and the ids as fields', () => {
    const { log, lines } = capture()
    log.info({ incident: 'INC-000001', alerts: 3 }, 'incident opened\nwith a second line')
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
        service: 'faultline',
        incident: 'INC-000001',
        alerts: 3,
        msg: 'incident opened\nwith a second line',
      },
    ])
  })

  it('is left out below the level', () => {
    const { log, lines } = capture('warn')
    log.info('quiet')
    log.warn('loud')
    expect(lines()).toHaveLength(1)
  })

  it('names an error with its cause', () => {
    const { log, lines } = capture()
    log.error({ err: new Error('could not write', { cause: new Error('disk full') }) }, 'failed')
    expect(lines()[0]).toMatchObject({
      err: { type: 'Error', message: expect.stringContaining('disk full') },
    })
  })

  it('survives fields that contain themselves', () => {
    const { log, lines } = capture()
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    log.info({ loop }, 'round')
    expect(lines()).toHaveLength(1)
  })
})

describe('secrets', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a header', { headers: { Authorization: 'Bearer s3cr3t-value' } }],
    ['a token deep inside', { a: { b: { c: { adminToken: 's3cr3t-value' } } } }],
    ['a token in a list', { sourceTokens: [{ source: 'x', token: 's3cr3t-value' }] }],
    ['a webhook secret', { channel: { secret: 's3cr3t-value' } }],
    ['a cookie', { 'set-cookie': 's3cr3t-value' }],
    ['a query parameter', { url: 'http://h/ingest?token=s3cr3t-value&x=1' }],
    ['credentials of a URL', { store: 'http://user:s3cr3t-value@host:8123/' }],
    ['a Slack webhook', { url: 'https://hooks.slack.com/services/T1/B1/s3cr3t-value' }],
    ['an error message', { err: new Error('401 for Bearer s3cr3t-value') }],
    ['a cause', { err: new Error('x', { cause: new Error('http://u:s3cr3t-value@h/') }) }],
    [
      'a field too deep to look at',
      { a: { b: { c: { d: { e: { f: { g: 's3cr3t-value' } } } } } } },
    ],
  ])('in %s do not reach the log', (_name, fields) => {
    const { log, raw } = capture()
    log.info(fields, 'request')
    expect(raw()).not.toContain('s3cr3t-value')
    expect(raw()).toContain('request')
  })

  it('in the message do not reach the log', () => {
    const { log, lines, raw } = capture()
    log.warn('retrying http://u:s3cr3t-value@host/')
    log.error(new Error('Authorization: Bearer s3cr3t-value'))
    log.warn('he said "http://h/?token=s3cr3t-value" and \\ left')
    expect(lines()).toHaveLength(3)
    expect(raw()).not.toContain('s3cr3t-value')
  })

  it('leave the rest of a text as it is', () => {
    expect(hide('GET http://host:8123/path?limit=5&token=abc&x=1 as ops@example.org')).toBe(
      'GET http://host:8123/path?limit=5&token=[hidden]&x=1 as ops@example.org',
    )
  })

  it('may be said to be absent', () => {
    const { log, lines } = capture()
    log.info({ adminToken: null, hasToken: false }, 'settings')
    expect(lines()[0]).toMatchObject({ adminToken: null, hasToken: false })
  })
})
