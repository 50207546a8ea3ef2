import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  identityHash,
  identityKey,
  locusOf,
  reporterKey,
  signatureOf,
} from '../../src/core/identity.ts'
import type { AlertEvent, CiBinding, Labels } from '../../src/core/model.ts'
import { report } from '../support/engine.ts'

const DROP = ['replica', 'prometheus']

function event(identity: Labels, more: Partial<AlertEvent> = {}): AlertEvent {
  return { ...report('firing', '', 'x', { startsAt: 0 }), family: 'f', identity, ...more }
}

function key(identity: Labels, more: Partial<AlertEvent> = {}): string {
  return identityKey(event(identity, more), DROP)
}

describe('the identity of an alert', () => {
  it.each([
    ['one field', { a: '1' }, '1:f1:a1:1'],
    ['fields by name', { b: '2', a: '1' }, '1:f1:a1:11:b1:2'],
    ['an empty value', { a: '' }, '1:f1:a0:'],
    ['no field', {}, '1:f'],
    ['text outside ASCII by UTF-16 length', { ä: '🔥' }, '1:f1:ä2:🔥'],
    [
      'without what differs between replicas',
      { a: '1', replica: 'b', prometheus: 'x' },
      '1:f1:a1:1',
    ],
  ])('is its family and its fields with their lengths: %s', (_name, identity, expected) => {
    expect(key(identity)).toBe(expected)
  })

  it.each([
    ['where a name ends', { ab: 'c' }, { a: 'bc' }],
    ['where a value ends', { a: '1', b: '2' }, { a: '11:b1:2' }],
    ['an empty value and none', { a: '' }, {}],
    ['upper and lower case', { a: 'X' }, { a: 'x' }],
    ['a separator in a value', { a: 'x1:b', b: '' }, { a: 'x', b: '1:b' }],
  ])('tells apart %s', (_name, one, other) => {
    expect(key(one)).not.toBe(key(other))
  })

  it('differs between families, not between the sources of one', () => {
    expect(key({ a: '1' }, { family: 'g' })).not.toBe(key({ a: '1' }))
    expect(key({ a: '1' }, { source: 'prometheus' })).toBe(
      key({ a: '1' }, { source: 'alertmanager' }),
    )
  })

  it('is the same for two label sets only if they are the same set', () => {
    const anyLabels = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), {
      maxKeys: 4,
    })
    const kept = (labels: Labels): string =>
      JSON.stringify(
        Object.entries(labels)
          .filter(([name]) => !DROP.includes(name))
          .sort(),
      )
    fc.assert(
      fc.property(anyLabels, anyLabels, (a, b) => {
        expect(key(a) === key(b)).toBe(kept(a) === kept(b))
      }),
    )
  })

  it('has a short id of 16 hex digits', () => {
    expect(identityHash('4:prom')).toMatch(/^[0-9a-f]{16}$/)
    expect(identityHash('4:prom')).not.toBe(identityHash('4:pron'))
  })
})

describe('the reporter', () => {
  it.each([
    ['alone', {}, 'prometheus'],
    ['with its replica', { replica: 'a' }, 'prometheus{replica="a"}'],
    [
      'with every dropped label, by name',
      { replica: 'a', prometheus: 'm/k' },
      'prometheus{prometheus="m/k",replica="a"}',
    ],
    ['with quotes escaped', { replica: 'a"b' }, 'prometheus{replica="a\\"b"}'],
  ])('is named %s', (_name, identity, expected) => {
    expect(reporterKey(event(identity, { reporter: 'prometheus' }), DROP)).toBe(expected)
  })
})

describe('the signature', () => {
  it('is the rule and the class, with no instance in it', () => {
    expect(signatureOf('DiskFull', 'host')).toBe('DiskFull|host')
    expect(signatureOf('DiskFull', null)).toBe('DiskFull|?')
  })
})

describe('the locus', () => {
  const bound: CiBinding = { ci: 'db-1', rule: 'exact_name', confidence: 1, matched: 'host=db-1' }

  it.each([
    ['the CI', bound, { service: 'shop' }, 'db-1'],
    ['else the service', null, { service: 'shop', host: 'h' }, '~service=shop'],
    [
      'within its namespace and cluster',
      null,
      { app: 'a', namespace: 'n', cluster: 'c' },
      '~app=a,cluster=c,namespace=n',
    ],
    ['else the host', null, { host: 'h' }, '~host=h'],
    ['not an empty label', null, { service: '', instance: 'i:1' }, '~instance=i:1'],
    ['nowhere without such a label', null, { severity: 'critical', namespace: 'n' }, null],
  ])('is %s', (_name, binding, labels, expected) => {
    expect(locusOf(binding, labels)).toBe(expected)
  })
})
