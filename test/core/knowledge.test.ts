import { describe, expect, it } from 'vitest'
import type { SuggestedArticle } from '../../src/core/evidence.ts'
import { FITS_FROM, type KnowledgeQuery, suggestArticles } from '../../src/core/knowledge.ts'
import { buildKnowledge } from '../../src/core/knowledge-index.ts'
import { MAX_PASSAGE } from '../../src/core/passage.ts'
import { ARTICLES, asking } from './knowledge/corpus.ts'

const INDEX = buildKnowledge(ARTICLES)

const DISK = { rule: 'LowSpace', title: 'Volume of the host is running out of free space' }
const BACKLOG = { rule: 'QueueBacklogGrowing', title: 'Messages are waiting' }
const LAG = { rule: 'Lag', title: 'The replica lags behind the primary' }
const FOREIGN = { rule: 'FanFailure', title: 'Fan tray of the core switch has failed' }

function ids(query: KnowledgeQuery): readonly string[] {
  return suggestArticles(INDEX, query).map(({ id }) => id)
}

function first(query: KnowledgeQuery): SuggestedArticle | undefined {
  return suggestArticles(INDEX, query)[0]
}

describe('suggestArticles: which come first', () => {
  it.each([
    ['by words', asking([DISK]), 'host/DiskFillingUp'],
    ['by alert names of the front matter', asking([BACKLOG]), 'mq/consumers'],
    ['by its own name', asking([{ rule: 'ClockSkew' }]), 'host/ClockSkew'],
    ['by its own name written otherwise', asking([{ rule: 'clock_skew' }]), 'host/ClockSkew'],
    [
      'by the words of a description',
      asking([
        {
          rule: 'Alert7',
          annotations: {
            description: 'Replication of changes is slower than the primary makes them',
          },
        },
      ]),
      'db/ReplicaLag',
    ],
    [
      'by the alert that surprises most',
      asking([
        { ...DISK, surprise: 2 },
        { ...LAG, surprise: 9 },
      ]),
      'db/ReplicaLag',
    ],
  ])('found %s', (_name, query, expected) => {
    expect(first(query)).toMatchObject({ id: expected, how: 'match' })
  })

  it('offers the articles of several alerts of an incident', () => {
    expect(
      ids(asking([DISK, LAG]))
        .slice(0, 2)
        .sort(),
    ).toEqual(['db/ReplicaLag', 'host/DiskFillingUp'])
  })

  it('puts an article that fits two alerts above one that fits one', () => {
    const index = buildKnowledge([
      ...ARTICLES,
      {
        id: 'both',
        title: 'Both',
        alertnames: ['Lag', 'LowSpace'],
        classes: [],
        services: [],
        tags: [],
        body: '',
      },
      {
        id: 'a-one',
        title: 'One',
        alertnames: ['Lag'],
        classes: [],
        services: [],
        tags: [],
        body: '',
      },
    ])
    const [best] = suggestArticles(index, asking([{ rule: 'Lag' }, { rule: 'LowSpace' }]))
    expect(best?.id).toBe('both')
    expect(best?.terms.map(({ name }) => name)).toContain('also')
  })
})

describe('suggestArticles: what is at the probable cause', () => {
  const both = [
    { ...DISK, surprise: 5 },
    { ...LAG, surprise: 6 },
  ]

  it('counts whole, what is elsewhere less', () => {
    const scoreOf = (query: KnowledgeQuery, id: string): number =>
      suggestArticles(INDEX, query).find((one) => one.id === id)?.score ?? 0
    const atDisk = asking(both.map((one, at) => ({ ...one, atCause: at === 0 })))
    const before = scoreOf(asking(both), 'db/ReplicaLag')
    expect(scoreOf(atDisk, 'db/ReplicaLag')).toBeCloseTo(0.7 * before, 9)
    expect(scoreOf(atDisk, 'host/DiskFillingUp')).toBeGreaterThanOrEqual(
      scoreOf(asking(both), 'host/DiskFillingUp'),
    )
  })

  it('changes nothing where every alert is there', () => {
    const there = both.map((one) => ({ ...one, atCause: true }))
    expect(suggestArticles(INDEX, asking(there))).toEqual(suggestArticles(INDEX, asking(both)))
  })
})

