/** Bursts: many alerts at once are judged together, where each alone would join what is near. */
import { describe, expect, it } from 'vitest'
import {
  at,
  ci,
  cmdb,
  command,
  depends,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { partition } from '../../support/engine-digest.ts'

const HOSTS = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5']
const ESTATE = cmdb({
  items: [...HOSTS, 'db-1', 'far-1', 'far-2'].map((id) => ci(id)),
  relations: HOSTS.map((host) => depends(host, 'db-1')),
})

/** Others that come and go near by, so that closeness in time says less. */
const CROWD: readonly Step[] = [10, 20, 30, 40].flatMap((second, index) => {
  const options = { labels: { n: `${index}` } }
  return [
    at(second, fire('db-1', `old ${index}`, options)),
    at(second + 4, resolve('db-1', `old ${index}`, options)),
  ]
})

/** An incident on web-1 that people know of, then alerts on the others, each a moment later. */
function story(count: number, weight: number, more: readonly Step[] = []): Story {
  const burst = HOSTS.slice(1, 1 + count)
  return play(
    at(0, ESTATE, rules({ correlate: { weights: { burst: weight } } })),
    ...CROWD,
    at(900, fire('web-1', 'down')),
    ...more,
    ...burst.map((host, index) => at(1020 + index * 0.4, fire(host, 'slow'))),
    at(1060, resolve('web-1', 'none')),
  )
}

const home = (told: Story, host: string, rule = 'slow'): string | null =>
  told.alert(host, rule).incident

describe('a burst', () => {
  it('of one joins what is near', () => {
    const told = story(1, 3)
    expect(home(told, 'web-2')).toBe(home(told, 'web-1', 'down'))
  })

  it('of several leaves the incident that its first alerts joined, all together', () => {
    const told = story(4, 3)
    const [first, ...others] = HOSTS.slice(1).map((host) => home(told, host))
    expect(first).not.toBe(home(told, 'web-1', 'down'))
    expect(new Set(others)).toEqual(new Set([first]))
    const { evidence } = told.alert('web-2', 'slow')
    expect(evidence).toMatchObject({ method: 'first' })
    expect(evidence?.runnerUp?.incident).toBe(home(told, 'web-1', 'down'))
    expect(evidence?.runnerUp?.reason).toContain('at once')
  })

  it('stays where people say that it says nothing', () => {
    expect(partition(story(4, 0).engine)).toHaveLength(partition(story(1, 0).engine).length)
  })

  it('tells nobody of what it took along for a moment', () => {
    const said = story(4, 3).decisions('incident.service_added', 'incident.priority_changed')
    expect(said).toEqual([])
  })

  it('is not taken out of what a person has acknowledged', () => {
    const ack = command({ do: 'acknowledge', incident: 'INC-000002' })
    const told = story(4, 3, [at(1000, ack)])
    expect(home(told, 'web-1', 'down')).toBe('INC-000002')
    expect(home(told, 'web-5')).toBe('INC-000002')
  })
})
