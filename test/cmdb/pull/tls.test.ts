/**
 * Certificates of sources, over real TLS: whom a pull trusts, what it says where it does not, and that
 * nothing is sent then. The certificates are of an authority of our own (fixtures/tls), made with openssl.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { countCertificates, trusting } from '../../../src/cmdb/pull/authority.ts'
import { createPullHttp, type PullHttp, type PullRequest } from '../../../src/cmdb/pull/http.ts'
import { kubernetesPull } from '../../../src/cmdb/pull/kubernetes.ts'
import { servicenowPull } from '../../../src/cmdb/pull/servicenow.ts'
import { solarwindsPull } from '../../../src/cmdb/pull/solarwinds.ts'
import { SECRET } from './fake.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`fixtures/tls/${name}.pem`, import.meta.url))
const read = (name: string): string => readFileSync(pathOf(name), 'utf8')
const AUTHORITY = pathOf('authority.cert')
const SELF_SIGNED = fileURLToPath(
  new URL('../../notify/fixtures/self-signed.cert.pem', import.meta.url),
)
const SELF_KEY = fileURLToPath(
  new URL('../../notify/fixtures/self-signed.key.pem', import.meta.url),
)

interface Desk {
  readonly port: number
  /** What came through: path and credentials of each request. */
  readonly asked: string[]
}

async function listen(server: Server, asked: string[] = []): Promise<Desk> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

/** A service desk without anything in it, whose certificate is `cert`. */
function start(cert: string, key = read('server.key')): Promise<Desk> {
  const asked: string[] = []
  const server = createServer({ key, cert }, (request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    const isToken = request.url === '/oauth_token.do'
    request.resume()
    response.setHeader('x-total-pages', '0')
    if (isToken) response.end(JSON.stringify({ access_token: 'good', expires_in: 60 }))
    else response.end(request.url?.startsWith('/api/now') ? '{"result":[]}' : '[]')
  })
  return listen(server, asked)
}

interface Client {
  readonly http: PullHttp
  readonly waits: number[]
}

function client(env: Readonly<Record<string, string>> = { TOKEN: SECRET }): Client {
  const waits: number[] = []
  const wait = (ms: number): Promise<void> => {
    waits.push(ms)
    return Promise.resolve()
  }
  return { http: createPullHttp({ env: (name) => env[name], wait, now: () => 0 }), waits }
}

/** What a pull of the desk says; `ok` where it came to its end. */
async function outcome(url: string, caFile?: string, { http } = client()): Promise<string> {
  try {
    const trusted = await trusting(http, caFile)
    await solarwindsPull.pull({ url, tokenVariable: 'TOKEN' }, trusted, () => undefined)
    return 'ok'
  } catch (error) {
    const text = `${error instanceof Error ? error.stack : error}`
    expect(text).not.toContain(SECRET)
    return error instanceof Error ? error.message : text
  }
}

describe('a source with a certificate of an authority of its own', () => {
  it('is read where caFile names it', async () => {
    const { port, asked } = await start(read('good.cert'))
    expect(await outcome(`https://localhost:${port}`, AUTHORITY)).toBe('ok')
    expect(await outcome(`https://127.0.0.1:${port}`, AUTHORITY)).toBe('ok')
    expect(asked[0]).toBe('GET /hardwares.json')
  })

  it('is trusted in every request, the one for a token too', async () => {
    const { port, asked } = await start(read('good.cert'))
    const { http } = client({ ID: 'faultline', TOKEN: SECRET })
    const url = `https://localhost:${port}`
    const settings = { url, clientIdVariable: 'ID', clientSecretVariable: 'TOKEN' }
    await servicenowPull.pull(settings, await trusting(http, AUTHORITY), () => undefined)
    expect(asked[0]).toBe('POST /oauth_token.do')
    expect(asked.length).toBeGreaterThan(1)
  })

  it('is told nothing, not even a second time, where nobody vouches for it', async () => {
    const { port, asked } = await start(read('good.cert'))
    const url = `https://localhost:${port}`
    const one = client()
    expect(await outcome(url, undefined, one)).toBe(
      `${url}/hardwares.json page 1: its certificate is from nobody who is trusted ` +
        '(UNABLE_TO_VERIFY_LEAF_SIGNATURE): set caFile to the certificate of its authority',
    )
    expect([asked, one.waits]).toEqual([[], []])
  })

  it('is not trusted because another authority is, nor by the trust that another source has', async () => {
    const { port, asked } = await start(read('good.cert'))
    const url = `https://localhost:${port}`
    const { http, waits } = client()
    expect(await outcome(url, AUTHORITY, { http, waits })).toBe('ok')
    expect(await outcome(url, SELF_SIGNED, { http, waits })).toContain('set caFile')
    expect(await outcome(url, undefined, { http, waits })).toContain('set caFile')
    expect(asked).toHaveLength(3)
  })
})