describe('suggestArticles: when nothing fits', () => {
  it('not so because a rule is named in words that nobody uses', () => {
    const cryptic = { ...LAG, rule: 'zx.quux.frobnicator' }
    expect(first(asking([cryptic]))?.id).toBe('db/ReplicaLag')
  })

  it.each([
    ['a foreign alert', asking([FOREIGN])],
    ['an alert that says nothing', asking([{ rule: 'Alert1' }])],
    ['no alert', asking([])],
    [
      'words that stand in every article',
      asking([{ rule: 'ServiceDown', title: 'The service on the host is down' }]),
    ],
    [
      'only class and service',
      asking([FOREIGN], { ciClasses: ['database'], services: ['orders'] }),
    ],
    [
      'only helpful votes',
      asking([FOREIGN], {
        votes: new Map(ARTICLES.map(({ id }) => [id, { helpful: 99, notHelpful: 0 }])),
      }),
    ],
  ])('says so for %s', (_name, query) => {
    expect(suggestArticles(INDEX, query)).toEqual([])
  })

  it('says so in an empty knowledge base', () => {
    expect(suggestArticles(buildKnowledge([]), asking([DISK]))).toEqual([])
  })
})

describe('suggestArticles: links', () => {
  it.each([
    ['the last part of the path', 'https://runbooks.example.com/ops/clockskew', 'host/ClockSkew'],
    ['its file', 'https://git.example.com/kb/blob/main/host/ClockSkew.md', 'host/ClockSkew'],
    [
      'a page with query and slash',
      'https://x.example.com/host/ClockSkew.html/?v=2',
      'host/ClockSkew',
    ],
    ['a path', '/host/ClockSkew', 'host/ClockSkew'],
    ['an escaped path', 'https://x.example.com/host%2FClockSkew', 'host/ClockSkew'],
    ['a fragment', 'https://wiki.example.com/runbooks#ClockSkew', 'host/ClockSkew'],
    [
      'the folder of one of two',
      'https://x.example.com/edge/CertificateExpiring',
      'edge/CertificateExpiring',
    ],
    [
      'a folder elsewhere in the URL',
      'https://k8s.example.com/runbooks/CertificateExpiring',
      'k8s/runbooks/CertificateExpiring',
    ],
  ])('follows %s', (_name, url, expected) => {
    const suggested = suggestArticles(INDEX, asking([DISK], { runbookUrls: [url] }))
    expect(suggested[0]).toMatchObject({ id: expected, how: 'linked' })
    expect(suggested[0]?.terms[0]).toMatchObject({ name: 'linked', inputs: { url } })
    expect(suggested.slice(1).map(({ how }) => how)).not.toContain('linked')
    expect(suggested[1]?.id).toBe('host/DiskFillingUp')
  })

  it('follows an address to the article that is from there, before one that has its name', () => {
    const given = { title: 'Clocks', alertnames: [], classes: [], services: [], tags: [], body: '' }
    const page = 'https://Wiki.example.com/pages/viewpage.action?pageId=17'
    const clocks = { ...given, id: 'wiki/17', url: page }
    const other = { ...given, id: 'wiki/18', url: page.replace('17', '18') }
    const index = buildKnowledge([...ARTICLES, clocks, other])
    const linked = (url: string): string | undefined =>
      suggestArticles(index, asking([FOREIGN], { runbookUrls: [url] }))[0]?.id
    expect(linked('http://wiki.example.com/pages/viewpage.action?pageId=17#steps')).toBe('wiki/17')
    expect(linked('https://wiki.example.com/pages/viewpage.action?pageId=19')).toBeUndefined()
    const named = { ...given, id: 'kb/4', url: 'https://kb.example.com/ClockSkew/' }
    const both = buildKnowledge([...ARTICLES, named])
    const query = asking([FOREIGN], { runbookUrls: ['https://kb.example.com/ClockSkew'] })
    expect(suggestArticles(both, query)[0]?.id).toBe('kb/4')
  })

  it('follows the annotation of an alert', () => {
    const annotations = { runbook_url: 'https://x.example.com/ClockSkew' }
    expect(first(asking([{ ...DISK, annotations }]))).toMatchObject({ id: 'host/ClockSkew' })
  })

  it.each([
    ['names no article', 'https://x.example.com/unheard-of'],
    ['is empty', ''],
    ['is a host', 'https://clockskew'],
    ['is broken', 'https://%%%/%zz#%'],
  ])('ignores a link that %s', (_name, url) => {
    expect(ids(asking([FOREIGN], { runbookUrls: [url] }))).toEqual([])
  })

  it('names both where a link fits two alike', () => {
    const query = asking([FOREIGN], { runbookUrls: ['https://x.example.com/CertificateExpiring'] })
    expect(ids(query)).toEqual(['edge/CertificateExpiring', 'k8s/runbooks/CertificateExpiring'])
  })

  it('ignores a link that fits many alike', () => {
    const many = Array.from({ length: 4 }, (_, n) => ({
      id: `${n}/README`,
      title: `T${n}`,
      alertnames: [],
      classes: [],
      services: [],
      tags: [],
      body: '',
    }))
    const index = buildKnowledge(many)
    const query = asking([FOREIGN], { runbookUrls: ['https://x.example.com/README.md'] })
    expect(suggestArticles(index, query)).toEqual([])
  })

  it('keeps the linked one first whatever people voted', () => {
    const runbookUrls = ['https://x.example.com/ClockSkew']
    const votes = new Map([
      ['host/ClockSkew', { helpful: 0, notHelpful: 1000 }],
      ['host/DiskFillingUp', { helpful: 1000, notHelpful: 0 }],
    ])
    const there = { rule: 'DiskFillingUp', title: DISK.title }
    const query = asking([there, { ...DISK, rule: 'Other' }], {
      runbookUrls,
      votes,
      ciClasses: ['host'],
    })
    expect(ids(query).slice(0, 2)).toEqual(['host/ClockSkew', 'host/DiskFillingUp'])
  })
})

