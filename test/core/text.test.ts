import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenizer, jaccard, templateOf, tokens } from '../../src/core/text.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('tokens', () => {
  it.each([
    [
      'keeps an identifier whole and splits it',
      'KubePodCrashLooping',
      'kube pod crash loop kubepodcrashloop',
    ],
    ['joins kebab and snake alike', 'disk-io disk_io', 'disk io disk io diskio diskio'],
    ['splits acronyms from words', 'CPUThrottlingHigh', 'cpu throttl high cputhrottlhigh'],
    ['takes plural acronyms as one word', 'PVCs VMIs', 'pvc vmi'],
    ['leaves out stop words', 'the queue of the broker is full', 'queue broker full'],
    ['but keeps not', 'node is not ready', 'node not readi'],
    ['leaves out numbers and quantities', '95 % of 12.5 GB for 15m at 10:30:00', 'gb'],
    ['keeps numbers that belong to a name', 'k8s http2 p99', 'http k8s http2 p99'],
    ['keeps classes of status codes', 'many 5xx and 404', '5xx'],
    ['drops ordinals of instances', 'web-12 worker-3', 'web worker'],
    ['masks UUIDs', 'job 550e8400-e29b-41d4-a716-446655440000 died', 'job di'],
    ['masks addresses', 'from 10.2.3.4:9100 to fe80::1 ok', 'ok'],
    ['masks hashes', 'image 3f2a9bc1d of 0xdeadbeef', 'imag'],
    ['masks what Kubernetes makes up for pods', 'cart-7d9f8b6c5d-x2x7k agent-x2x7k', 'cart agent'],
    ['masks instants', 'since 2026-03-01T10:00:00.123Z', ''],
    ['keeps other scripts', 'Größe データ', 'größe データ'],
    ['drops what is too long to be a word', `a ${'x'.repeat(65)} queue`, 'queue'],
  ])('%s', (_name, text, expected) => {
    expect(tokens(text).join(' ')).toBe(expected)
  })

  it('gives neighbouring words as pairs that meet the joined spelling', () => {
    const split = createTokenizer()
    expect(split('file system').pairs).toEqual(['filesystem'])
    expect(split('filesystem').words).toEqual(['filesystem'])
    expect(split('FileSystem')).toEqual({
      words: ['file', 'system'],
      wholes: ['filesystem'],
      pairs: [],
    })
  })

  it('answers the same whatever the tokenizer was asked before', () => {
    const used = createTokenizer()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(used(text)).toEqual(createTokenizer()(text))
      }),
    )
  })

  it('gives words in lower case without white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const word of tokens(text)) {
          expect(word).toBe(word.toLowerCase())
          expect(word).toMatch(/^\S+$/)
        }
      }),
    )
  })

  it('does not depend on numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const say = (n: number): string => `queue ${n} of broker-${n} is ${n}% full (${n} ms)`
        expect(tokens(say(a))).toEqual(tokens(say(b)))
      }),
    )
  })
})

describe('templateOf', () => {
  it.each([
    ['numbers with their units', 'disk is 93.5 % full after 15m', 'disk is <num> full after <num>'],
    ['numbers inside names', 'web12 on rack-7', 'web<num> on rack-<num>'],
    ['addresses and hosts', 'db-1.eu.shop.example.com (10.0.0.7:5432)', '<host> (<ip>)'],
    ['IPv6', 'peer fe80::1:2 lost', 'peer <ip> lost'],
    ['UUIDs and hashes', '550e8400-e29b-41d4-a716-446655440000 3f2a9bc1d', '<uuid> <hash>'],
    ['pods', 'cart-7d9f8b6c5d-x2x7k restarts', 'cart-<pod> restarts'],
    ['instants', 'since 2026-03-01T10:00:00Z now', 'since <time> now'],
    ['white space', ' a \n\t b ', 'a b'],
    ['nothing where there is nothing to mask', 'Disk is full!', 'Disk is full!'],
  ])('masks %s', (_name, text, expected) => {
    expect(templateOf(text)).toBe(expected)
  })

  it('is the same for two instances of one message', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.uuid(), fc.uuid(), fc.nat(), fc.nat(), (...v) => {
        const [ip1, ip2, id1, id2, n1, n2] = v
        const say = (ip: string, id: string, n: number): string =>
          `request ${id} from ${ip} took ${n} ms`
        expect(templateOf(say(ip1, id1, n1))).toBe(templateOf(say(ip2, id2, n2)))
      }),
    )
  })
})

describe('jaccard', () => {
  const bag = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))

  it.each([
    [['a', 'b'], ['b', 'c'], 1 / 3],
    [['a', 'a', 'b'], ['a', 'b', 'b'], 1],
    [['a'], ['b'], 0],
    [[], ['a'], 0],
    [[], [], 0],
  ])('of %j and %j', (a, b, expected) => {
    expect(jaccard(a, b)).toBeCloseTo(expected, 12)
  })

  it('is symmetric, between 0 and 1, and 1 for a bag and itself', () => {
    fc.assert(
      fc.property(bag, bag, (a, b) => {
        expect(jaccard(a, b)).toBe(jaccard(b, a))
        expect(jaccard(a, b)).toBeGreaterThanOrEqual(0)
        expect(jaccard(a, b)).toBeLessThanOrEqual(1)
        if (a.length > 0) expect(jaccard(a, [...a].reverse())).toBe(1)
      }),
    )
  })
})

describe('the natural package', () => {
  it('is loaded in part: no database drivers, nothing on stdout', () => {
    const script = `
      const { createRequire } = await import('node:module')
      const { tokens } = await import('./src/core/text.ts')
      tokens('Looping pods')
      const loaded = Object.keys(createRequire(import.meta.url).cache)
      process.stdout.write(JSON.stringify(loaded))`
    const out = execFileSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { cwd: ROOT, encoding: 'utf8' },
    )
    expect(out.startsWith('[')).toBe(true)
    const loaded: unknown = JSON.parse(out)
    const files = Array.isArray(loaded) ? loaded.map(String) : []
    expect(files.filter((file) => file.includes('porter_stemmer'))).toHaveLength(1)
    expect(files.filter((f) => /[\\/](?:mongoose|mongodb|pg|dotenv|redis)[\\/]/.test(f))).toEqual(
      [],
    )
  })
})
