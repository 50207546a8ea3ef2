import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SCOPE, scopedId, scopedKey, scopeOf, scopeOfKey } from '../../src/core/scope.ts'

const NAMES = ['tenant', 'environment']

describe('the scope of an alert', () => {
  it.each([
    [{}, 'default'],
    [{ tenant: '', other: 'x' }, 'default'],
    [{ tenant: 'acme', environment: 'prod' }, 'acme.prod'],
    [{ tenant: 'acme' }, 'acme.'],
    [{ environment: 'prod' }, '.prod'],
    [{ tenant: 'Ärzte & Co', environment: 'a/b.c' }, '~c4-rzte~20-~26-~20-Co.a~2f-b~2e-c'],
  ])('of %j is %s', (labels, scope) => {
    expect(scopeOf(labels, NAMES)).toBe(scope)
  })

  it('is the default one where no label is asked for', () => {
    expect(scopeOf({ tenant: 'acme' }, [])).toBe(DEFAULT_SCOPE)
  })

  it('is not the default one for a tenant of that name', () => {
    expect(scopeOf({ tenant: 'default' }, ['tenant'])).toBe('default~')
  })

  it('is another one for other values, fits into an address, and is of bounded length', () => {
    const any = fc.record({ tenant: fc.string({ unit: 'grapheme' }), environment: fc.string() })
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [one, other] = [scopeOf(a, NAMES), scopeOf(b, NAMES)]
        const isSame = a.tenant === b.tenant && a.environment === b.environment
        expect(one === other).toBe(isSame)
        const id = scopedId(one, 'INC-000001')
        expect(encodeURIComponent(id)).toBe(id)
        expect(one.length).toBeLessThanOrEqual(64)
      }),
    )
    const long = (end: string) => scopeOf({ tenant: `${'x'.repeat(200)}${end}` }, NAMES)
    expect(long('a')).not.toBe(long('b'))
    expect(long('a')).toHaveLength(58)
  })

  it('is found again in the keys within it', () => {
    for (const scope of [DEFAULT_SCOPE, 'acme', '4', '1:a', 'x/y'])
      expect(scopeOfKey(scopedKey(scope, 's1:disk/2'))).toBe(scope)
  })
})
