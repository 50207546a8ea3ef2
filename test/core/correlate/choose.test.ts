import { describe, expect, it } from 'vitest'
import { MAX_IN_STORM } from '../../../src/core/correlate/candidates.ts'
import {
  type Choice,
  type ChooseInput,
  chooseIncident,
  MAX_RUNNERS_UP,
} from '../../../src/core/correlate/choose.ts'
import type { OpenIncident } from '../../../src/core/correlate/open.ts'
import { type Placement, Placements } from '../../../src/core/correlate/placements.ts'
import { RulePacks } from '../../../src/core/rules.ts'
import { MINUTE, SECOND } from '../../../src/core/time.ts'
import { buildTopology } from '../../../src/core/topology.ts'
import { ci, depends } from '../../support/engine.ts'

const NOW = 100 * MINUTE
const TOPOLOGY = buildTopology(
  't',
  ['web', 'shop', 'db', 'far'].map((id) => ci(id)),
  [depends('web', 'shop'), depends('shop', 'db')],
)

/** A placed alert: where, in which incident, how many seconds ago. */
function placed(
  locus: string,
  incident: string,
  ago: number,
  more: Partial<Placement> = {},
): Placement {
  const startsAt = NOW - ago * SECOND
  const key = `${incident}.${locus}.${ago}`
  const rest = {
    bound: true,
    signature: `x|${key}`,
    realm: {},
    environment: null,
    changes: [],
    informational: false,
  }
  return { key, identity: key, startsAt, incident, locus, ...rest, ...more }
}

interface Case {
  readonly placements: readonly Placement[]
  readonly incidents?: Readonly<Record<string, Partial<OpenIncident>>>
  readonly alert?: Partial<ChooseInput['alert']>
  readonly pack?: Readonly<Record<string, unknown>>
  readonly surprise?: number
  readonly before?: ChooseInput['before']
  readonly storm?: string
  readonly learned?: ChooseInput['learned']
}

function choose({
  placements,
  incidents = {},
  alert = {},
  pack = {},
  surprise = 6,
  before = null,
  storm,
  learned,
}: Case): Choice {
  const index = new Placements()
  for (const one of placements) index.add(one)
  const { correlate } = RulePacks.parse({ correlate: pack })
  return chooseIncident({
    alert: { ...placed('shop', 'none', 0), key: 'new', identity: 'new', ...alert },
    before,
    now: NOW,
    startedAt: 0,
    surprise,
    placements: index,
    topology: TOPOLOGY,
    incident: (id) => ({
      id,
      accepts: true,
      gap: correlate.gap,
      lifetime: correlate.lifetime,
      firstAlertAt: Math.min(...placements.filter((p) => p.incident === id).map((p) => p.startsAt)),
      endedAt: null,
      firingShare: 0,
      firstKey: id,
      ruled: null,
      resolved: null,
      marks: () => [],
      ...incidents[id],
    }),
    pack: correlate,
    storm,
    learned,
    versions: { rules: 'r', topology: 't', engine: '1' },
  })
}

function line(choice: Choice): string {
  return choice.action === 'join'
    ? `join ${choice.incident} by ${choice.evidence.best}`
    : `open ${choice.reason}`
}