describe('a source that signed its certificate itself', () => {
  const own = (): Promise<Desk> =>
    start(readFileSync(SELF_SIGNED, 'utf8'), readFileSync(SELF_KEY, 'utf8'))

  it('is read where caFile is that certificate, and else is not', async () => {
    const { port, asked } = await own()
    const url = `https://localhost:${port}`
    expect(await outcome(url)).toContain('(DEPTH_ZERO_SELF_SIGNED_CERT): set caFile')
    expect(asked).toEqual([])
    expect(await outcome(url, SELF_SIGNED)).toBe('ok')
  })
})

describe('a certificate that is', () => {
  it.each([
    ['for another host', 'other-host.cert', '(ERR_TLS_CERT_ALTNAME_INVALID): set url to the name'],
    ['over', 'expired.cert', 'has expired (CERT_HAS_EXPIRED): renew it there; no setting'],
    ['of the future', 'early.cert', '(CERT_NOT_YET_VALID): look at the clocks of both machines'],
  ])('%s is refused at once, with what helps', async (_what, cert, told) => {
    const { port, asked } = await start(read(cert))
    const one = client()
    expect(await outcome(`https://localhost:${port}`, AUTHORITY, one)).toContain(told)
    expect([asked, one.waits]).toEqual([[], []])
  })
})

describe('an address', () => {
  it('where nobody speaks TLS says so', async () => {
    const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void plain.close())
    const { port } = plain.address() as AddressInfo
    const told = await outcome(`https://localhost:${port}`)
    expect(told).toMatch(/does not speak TLS there \([A-Z_]+\): set url to the port of https$/)
  })
})

describe('a cluster', () => {
  it('is checked against the authority of its kubeconfig, and else of caFile', async () => {
    const { port, asked } = await start(read('good.cert'))
    const file = join(folder, 'config')
    const write = (authority?: string): void =>
      writeFileSync(
        file,
        JSON.stringify({
          ...{
            'current-context': 'x',
            contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          },
          clusters: [
            {
              name: 'c',
              cluster: { server: `https://localhost:${port}`, 'certificate-authority': authority },
            },
          ],
          users: [{ name: 'u', user: { token: SECRET } }],
        }),
      )
    const pull = async (caFile?: string): Promise<string> => {
      const http = await trusting(client({ KUBECONFIG: file }).http, caFile)
      const ended = kubernetesPull.pull({}, http, () => undefined)
      return ended.then(
        () => 'ok',
        (error: Error) => error.message,
      )
    }
    write()
    expect(await pull()).toContain('set certificate-authority of the kubeconfig to')
    expect(asked).toEqual([])
    // The desk is no cluster: it was reached, and that is what matters.
    expect(await pull(AUTHORITY)).toContain('answers in a form that is not documented')
    write(SELF_SIGNED)
    expect(await pull(AUTHORITY)).toContain('set certificate-authority of the kubeconfig to')
    write(AUTHORITY)
    expect(await pull(SELF_SIGNED)).toContain('answers in a form that is not documented')
    expect(asked).toHaveLength(2)
  })
})

describe('caFile', () => {
  const request: PullRequest = { url: 'https://127.0.0.1:1/' }
  it('is read anew for every pull', async () => {
    const { port } = await start(read('good.cert'))
    const file = join(folder, 'authority.pem')
    writeFileSync(file, readFileSync(SELF_SIGNED, 'utf8'))
    expect(await outcome(`https://localhost:${port}`, file)).toContain('set caFile')
    writeFileSync(file, `${readFileSync(SELF_SIGNED, 'utf8')}\n${read('authority.cert')}`)
    expect(await outcome(`https://localhost:${port}`, file)).toBe('ok')
  })

  it.each([
    ['is missing', null, 'cannot be read'],
    ['is a key', read('server.key'), 'holds no certificates in PEM'],
    ['is cut off', read('authority.cert').replace(/\n.{64}\n/, '\n'), 'holds no'],
    ['is empty', '', 'holds no certificates in PEM'],
  ])('that %s is named, and nothing is asked', async (_what, text, told) => {
    const file = join(folder, 'bad.pem')
    rmSync(file, { force: true })
    if (text !== null) writeFileSync(file, text)
    const ended = trusting(client().http, file).then((http) => http.json(request))
    await expect(ended).rejects.toThrow(`caFile ${file} ${told}`)
  })

  it('may hold several', () => {
    expect(countCertificates(`${read('authority.cert')}\n${read('good.cert')}`)).toBe(2)
  })
})
