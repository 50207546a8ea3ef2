import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IngestMapping, parsePath } from '../../src/core/mapping.ts'

describe('a path', () => {
  it.each([
    ['check.id', [{ field: 'check' }, { field: 'id' }]],
    ['$.a', [{ field: 'a' }]],
    ['.', []],
    ['items[0].name', [{ field: 'items' }, { index: 0 }, { field: 'name' }]],
    ['[2]', [{ index: 2 }]],
    ['a["k8s.pod name"]', [{ field: 'a' }, { field: 'k8s.pod name' }]],
    ['a["x\\"y"]', [{ field: 'a' }, { field: 'x"y' }]],
    [
      'fields[key=severity].value',
      [{ field: 'fields' }, { where: 'key', is: 'severity' }, { field: 'value' }],
    ],
    ['@timestamp', [{ field: '@timestamp' }]],
  ])('is read: %s', (text, path) => {
    expect(parsePath(text)).toEqual(path)
  })

  it.each(['a..b', 'a[', 'a[x', 'a b', 'a[1', '["a]', 'a.', Array(30).fill('a').join('.')])(
    'is refused: %s',
    (text) => {
      expect(parsePath(text)).toBeNull()
    },
  )

  it('is read in linear time, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const path = parsePath(text)
        expect(path === null || Array.isArray(path)).toBe(true)
      }),
    )
  })
})

describe('a mapping', () => {
  const least = { identity: ['id'], rule: '{{ name }}', title: '{{ name }} is {{ state }}' }

  it('has defaults for all but identity, rule and title', () => {
    expect(IngestMapping.parse(least)).toMatchObject({
      identity: [[{ field: 'id' }]],
      title: [[{ field: 'name' }], ' is ', [{ field: 'state' }]],
      labels: {},
      annotations: {},
    })
  })

  it.each([
    ['a field that does not exist', { ...least, labels_form: ['x'] }],
    ['no identity', { ...least, identity: [] }],
    ['a broken path', { ...least, url: 'a..b' }],
    ['a broken path in a text', { ...least, title: '{{ a..b }}' }],
    ['a severity of nobody', { ...least, severity: { path: 's', table: { x: 'purple' } } }],
  ])('with %s is refused', (_name, document) => {
    expect(IngestMapping.safeParse(document).success).toBe(false)
  })
})