describe('a new alert', () => {
  it.each<[string, Case, string]>([
    ['opens where nothing is', { placements: [] }, 'open nothing_near'],
    ['joins what is on its CI', { placements: [placed('shop', 'A', 5)] }, 'join A by A.shop.5'],
    ['joins what is near', { placements: [placed('db', 'A', 5)] }, 'join A by A.db.5'],
    [
      'does not look where no path leads',
      { placements: [placed('far', 'A', 5)] },
      'open nothing_near',
    ],
    [
      'joins the same kind of alert elsewhere, in quiet times',
      { placements: [placed('far', 'A', 5, { signature: 's' })], alert: { signature: 's' } },
      'join A by A.far.5',
    ],
    [
      'without a CI joins what shares its labels',
      {
        placements: [placed('far', 'A', 5, { realm: { namespace: 'pay' } })],
        alert: { bound: false, locus: '~pod=x', realm: { namespace: 'pay' } },
      },
      'join A by A.far.5',
    ],
    [
      'without a CI joins what is close in time, wherever that is',
      {
        placements: [placed('far', 'A', 5)],
        alert: { bound: false, locus: '~pod=x', realm: { namespace: 'pay' } },
      },
      'join A by A.far.5',
    ],
    [
      'without a CI does not look at another one without a CI that shares no label',
      {
        placements: [placed('~pod=y', 'A', 5, { bound: false })],
        alert: { bound: false, locus: '~pod=x', realm: { namespace: 'pay' } },
      },
      'open nothing_near',
    ],
    [
      'without a CI does not look into another namespace',
      {
        placements: [placed('far', 'A', 5, { realm: { namespace: 'shop' } })],
        alert: { bound: false, locus: '~pod=x', realm: { namespace: 'pay' } },
      },
      'open nothing_near',
    ],
    [
      'but not ten minutes apart',
      {
        placements: [placed('far', 'A', 601, { signature: 's' })],
        alert: { signature: 's' },
        pack: { gap: '1h' },
      },
      'open nothing_near',
    ],
    [
      'does not join after the quiet gap',
      { placements: [placed('shop', 'A', 601)] },
      'open no_link_strong_enough',
    ],
    [
      'joins just within the gap',
      { placements: [placed('shop', 'A', 600)] },
      'join A by A.shop.600',
    ],
    [
      'does not join past the lifetime',
      { placements: [placed('shop', 'A', 5)], incidents: { A: { lifetime: 4 * SECOND } } },
      'open no_link_strong_enough',
    ],
    [
      'does not join what takes nothing',
      { placements: [placed('shop', 'A', 5)], incidents: { A: { accepts: false } } },
      'open no_link_strong_enough',
    ],
    [
      'does not join what a rule owns',
      { placements: [placed('shop', 'A', 5)], incidents: { A: { ruled: 'r' } } },
      'open no_link_strong_enough',
    ],
    [
      'does not join another environment',
      {
        placements: [placed('shop', 'A', 5, { environment: 'test' })],
        alert: { environment: 'prod' },
      },
      'open no_link_strong_enough',
    ],
    [
      'links to the nearest of an incident',
      { placements: [placed('shop', 'A', 50), placed('shop', 'A', 5)] },
      'join A by A.shop.5',
    ],
    [
      'picks the strongest link',
      { placements: [placed('db', 'A', 5), placed('shop', 'B', 5)] },
      'join B by B.shop.5',
    ],
    [
      'an older incident wins a tie',
      { placements: [placed('web', 'A', 5), placed('db', 'B', 5), placed('far', 'B', 60)] },
      'join B by B.db.5',
    ],
    [
      'the key of its first alert decides the next tie',
      { placements: [placed('web', 'B', 5), placed('db', 'A', 5)] },
      'join A by A.db.5',
    ],
    [
      'that is no noise glues more',
      { placements: [placed('shop', 'A', 280)], pack: { join: 0.995 } },
      'join A by A.shop.280',
    ],
    [
      'that is noise glues less',
      { placements: [placed('shop', 'A', 280)], pack: { join: 0.995 }, surprise: 0 },
      'open no_link_strong_enough',
    ],
    [
      'goes by the threshold of people',
      { placements: [placed('shop', 'A', 5)], pack: { join: 0.999999 } },
      'open no_link_strong_enough',
    ],
    [
      'and by their weights',
      { placements: [placed('shop', 'A', 400)], pack: { weights: { topology: 0 } } },
      'open no_link_strong_enough',
    ],
  ])('%s', (_name, one, expected) => {
    expect(line(choose(one))).toBe(expected)
  })

  it('goes less into what is over, and where it has been before', () => {
    const placements = [placed('shop', 'A', 400)]
    const pack = { join: 0.95 }
    const over = { A: { endedAt: NOW - 180 * SECOND } }
    const before = { incident: 'A', endedAt: NOW - 150 * SECOND }
    expect(line(choose({ placements, pack, incidents: over }))).toBe('open no_link_strong_enough')
    expect(line(choose({ placements, pack, before }))).toBe('open no_link_strong_enough')
    expect(line(choose({ placements, pack, before: { ...before, incident: 'B' } }))).toContain(
      'join A',
    )
    const goesOn = { A: { firingShare: 0.5 } }
    expect(line(choose({ placements, pack, before, incidents: goesOn }))).toContain('join A')
  })

  it('does not count an end of the last seconds: it may be heard of later', () => {
    const placements = [placed('shop', 'A', 60)]
    const names = (ago: number): string[] => {
      const incidents = { A: { endedAt: NOW - ago * SECOND } }
      return choose({ placements, incidents }).evidence.terms.map(({ name }) => name)
    }
    expect(names(4.9)).not.toContain('ended')
    expect(names(5)).toContain('ended')
  })

  it('knows its best link to what began before its burst', () => {
    const outside = (...placements: Placement[]): number | null => {
      const choice = choose({ placements })
      return choice.action === 'join' ? choice.outside : null
    }
    expect(outside(placed('shop', 'A', 2))).toBe(null)
    const older = choose({ placements: [placed('db', 'A', 30)] }).evidence.score
    expect(outside(placed('shop', 'A', 1), placed('db', 'A', 30))).toBeCloseTo(older, 9)
    expect(outside(placed('db', 'A', 30), placed('shop', 'A', 1))).toBeCloseTo(older, 9)
  })

  it('does not link to itself', () => {
    expect(line(choose({ placements: [{ ...placed('shop', 'A', 0), key: 'new' }] }))).toBe(
      'open nothing_near',
    )
  })

  it('says what it came close to: the runner-up and up to three related, best first', () => {
    const placements = ['A', 'B', 'C', 'D', 'E'].map((id, n) => placed('shop', id, 10 + 20 * n))
    const choice = choose({ placements, pack: { related: 0.01 } })
    expect(line(choice)).toBe('join A by A.shop.10')
    expect(choice.related.map(({ incident }) => incident)).toEqual(['B', 'C', 'D'])
    expect(choice.related).toHaveLength(MAX_RUNNERS_UP)
    expect(choice.evidence.runnerUp).toMatchObject({
      incident: 'B',
      reason: 'another incident fits better',
    })
    const ps = choice.related.map(({ p }) => p)
    expect(ps).toEqual([...ps].sort((a, b) => b - a))
  })

  it('shows as related only what is likely enough, and what was missing', () => {
    const placements = [placed('shop', 'A', 200)]
    const opens = (related: number) => choose({ placements, pack: { join: 0.999, related } })
    expect(opens(0.5).related.map(({ incident }) => incident)).toEqual(['A'])
    expect(opens(0.9985).related).toEqual([])
    expect(opens(0.9985).evidence.runnerUp?.reason).toContain('apart')
    expect(opens(0.5).evidence).toMatchObject({
      method: 'first',
      terms: [],
      score: 0,
      threshold: 0.999,
    })
  })

  it('counts as others only what is in other incidents', () => {
    const near = Array.from({ length: 10 }, (_, n) => placed('web', 'A', 20 + n))
    const incidents = { Z: { accepts: false } }
    const others = (placements: readonly Placement[]) =>
      choose({ placements, incidents }).evidence.terms[1]?.inputs['others']
    expect(others([...near, placed('shop', 'A', 5)])).toBe(0)
    const elsewhere = near.slice(0, 3).map((one) => ({ ...one, incident: 'Z' }))
    expect(others([...elsewhere, placed('shop', 'A', 5)])).toBeCloseTo(2.95, 1)
  })

  it('counts a storm of another incident as a few alerts', () => {
    const storm = (incident: string): Placement[] =>
      Array.from({ length: 10 }, (_, n) => placed('web', incident, 20 + n))
    const incidents = { Y: { accepts: false }, Z: { accepts: false } }
    const others = (...placements: Placement[]) =>
      choose({ placements: [...placements, placed('shop', 'A', 5)], incidents }).evidence.terms[1]
        ?.inputs['others']
    expect(others(...storm('Z'))).toBe(4)
    expect(others(...storm('Z'), ...storm('Y'))).toBe(8)
  })
})

