/** Correlation scopes count what alerts say apart; the CMDB has one CI of it. */
import { describe, expect, it } from 'vitest'
import { at, command, fire, play, rules, type Story } from '../../support/engine.ts'
import { HOUR_S, items, later, POD, relations, table, times } from './observed-story.ts'

describe('what two scopes say of one thing', () => {
  it('means one CI where a person confirms both', () => {
    const scopes = rules({ correlate: { scope: ['tenant'] } })
    const said = ['a', 'b'].map((tenant) => fire('', 'Slow', { labels: { ...POD, tenant } }))
    const all = (story: Story) => [...story.engine.state.observed.values()].map(({ id }) => id)
    const story = play(
      at(0, scopes),
      at(10, ...said),
      at(
        20,
        command((told) => ({ do: 'observed.confirm', observed: all(told) })),
      ),
    )
    const live = [...story.engine.state.topology.items.values()].filter(
      ({ status }) => status === 'observed',
    )
    expect(live.map(({ name }) => name).sort()).toEqual(['cart', 'node-1'])
    expect(relations(story)).toHaveLength(1)
    const bound = [...story.engine.state.alerts.values()].map(({ binding }) => binding?.ci)
    const cart = live.find(({ name }) => name === 'cart')?.id
    expect(bound).toEqual([cart, cart])
  })

  it('means one CI where both are said often enough at once', () => {
    const both = rules({
      bind: { observe: { mode: 'confirm' } },
      correlate: { scope: ['tenant'] },
    })
    const said = ['a', 'b']
      .flatMap((tenant) => times(5, { host: 'web-1', tenant }))
      .sort((x, y) => x.second - y.second)
    const story = play(at(0, both), ...said, ...later(6 * HOUR_S))
    expect(table(story)).toEqual(['confirmed host web-1', 'confirmed host web-1'])
    expect(items(story).filter((one) => one.endsWith('observed'))).toHaveLength(1)
  })
})
