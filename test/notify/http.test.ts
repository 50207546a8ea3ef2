import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { isPublicAddress } from '../../src/notify/address.ts'
import { REQUEST_TIMEOUT_MS, type Resolve, send } from '../../src/notify/http.ts'
import { secret } from '../../src/notify/secret.ts'
import { createFakeClock } from '../support/clock.ts'
import { cut, hang, type Receiver, startReceiver, status } from './receiver.ts'

const PATH = '/T0/B0/hidden?sig=hidden'
const clock = createFakeClock()

/** Sends to `origin` with hidden parts and returns the answer in one line; never quotes them. */
async function outcome(origin: string, allowPrivate: boolean, resolve?: Resolve): Promise<string> {
  const url = new URL(PATH, origin)
  url.username = 'hidden'
  url.password = 'hidden'
  const deps = resolve === undefined ? { clock } : { clock, resolve }
  const answer = await send(
    { url: secret(url.href, url.origin), method: 'POST', body: '{}', allowPrivate },
    deps,
  )
  expect(JSON.stringify(answer)).not.toContain('hidden')
  return answer.kind === 'answer' ? `${answer.status} ${answer.body}`.trim() : answer.error
}

const answering =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const portOf = ({ url }: Receiver): string => new URL(url).port
const BLOCKED = 'address is not public; set allowPrivate to reach it'

it.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '100::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'localhost',
  '',
])('counts %s as not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

it.each([
  '1.1.1.1',
  '100.128.0.1',
  '172.32.0.1',
  '192.167.255.255',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
  '2606:4700::1111',
])('counts %s as public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

it('reaches no private address, however it is written, and opens no connection to it', async () => {
  const receiver = await startReceiver()
  const port = portOf(receiver)
  const hosts = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'localhost']
  for (const host of hosts) {
    expect(await outcome(`https://${host}:${port}`, false)).toContain(BLOCKED)
  }
  expect(receiver.connections()).toBe(0)
})

it('judges the addresses of the very connection: a name that turns private is refused', async () => {
  const receiver = await startReceiver()
  const origin = `https://rebind.example:${portOf(receiver)}`
  for (const addresses of [['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['::ffff:127.0.0.1']]) {
    expect(await outcome(origin, false, answering(...addresses))).toBe(`${origin}: ${BLOCKED}`)
  }
  expect(receiver.connections()).toBe(0)
})

it('reaches private addresses where the channel allows it', async () => {
  const receiver = await startReceiver()
  const { origin } = new URL(receiver.url)
  expect(await outcome(origin, true)).toBe('200 ok')
  const named = `http://inside.example:${portOf(receiver)}`
  expect(await outcome(named, true, answering('127.0.0.1'))).toBe('200 ok')
  expect(receiver.requests.map(({ path }) => path)).toEqual([PATH, PATH])
})

it('uses plain http only where private addresses are allowed', async () => {
  expect(await outcome('http://h.example', false)).toBe(
    'http://h.example: not https; set allowPrivate to use plain http',
  )
})

it('follows no redirect', async () => {
  const receiver = await startReceiver()
  receiver.script(status(302, { location: receiver.url }))
  expect(await outcome(new URL(receiver.url).origin, true)).toBe('302')
  expect(receiver.requests).toHaveLength(1)
})

it('gives up on a receiver that hangs when time is up, and closes the connection', async () => {
  const receiver = await startReceiver()
  receiver.script(hang)
  const { origin } = new URL(receiver.url)
  const pending = outcome(origin, true)
  await receiver.seen(1)
  clock.advance(REQUEST_TIMEOUT_MS - 1)
  expect(clock.waiting()).toEqual([1])
  clock.advance(1)
  expect(await pending).toBe(`${origin}: no answer within 15 s`)
  expect(clock.waiting()).toEqual([])
})

it('takes the status of an answer that breaks off', async () => {
  const receiver = await startReceiver((response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('begun', () => response.socket?.end())
  })
  expect(await outcome(new URL(receiver.url).origin, true)).toBe('200 begun')
})

it('reads no more of an answer than it needs', async () => {
  const receiver = await startReceiver(status(200, {}, 'x'.repeat(1_000_000)))
  expect(await outcome(new URL(receiver.url).origin, true)).toHaveLength('200 '.length + 4096)
})

it('names a broken connection and a closed port by their codes', async () => {
  const receiver = await startReceiver(cut)
  const { origin } = new URL(receiver.url)
  expect(await outcome(origin, true)).toBe(`${origin}: ECONNRESET`)
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  expect(await outcome(`http://127.0.0.1:${port}`, true)).toBe(
    `http://127.0.0.1:${port}: ECONNREFUSED`,
  )
})

it('names a host that has no address', async () => {
  const origin = 'https://none.example'
  expect(await outcome(origin, false, answering())).toBe(`${origin}: ENOTFOUND`)
})

it('trusts no certificate that nobody vouches for', async () => {
  const read = (name: string): string =>
    readFileSync(new URL(`fixtures/self-signed.${name}.pem`, import.meta.url), 'utf8')
  let requests = 0
  const server = createServer({ key: read('key'), cert: read('cert') }, (_request, response) => {
    requests += 1
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const origin = `https://localhost:${port}`
  expect(await outcome(origin, true)).toBe(`${origin}: DEPTH_ZERO_SELF_SIGNED_CERT`)
  expect(requests).toBe(0)
})