describe('in a storm', () => {
  /** Forty alerts near by in eight incidents, each of which says when its link is weighed. */
  function crowded(): { placements: Placement[]; links: () => number } {
    const seen = new Set<string>()
    const placements = Array.from({ length: 40 }, (_, n) => {
      const one = placed(n % 2 === 0 ? 'shop' : 'db', `${'ABCDEFGH'[n % 8]}`, 3 + n)
      return Object.defineProperty({ ...one }, 'environment', {
        get: () => {
          seen.add(one.key)
          return 'prod'
        },
      })
    })
    return { placements, links: () => seen.size }
  }
  const alert = { environment: 'prod' }

  it('weighs the 16 nearest candidates only, and says so', () => {
    const [calm, storm] = [crowded(), crowded()]
    const free = choose({ ...calm, alert })
    const bounded = choose({ ...storm, alert, storm: 'STORM-1' })
    expect([calm.links(), storm.links()]).toEqual([40, MAX_IN_STORM])
    expect(free.evidence.storm).toBeUndefined()
    expect(bounded.evidence.storm).toEqual({ id: 'STORM-1', weighed: 16, of: 40 })
  })

  it('gives a link the same score, for the crowd near by is counted whole', () => {
    const [free, bounded] = [undefined, 'STORM-1'].map((storm) =>
      choose({ ...crowded(), alert, ...(storm === undefined ? {} : { storm }) }),
    )
    expect(line(bounded as Choice)).toBe(line(free as Choice))
    expect(bounded?.evidence.terms).toEqual(free?.evidence.terms)
    expect(bounded?.evidence.runnerUp).toEqual(free?.evidence.runnerUp)
  })

  it('looks at every incident near by before it looks at more alerts of one', () => {
    const own = Array.from({ length: 24 }, (_, n) => placed('shop', 'A', 60 + n))
    const other = placed('db', 'B', 1)
    const choice = choose({ placements: [...own, other], storm: 'STORM-1' })
    expect(line(choice)).toBe('join B by B.db.1')
    expect(choice.evidence.storm).toEqual({ id: 'STORM-1', weighed: 16, of: 25 })
  })

  it('looks at what a person said belongs with it first', () => {
    const own = Array.from({ length: 20 }, (_, n) => placed('shop', `${n}`, 300 + n))
    const said = placed('db', 'M', 200, { signature: 'slow|service' })
    const partner = { signature: 'slow|service', place: 'db' }
    const learned = {
      said: [{ id: 'C-1', relation: 'together', partner, by: 'ann', at: 0 } as const],
      holds: (incident: string) => incident === 'M',
    }
    const choice = choose({ placements: [...own, said], learned, storm: 'STORM-1' })
    expect(choice.evidence.storm).toEqual({ id: 'STORM-1', weighed: 16, of: 21 })
    expect(choice.used).toEqual(['C-1'])
  })

  it('weighs all of them where they are few', () => {
    const choice = choose({ placements: [placed('shop', 'A', 5)], storm: 'STORM-1' })
    expect([line(choice), choice.evidence.storm]).toEqual(['join A by A.shop.5', undefined])
  })
})
