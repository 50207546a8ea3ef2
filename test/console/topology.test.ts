/** The maps of the topology: what is found, and where everything is placed. */
import { describe, expect, it } from 'vitest'
import { marksOf, stepFrom, stepInWords } from '../../dashboards/console/src/past/line.ts'
import { readPast } from '../../dashboards/console/src/past/search.ts'
import { alertsText, passing, statesOf } from '../../dashboards/console/src/topology/burning.ts'
import { findNames } from '../../dashboards/console/src/topology/find-names.ts'
import { type Frames, framesOf } from '../../dashboards/console/src/topology/frames.ts'
import { CELL, followed, layOut, placeAt } from '../../dashboards/console/src/topology/layout.ts'

/** `services` blocks with as many CIs each, then CIs without a service. */
function mapOf(services: number, each: number, loose: number) {
  const own = Array.from({ length: services }, (_, n) => n)
  const serviceOf = [
    ...own,
    ...own.flatMap((service) => Array.from({ length: each }, () => service)),
    ...Array.from({ length: loose }, () => -1),
  ]
  return {
    ids: serviceOf.map((_, n) => `ci-${n}`),
    names: serviceOf.map((_, n) => `name-${n}`),
    classes: ['service', 'host'],
    classOf: serviceOf.map((_, n) => (n < services ? 0 : 1)),
    criticalityOf: serviceOf.map((_, n) => (n < services ? (n % 4) + 1 : 0)),
    serviceOf,
  }
}

describe('the layout of everything', () => {
  it('places 10,000 CIs apart from each other, in a shape that fits a screen', () => {
    const map = mapOf(80, 120, 320)
    const { xs, ys, width, height } = layOut(map)
    expect(map.ids).toHaveLength(10_000)
    const spots = new Set(map.ids.map((_, n) => `${xs[n]} ${ys[n]}`))
    expect(spots.size).toBe(10_000)
    const cells = new Map<string, number>()
    for (const n of map.ids.keys()) {
      const key = `${Math.round((xs[n] ?? 0) / CELL.width)} ${Math.round((ys[n] ?? 0) / CELL.height)}`
      cells.set(key, (cells.get(key) ?? 0) + 1)
    }
    expect(Math.max(...cells.values())).toBe(1)
    expect(width / height).toBeGreaterThan(1)
    expect(width / height).toBeLessThan(3)
  })

  it('is the same every time, with a block for each service, the most critical first', () => {
    const map = mapOf(4, 2, 3)
    const { blocks } = layOut(map)
    expect(layOut(map)).toEqual(layOut(mapOf(4, 2, 3)))
    expect(blocks.map(({ label, members }) => `${label}: ${members.length}`)).toEqual([
      ...['name-0: 3', 'name-1: 3', 'name-2: 3', 'name-3: 3', 'host: 3'],
    ])
    expect(blocks[0]?.members[0]).toBe(0)
  })

  it('can be asked what is at a pixel: the CI, else the service of the block', () => {
    const layout = layOut(mapOf(2, 3, 0))
    const view = { scale: 0.5, x: -100, y: -100 }
    const at = (x: number, y: number) => placeAt(layout, view, (x + 100) / 2, (y + 100) / 2)
    const [x, y] = [layout.xs[4] ?? 0, layout.ys[4] ?? 0]
    expect(at(x + 5, y + 5)).toBe(4)
    expect(at((layout.blocks[1]?.x ?? 0) + 1, (layout.blocks[1]?.y ?? 0) + 1)).toBe(1)
    expect(at(-50, -50)).toBeNull()
  })

  it('is empty of nothing', () => {
    expect(layOut(mapOf(0, 0, 0)).blocks).toEqual([])
  })
})

describe('a map after another one', () => {
  const lying = (map: ReturnType<typeof mapOf>) => ({ map, layout: layOut(map) })
  const before = lying(mapOf(4, 2, 3))
  const at = (place: number, { layout }: typeof before) => [
    layout.xs[place] ?? 0,
    layout.ys[place] ?? 0,
  ]

  it('stands still where what is looked at lies as before', () => {
    const looked = { scale: 0.5, x: 120, y: 77 }
    expect(followed(looked, before, lying(mapOf(4, 2, 3)))).toEqual(looked)
  })

  it('moves along with what is looked at', () => {
    const now = lying(mapOf(4, 9, 3))
    const [x = 0, y = 0] = at(3, before)
    const [left = 0, top = 0] = at(3, now)
    expect([left, top]).not.toEqual([x, y])
    const found = followed({ scale: 0.5, x: x + 70, y: y + 9 }, before, now)
    expect(found).toEqual({ scale: 0.5, x: left + 70, y: top + 9 })
  })

  it('is shown whole where nothing of it was there before', () => {
    expect(followed({ scale: 1, x: 0, y: 0 }, lying(mapOf(0, 0, 0)), before)).toBeNull()
  })
})