describe('suggestArticles: what moves ranks', () => {
  const CONNECTIONS = {
    rule: 'Alert1',
    title: 'Connections to the broker or the database fail, clients wait for the connection',
  }

  it.each([
    ['class', { ciClasses: ['Database'] }],
    ['service', { services: ['ORDERS'] }],
    ['votes', { votes: new Map([['db/ConnectionsExhausted', { helpful: 5, notHelpful: 1 }]]) }],
  ])('%s lifts what fits', (name, some) => {
    const score = (query: KnowledgeQuery): number =>
      suggestArticles(INDEX, query).find(({ id }) => id === 'db/ConnectionsExhausted')?.score ?? 0
    expect(score(asking([CONNECTIONS]))).toBeGreaterThan(FITS_FROM)
    expect(score(asking([CONNECTIONS], some))).toBeGreaterThan(score(asking([CONNECTIONS])))
    expect(first(asking([CONNECTIONS], some))?.terms.map((term) => String(term.name))).toContain(
      name,
    )
  })

  it('votes weigh as the log ratio of Beta means, clipped', () => {
    const voteOf = (helpful: number, notHelpful: number): number | undefined =>
      first(
        asking([BACKLOG], { votes: new Map([['mq/consumers', { helpful, notHelpful }]]) }),
      )?.terms.find(({ name }) => name === 'votes')?.x
    expect(voteOf(2, 0)).toBeCloseTo(Math.log(3), 12)
    expect(voteOf(0, 1)).toBeCloseTo(-Math.log(2), 12)
    expect(voteOf(1000, 0)).toBe(1.5)
    expect(voteOf(0, 1000)).toBe(-1.5)
    expect(voteOf(3, 3)).toBeUndefined()
  })

  it('helpful votes do not lift what does not fit by itself', () => {
    const votes = new Map([['k8s/runbooks/CertificateExpiring', { helpful: 99, notHelpful: 0 }]])
    const scoreOf = (query: KnowledgeQuery): number | undefined =>
      suggestArticles(INDEX, query).find(({ id }) => votes.has(id))?.score
    expect(scoreOf(asking([CONNECTIONS]))).toBeLessThan(FITS_FROM)
    expect(scoreOf(asking([CONNECTIONS], { votes }))).toBe(scoreOf(asking([CONNECTIONS])))
  })

  it('people can vote a weak match away', () => {
    const votes = new Map([['db/ReplicaLag', { helpful: 0, notHelpful: 50 }]])
    const weak = { rule: 'Alert1', title: 'Long transactions of the mainframe' }
    expect(ids(asking([weak]))[0]).toBe('db/ReplicaLag')
    expect(ids(asking([weak], { votes }))).not.toContain('db/ReplicaLag')
  })
})

