/** What docs/sources/ tells people to install, run as it stands there: its posts are read as alerts. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SOURCES } from '../../ingest/index.ts'
import { readBody } from '../../ingest/source.ts'
import type { IngestItem } from '../../src/core/model.ts'
import { ROOT } from '../support/source.ts'

const run = promisify(execFile)
const python = spawnSync('python3', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'faultline-scripts-'))
const token = join(folder, 'token')

interface Post {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

const posts: Post[] = []
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const { url = '', headers } = request
    const body = Buffer.concat(parts).toString()
    posts.push({ path: url, authorization: headers.authorization, body })
    response.writeHead(202).end('{}')
  })
})
let origin = ''

beforeAll(async () => {
  writeFileSync(token, 'secret\n')
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

function page(source: string): string {
  return readFileSync(join(ROOT, 'docs', 'sources', `${source}.md`), 'utf8')
}

function read(source: string, body: string): readonly IngestItem[] {
  const known = SOURCES.get(source)
  if (known === undefined) throw new Error(`no source ${source}`)
  return readBody(known, { at: Date.UTC(2026, 2, 1, 10), body })
}

/** Runs the script of a page with an environment, and gives what it posted. */
async function post(source: string, env: Readonly<Record<string, string>>): Promise<Post> {
  const script = /^```python\n([\s\S]*?)^```/m.exec(page(source))?.[1] ?? ''
  const path = join(folder, source)
  writeFileSync(path, script.replace(/\/etc\/(?:icinga2\/)?faultline-token/, token))
  posts.length = 0
  const url = `${origin}/ingest/${source}`
  const parameters = { NOTIFY_PARAMETER_1: url, NOTIFY_PARAMETER_2: 'secret' }
  await run('python3', [path, url], { env: { PATH: process.env['PATH'], ...parameters, ...env } })
  const [only, second] = posts
  if (only === undefined || second !== undefined) throw new Error(`${posts.length} posts`)
  return only
}

describe.skipIf(!python)(python ? 'a script' : 'a script (skipped: python3 is missing)', () => {
  it.each([
    [
      'nagios',
      {
        NAGIOS_NOTIFICATIONTYPE: 'PROBLEM',
        NAGIOS_HOSTNAME: 'app-4',
        NAGIOS_HOSTADDRESS: '192.0.2.14',
        NAGIOS_HOSTSTATE: 'UP',
        NAGIOS_SERVICEDESC: 'HTTP',
        NAGIOS_SERVICESTATE: 'CRITICAL',
        NAGIOS_SERVICEOUTPUT: 'no answer',
        NAGIOS_HOSTGROUPNAMES: 'app,linux',
        NAGIOS_TIMET: '1772359185',
      },
      { identity: { host: 'app-4', service: 'HTTP' }, status: 'firing', startsAt: 1772359185000 },
    ],
    [
      'icinga',
      {
        NOTIFICATIONTYPE: 'RECOVERY',
        HOSTNAME: 'web-6',
        HOSTSTATE: 'UP',
        HOSTOUTPUT: 'PING OK',
        TIMET: '1772359187',
      },
      { identity: { host: 'web-6' }, status: 'resolved', endsAt: 1772359187000 },
    ],
    [
      'checkmk',
      {
        OMD_SITE: 'prod',
        NOTIFY_WHAT: 'HOST',
        NOTIFY_NOTIFICATIONTYPE: 'PROBLEM',
        NOTIFY_HOSTNAME: 'sw-1',
        NOTIFY_HOSTSTATE: 'DOWN',
        NOTIFY_MICROTIME: '1772359170123456',
      },
      { identity: { site: 'prod', host: 'sw-1' }, status: 'firing', startsAt: 1772359170123 },
    ],
  ])('of %s', async (source, env, expected) => {
    const { path, authorization, body } = await post(source, env)
    expect([path, authorization]).toEqual([`/ingest/${source}`, 'Bearer secret'])
    expect(read(source, body)).toMatchObject([{ kind: 'alert', ...expected }])
    expect(body).not.toContain('secret')
  })
})

const MediaType = z.object({
  script: z.string(),
  parameters: z.array(z.object({ name: z.string(), value: z.string() })),
  message_templates: z.array(z.object({ operation_mode: z.string() })),
})
const Export = z.object({ zabbix_export: z.object({ media_types: z.tuple([MediaType]) }) })

const MACROS: Readonly<Record<string, string>> = {
  'EVENT.ID': '884213',
  'EVENT.NAME': 'Disk is full',
  'EVENT.SEVERITY': 'High',
  'EVENT.TAGSJSON': '[{"tag":"team","value":"storage"}]',
  'HOST.HOST': 'files-1',
  'TRIGGER.ID': '20117',
  '$ZABBIX.URL': 'https://zabbix.example',
}

describe('the media type of Zabbix', () => {
  const text = readFileSync(join(ROOT, 'docs', 'sources', 'zabbix.yaml'), 'utf8')
  const [media] = Export.parse(parse(text)).zabbix_export.media_types

  /** Runs its script as Zabbix does: `value` in, `HttpRequest` there, a text out. */
  function notify(macros: Readonly<Record<string, string>>, status: number) {
    const sent: { url: string; body: string; headers: string[] } = {
      url: '',
      body: '',
      headers: [],
    }
    class HttpRequest {
      addHeader(header: string): void {
        sent.headers.push(header)
      }
      post(url: string, body: string): string {
        Object.assign(sent, { url, body })
        return '{"accepted":1}'
      }
      getStatus(): number {
        return status
      }
    }
    const values = media.parameters.map(({ name, value }) => [
      name,
      value.replace(/\{([A-Z.$]+)\}/g, (macro, key: string) => macros[key] ?? macro),
    ])
    const script = new Function('value', 'HttpRequest', media.script)
    const answer: unknown = script(JSON.stringify(Object.fromEntries(values)), HttpRequest)
    return { sent, answer }
  }

  it.each([
    ['1', 'firing'],
    ['0', 'resolved'],
  ])('posts a value of %s as %s', (value, status) => {
    const { sent, answer } = notify({ ...MACROS, 'EVENT.VALUE': value }, 202)
    expect(answer).toBe('{"accepted":1}')
    expect(sent.url).toMatch(/\/ingest\/zabbix$/)
    expect(sent.headers).toContain('Authorization: Bearer a-long-random-text')
    expect(read('zabbix', sent.body)).toMatchObject([
      {
        identity: { event_id: '884213' },
        status,
        severity: 'error',
        title: 'Disk is full',
        labels: { host: 'files-1', team: 'storage', trigger_id: '20117' },
        generatorUrl: 'https://zabbix.example/tr_events.php?triggerid=20117&eventid=884213',
      },
    ])
  })

  it('fails where it is not taken, so that Zabbix tries again', () => {
    expect(() => notify(MACROS, 503)).toThrow('Faultline answers 503')
  })

  it('has a message for each kind of operation: Zabbix sends nothing without', () => {
    const modes = media.message_templates.map((template) => template.operation_mode)
    expect(modes).toEqual(['PROBLEM', 'RECOVERY', 'UPDATE'])
  })
})