describe('what burns of a map', () => {
  const map = {
    ...{ ids: ['a', 'b', 'c'], classes: ['host'], classOf: [0, 0, 0] },
    ...{ environments: ['production'], environmentOf: [0, 0, -1] },
  }
  const places = new Map(map.ids.map((id, place) => [id, place]))
  const live = [
    { ci: 'a', firing: 2, suppressed: 0, severity: 'critical' as const },
    { ci: 'b', firing: 0, suppressed: 1, severity: null },
    { ci: 'elsewhere', firing: 1, suppressed: 0, severity: null },
  ]

  it('is counted and filtered', () => {
    const states = statesOf(live, places)
    expect(alertsText(states)).toBe('2 with alerts')
    expect(passing(map, states, { firing: true })).toEqual(new Set([0]))
    expect(passing(map, states, { environment: ['production'] })).toEqual(new Set([0, 1]))
    expect(passing(map, states, {})).toBeNull()
  })

  it('is never said to be nothing while it is not known', () => {
    const states = statesOf(null, places)
    expect(alertsText(states)).toBe('not yet known which have alerts')
    expect(passing(map, states, { firing: true })).toBeNull()
    expect(alertsText(statesOf([], places))).toBe('0 with alerts')
  })
})

describe('the frames of a map', () => {
  /** Frames that come when the test says so. */
  function played() {
    const waiting = new Map<number, () => void>()
    let [asked, drawn] = [0, 0]
    const frames: Frames = framesOf(
      () => {
        drawn += 1
      },
      {
        request: (draw) => {
          asked += 1
          waiting.set(asked, draw)
          return asked
        },
        cancel: (frame) => void waiting.delete(frame),
      },
    )
    const next = (): void => {
      const now = [...waiting.values()]
      waiting.clear()
      for (const draw of now) draw()
    }
    return { frames, next, counts: () => ({ asked, drawn, waiting: waiting.size }) }
  }

  it('are drawn once each, however often it is asked for', () => {
    const { frames, next, counts } = played()
    frames.again()
    frames.again()
    next()
    next()
    frames.again()
    next()
    expect(counts()).toEqual({ asked: 2, drawn: 2, waiting: 0 })
  })

  it('come no more once the map has ended: the canvas is that of the next one', () => {
    const { frames, next, counts } = played()
    frames.again()
    frames.end()
    frames.again()
    next()
    expect(counts()).toEqual({ asked: 1, drawn: 0, waiting: 0 })
  })
})

describe('finding by name', () => {
  const all = [
    { ci: 'svc/shop', name: 'shop' },
    { ci: 'svc/web', name: 'Workshop' },
    { ci: 'db/shop', name: 'orders' },
  ]
  it.each([
    ['shop', ['svc/shop', 'svc/web', 'db/shop'].slice().sort()],
    ['WORK', ['svc/web']],
    ['svc/', ['svc/shop', 'svc/web']],
    [' ', []],
  ])('%j', (words, ids) => {
    expect(
      findNames(all, words)
        .map(({ ci }) => ci)
        .sort(),
    ).toEqual(ids)
  })

  it('has names that begin with the words first', () => {
    expect(findNames(all, 'shop')[0]?.ci).toBe('svc/shop')
  })
})

describe('the time line of the maps', () => {
  const second = (n: number): string => new Date(n * 1000).toISOString()
  const step = (n: number, more: object = {}) => ({
    ...{ at: second(n), began: 0, ended: 0, muted: 0, unmuted: 0 },
    ...more,
  })
  const steps = [step(10, { began: 1 }), step(20, { began: 8, ended: 2 }), step(30, { muted: 1 })]

  it.each([
    [5, 1, second(10)],
    [10, 1, second(20)],
    [30, 1, undefined],
    [30, -1, second(20)],
    [10, -1, undefined],
    [25, -1, second(20)],
  ] as const)('leads from %i s by %i to %s', (at, towards, next) => {
    expect(stepFrom(steps, at * 1000, towards)?.at).toBe(next)
  })

  it('says in words what changed', () => {
    expect(steps.map(stepInWords)).toEqual([
      '1 alert began',
      '8 alerts began; 2 ended',
      '1 alert muted',
    ])
  })

  it('marks beginnings upwards and ends downwards, in their place and within the line', () => {
    const marks = marksOf(steps, { from: 10_000, to: 30_000 })
    expect(marks.map(({ x }) => x)).toEqual([0, 0.5, 1])
    expect(marks.map(({ up, down }) => [up, down])).toEqual([
      [0.25, 0],
      [1, 0.5],
      [0, 0.25],
    ])
  })

  it('stands in the address only with a range', () => {
    expect(readPast({ at: second(10), play: true })).toEqual({})
    expect(readPast({ range: '1h', at: 'yesterday', play: 'true' })).toEqual({
      ...{ range: '1h', play: true },
    })
    expect(readPast({ from: second(1), to: second(40), at: second(10), of: 'INC-1' })).toEqual({
      ...{ from: second(1), to: second(40), at: second(10), of: 'INC-1' },
    })
  })
})