describe('suggestArticles: what is asked for', () => {
  it.each([
    [
      'an expression annotation',
      { annotations: { expr: 'replica_lag_seconds > 5', query: 'replica lag primary' } },
    ],
    [
      'an expression in the description',
      { annotations: { description: 'sum(rate(replica_lag_seconds{primary="replica"}[5m])) > 5' } },
    ],
    [
      'a link',
      { annotations: { description: 'https://example.com/replica/lags/behind/its/primary' } },
    ],
    ['a dashboard', { annotations: { dashboard_url: 'replica lags behind its primary' } }],
    ['where it was measured', { labels: { instance: 'replica-lags', job: 'behind its primary' } }],
  ])('not %s', (_name, some) => {
    expect(ids(asking([{ rule: 'Alert1', title: 'Alert1', ...some }]))).toEqual([])
  })

  it('names of instances do not count as words that nobody knows', () => {
    const title = 'zanzibar-prod: the replica lags behind the primary'
    const score = (labels: Record<string, string>): number =>
      first(asking([{ rule: 'Alert1', title, labels }]))?.score ?? 0
    expect(score({ pod: 'zanzibar-prod' })).toBeGreaterThan(score({}))
  })

  it('a text given twice counts once', () => {
    const once = asking([{ ...LAG }])
    const twice = asking([{ ...LAG, annotations: { summary: LAG.title, description: LAG.title } }])
    expect(suggestArticles(INDEX, twice)).toEqual(suggestArticles(INDEX, once))
  })
})

describe('suggestArticles: the passage', () => {
  it('is the paragraph that says most about it, as plain text', () => {
    const title = 'grow the volume and delete rotated logs: the volume has no free space'
    expect(first(asking([{ rule: 'DiskFillingUp', title }]))?.passage).toBe(
      'Delete rotated logs, then grow the volume. Check df -h first.',
    )
  })

  it('is cut around its heaviest sentence', () => {
    const filler = 'Nothing of interest stands in this sentence about procedures. '.repeat(8)
    const body = `${filler}The turbine overheats when the oil pump stalls. ${filler}`
    const index = buildKnowledge([
      ...ARTICLES,
      {
        id: 'long',
        title: 'Turbine overheats',
        alertnames: [],
        classes: [],
        services: [],
        tags: [],
        body,
      },
    ])
    const query = asking([{ rule: 'TurbineOverheats', title: 'The oil pump stalls' }])
    const passage = suggestArticles(index, query)[0]?.passage ?? ''
    expect(passage.startsWith('The turbine overheats when the oil pump stalls.')).toBe(true)
    expect(passage.length).toBeLessThanOrEqual(MAX_PASSAGE)
    expect(passage.endsWith('…')).toBe(true)
  })

  it('is the beginning of a linked article that shares no word', () => {
    const query = asking([FOREIGN], { runbookUrls: ['https://x.example.com/ClockSkew'] })
    expect(first(query)?.passage).toBe(
      'The clock drifted away from the time servers. Certificates and replication suffer.',
    )
  })
})
